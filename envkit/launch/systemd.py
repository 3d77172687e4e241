"""systemd-run: a transient service of the system's manager (systemd-run(1)); by root."""

from __future__ import annotations

import os
from pathlib import Path

from envkit.child import Command
from envkit.host import Host
from envkit.launch import Launcher, _script
from envkit.model import Start


def why_not(host: Host, one: Start) -> str:
    """Whether systemd is what this machine was booted with (sd_booted(3)), and asks no password."""
    if not _script.program("systemd-run"):
        return "no systemd-run here"
    if not Path("/run/systemd/system").is_dir():
        return "not booted with it"
    return "" if os.geteuid() == 0 else "not root"


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """A service that runs the text, for the account, to its end."""
    user = ("--uid", host.user) if host.uid else ()
    argv = ("systemd-run", "--quiet", "--pipe", "--wait", "--collect", *user, "/bin/sh", "-c", text)
    return Command(argv, _script.program("systemd-run"), {"PATH": _script.PATH}, "null", limit)


LAUNCHER = Launcher(why_not, prepare)
