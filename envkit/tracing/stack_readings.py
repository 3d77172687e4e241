"""Which files a shell with stacks was reading at each command, and at which line: for the history.

What a function, an eval or a pipe runs belongs to the line of the file that it is called from, as a
prompt's hooks belong to the line that set them.
"""

from __future__ import annotations

from pathlib import Path

from envkit.model import Location
from envkit.tracing.history import History, Reading
from envkit.tracing.stack import COMMAND
from envkit.tracing.stack_places import PIPE, Places
from envkit.tracing.zsh_record import Told

_QUIET = 3  # a command of zsh's own functions costs the tracer a third of another one


class Readings:
    """Which files were being read at each command, and at which line: for the history."""

    def __init__(self, places: Places, history: History) -> None:
        self._places, self._history = places, history
        self._stack: tuple[Reading, ...] = ()
        self._around: tuple[tuple[str, str], ...] = ()
        self._found: dict[int, tuple[int, Location | None]] = {}
        self._count = 0

    def take(self, told: Told, index: int) -> None:
        """A command, which is kept at `index`, or was when it was new."""
        for _ in range(told.more // _QUIET):
            self._history.more()
        record, value = told.record, told.record.value
        if record.frames[:1] == COMMAND:
            self._hook(told, index)
            return
        stack = self._files(told)
        if index not in self._found:
            self._found[index] = self._places.lines(index)
        line, ran = self._found[index]
        self._history.record(stack, line, value, told.clock, ran)

    def _hook(self, told: Told, index: int) -> None:
        """A command of the -c itself: the prompt's hooks are functions, all else is envkit's."""
        self._stack = self._around = ()
        name = next((f.name for f in told.record.frames if f.kind == "shfunc"), "ENVKIT")
        if name.startswith("ENVKIT"):
            self._history.record((), 0, told.record.value, told.clock)
            return
        if index not in self._found:
            self._found[index] = 0, self._places.body(index)
        body = self._found[index][1]
        reading = Reading(None, self._places.place(index)[0], ("hook", name))
        line = body.line if body else 0
        self._history.record((reading,), line, told.record.value, told.clock, body)

    def _files(self, told: Told) -> tuple[Reading, ...]:
        """The files around a command; one that is read anew is another reading."""
        around = tuple(
            (frame.name, frame.call)
            for frame in told.record.frames
            if frame.kind == "file" and not PIPE.match(frame.name)
        )
        if around == self._around:
            return self._stack
        same = 0
        while same < min(len(around), len(self._around)) and around[same] == self._around[same]:
            same += 1
        stack = list(self._stack[:same])
        for name, call in around[same:]:
            self._count += 1
            stack.append(Reading(Path(name), _called(call), self._count))
        self._around, self._stack = around, tuple(stack)
        return self._stack


def _called(call: str) -> Location | None:
    path, _, line = call.rpartition(":")
    return Location(Path(path), int(line)) if path.startswith("/") and line.isdigit() else None
