"""Which line gave a variable its value, as data: what `trace` answers.

Named tuples, which cost a third of a frozen dataclass to make: `trace` has a start-up budget.
"""

from __future__ import annotations

from typing import NamedTuple

from envkit.model import Location, StartupFile


class Assignment(NamedTuple):
    """One event that changed the traced variable; `value` is the value after it, None: unset."""

    variable: str
    value: str | None
    where: Location | None
    via: str = ""
    seconds: float | None = None


class PathEntry(NamedTuple):
    """One entry of a colon list and the line that put it there; None: inherited."""

    directory: str
    set_by: Location | None
    via: str = ""
    moved_by: Location | None = None
    exists: bool = True
    same_as: int | None = None
    writable_by_others: bool = False


class Trace(NamedTuple):
    """One variable in one start. `notes` say what could not be seen; "" value None means unset."""

    context: str
    shell: str
    variable: str
    value: str | None
    files: tuple[StartupFile, ...]
    assignments: tuple[Assignment, ...]
    entries: tuple[PathEntry, ...]
    notes: tuple[str, ...] = ()
