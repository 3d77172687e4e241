"""Records with stacks -> assignments, and for each entry of a list the line that put it there.

A record holds the value before its list runs, so a change is blamed on the record before it. What
is only for the length of a command (`PATH=x fn`, `local PATH`) is taken back when it ends.
"""

from __future__ import annotations

import re

from envkit.model import Location
from envkit.provenance import Assignment
from envkit.tracing import align, stack_uses
from envkit.tracing.align import Origin, State
from envkit.tracing.places import shorten
from envkit.tracing.stack_places import Places


class Fold:
    """The variable's history over one trace: `state` at its end, and all `assignments`."""

    def __init__(self, places: Places, variable: str) -> None:
        self.places, self.records, self.variable = places, places.records, variable
        self.assignments: list[Assignment] = []
        self._names = places.names(variable)
        first = self.records[0].value if self.records else None
        self.state = State(first, align.inherited(first), 0)
        self._run()

    def last(self) -> tuple[Location | None, str]:
        """The last line that was seen, and its text: where a start that did not end still was."""
        for index in range(len(self.records) - 1, -1, -1):
            where = self.places.place(index)[0]
            if where is not None:
                return where, shorten(self.places.told(index), 50)
        return None, ""

    def _run(self) -> None:
        states: dict[int, State] = {}  # how many frames -> the state before the last command there
        for at, record in enumerate(self.records):
            if at:
                self._between(at - 1, at, states)
            states[len(record.frames)] = self.state

    def _between(self, previous: int, at: int, states: dict[int, State]) -> None:
        value = self.records[at].value
        if value == self.state.value:
            if value is not None and stack_uses.sets_anew(self.places, previous, self.variable):
                self._set(previous, value)
            return
        before = self._before(previous, at, states)
        if before is not None:
            self.state = before
            del self.assignments[before.made :]
            return
        self._set(self._blamed(previous), value)

    def _before(self, previous: int, at: int, states: dict[int, State]) -> State | None:
        """The state before a call that ended between the two and took its change back, if any."""
        value = self.records[at].value
        for depth in range(len(self.records[at].frames), len(self.records[previous].frames)):
            state = states.get(depth)
            if state is not None and state.value == value and self._lent(previous, depth):
                return state
        return None

    def _lent(self, index: int, depth: int) -> bool:
        """Whether the frame `depth` around a record may have had a value of its own."""
        frame = self.records[index].frames[depth]
        if frame.kind == "shfunc":
            return True
        opener = self.places.opener(index, depth)
        return opener >= 0 and stack_uses.is_prefix(self.records[opener].text, self._names)

    def _blamed(self, index: int) -> int:
        """The record itself, or the `trap` whose action ran after it."""
        names = self._names
        if any(name in self.records[index].text for name in names):
            return index
        pattern = re.compile(
            rf"trap .*({'|'.join(names)})|TRAP[A-Z]+ \(\).*({'|'.join(names)})", re.S
        )
        for setter in range(index - 1, -1, -1):
            if pattern.match(self.records[setter].text):
                return setter
        return index

    def _set(self, index: int, value: str | None) -> None:
        where, via = self.places.place(index)
        use = stack_uses.of(self.places, index, self.variable)
        origin = Origin(where, via)
        origins = align.origins(self.state.value, self.state.origins, value, origin, use)
        made = Assignment(self.variable, value, where, via, anew=align.anew(origins, origin))
        self.assignments.append(made)
        self.state = State(value, origins, len(self.assignments))
