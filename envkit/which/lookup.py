"""The files of a name on PATH, in its order, each with the entry that leads there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit.host import Host
from envkit.provenance import PathEntry
from envkit.which.found import File

_TILDE = "bash alone expands the ~ in this entry of PATH: no program finds it there"


def files(
    host: Host, name: str, entries: Sequence[PathEntry], tilde: bool = False
) -> tuple[File, ...]:
    """Every file of that name on PATH that the account could run, in order.

    Where there is none, those that only lack the permission (POSIX.1-2017 2.9.1.1: the search is
    for an executable file). A relative entry, and an empty one, is below the current folder: home.
    `tilde`: a `~` that stands in PATH itself is expanded, as by bash.
    """
    found = tuple(_numbered(host, _files(host, name, entries, tilde)))
    runnable = tuple(one for one in found if one.runnable)
    return runnable or found


def _files(host: Host, name: str, entries: Sequence[PathEntry], tilde: bool) -> Iterator[File]:
    if name in ("", ".", ".."):
        return
    for position, entry in enumerate(entries, start=1):
        expanded = tilde and entry.directory.split("/")[0] == "~"
        folder = entry.directory[2:] if expanded else entry.directory
        path = host.home / folder / name
        if host.kind(path) in ("missing", "directory", "dangling", "loop"):
            continue
        runnable = host.may_run(path)
        if not runnable and not _is_file(host, path):
            continue
        yield File(
            path,
            entry.directory,
            position,
            entry.set_by,
            entry.via,
            entry.moved_by,
            runnable=runnable,
            problem=_TILDE if expanded else "",
        )


def _is_file(host: Host, path: Path) -> bool:
    try:
        return host.locate(path).is_file()
    except OSError:
        return False


def _numbered(host: Host, found: Iterator[File]) -> Iterator[File]:
    """The same file in the same folder under two names is one: /bin and /usr/bin."""
    seen: dict[Path, int] = {}
    for number, one in enumerate(found, start=1):
        place = host.locate(one.path).parent.resolve()
        yield one._replace(same_as=seen.get(place, 0))
        seen.setdefault(place, number)


def first(host: Host, name: str, path: str) -> Path | None:
    """The file that a program of that name runs with this value of PATH."""
    for entry in path.split(":"):
        candidate = host.home / entry / name
        if host.may_run(candidate):
            return candidate
    return None


def links(host: Host, path: Path) -> tuple[Path, ...]:
    """What a file leads to, link by link, to the file itself; only of its last part."""
    found: list[Path] = []
    here = path
    while len(found) < 40 and (target := _target(host, here)) is not None:
        # `..` goes up from where the folder really is.
        folder = here.parent.resolve() if ".." in target.parts else here.parent
        here = Path(os.path.normpath(folder / target))
        found.append(here)
    return tuple(found)


def _target(host: Host, path: Path) -> Path | None:
    try:
        return host.locate(path.parent).joinpath(path.name).readlink()
    except OSError:
        return None
