"""A tmux server of its own on a private socket, with the user's configuration."""

from __future__ import annotations

import shlex
from pathlib import Path

from envkit import shells
from envkit.child import Command
from envkit.host import Host
from envkit.launch import Launcher, _script
from envkit.model import Start


def why_not(host: Host, one: Start) -> str:
    """Whether there is a tmux."""
    return "" if _script.program("tmux") else "no tmux here"


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """A detached session whose window runs the login shell with the text; then the server ends.

    tmux executes more than one word directly: no shell of its own stands between.
    """
    words = (str(shells.program(host, one.shell)), *_script.login(one), text)
    tmux = shlex.join([_script.program("tmux"), "-S", str(folder / "socket")])
    inner = shlex.join(["new-session", "-d", "-s", "envkit", "-x", "80", "-y", "24", *words])
    wait = "set-option -g remain-on-exit on"
    script = f"""{tmux} start-server \\; {wait} \\; {inner} || exit 126
while [ "$({tmux} list-panes -t envkit -F '#{{pane_dead}}' 2> /dev/null)" = 0 ]; do
  /bin/sleep .05
done
{tmux} kill-server 2> /dev/null
exit 0"""
    bare = {
        name: value
        for name, value in one.environment.items()
        if name not in ("TMUX", "TMUX_PANE", "TERM_PROGRAM", "TERM")
    }
    return _script.script(script, bare, limit, host=host)


LAUNCHER = Launcher(why_not, prepare)
