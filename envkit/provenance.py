"""Which line gave a variable its value, as data: what `trace` answers."""

from __future__ import annotations

from dataclasses import dataclass

from envkit.model import Location, StartupFile


@dataclass(frozen=True, slots=True)
class Assignment:
    """One event that changed the traced variable; `value` is the value after it, None: unset."""

    variable: str
    value: str | None
    where: Location | None
    via: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class PathEntry:
    """One entry of a colon list and the line that put it there; None: inherited."""

    directory: str
    set_by: Location | None
    via: str = ""
    moved_by: Location | None = None
    exists: bool = True
    same_as: int | None = None
    writable_by_others: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """One variable in one start. `notes` say what could not be seen; "" value None means unset."""

    context: str
    shell: str
    variable: str
    value: str | None
    files: tuple[StartupFile, ...]
    assignments: tuple[Assignment, ...]
    entries: tuple[PathEntry, ...]
    notes: tuple[str, ...] = ()
