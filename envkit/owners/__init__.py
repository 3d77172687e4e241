"""Who installed a program, and what removes it. One file per kind of installer, ending in OWNER.

A program's name is often a link (`/etc/alternatives`, `~/.local/bin`, a Cellar): every link on the
way is asked about in turn, and the first that somebody answers for counts. Most answers are read
off the installer's own records, so that they hold for another machine's file system, too.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

from envkit import discover
from envkit.host import Host
from envkit.owners._links import chain, real
from envkit.owners._links import inside as steps

__all__ = [
    "Finder",
    "Owner",
    "known",
    "managers",
    "of",
    "of_the_system",
    "real",
    "steps",
    "version",
]

#: The rank of those that record every file of the system, and the last of those with records.
SYSTEM, RECORDED = 10, 40
# Records that cannot be read, or are none: somebody else may still answer.
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError)


class Owner(NamedTuple):
    """What a program belongs to. `manager` is the installer's own name: dpkg, pip, conda, …

    `version` is the package's, "" where it is not recorded. `remove` is the command that takes
    the package away, "" where there is none that one should type (the system needs it).
    """

    manager: str
    package: str
    version: str
    remove: str


class Finder(NamedTuple):
    """A kind of installer: `find(host, path)` answers for a path whose folders are no links.

    `rank`: who is asked first. 10: those that record every file of the system; 20: environments
    that one tool made for itself; 30: those that record every file of an environment; 40: what was
    installed into some other installer's tree; above: the trees themselves. `names` are the
    `manager`s that it may answer with.
    """

    rank: int
    find: Callable[[Host, Path], Owner | None]
    names: tuple[str, ...]


def of(host: Host, path: Path) -> Owner | None:
    """Say who installed a program; None where nobody answers for it, which is an answer.

    `path` is absolute, as that machine names it.
    """
    return _ask(host, path, _finders())


def version(host: Host, path: Path) -> str:
    """Say which version a program is by the records of its installer; "" where none tell.

    A Python distribution's own is nearer than the system package's that it came in; of that one
    (`1:3.0-2+deb12u1`) the epoch and the revision are dropped (deb-version(7)).
    """
    finders = _finders()
    # The script's own distribution before the application, formula or environment that it is in;
    # a tree's version is its Python's or Node's, not that of what lies in it.
    nearer = tuple(one for one in reversed(finders) if SYSTEM < one.rank <= RECORDED)
    if (owner := _ask(host, path, nearer)) is not None:
        return _upstream(owner.version) if owner.manager == "brew" else owner.version
    owner = _ask(host, path, tuple(one for one in finders if one.rank == SYSTEM))
    return _upstream(owner.version) if owner else ""


def managers(host: Host, path: Path) -> frozenset[str]:
    """Name every installer that a program is of: its package's, and those whose trees it lies in.

    A tool that pip put into a conda environment is of both. Links are followed, but not from a
    virtual environment to the Python that it was made with.
    """
    found: set[str] = set()
    for step in steps(host, path):
        prefix = step.parent.parent
        if host.kind(prefix / "pyvenv.cfg") == "file":
            found.add("venv")
        if host.kind(prefix / "conda-meta") == "directory":
            found.add("conda")
        for finder in _finders():
            with contextlib.suppress(*_UNREADABLE):
                if (owner := finder.find(host, step)) is not None:
                    found.add(owner.manager)
    return frozenset(found)


def known() -> tuple[str, ...]:
    """The names of all installers."""
    return tuple(sorted({name for finder in _finders() for name in finder.names}))


def of_the_system() -> tuple[str, ...]:
    """The names of those that record every file of a system."""
    return tuple(name for one in _finders() if one.rank == SYSTEM for name in one.names)


def _upstream(version: str) -> str:
    """Without an epoch, a packager's suffix, a revision (`-2+deb12u1`, `-r1`, Homebrew's `_1`)."""
    return re.sub(r"^\d+:|([+~.](dfsg|ds|repack)[\d.]*)?([-_][^-_]*)?$", "", version)


def _finders() -> tuple[Finder, ...]:
    found = cast(tuple[Finder, ...], discover.every(__name__, "OWNER"))
    return tuple(sorted(found, key=lambda finder: finder.rank))


def _ask(host: Host, path: Path, finders: tuple[Finder, ...]) -> Owner | None:
    way = tuple(chain(host, path))
    for step, target in zip(way, (*way[1:], None), strict=True):
        for finder in finders:
            # A link within a tree (pip -> pip3.11) leads to what somebody may have installed there.
            if finder.rank > RECORDED and target and step.parent.parent in target.parents:
                continue
            with contextlib.suppress(*_UNREADABLE):
                if (owner := finder.find(host, step)) is not None:
                    return owner
    return None
