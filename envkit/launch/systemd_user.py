"""systemd-run --user: a transient unit of the account's own manager, where one runs."""

from __future__ import annotations

import os
from pathlib import Path

from envkit import start
from envkit.child import Command
from envkit.host import Host
from envkit.launch import Launcher, _script
from envkit.model import Start


def why_not(host: Host, one: Start) -> str:
    """Whether the account's manager runs, and its home is the one that is looked at."""
    if not _script.program("systemd-run"):
        return "no systemd-run here"
    if not _script.is_account(host):
        return "another home"
    if os.geteuid() not in (0, host.uid):
        return "another account"
    bus = Path(f"/run/user/{host.uid}/systemd/private")
    return "" if bus.exists() else "none runs here"


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """A unit that runs the text to its end."""
    argv = ("systemd-run", "--user", "--quiet", "--pipe", "--wait", "--collect")
    environment = {"PATH": _script.PATH, "XDG_RUNTIME_DIR": f"/run/user/{host.uid}"}
    return Command(
        (*argv, "/bin/sh", "-c", text),
        _script.program("systemd-run"),
        environment,
        "null",
        limit,
        host.home_at,
        start.account(host),
    )


LAUNCHER = Launcher(why_not, prepare)
