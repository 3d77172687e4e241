"""Which shells an install writes for, and why: all that the account has or can log in with. Pure.

That is the account's own, $SHELL, those in /etc/shells, those that are installed, and those that
have startup files in the home (issue 6). `--shell` narrows to the ones that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import discover, shells
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Shell

#: bash and sh are on every machine but where it is seen that they are not; the others if found.
ALWAYS = ("bash", "sh")
ALSO = ("zsh", "fish", "ksh93", "mksh")

_SHELLS = Path("/etc/shells")
# What else reads sh's files, and nothing but those.
_SH = ("sh", "dash", "ash")
# Startup files that say that somebody uses a shell.
_SIGNS = {
    "bash": (".bashrc", ".bash_profile", ".bash_login"),
    "zsh": (".zshenv", ".zprofile", ".zshrc", ".zlogin"),
    "fish": (".config/fish/config.fish", ".config/fish/conf.d"),
    "ksh93": (".kshrc",),
    "mksh": (".mkshrc",),
}


class Target(NamedTuple):
    """A shell that is written for, and why, in a few words; `used`: not only found here."""

    shell: Shell
    why: str
    used: bool = True


def targets(host: Host, asked: Sequence[str] = ()) -> tuple[Shell, ...]:
    """The shells that are written for; those that `asked` names alone, where it names any.

    UsageError on a name that cannot be written for.
    """
    return tuple(one.shell for one in explained(host, asked))


def explained(host: Host, asked: Sequence[str] = ()) -> tuple[Target, ...]:
    """The same, each with why it is one."""
    if asked:
        names = {writable(host, name) for name in asked}
        return tuple(Target(one, "--shell") for one in every() if one.name in names)
    found = []
    listed = dict(_listed(host))
    for shell in every():
        why = _use(host, shell, listed)
        found_here = "" if why else _presence(host, shell, listed)
        if why or found_here:
            found.append(Target(shell, why or found_here, bool(why)))
    return tuple(found)


def used(host: Host) -> tuple[Shell, ...]:
    """bash and sh, and those that the account has or has files for: who is asked how it fares."""
    found = explained(host)
    return tuple(one.shell for one in found if one.shell.name in ALWAYS or one.used)


def every() -> tuple[Shell, ...]:
    """All shells that can be written for, found on this machine or not."""
    known = discover.names("envkit.shells")
    return tuple(shells.get(name) for name in (*ALWAYS, *ALSO) if name in known)


def writable(host: Host, name: str) -> str:
    """The shell of that name as one that is written for; UsageError where there is none."""
    shell = family(shells.named(host, name).name)
    if shell not in (*ALWAYS, *ALSO):
        raise UsageError(
            f"envkit does not write for {name}", f"it does for: {', '.join((*ALWAYS, *ALSO))}"
        )
    return shell


def name_of(host: Host, path: Path) -> str:
    """The shell that an account with this login shell has; "" for one that envkit does not know."""
    try:
        return shells.of(host.but(login_shell=path)).name
    except UsageError:
        return ""


def is_left_out(host: Host, asked: Sequence[str]) -> bool:
    """Whether --shell names others than the account's own, which could be written for."""
    own = family(name_of(host, host.login_shell))
    return bool(asked) and own in {*ALWAYS, *ALSO} - {writable(host, name) for name in asked}


def _use(host: Host, shell: Shell, listed: dict[str, Path]) -> str:
    """How somebody shows that it is used; "" where nobody does, or where it cannot be started."""
    name = shell.name
    # Of another machine's file system nobody can be sure what is installed there in the end.
    if not (host.foreign or name in listed or shells.program(host, shell) is not None):
        return ""
    if family(name_of(host, host.login_shell)) == name:
        return "the account's shell"
    if family(name_of(host, Path(host.env.get("SHELL", "/")))) == name:
        return "$SHELL"
    sign = _sign(host, name)
    return f"{host.show(sign)} is there" if sign is not None else ""


def _presence(host: Host, shell: Shell, listed: dict[str, Path]) -> str:
    """By what it is seen that it can be started here; "" where it cannot."""
    if shell.name in listed:
        return "in /etc/shells"
    program = shells.program(host, shell)
    if program is not None:
        return f"{program} is there"
    taken_for_granted = shell.name == "sh" or (shell.name == "bash" and not listed)
    return "every system has it" if taken_for_granted else ""


def _listed(host: Host) -> Iterator[tuple[str, Path]]:
    """The shells of /etc/shells (shells(5)) whose program is there, by name."""
    if host.kind(_SHELLS) != "file":
        return
    for line in reversed(host.read(_SHELLS).decode("utf-8", "replace").splitlines()):
        text = line.partition("#")[0].strip()
        if not text.startswith("/"):
            continue
        path = Path(text)
        if host.foreign or host.kind(path) == "file":
            yield family(name_of(host, path)), path


def family(name: str) -> str:
    """The name under which a shell is written for: dash and ash read sh's files."""
    return "sh" if name in _SH else name


def _sign(host: Host, name: str) -> Path | None:
    """A startup file in the home, which says that the shell is used."""
    folders = [host.home]
    if name == "zsh" and host.env.get("ZDOTDIR", "").startswith("/"):
        folders.append(Path(host.env["ZDOTDIR"]))
    if name == "fish":
        path = host.config.parent / "fish/config.fish"
        if host.kind(path) == "file":
            return path
    paths = (folder / sign for folder in folders for sign in _SIGNS.get(name, ()))
    return next((path for path in paths if _is_sign(host, path)), None)


def _is_sign(host: Host, path: Path) -> bool:
    """Whether a startup file is there, and is not just what every new account gets."""
    kind = host.kind(path)
    skeleton = Path("/etc/skel", path.name)
    if kind == "file" and host.kind(skeleton) == "file":
        return host.read(path) != host.read(skeleton)
    return kind != "missing"
