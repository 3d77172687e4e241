"""Which line gave a variable its value, as data: what `trace` answers.

Named tuples, which cost a third of a frozen dataclass to make: `trace` has a start-up budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from envkit.model import Location, StartupFile

if TYPE_CHECKING:
    from envkit.steps import Line, Step


class Assignment(NamedTuple):
    """One event that changed the traced variable; `value` is the value after it, None: unset.

    `anew`: nothing of the old value is in it, also where entries are spelled as they were.
    """

    variable: str
    value: str | None
    where: Location | None
    via: str = ""
    seconds: float | None = None
    anew: bool = False


class PathEntry(NamedTuple):
    """One entry of a colon list and the line that put it there; None: inherited.

    `moved_by` is the last line that gave it another place, `moved` says which in a few words
    (`behind /usr/bin`, `in front of /usr/bin`). `executables`: how many programs the folder holds,
    None where it cannot be read or the list is none of programs.
    """

    directory: str
    set_by: Location | None
    via: str = ""
    moved_by: Location | None = None
    exists: bool = True
    same_as: int | None = None
    writable_by_others: bool = False
    moved: str = ""
    executables: int | None = None


class Wanted(NamedTuple):
    """What a trace should tell besides the variable.

    `history`: the steps and the lines. `clock`: their seconds, too. `question`: shell text that is
    run when all files have been read; what it prints on stdout is the answer. `once`: the traced
    start alone, where it tells all; the untouched one only where that may differ.
    """

    history: bool = False
    clock: bool = False
    question: str = ""
    once: bool = False


#: The variable, and nothing else.
PLAIN = Wanted()


class Trace(NamedTuple):
    """One variable in one start. `notes` say what could not be seen; "" value None means unset.

    `steps` and `lines` where they were wanted; `seconds` is the wall time of the untouched start,
    `overhead` what the traced one took more. `answer`: see `Wanted`.
    """

    context: str
    shell: str
    variable: str
    value: str | None
    files: tuple[StartupFile, ...]
    assignments: tuple[Assignment, ...]
    entries: tuple[PathEntry, ...]
    notes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    lines: tuple[Line, ...] = ()
    seconds: float | None = None
    overhead: float | None = None
    answer: str = ""
