"""Going through csh startup files as one start would: a counter over lines, as csh itself has it.

Where a condition cannot be decided both ways are walked, and what they do is not certain.
"""

from __future__ import annotations

from pathlib import Path

from envkit.model import EventKind, Location, Status
from envkit.reading.conditions import Answer
from envkit.reading.csh import commands
from envkit.reading.csh.frame import Frame, Leave
from envkit.reading.csh.state import State
from envkit.reading.csh.text import Abort, Command, Fault, Line, Word, lines, parse, words
from envkit.reading.record import Record

_STEPS = 30_000  # lines walked in one start
_DEPTH = 40  # files within each other


class Walk:
    """One start; `ended` says why no further file is read: "error", "logout", "exec" or ""."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.record = Record(state.host)
        self.frames: list[Frame] = []
        self.doubt = 0
        self.floor = 0
        self.steps = 0
        self.subshell = 0
        self.ended = ""
        self.ended_at: Location | None = None
        self.left_at: Location | None = None
        self.fault: Fault | None = None  # an error on this line, the rest of which is still run
        self.stops_at_failure = False

    @property
    def certain(self) -> bool:
        """Whether what happens now happens for sure."""
        return self.doubt == 0

    @property
    def frame(self) -> Frame:
        """The file that is read."""
        return self.frames[-1]

    def start(self, path: Path, reader: str, reason: str) -> Status:
        """The shell itself opens `path`."""
        status = self.record.open(path, reader, reason, certain=self.certain)
        if status == "read":
            self.left_at = self.fault = None
            try:
                self._walk_file(path)
            except Fault:
                self._end("error")
            except Leave as leave:
                self._end(leave.kind)
        return status

    def _end(self, kind: str) -> None:
        if self.certain:
            self.ended, self.ended_at = kind, self.left_at
        else:
            self.floor = 1
        self.doubt = self.floor

    def source(self, path: Path, arguments: tuple[str | None, ...]) -> None:
        """`source path`; Fault where it cannot be opened."""
        at = self.location()
        self.event("source", value=str(path))
        reason = f"sourced by {self.record.show(at)}"
        status = self.record.open(path, str(at), reason, at, self.certain)
        if status != "read" and self.state.host.kind(path) != "directory":
            raise Fault("no such file")
        nested = [frame.path for frame in self.frames].count(path) > 2
        if nested or len(self.frames) > _DEPTH:
            self.doubt += 1
            return
        before = self.state.lookup("argv")[1]
        if arguments:
            self.state.variables["argv"] = arguments
        try:
            if status == "read":
                self._walk_file(path)
        finally:
            self.state.variables["argv"] = before

    def unknown_source(self, word: str) -> None:
        """`source FILE`, and only running it can tell which file that is."""
        at = self.location()
        self.record.event("source", at, "", None, False)
        why = "only running it can tell which file this is"
        self.record.add(Path(word), "skipped", why, str(at), at, certain=False)

    def _walk_file(self, path: Path) -> None:
        if not self.state.file("-f", path):
            return
        try:
            content = self.state.host.read(path).replace(b"\0", b"")  # csh passes them over
        except OSError:
            return
        before = self.doubt
        self._in_frame(Frame(path, lines(content.decode("utf-8", "surrogateescape"))))
        self.doubt = max(before, self.floor)

    def _in_frame(self, frame: Frame) -> None:
        outer, self.fault = self.fault, None
        self.frames.append(frame)
        try:
            self._run(frame)
        except Abort as abort:
            raise Fault(str(abort)) from None  # to the line that reads the file it is as any other
        finally:
            self.frames.pop()
            self.fault = outer

    def evaluate(self, text: str) -> None:
        """`eval`: lines of their own, at this place; the frame's line is that of the eval."""
        here = self.frame.number
        found = tuple(Line(here, here, line.text) for line in lines(text))
        self._in_frame(Frame(self.frame.path, found, inner=True))

    def leave_file(self) -> None:
        """`exit`: the file has no further line; the rest of this one is still run."""
        self.record.event("leave", self.location(), "", str(self.frame.number), self.certain)
        for frame in reversed(self.frames):
            frame.jump(len(frame.lines))
            frame.loops.clear()
            if not frame.inner:
                return

    # Lines

    def _run(self, frame: Frame, start: int = 0, stop: int | None = None) -> None:
        """Lines until the frame ends or its counter leaves `start` to `stop`."""
        end = len(frame.lines) if stop is None else stop
        while frame.pending or start <= frame.at < end:
            here = frame.pending or frame.lines[frame.at]
            self.steps += here.text[:1] not in ("", "#")
            if self.steps > _STEPS:
                self.doubt = self.floor = max(self.doubt, 1)
                frame.jump(len(frame.lines))
                return
            line, frame.pending = frame.pending or frame.lines[frame.at], None
            if line is frame.lines[min(frame.at, len(frame.lines) - 1)]:
                frame.at += 1
            frame.number = line.number
            self.run_line(line)

    def run_line(self, line: Line) -> None:
        """The commands of one line; its here-documents are stepped over."""
        try:
            tree = parse(words(line.text), self.state.aliases)
            for end in _here_documents(tree):
                frame = self.frame
                while frame.at < len(frame.lines) and frame.lines[frame.at].text != end:
                    frame.at += 1
                frame.at += 1
            self.run(tree)
            if self.fault:
                raise self.fault
        except (Fault, Leave):
            self.fault, self.left_at = None, self.left_at or self.location()
            raise

    def region(self, first: int, last: int) -> bool:
        """Lines that may or may not run; whether they stay within themselves."""
        frame, inside = self.frame, True
        before = self.state.snapshot()
        after, loops = frame.at, list(frame.loops)
        self.doubt += 1
        frame.jump(first)
        try:
            self._run(frame, first, last)
            inside = frame.at == last
        except (Fault, Leave):
            self.floor, inside, self.left_at = 1, True, None
        finally:
            self.doubt = max(self.doubt - 1, self.floor)
            self.state.blur(before)
        frame.jump(after)
        frame.loops = loops
        if not inside:
            self.doubt += 1  # it may have left the file, or gone elsewhere in it
        return inside

    # Commands

    def run(self, tree: Command) -> Answer:
        """One command, or several joined; whether it succeeds."""
        if tree.kind == "simple":
            self.state.status = self._simple(tree)
            if self.stops_at_failure and not self.subshell and self.state.status is not True:
                self._failed()
        elif tree.kind == "sequence":
            for part in tree.parts:
                self.run(part)
        elif tree.kind in ("and", "or"):
            self._and_or(tree)
        elif tree.kind == "pipe":
            for part in tree.parts[:-1]:
                self.isolated(part)
            last = tree.parts[-1]
            (self.isolated if last.words[:1] == (Word("eval"),) else self.run)(last)
        elif tree.kind == "background":
            self.isolated(tree.parts[0])
            self.state.status = True
        else:
            self.isolated(tree.parts[0])
        return self.state.status

    def _simple(self, tree: Command) -> Answer:
        try:
            return commands.run(self, tree)
        except Abort:
            raise
        except Fault as fault:
            if self.record.logout:
                raise Abort(str(fault)) from None
            self.fault = self.fault or fault
            return False

    def _failed(self) -> None:
        """`tcsh -e`: a command that fails ends the shell."""
        if self.state.status is False:
            raise Leave("failure")
        self.doubt = self.floor = max(self.doubt, 1)

    def _and_or(self, tree: Command) -> None:
        wanted = tree.kind == "and"
        for index, part in enumerate(tree.parts):
            if index and self.state.status is None:
                self.perhaps(part)
            elif not index or self.state.status is wanted:
                self.run(part)

    def perhaps(self, tree: Command) -> None:
        """A command that may or may not run."""
        before, at, fault = self.state.snapshot(), self.frame.at, self.fault
        self.doubt += 1
        try:
            self.run(tree)
        except (Fault, Leave):
            self.floor, self.left_at = 1, None
        if self.fault is not fault:
            self.floor, self.fault = 1, fault
        self.doubt = max(self.doubt - 1, self.floor)
        self.state.blur(before)
        self.state.status = None
        if self.frame.at != at:
            self.frame.jump(at)
            self.doubt += 1

    def isolated(self, tree: Command) -> None:
        """A subshell: it may read files, what it sets is lost, and an error ends it alone."""
        before, frame, cwd = self.state.snapshot(), self.frame, self.state.cwd
        place = frame.at, frame.pending, list(frame.loops), self.fault, self.doubt
        self.subshell += 1
        self.fault = None
        try:
            self.run(tree)
            self.state.status = False if self.fault else self.state.status
        except (Fault, Leave) as error:
            self.state.status, self.left_at = isinstance(error, Leave), None
        finally:
            self.subshell -= 1
            self.state.restore(before)
            self.state.cwd = cwd
            self.fault = place[3]
            frame.at, frame.pending, frame.loops = place[0], place[1], place[2]
            self.doubt = max(place[4], self.floor)

    # What is seen on the way

    def location(self) -> Location:
        """Where the command at hand stands."""
        return Location(self.frame.path, self.frame.number)

    def event(self, kind: EventKind, name: str = "", value: str | None = None) -> None:
        """Something that happens at this line."""
        self.record.event(kind, self.location(), name, value, self.certain)


def _here_documents(tree: Command) -> list[str]:
    ends = [target for sign, target in tree.redirects if sign == "<<"]
    for part in tree.parts:
        ends += _here_documents(part)
    return ends
