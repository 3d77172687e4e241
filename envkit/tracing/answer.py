"""What every tracer's answer is made of: the entries of a list with their origins, and facts."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit.host import Host
from envkit.model import Start
from envkit.provenance import PathEntry
from envkit.tracing import align
from envkit.tracing.align import Origin

# Lists of folders whose names do not say so, and what is spelled like one but is none: a number, a
# name on D-Bus, templates between semicolons.
_LISTS = frozenset(
    (
        *("XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "TERMINFO_DIRS", "TEXINPUTS", "BIBINPUTS"),
        *("BSTINPUTS", "PERL5LIB", "PERLLIB", "RUBYLIB"),
    )
)
_WHOLE = frozenset(
    ("WINDOWPATH", "XDG_SEAT_PATH", "XDG_SESSION_PATH", "LUA_PATH", "LUA_CPATH", "MAILPATH")
)

# Lists in which an empty entry is not the current folder: programs have folders of their own there,
# or pass it over.
_OWN_EMPTY = frozenset(
    (
        *("MANPATH", "INFOPATH", "TEXINPUTS", "BIBINPUTS", "BSTINPUTS", "TERMINFO_DIRS"),
        *("XDG_DATA_DIRS", "XDG_CONFIG_DIRS"),
    )
)


def is_list(variable: str, value: str = "") -> bool:
    """Whether the variable holds folders, separated by colons; an address in `value` says no.

    One with a secret's name is never told in parts.
    """
    if variable == "PATH" or variable in _LISTS:
        return True
    named = variable.endswith("PATH") and variable.isupper() and variable not in _WHOLE
    if not named or "://" in value:
        return False
    from envkit import secrets

    return not secrets.secret(variable)


def is_fish_list(shell: str, variable: str) -> bool:
    """Whether it is a list of folders to fish alone; its tracer puts colons between them.

    What programs get of it, exported, has blanks between: only a trace tells it in parts.
    """
    names = ("fish_user_paths", "fish_function_path", "fish_complete_path")
    return shell == "fish" and variable in names


def entries(
    host: Host, start: Start, variable: str, value: str | None, origins: tuple[Origin, ...]
) -> tuple[PathEntry, ...]:
    """The entries of a colon list, each with who put it there; none for what is no list.

    What was there before any file has no `set_by`; its `via` says what the context's starter read
    it from (`/etc/environment:1`), or who has it compiled in. Programs are counted by `folders`,
    for the views that tell them.
    """
    if value is None or not (is_list(variable, value) or is_fish_list(start.shell.name, variable)):
        return ()
    given = next((one for one in start.given[::-1] if one.variable == variable), None)
    by = f"{given.where or given.by}" if given else ""
    known = tuple(one if one.where or one.via else one._replace(via=by) for one in origins)
    return tuple(_entries(host, variable, value, known))


def _entries(
    host: Host, variable: str, value: str, origins: tuple[Origin, ...]
) -> Iterator[PathEntry]:
    seen: dict[object, int] = {}
    above: dict[Path, bool] = {}
    for number, (directory, origin) in enumerate(
        zip(align.entries(value), origins, strict=True), start=1
    ):
        path = location(host, variable, directory)
        status = _status(path)
        there = status is not None and (variable != "PATH" or stat.S_ISDIR(status.st_mode))
        same = _identity(variable, directory, status)
        yield PathEntry(
            directory,
            origin.where,
            origin.via,
            origin.moved_by,
            there,
            seen.get(same),
            _open_to_others(host, path, status, above),
            origin.moved,
        )
        seen.setdefault(same, number)


def _identity(variable: str, directory: str, status: os.stat_result | None) -> object:
    """What two entries have in common that are the same folder, wherever a program stands.

    One that is relative is no folder of this machine's, and an empty one is not everywhere the
    current folder.
    """
    if directory.startswith("/"):
        return (status.st_dev, status.st_ino) if status else directory
    if not directory and variable.upper() in _OWN_EMPTY:
        return ""
    return os.path.normpath(directory) if directory not in ("", ".") else "."


def location(host: Host, variable: str, directory: str) -> Path:
    """Where an entry lies: one that does not begin with a slash is below the current folder.

    What it says besides is left out: Java's `/*` (all jars in it), and kpathsea's `!!` and `//`.
    """
    if variable == "CLASSPATH":
        directory = directory.removesuffix("/*")
    elif variable.endswith("INPUTS"):
        directory = directory.removeprefix("!!")
    return host.home / directory


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None


def _open_to_others(
    host: Host, path: Path, status: os.stat_result | None, above: dict[Path, bool]
) -> bool:
    """Whether somebody else than this account and root may put programs there.

    Also by putting another folder in its place, or by making it where it is not there.
    """
    while status is None:
        path = path.parent
        status = _status(path)
    if _theirs(host, status):
        return True
    ways = (path, path.resolve()) if path.is_symlink() else (path,)
    return any(_replaceable(host, way, above) for way in ways)


def _replaceable(host: Host, path: Path, above: dict[Path, bool]) -> bool:
    """Whether others may rename one of the folders on the way; a sticky one keeps its entries."""
    parent = path.parent
    if parent == path:
        return False
    if parent not in above:
        status = _status(parent)
        above[parent] = status is not None and _theirs(host, status, kept=True)
        ways = (parent, parent.resolve()) if parent.is_symlink() else (parent,)
        above[parent] = above[parent] or any(_replaceable(host, way, above) for way in ways)
    return above[parent]


def _theirs(host: Host, status: os.stat_result, kept: bool = False) -> bool:
    if status.st_uid not in (0, host.uid):
        return True
    mode = status.st_mode
    if kept and mode & stat.S_ISVTX:
        return False
    if mode & stat.S_IWOTH:
        return True
    if not mode & stat.S_IWGRP or status.st_gid == 0:
        return False
    from envkit.tracing import folders

    return folders.has_others(host, status.st_gid)


def programs(
    host: Host, variable: str, listed: Sequence[PathEntry], most: int = 0
) -> tuple[PathEntry, ...]:
    """The entries of PATH with the number of programs in each; counting ends at `most`, if given.

    None where a folder is not there, or cannot be read; other lists are not of programs.
    """
    if variable not in ("PATH", "path"):
        return tuple(listed)
    from envkit.tracing import folders

    return tuple(folders.counted(host, listed, most))
