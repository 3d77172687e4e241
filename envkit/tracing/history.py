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
from envkit.tracing.clock import Clock


class Reading(NamedTuple):
    """A file while it is read, None: a prompt's hooks; `key` tells two readings of it apart.

    The time of a prompt's hooks is put down to `sourced_at`, the line that set them, if known.
    """

    path: Path | None
    sourced_at: Location | None
    key: Hashable


class _Stretch:
    """A step while it goes on: at each line its seconds, and how many records were written then.

    The tracer's cost is taken out of these, so that the lines and the files have the same sum.
    """

    __slots__ = ("spent", "step")

    def __init__(self, step: Step) -> None:
        self.step = step
        self.spent: dict[Location | None, tuple[float, int]] = {}


class History:
    """Collects `steps` and `lines`; see `steps.Step` and `steps.Line`."""

    def __init__(self) -> None:
        self._stretches: list[_Stretch] = []
        self._stack: tuple[Reading, ...] = ()
        self._seen: set[Hashable] = set()
        self._times: dict[Location, int] = {}
        self._at: Location | None = None
        self._ticks = Clock()
        self._clock: float | None = None
        self.timed = False  # whether any clock was told
        self.lost: Location | None = None  # the line after which none was
        self._cost, self._share = 0.0, 1.0
        self._more = 0

    def record(
        self,
        stack: tuple[Reading, ...],
        line: int,
        value: str | None,
        clock: float | None = None,
        ran: Location | None = None,
        own: bool = True,
    ) -> None:
        """A command is about to run, at `line` of the innermost file of `stack`.

        `value` is the variable's and `clock` the time, in seconds, just before it; `ran` is its own
        line where it stands in a function's body. An empty stack: none of the files' commands.
        `own`: it stands in a line itself, and no more than a part of what stands there (an eval's).
        """
        self._spend(clock)
        if stack != self._stack:
            self._turn(stack, line, value)
        if not stack:
            self._at = None
            return
        self._widen(line, value)
        path, setter, _ = stack[-1]
        here = Location(path, line) if path else None
        self._at = here or setter
        where = ran or here
        if where is not None and own and where.line > 0:
            self._times[where] = self._times.get(where, 0) + 1

    def beside(
        self,
        stack: tuple[Reading, ...],
        line: int,
        value: str | None,
        clock: float | None = None,
    ) -> None:
        """A subshell's first command, which may run before the shell's own record of that line.

        Its line is not counted for it, but from here on the time is the line's.
        """
        self._spend(clock)
        if stack and stack != self._stack:
            self._turn(stack, line, value)
        elif stack:
            self._widen(line, self._stretches[-1].step.after)
        path, setter, _ = stack[-1] if stack else (None, None, None)
        self._at = Location(path, line) if path else setter

    def more(self) -> None:
        """A record that tells nothing was written: it took its time as well."""
        self._more += 1

    def end(self, value: str | None, clock: float | None = None) -> None:
        """The last command has run."""
        self._spend(clock)
        self._turn((), 0, value)

    def settle(self, untouched: float | None, traced: float | None) -> None:
        """Take the tracer's own cost out, now that both starts' wall times are known."""
        self._cost = self._ticks.cost(untouched, traced)
        self.bound(untouched, traced)

    def bound(self, untouched: float | None, traced: float | None) -> None:
        """Where the lines together would take longer than the whole start, tell in proportion.

        What the traced start spent outside its files is then the shell's own in both, but no more
        than half: that difference has the noise of two starts.
        """
        self._share = 1.0
        total = sum(map(self._own, self._stretches))
        if untouched is None or traced is None or total <= untouched:
            return
        within = sum(each for one in self._stretches for each, _ in one.spent.values())
        self._share = min(untouched, max(untouched + within - traced, untouched / 2)) / total

    @property
    def overhead(self) -> float:
        """What was taken out, in all."""
        return self._cost * self._ticks.records

    @property
    def steps(self) -> tuple[Step, ...]:
        """The stretches, in order."""
        if not self.timed:
            return tuple(one.step for one in self._stretches)
        return tuple(one.step._replace(seconds=self._own(one)) for one in self._stretches)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that ran, in the order of their first time."""
        seconds: dict[Location, float] = {}
        for one in self._stretches:
            for where, spent in one.spent.items():
                if where is not None:
                    seconds[where] = seconds.get(where, 0.0) + self._net(*spent)
        places = dict.fromkeys([*self._times, *seconds])
        return tuple(Line(one, self._times.get(one, 0), seconds.get(one)) for one in places)

    def _own(self, stretch: _Stretch) -> float:
        return sum(self._net(*spent) for spent in stretch.spent.values())

    def _net(self, seconds: float, records: int) -> float:
        return max(seconds - records * self._cost, 0.0) * self._share

    def _widen(self, line: int, value: str | None) -> None:
        last = self._stretches[-1]
        step = last.step
        if line < step.first or line > step.last:
            last.step = step._replace(first=min(step.first, line), last=max(step.last, line))
        if last.step.after != value:
            last.step = last.step._replace(after=value)

    def _turn(self, stack: tuple[Reading, ...], line: int, value: str | None) -> None:
        if self._stack and self._stretches:
            self._widen(self._stretches[-1].step.first, value)
        self._stack = stack
        if not stack:
            return
        path, setter, key = stack[-1]
        depth, again = len(stack) - 1, key in self._seen
        step = Step(path, depth, setter, again, line, line, value, value)
        self._stretches.append(_Stretch(step))
        self._seen.add(key)

    def _spend(self, clock: float | None) -> None:
        """The time since the last record was spent at its line."""
        more, self._more = self._more + 1, 0
        before, self._clock = self._clock, clock
        if clock is None and before is not None and self._stack:
            self.lost = self.lost or self._at
        if clock is None or before is None:
            return
        self.timed = True
        spent = max(clock - before, 0.0)
        self._ticks.add(spent, more)
        if self._stack and self._stretches:
            at = self._stretches[-1].spent
            seconds, records = at.get(self._at, (0.0, 0))
            at[self._at] = seconds + spent, records + more
