"""`su` and `su -`, as root: no password is asked (pam_rootok).

The words after the account's name go to its shell (su(1)): with `-i -c TEXT` it is interactive and
nothing has to be typed, which some shells would write into their history.
"""

from __future__ import annotations

import os
from pathlib import Path

from envkit.child import Command
from envkit.host import Host
from envkit.launch import Launcher, _script
from envkit.model import Start


def why_not(host: Host, one: Start) -> str:
    """Root alone needs no password."""
    if not _script.program("su"):
        return "no su here"
    if os.geteuid() != 0:
        return "su asks for a password"
    return _script.other_account(host, one)


def prepare(host: Host, one: Start, text: str, limit: float, folder: Path) -> Command:
    """`su [-] USER -- -i -c TEXT` on a terminal, with the caller's environment."""
    login = ("-",) if one.invocation.login else ()
    words = _words(one, text)
    argv = ("su", *login, host.user, "--", *words)
    environment = _script.caller(one)
    return Command(argv, _script.program("su"), environment, "pty", limit, host.home_at)


def _words(one: Start, text: str) -> tuple[str, ...]:
    flags = [flag for flag in _script.flags(one) if flag not in ("-l", "--login")]
    return (*flags, text)


LAUNCHER = Launcher(why_not, prepare)
