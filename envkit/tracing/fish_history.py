"""What a traced fish went through: fish's own profile, command by command, into a history.

The profile has the nesting and each command's own time, in microseconds; so the time of the
tracer's handler is left out as it is, and nothing need be estimated.
"""

from __future__ import annotations

from pathlib import Path

from envkit.model import Location
from envkit.tracing.fish_fold import Fold
from envkit.tracing.fish_places import Places
from envkit.tracing.history import History, Reading


class _Frame:
    """What a step opened: the files that are being read, and where they stand at the moment.

    `path` is the file whose lines the steps in it have; `function`: it is one's body.
    """

    __slots__ = ("depth", "function", "line", "opener", "path", "ran", "stack")

    def __init__(
        self,
        opener: int,
        depth: int,
        stack: tuple[Reading, ...],
        line: int,
        ran: Location | None,
        path: Path | None = None,
        function: bool = False,
    ) -> None:
        self.opener, self.depth, self.stack, self.line = opener, depth, stack, line
        self.ran, self.path, self.function = ran, path, function


_OUTSIDE = _Frame(-1, -1, (), 0, None)


def history(places: Places, fold: Fold, ours: Path, timed: bool) -> History:
    """The steps and the lines of a start; `timed`: with their seconds.

    The folder `ours` has the tracer's own drivers, which are as if they were not there.
    """
    if not places.steps:
        return _assigned(places, fold)
    walk = _Walk(places, fold, ours, timed)
    for index in range(len(places.steps)):
        walk.step(index)
    walk.went.end(fold.value, walk.clock if timed else None)
    return walk.went


def _assigned(places: Places, fold: Fold) -> History:
    """Of a start that wrote no profile (`exec`, a signal): the lines that set the variable."""
    went, value = History(), fold.values[0]
    for one in fold.assignments:
        if one.where is not None:
            went.record(_chain(places, one.where.path), one.where.line, value)
        value = one.value
    went.end(value)
    return went


def _chain(places: Places, path: Path) -> tuple[Reading, ...]:
    """The files that were being read with that one, as reading their texts tells it."""
    found: tuple[Reading, ...] = ()
    at: Path | None = path
    while at is not None and all(at != one.path for one in found):
        row = next((row for row in places.rows if row.path == at and row.status == "read"), None)
        sourced_at = row.sourced_at if row else None
        found = (Reading(at, sourced_at, at), *found)
        at = sourced_at.path if sourced_at else None
    return found


class _Walk:
    """Goes through the steps in the order in which they ran; `clock` is the time so far."""

    def __init__(self, places: Places, fold: Fold, ours: Path, timed: bool) -> None:
        self.places, self.fold, self.ours, self.timed = places, fold, ours, timed
        self.went = History()
        self._frames: list[_Frame] = []
        self._spent = self._call = 0
        self._value = fold.values[0]

    @property
    def clock(self) -> float:
        """Seconds since the first command, without the tracer's."""
        return self._spent / 1e6

    def step(self, index: int) -> None:
        """Take in the next command."""
        steps = self.places.steps
        while self._frames and self._frames[-1].depth >= steps.depth(index):
            self._frames.pop()
        if self._call < len(steps.calls) and steps.calls[self._call] == index:
            if self._call < len(self.fold.after):
                self._value = self.fold.values[self.fold.after[self._call]]
            self._call += 1
            return
        frame = self._frame(index)
        if self._is_statement(index, frame):
            self._record(index, frame)
        self._spent += steps.spent(index)
        if self.places.kind(index):
            self._frames.append(self._opened(index, frame))

    def _frame(self, index: int) -> _Frame:
        opener = self.places.opener(index)
        return next((one for one in reversed(self._frames) if one.opener == opener), _OUTSIDE)

    def _is_statement(self, index: int, frame: _Frame) -> bool:
        """Whether it is a statement of its own: no substitution in one, and no block's first line.

        A block's line is also its condition's; the others run nothing on that line.
        """
        steps = self.places.steps
        text, above = steps.text(index), steps.parent(index)
        if text.endswith("...") and text.startswith(("if ", "while ")):
            return False
        if above == frame.opener or steps.text(above).endswith("..."):
            return True
        return frame.path is not None and self.places.stands(index, frame.opener)

    def _record(self, index: int, frame: _Frame) -> None:
        line = self.places.line(index, frame.opener) if frame.path else None
        if frame.function and frame.path and line:
            frame.ran = Location(frame.path, line)
        elif line:
            frame.line = line
        clock = self.clock if self.timed else None
        own = frame.path is not None  # else an eval's text, or a function of fish's own
        self.went.record(frame.stack, frame.line, self._value, clock, frame.ran, own)

    def _opened(self, index: int, frame: _Frame) -> _Frame:
        """The frame of what step `index` opens: at the same place, but for files and functions."""
        places, kind = self.places, self.places.kind(index)
        stack, line, ran = frame.stack, frame.line, frame.ran
        depth = places.steps.depth(index)
        if index >= places.prompt and not stack and kind == "function":
            hook = places.hook(index)
            stack = (Reading(None, hook, index),) if hook else ()
        if kind == "function":
            path = places.defined_in(index)
            if path is not None:
                return _Frame(index, depth, stack, line, ran, path, True)
        path = places.file(index) if kind == "file" else None
        hidden = path is None or places.texts.is_library(path) or self.ours in path.parents
        if path is not None and not hidden:
            here = stack[-1].path if stack else None
            at = ran or (Location(here, line) if here else None)
            return _Frame(index, depth, (*stack, Reading(path, at, index)), 1, None, path)
        return _Frame(index, depth, stack, line, ran)
