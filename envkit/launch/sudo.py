"""sudo as root, who is not asked for a password.

`sudo COMMAND` and `sudo SHELL -i -c TEXT` are started as such. `sudo -i` passes no flags on: the
text is typed on its terminal, and the shell ended at once, for its history file is the user's.
"""

from __future__ import annotations

import os
from pathlib import Path

from envkit import shells
from envkit.child import Command
from envkit.host import Host
from envkit.launch import Launcher, _script, _typed
from envkit.model import Start


def why_not(host: Host, one: Start) -> str:
    """Whether sudo would ask, and whether the text can be typed."""
    if not _script.program("sudo"):
        return "no sudo here"
    if not _script.is_account(host):
        return "another home"
    if os.geteuid() != 0:  # even `sudo -n` is reported by mail where it would have to ask
        return "not root: sudo could ask"
    if one.invocation.login:
        return _script.other_account(host, one) or _typed.why_not(one)
    return ""


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """The command line; the caller's environment is the context's."""
    sudo = _script.program("sudo")
    head = (sudo, "-n", "-u", host.user)
    environment = _script.caller(one)
    if any(given.by == "secure_path" for given in one.given):
        environment["PATH"] = _script.PATH + ":/caller"  # which must not come through
    if one.invocation.login:
        return _typed.command(
            host, one, text, limit, folder, (*head, "HISTFILE=/dev/null", "-i"), environment
        )
    if one.invocation.interactive:
        words = (str(shells.program(host, one.shell)), *_script.flags(one), text)
    else:
        words = ("/bin/sh", "-c", text)
    stdin = one.invocation.stdin
    return Command((*head, *words), sudo, environment, stdin, limit, host.home_at)


LAUNCHER = Launcher(why_not, prepare)
