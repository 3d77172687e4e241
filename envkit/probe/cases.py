"""What a probe tries with each kind of shell: its files, and the ways to start it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from envkit.errors import UsageError
from envkit.model import Stdin

KINDS = ("file", "missing", "empty", "unreadable", "directory", "dangling", "loop")
_TELLING = (
    *("ENV", "BASH_ENV", "SHLVL", "SSH_CLIENT", "POSIXLY_CORRECT", "ZDOTDIR", "XDG_CONFIG_HOME"),
    "HOME",
)


class Family(NamedTuple):
    """Shells that are probed alike. `marker` logs `{name}`; `system`: files of /etc."""

    name: str
    files: tuple[str, ...]
    named: tuple[str, ...]
    system: tuple[str, ...]
    marker: str


class Call(NamedTuple):
    """A command line; `environment` beyond the plain one."""

    argv: tuple[str, ...]
    stdin: Stdin = "null"
    environment: Mapping[str, str] = {}


_SH = "echo '{name}' >> \"$ENVKIT_PROBE\"\n"
_CSH = "echo '{name}' >> $ENVKIT_PROBE\n"
_PROFILE = ("/etc/profile",)
_FAMILIES = {
    "bash": Family(
        "bash",
        (".bash_profile", ".bash_login", ".profile", ".bashrc", ".bash_logout"),
        (".env", ".bash_env", ".rc"),
        (*_PROFILE, "/etc/bash.bashrc", "/etc/bash.bash_logout", "/etc/bash/bashrc", "/etc/bashrc"),
        _SH,
    ),
    "zsh": Family(
        "zsh",
        (".zshenv", ".zprofile", ".zshrc", ".zlogin", ".zlogout"),
        ("zd/.zshenv", "zd/.zprofile", "zd/.zshrc", "zd/.zlogin", "zd/.zlogout", ".env"),
        tuple(
            f"{folder}/{name}"
            for folder in ("/etc/zsh", "/etc")
            for name in ("zshenv", "zprofile", "zshrc", "zlogin", "zlogout")
        )
        + _PROFILE,
        _SH,
    ),
    "fish": Family(
        "fish",
        (".config/fish/config.fish", ".config/fish/conf.d/10.fish", ".config/fish/conf.d/9.fish"),
        ("xdg/fish/config.fish", "xdg/fish/conf.d/10.fish"),
        ("/etc/fish/config.fish", "/etc/fish/conf.d/10.fish", "/etc/fish/conf.d/20.fish"),
        _CSH,
    ),
    "tcsh": Family(
        "tcsh",
        (".tcshrc", ".cshrc", ".login", ".logout"),
        (),
        ("/etc/csh.cshrc", "/etc/csh.login", "/etc/csh.logout"),
        _CSH,
    ),
    "ksh93": Family("ksh93", (".profile", ".kshrc"), (".env",), (*_PROFILE, "/etc/ksh.kshrc"), _SH),
    "mksh": Family("mksh", (".profile", ".mkshrc"), (".env",), _PROFILE, _SH),
    "dash": Family("dash", (".profile",), (".env",), _PROFILE, _SH),
}
_LIKE = {"sh": "bash", "ash": "dash"}
_FLAGS = {
    "bash": (
        *(("--posix", "-i"), ("--posix", "-l"), ("--norc", "-i"), ("--noprofile", "-l")),
        *(("--rcfile", "~/.rc", "-i"), ("-p", "-l"), ("--rcfile", "~/.rc", "-l", "-i")),
    ),
    "zsh": (("-f",), ("-d", "-l", "-i"), ("-o", "norcs", "-l"), ("-f", "-l", "-i")),
    "fish": (("-N",), ("--no-config", "-l", "-i")),
    "tcsh": (("-f",),),
    "ksh93": (("-p", "-i"), ("-E",), ("-p", "-l")),
    "mksh": (("-p", "-i"), ("-p", "-l")),
    "dash": (("-p", "-i"), ("-p", "-l")),
}
_VARIABLES: dict[str, tuple[dict[str, str], ...]] = {
    "bash": ({"BASH_ENV": "~/.bash_env", "ENV": "~/.env"}, {"SSH_CLIENT": "1 2 3"}),
    "zsh": ({"ZDOTDIR": "~/zd"}, {"ENV": "~/.env"}),
    "fish": ({"XDG_CONFIG_HOME": "~/xdg"},),
    "tcsh": (),
    "ksh93": ({"ENV": "~/.env"}, {"ENV": ""}),
    "mksh": ({"ENV": "~/.env"},),
    "dash": ({"ENV": "~/.env"},),
}


def family(shell: str) -> Family:
    """The files of that shell; UsageError for one whose files cannot be marked yet."""
    found = _FAMILIES.get(_LIKE.get(shell, shell))
    if found is None:
        raise UsageError(
            f"envkit cannot probe {shell} yet", f"it can: {', '.join((*_FAMILIES, *_LIKE))}"
        )
    return found._replace(name=shell)


def homes(family: Family, own: Mapping[str, str]) -> Iterator[tuple[dict[str, str], bool]]:
    """Kinds of files: as in the real home, all there, none there: for every way to start.

    Then each file of every other kind, False: for the two ways that read the most.
    """
    everything = dict.fromkeys(family.files, "file")
    found = [(dict(own), True), (everything, True), (dict.fromkeys(family.files, "missing"), True)]
    found += [({**everything, one: kind}, False) for one in family.files for kind in KINDS[1:]]
    told: list[dict[str, str]] = []
    for kinds, every in found:
        if kinds not in told:
            told.append(kinds)
            yield kinds, every


def calls(family: Family, home: str, every: bool) -> Iterator[Call]:
    """The ways to start such a shell that read different files, `~` written out."""
    for call in _calls(family) if every else _most(family.name):
        argv = tuple(_at(home, word) for word in call.argv)
        given = {name: _at(home, value) for name, value in call.environment.items()}
        yield Call(argv, call.stdin, given)


def _most(name: str) -> Iterator[Call]:
    yield Call((f"-{name}", "-i", "-c", "exit"), "pty")
    yield Call((name, "-i", "-c", ":"), "pty")


def _at(home: str, word: str) -> str:
    return home + word[1:] if word.startswith("~/") else word


def _calls(family: Family) -> Iterator[Call]:
    kind = _LIKE.get(family.name, family.name)
    names = [family.name] if family.name != "sh" else ["sh"]
    for name in names:
        yield Call((name, "-c", ":"))
        yield Call((name, "-i", "-c", ":"), "pty")
        yield Call((f"-{name}", "-c", "exit"))
        yield Call((f"-{name}", "-i", "-c", "exit"), "pty")
        yield Call((name, "-l", "-c", ":"))
        yield Call((name, "-c", ":"), "socket")
        yield Call((f"-{name}",), "pipe")
        if kind not in ("tcsh",):
            yield Call((name, "-l", "-i", "-c", "exit"), "pty")
        for given in _VARIABLES[kind]:
            yield Call((name, "-c", ":"), "null", given)
            yield Call((name, "-i", "-c", ":"), "pty", given)
            yield Call((f"-{name}", "-c", ":"), "null", given)
        if family.name != "sh":
            for flags in _FLAGS[kind]:
                interactive = "-i" in flags
                yield Call((name, *flags, "-c", ":"), "pty" if interactive else "null")
    if kind in ("bash", "zsh", "ksh93") and family.name != "sh":
        yield Call(("-sh", "-c", ":"))
        yield Call(("sh", "-i", "-c", ":"), "pty", {"ENV": "~/.env"})
    if kind == "bash":
        yield Call((family.name, "-c", ":"), "socket", {"SHLVL": "1"})


def telling(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that decide which files are read, and no others."""
    return {name: environment[name] for name in _TELLING if name in environment}
