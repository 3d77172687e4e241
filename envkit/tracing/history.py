"""What a traced start went through, record by record: stretches of files, lines, seconds.

Every tracer feeds one of these, so that a stretch means the same in each shell. Nothing is kept of
a record but what it adds: a start of 200,000 lines costs what its files cost.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import NamedTuple

from envkit.model import Location
from envkit.steps import Line, Step


class Reading(NamedTuple):
    """A file while it is read, None: a prompt's hooks; `key` tells two readings of it apart."""

    path: Path | None
    sourced_at: Location | None
    key: Hashable


class History:
    """Collects `steps` and `lines`; see `steps.Step` and `steps.Line`."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._stack: tuple[Reading, ...] = ()
        self._seen: set[Hashable] = set()
        self._times: dict[Location, int] = {}
        self._seconds: dict[Location, float] = {}
        self._at: Location | None = None
        self._clock: float | None = None

    def record(
        self,
        stack: tuple[Reading, ...],
        line: int,
        value: str | None,
        clock: float | None = None,
        ran: Location | None = None,
    ) -> None:
        """A command is about to run, at `line` of the innermost file of `stack`.

        `value` is the variable's and `clock` the time, in seconds, just before it; `ran` is its own
        line where it stands in a function's body. An empty stack: none of the files' commands.
        """
        self._spend(clock)
        if stack != self._stack:
            self._turn(stack, line, value)
        if not stack:
            self._at = None
            return
        step = self._steps[-1]
        self._steps[-1] = step._replace(
            first=min(step.first, line), last=max(step.last, line), after=value
        )
        path = stack[-1].path
        self._at = Location(path, line) if path else None
        for where in {self._at, ran} - {None}:
            assert where is not None
            self._times[where] = self._times.get(where, 0) + 1

    def end(self, value: str | None, clock: float | None = None) -> None:
        """The last command has run."""
        self._spend(clock)
        self._turn((), 0, value)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The stretches, in order."""
        return tuple(self._steps)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that ran, in the order of their first time."""
        return tuple(
            Line(where, times, self._seconds.get(where)) for where, times in self._times.items()
        )

    def _turn(self, stack: tuple[Reading, ...], line: int, value: str | None) -> None:
        if self._stack and self._steps:
            self._steps[-1] = self._steps[-1]._replace(after=value)
        self._stack = stack
        if stack:
            top = stack[-1]
            self._steps.append(
                Step(
                    top.path,
                    len(stack) - 1,
                    top.sourced_at,
                    top.key in self._seen,
                    line,
                    line,
                    value,
                    value,
                )
            )
            self._seen.add(top.key)

    def _spend(self, clock: float | None) -> None:
        """The time since the last record was spent at its line."""
        if clock is not None and self._clock is not None:
            spent = max(clock - self._clock, 0.0)
            if self._at is not None:
                self._seconds[self._at] = self._seconds.get(self._at, 0.0) + spent
            if self._stack and self._steps:
                step = self._steps[-1]
                self._steps[-1] = step._replace(seconds=(step.seconds or 0.0) + spent)
        self._clock = clock
