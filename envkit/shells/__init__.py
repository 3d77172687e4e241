"""The shells that envkit knows: one file each, ending in SHELL; to add one is to add a file."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from envkit import discover
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Shell

_FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
# Names by which a program calls itself, and what it is. `ksh` is what the machine has there.
_ALSO = {
    "rbash": "bash",
    "csh": "tcsh",
    "nu": "nushell",
    "busybox": "ash",
    "rzsh": "zsh",
    "lksh": "mksh",
    "pdksh": "mksh",
    "rmksh": "mksh",
    "rksh": "ksh",
    "rksh93": "ksh93",
}
_NO_SHELL = frozenset(("nologin", "false", "true", "sync", "halt", "shutdown", "git-shell"))


def get(name: str) -> Shell:
    """The shell of that name; UsageError with the known names where there is none.

    `none` stands for no shell at all: a program that is started directly. `ksh` alone is ksh93:
    where a machine is at hand, ask `named`.
    """
    if name == "none":
        from envkit.shells import _none

        return _none.SHELL
    name = _ALSO.get(name, name)
    return cast(Shell, discover.get(__name__, "SHELL", "ksh93" if name == "ksh" else name))


def named(host: Host, name: str) -> Shell:
    """The shell that a name means on that machine: `ksh` is ksh93 or mksh.

    UsageError with the known names where there is none; `none` is no name for people.
    """
    if name == "none":
        return cast(Shell, discover.get(__name__, "SHELL", name))
    if _ALSO.get(name, name) != "ksh":
        return get(name)
    there = (Path(folder) / "ksh" for folder in _FOLDERS)
    found = next((path for path in there if host.kind(path) == "file"), None)
    if found is None and program(host, get("ksh93")) is None and program(host, get("mksh")):
        return get("mksh")
    return get(_korn(host, found) if found else "ksh93")


def of(host: Host) -> Shell:
    """The account's own login shell (passwd(5)); UsageError where envkit does not know it."""
    own = host.login_shell
    if own.name in _NO_SHELL:
        what = "lets nobody in: it is no shell"
        raise UsageError(f"{own}, the shell of {host.user}, {what}", _choices())
    name = _ALSO.get(own.name, own.name)
    if name == "ksh":
        name = _korn(host, own)
    try:
        return cast(Shell, discover.get(__name__, "SHELL", name))
    except UsageError:
        what = "is not one that envkit knows"
        raise UsageError(f"{own}, the shell of {host.user}, {what}", _choices()) from None


def _choices() -> str:
    return f"name one: --shell {'|'.join(discover.names(__name__))}"


def program(host: Host, shell: Shell) -> Path | None:
    """The binary of a shell there: the account's own where it is this one, else /bin's; or None."""
    own = host.login_shell
    if _is(host, own, shell):
        return own
    for name in shell.programs:
        for folder in _FOLDERS:
            path = Path(folder) / name
            if _is(host, path, shell):
                return path
    return None


def _is(host: Host, path: Path, shell: Shell) -> bool:
    if path.name not in shell.programs or host.kind(path) != "file":
        return False
    return path.name != "ksh" or _korn(host, path) == shell.name


def _korn(host: Host, program: Path) -> str:
    """Which Korn shell a binary is: of mksh's and ksh93's own texts each has one."""
    name = host.locate(program).name
    if name.startswith(("mksh", "lksh", "ksh93")):
        return "ksh93" if name.startswith("ksh93") else "mksh"
    return (
        "mksh" if host.kind(program) == "file" and b"MIRBSD KSH" in host.read(program) else "ksh93"
    )
