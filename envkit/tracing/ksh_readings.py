"""Which files a traced Korn shell was reading at each command: for the history.

What a function, an eval or a pipe runs belongs to the line of the file that it is called from.
"""

from __future__ import annotations

from pathlib import Path

from envkit.model import Location
from envkit.tracing.history import History, Reading
from envkit.tracing.ksh_frames import Frame, Frames
from envkit.tracing.ksh_probe import Entry


class Readings:
    """Told each command of a record, it feeds a history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: dict[Frame, Reading] = {}  # the files around the last command

    def __call__(self, frames: Frames, entry: Entry) -> None:
        """Take in the last record of `frames`, which is that of `entry`."""
        record = frames.records[-1]
        files = [
            level
            for level, frame in enumerate(frames.stack)
            if frame.kind == "file" and frame.source is not None
        ]
        around = [frames.stack[level] for level in files]
        self._known = {frame: self._known.get(frame) or _reading(frames, frame) for frame in around}
        stack = tuple(self._known.values())
        top = files[-1] if files else -1
        line = _line(frames, top)
        self._history.record(stack, line, record.value, entry.clock, _body(frames, top))


def _reading(frames: Frames, frame: Frame) -> Reading:
    """A file that is read from now on; a startup file's opener stands in no file."""
    outer = frames.stack[: frames.stack.index(frame)]
    index = frame.opener
    while outer and outer[-1].kind == "eval":  # an eval counts its own lines
        index = outer.pop().opener
    opener = frames.records[index]
    at = Location(Path(opener.source), opener.line) if opener.source else None
    return Reading(Path(frame.path), at, frame)


def _line(frames: Frames, level: int) -> int:
    """The line at which frame `level` stands: its own, or where what is in it was opened."""
    within = frames.stack[level + 1 :]
    return frames.records[within[0].opener if within else -1].line


def _body(frames: Frames, level: int) -> Location | None:
    """The line in the innermost function that stands in a file."""
    for inner in range(len(frames.stack) - 1, level, -1):
        frame = frames.stack[inner]
        if frame.kind == "function":
            line, source = _line(frames, inner), frames.scanned(frame.path)
            if source is not None and source.defines(frame.name, line):
                return Location(Path(frame.path), line)
    return None
