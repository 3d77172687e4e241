"""What a start went through, as data: the stretches of its files, and the lines that ran.

Apart from `provenance`, since a plain trace does not tell them and has a start-up budget.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from envkit.model import Location


class Step(NamedTuple):
    """A stretch of a startup file: what ran of it without another file's lines between.

    `path` None: the hooks of a first prompt. `depth` is 0 for a file that the shell reads by
    itself. `resumed`: the file goes on, after one that it sourced. `first` and `last` are the lines
    that ran. `before` and `after` are the variable's values. `seconds` is the stretch's own time.
    """

    path: Path | None
    depth: int
    sourced_at: Location | None
    resumed: bool
    first: int
    last: int
    before: str | None
    after: str | None
    seconds: float | None = None


class Line(NamedTuple):
    """A line that ran; the body of a function has lines of its own.

    `times` counts the commands that the shell told at it: two for `a; b`, each round of a loop.
    Shells differ in whether the head of a loop, or what an `eval` runs, is told, too.

    `seconds` is spent while the reading of a file stood at this line, functions, evals and
    programs included, but not the files that the line sources; None: not measured, or a line that
    ran within another's statement.
    """

    where: Location
    times: int
    seconds: float | None = None
