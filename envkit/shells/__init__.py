"""The shells that envkit knows: one file each, ending in SHELL; to add one is to add a file."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from envkit import discover
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Shell

_FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")


def get(name: str) -> Shell:
    """The shell of that name; UsageError with the known names where there is none.

    `none` stands for no shell at all: a program that is started directly.
    """
    if name == "none":
        from envkit.shells import _none

        return _none.SHELL
    return cast(Shell, discover.get(__name__, "SHELL", name))


def of(host: Host) -> Shell:
    """The account's own login shell (passwd(5)); UsageError where envkit does not know it."""
    name = host.login_shell.name
    known = discover.names(__name__)
    if name not in known:
        raise UsageError(
            f"{host.login_shell}, the shell of {host.user}, is not one that envkit knows",
            f"name one: --shell {'|'.join(known)}",
        )
    return get(name)


def program(host: Host, shell: Shell) -> Path | None:
    """The binary of a shell there: the account's own where it is this one, else /bin's; or None."""
    own = host.login_shell
    if own.name in shell.programs and host.kind(own) == "file":
        return own
    for name in shell.programs:
        for folder in _FOLDERS:
            path = Path(folder) / name
            if host.kind(path) == "file":
                return path
    return None
