"""Records -> assignments, and for each entry of a colon list the line that put it there.

A record holds the value before its command, so a change is blamed on the record before it. What is
only for the length of a command (`PATH=x make`, `local PATH`) is taken back when it ends.
"""

from __future__ import annotations

from envkit.model import Location
from envkit.provenance import Assignment
from envkit.tracing import align
from envkit.tracing.align import Origin, State
from envkit.tracing.places import Places, shorten
from envkit.tracing.words import DECLARING, assigned, expands_into, split, unquote


class Fold:
    """The variable's history over one trace: `state` at its end, and all `assignments`."""

    def __init__(self, places: Places, variable: str) -> None:
        self.places, self.records, self.variable = places, places.records, variable
        self.assignments: list[Assignment] = []
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
        states: dict[int, State] = {}  # what was before the commands around the present one
        previous, at = -1, 0
        within = range(0)
        while at < len(self.records):
            end = self._prefix_end(at)
            if end > at:
                # Nothing between can be told from the value that is set only for it.
                within, at = range(at, end), end
                continue
            if previous >= 0:
                self._between(previous, at, states, within)
            states[at] = self.state
            previous, at, within = at, at + 1, range(0)

    def _between(self, previous: int, at: int, states: dict[int, State], within: range) -> None:
        """Account for what happened between two records, with a prefixed command `within`."""
        after = self.records[at]
        if after.value == self.state.value:
            if self._sets_the_same(previous, at):
                self._set(previous, after.value)
            return
        before = self._before(previous, at, states)
        if before is not None and before.value == after.value and not self._sets(previous):
            self.state = before
            del self.assignments[before.made :]
            return
        self._set(self._blamed(previous, at, within), after.value)

    def _blamed(self, previous: int, at: int, within: range) -> int:
        if self._sets(previous):
            return previous
        for index in reversed(within):  # in posix mode `PATH=x eval …` lasts
            values = _values(self.records[index].text, self.variable)
            if values and unquote(values[-1]) == self.records[at].value:
                return index
        statement = self.places.statement(at)
        if statement is not None and expands_into(statement.text, self.variable):
            return at  # `: ${NAME:=…}` is printed when it has been done
        return previous

    def _before(self, previous: int, at: int, states: dict[int, State]) -> State | None:
        """The state before the function call that ended between the two, if one did."""
        ended, function = previous, False
        while ended >= 0 and self.records[ended].opener != self.records[at].opener:
            function = function or self.places.frame(ended) == "function"
            ended = self.records[ended].opener
        return states.get(ended) if function else None

    def _set(self, index: int, value: str | None) -> None:
        from envkit.tracing import uses  # many a start changes nothing

        where, via = self.places.place(index)
        use = uses.of(self.places, index, self.variable)
        origin = Origin(where, via)
        origins = align.origins(self.state.value, self.state.origins, value, origin, use)
        made = Assignment(self.variable, value, where, via, anew=align.anew(origins, origin))
        self.assignments.append(made)
        self.state = State(value, origins, len(self.assignments))

    def _sets(self, index: int) -> bool:
        text = self.records[index].text
        if text.startswith("unset ") and self.variable in text.split():
            return True
        return bool(_values(text, self.variable))

    def _sets_the_same(self, index: int, at: int) -> bool:
        """Whether a record set the variable anew to the value that it had."""
        record, after = self.records[index], self.records[at]
        values = _values(record.text, self.variable)
        if not values or unquote(values[-1]) != record.value:
            return False
        name = record.text.partition(" ")[0]
        if name in ("local", "declare", "typeset") and self.places.call(index) >= 0:
            return False
        if name in DECLARING and assigned(after.text) == self.variable:
            return False  # `export A=1 PATH=…`: one record more for each name
        from envkit.tracing import uses

        use = uses.of(self.places, index, self.variable)
        return use.kind == "new"

    def _prefix_end(self, at: int) -> int:
        """Where the command ends for which record `at` sets the variable; `at`: for no command."""
        record = self.records[at]
        if assigned(record.text) != self.variable:
            return at
        statement = self.places.statement(at)
        if statement is None or not self._is_prefix(statement.text):
            return at
        end = at + 1
        while end < len(self.records) and assigned(self.records[end].text):
            end += 1
        end += 1  # the command itself
        while end < len(self.records) and (
            self.records[end].level > record.level or self.records[end].depth > record.depth
        ):
            end += 1
        return end

    def _is_prefix(self, statement: str) -> bool:
        before, command = split(statement)
        return bool(command) and any(assigned(word) == self.variable for word in before)


def _values(text: str, variable: str) -> list[str]:
    """The values that a record's text gives to `variable`, as xtrace printed them."""
    if assigned(text) == variable:
        return [text.partition("=")[2]]
    first, _, rest = text.partition(" ")
    if first not in DECLARING or f"{variable}=" not in rest:
        return []
    from envkit.tracing.statements import words

    found = [unquote(word) for word in words(rest)]
    return ["'" + w[len(variable) + 1 :] + "'" for w in found if w.startswith(f"{variable}=")]
