"""What `which` tells, as data: what a name runs in one context, and where it is when nothing runs.

Named tuples, as in `provenance`: fields only grow.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from envkit.model import Location

if TYPE_CHECKING:
    from envkit.owners import Owner
    from envkit.which.copies import Copy

Kind = Literal["file", "function", "alias", "abbreviation", "builtin", "keyword", "none", "unknown"]


class Shim(NamedTuple):
    """A stand-in of a version manager; `program` is what it runs, None where that is unknown."""

    manager: str
    program: Path | None
    version: str = ""
    problem: str = ""


class File(NamedTuple):
    """A file of that name: on PATH by `entry`, which `set_by` put there (None: inherited, `via`).

    `links`: what it leads to, link by link. `interpreter`: what its first line names, where it is
    a script, as that context finds it, its version where it is a Python. `prefix`: of the Python
    that it is, or runs with.
    `same_as`: the number, from 1, of an earlier file of that name that is the same in the same
    folder (/bin and /usr/bin). `runnable` is False where its permissions do not let it be run.
    """

    path: Path
    entry: str = ""
    position: int = 0
    set_by: Location | None = None
    via: str = ""
    moved_by: Location | None = None
    version: str = ""
    links: tuple[Path, ...] = ()
    interpreter: str = ""
    prefix: Path | None = None
    shim: Shim | None = None
    same_as: int = 0
    runnable: bool = True
    owner: Owner | None = None
    problem: str = ""
    interpreter_version: str = ""


class Found(NamedTuple):
    """What a name runs in one context.

    `file` is what runs, or what a function, alias or builtin stands before; `shadows` come after
    it on PATH. `where` is the line that defines a function or alias, `text` what an alias stands
    for, `runs` the program that its first word leads to. `overrides`: the kinds behind the first.
    `note` says what could not be seen.
    """

    context: str
    title: str
    imitated: str
    shell: str
    kind: Kind
    file: File | None = None
    shadows: tuple[File, ...] = ()
    where: Location | None = None
    source: str = ""
    text: str = ""
    overrides: tuple[str, ...] = ()
    note: str = ""
    runs: File | None = None

    @property
    def files(self) -> tuple[File, ...]:
        """All files that are told."""
        return tuple(one for one in (self.file, *self.shadows, self.runs) if one is not None)

    @property
    def found(self) -> bool:
        """Whether anything runs."""
        return self.kind not in ("none", "unknown")


class Would(NamedTuple):
    """A line that puts the folder of such a program on PATH, but not in these contexts; why."""

    path: Path
    line: int
    directory: str
    contexts: tuple[str, ...]
    elsewhere: tuple[str, ...]
    reason: str


class Told(NamedTuple):
    """One name: a row per context, and where it is when some have none."""

    name: str
    contexts: tuple[Found, ...]
    others: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    near: tuple[str, ...] = ()
    would: tuple[Would, ...] = ()

    @property
    def found(self) -> bool:
        """Whether any context that was asked about has it."""
        return any(one.found for one in self.contexts)
