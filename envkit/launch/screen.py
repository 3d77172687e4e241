"""A screen of its own, with its sockets in a private folder, and the user's configuration."""

from __future__ import annotations

import shlex
from pathlib import Path

from envkit import shells, start
from envkit.child import Command
from envkit.host import Host
from envkit.launch import Launcher, _script
from envkit.model import Start


def why_not(host: Host, one: Start) -> str:
    """Whether there is a screen."""
    return "" if _script.program("screen") else "no screen here"


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """A detached screen whose window runs the interactive shell with the text; it ends with it."""
    words = (str(shells.program(host, one.shell)), *_script.login(one), text)
    argv = [_script.program("screen"), "-S", "envkit", "-D", "-m", *words]
    bare = {name: value for name, value in one.environment.items() if name not in ("STY", "WINDOW")}
    sockets = start.folder(host, folder / "sockets")
    script = f"exec {shlex.join(argv)}"
    return _script.script(script, {**bare, "SCREENDIR": str(sockets)}, limit, host=host)


LAUNCHER = Launcher(why_not, prepare)
