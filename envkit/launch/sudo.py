"""sudo, where it asks for no password: as root, or by a NOPASSWD rule (`sudo -n`).

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
    sudo = _script.program("sudo")
    if not sudo:
        return "no sudo here"
    if not _script.is_account(host):
        return "--home is not the account's own"
    if os.geteuid() != 0 and host.ask([sudo, "-n", "-u", host.user, "true"]) is None:
        return "sudo asks for a password"
    return _typed.why_not(one) if one.invocation.login else ""


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """The command line; the caller's environment is the context's."""
    head = ("sudo", "-n", "-u", host.user)
    sudo = _script.program("sudo")
    if one.invocation.login:
        return _typed.command(host, one, text, limit, folder, (*head, "HISTFILE=/dev/null", "-i"))
    if one.invocation.interactive:
        words = (str(shells.program(host, one.shell)), *_script.flags(one), text)
    else:
        words = ("/bin/sh", "-c", text)
    stdin = one.invocation.stdin
    return Command((*head, *words), sudo, _script.caller(one), stdin, limit, host.home_at)


LAUNCHER = Launcher(why_not, prepare)
