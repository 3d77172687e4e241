"""What ran of the files in each start: by its trace, or by reading where none can be made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from envkit.everywhere.known import Known
from envkit.everywhere.structure import Placed
from envkit.model import Location, Order, Start
from envkit.provenance import Trace

# As tracing/notes.py has it: lines stopped to come, or the traced start went another way.
_LOST = ("the trace ends at", "another value than untouched")


def _by_file(places: Iterable[Location]) -> dict[Path, set[int]]:
    found: dict[Path, set[int]] = {}
    for each in places:
        found.setdefault(each.path, set()).add(each.line)
    return found


class Seen:
    """A start that several contexts mean: `contexts` are their names. `trace` None: no tracer."""

    def __init__(
        self, contexts: tuple[str, ...], start: Start, order: Order, trace: Trace | None, why: str
    ) -> None:
        self.contexts, self.start, self.order, self.trace = contexts, start, order, trace
        self.why = why  # it could not be traced

    @cached_property
    def _lines(self) -> dict[Path, set[int]]:
        lines = self.trace.lines if self.trace else ()
        return _by_file(each.where for each in lines if each.times)

    @cached_property
    def _assigned(self) -> dict[Path, set[int]]:
        made = self.trace.assignments if self.trace else ()
        return _by_file(each.where for each in made if each.where)

    @property
    def lost(self) -> str:
        """What a note says of a trace that came to an end before the files did; "" else."""
        notes = self.trace.notes if self.trace else ()
        return next((note for note in notes if any(text in note for text in _LOST)), "")

    def lines(self, path: Path) -> set[int]:
        """The lines of a file that ran."""
        return self._lines.get(path, set())

    def assigned(self, path: Path) -> set[int]:
        """The lines of a file that changed the variable."""
        return self._assigned.get(path, set())

    def hooks(self, path: Path) -> set[int]:
        """The lines that set a prompt's hook which changed the variable."""
        return {
            each.where.line
            for each in (self.trace.assignments if self.trace else ())
            if each.where and each.where.path == path and each.via == "prompt hook"
        }

    def reads(self, path: Path) -> bool:
        """Whether the file is read: seen, or else told by its order."""
        if self.lines(path) or self.assigned(path):
            return True
        return any(
            row.path == path and row.status == "read" and not row.logout for row in self.order.files
        )

    def left(self, path: Path) -> bool:
        """Whether the file is one that is read when the shell is left."""
        return any(row.path == path and row.logout for row in self.order.files)

    def ran(
        self, known: Known, line: int, last: int, placed: Placed | None, variable: str = ""
    ) -> bool:
        """Whether a statement ran; `variable`: it sets that.

        Where something else on its line decides, a change tells; where it may have set what there
        was already, reading does.
        """
        span = range(line, last + 1)
        if known.dialect == "fish" and placed is not None and variable:
            told = self._of_two(known, placed, variable)
            if told is not None:
                return told
        if any(each in span for each in self.assigned(known.path)):
            return True
        if line not in self.lines(known.path):
            return False
        if placed is None or not placed.shared:
            return True
        names = known.names(variable)
        values = {self.start.environment.get(variable)} - {None}
        values |= {each.value for each in self.trace.assignments} if self.trace else set()
        return any(
            (
                event.variable in names and event.value in values  # else it would have changed it
                if event.kind == "assign"
                else event.kind == "source"
            )
            and event.certain
            and event.where.path == known.path
            and event.where.line in span
            for event in self.order.events
        )

    def _of_two(self, known: Known, placed: Placed, variable: str) -> bool | None:
        """Which of several statements that are spelled alike ran, as far as reading tells.

        A trace of fish has their text alone (docs/tracing.md).
        """
        text = placed.node.text
        alike = {one.node.line for one in known.statements() if one.node.text == text}
        ran = {
            event.where.line
            for event in self.order.events
            if event.kind == "assign" and event.variable in known.names(variable)
            if event.certain and event.where.path == known.path and event.where.line in alike
        }
        return placed.node.line in ran if len(alike) > 1 and ran else None
