"""Walking through fish's startup files as one start would; nothing is run.

Conditions on known values and files are decided; where one cannot be, both ways are walked, and
what they do is marked as not certain.
"""

from __future__ import annotations

import os
from pathlib import Path

from envkit.model import Change, EventKind, Location
from envkit.reading.conditions import Answer
from envkit.reading.fish import tree
from envkit.reading.fish.scanner import Broken
from envkit.reading.fish.state import Frame, Function, State, Variable
from envkit.reading.fish.words import Expander, NoMatch
from envkit.reading.nodes import Node
from envkit.reading.record import Record

_STEPS = 60_000
_DEPTH = 40


class Leave(Exception):
    """A statement that leaves a loop, a function, a file or the shell; `kind` is its command."""

    def __init__(self, kind: str, node: Node, where: Location, status: Answer = True) -> None:
        super().__init__(kind)
        self.kind, self.node, self.where, self.status = kind, node, where, status


class File:
    """A file that is being walked; `top` is its top-level statement at hand."""

    def __init__(self, path: Path, doubt: int) -> None:
        self.path, self.doubt = path, doubt
        self.top: Node | None = None


class Walk:
    """One start: its state, and the record of what it came by.

    `folders` are those of the user's and the administrator's functions, which a call reads;
    `library` is that of fish's own.
    """

    def __init__(self, state: State, folders: tuple[Path, ...], library: Path) -> None:
        self.state, self.folders, self.library = state, folders, library
        self.record = Record(state.host)
        self.files: list[File] = []
        self.calls = 0
        self.doubt = self.floor = self.steps = 0
        self.status: Answer = True
        self.ended_at: Location | None = None
        self.within: Location | None = None  # the line of the eval, or function, that is at hand
        self.loading: set[str] = set()
        self.at_exit: dict[str, None] = {}  # the functions that the event fish_exit calls

    @property
    def certain(self) -> bool:
        """Whether what happens now happens for sure."""
        return self.doubt == 0

    # Files

    def start(self, path: Path, reason: str) -> None:
        """fish itself sources a file."""
        if self.ended_at is not None:
            self._pass_by(path)
        elif self._open(path, "fish", reason, None):
            try:
                self._file(path)
            except Leave as leave:
                if self.certain:
                    self.ended_at = leave.where

    def _open(self, path: Path, reader: str, reason: str, at: Location | None) -> bool:
        """Whether a file is opened, and fish would run it: all of it, or nothing."""
        if self.record.open(path, reader, reason, at, self.certain) != "read":
            return False
        line = tree.syntax_error(self._content(path))
        if line is not None:
            why = f"a syntax error in line {line}: fish runs not one line of it"
            self.record.files[-1] = self.record.files[-1]._replace(status="skipped", reason=why)
        return line is None

    def _content(self, path: Path) -> bytes:
        """What a file holds, as a C string; a device has no text, a pipe is not ours to read."""
        if not self.state.host.locate(path).is_file():
            return b""
        try:
            return self.state.host.read(path).partition(b"\0")[0]
        except OSError:
            return b""

    def _pass_by(self, path: Path) -> None:
        from envkit.reading.record import opened

        if opened(self.state.host, path)[0] == "read":
            why = f"{self.record.show(self.ended_at or path)} replaces the shell before it"
            change = Change("earlier", str(self.ended_at))
            self.record.add(path, "skipped", why, "fish", change=change)

    def source(self, path: Path, node: Node, arguments: list[str]) -> Answer:
        """`source path`: the file is read in place."""
        if ".." in path.parts:
            path = self._plain(path)
        at = self.location(node)
        self.event("source", node, value=str(path))
        reason = f"sourced by {self.record.show(at)}"
        if not self._open(path, str(at), reason, at):
            return False
        deep = [file.path for file in self.files].count(path) > 2 or len(self.files) > _DEPTH
        if deep:
            self.doubt += 1
            return None
        self.state.frames.append(Frame(False, [{"argv": Variable(tuple(arguments))}]))
        try:
            return self._file(path)
        finally:
            self.state.frames.pop()

    def _plain(self, path: Path) -> Path:
        """A path without `..`, where that leads to the same file."""
        plain = Path(os.path.normpath(path))
        here, there = (self.state.host.locate(each) for each in (plain, path))
        return plain if here.resolve() == there.resolve() else path

    def load(self, name: str, node: Node) -> Function | None:
        """A function that a file has defined, or that stands in a folder of functions."""
        if name in self.state.functions or name in self.loading or "/" in name:
            return self.state.functions.get(name)
        for folder in self.folders:
            path = folder / f"{name}.fish"
            if self.state.host.kind(path) == "file":
                at = self.location(node)
                self.loading.add(name)
                reason = f"defines {name}, which {self.record.show(at)} calls"
                if self._open(path, str(at), reason, at):
                    self._file(path)
                break
        return self.state.functions.get(name)

    def _file(self, path: Path) -> Answer:
        parts = tree.parse(self._content(path)).parts
        file, outer = File(path, self.doubt), self.within
        self.files.append(file)
        self.within = None
        self.state.frames.append(Frame(False, [{}]))
        try:
            return self._statements(parts, file)
        except Leave as leave:
            self._note(leave)
            if leave.kind == "exec" or (leave.kind == "return" and self.calls):
                raise
            return leave.status
        finally:
            self.files.pop()
            self.state.frames.pop()
            self.within = outer
            self.doubt = max(file.doubt, self.floor)

    def _statements(self, parts: tuple[Node, ...], file: File) -> Answer:
        for node in parts:
            file.top = node
            self.status = self.run(node)
        return self.status

    def _note(self, leave: Leave) -> None:
        file = self.files[-1]
        top = file.top or leave.node
        line = leave.node.line if top.line <= leave.node.line <= top.last else top.line
        self.record.event("leave", Location(file.path, top.line), "", str(line), self.certain)

    # Statements

    def run(self, node: Node) -> Answer:
        """Walk one statement; whether it succeeds."""
        self.steps += 1
        if self.steps > _STEPS:
            self.doubt = self.floor = max(self.doubt, 1)
            return None
        self.status = getattr(self, f"_{node.kind}")(node)
        return self.status

    def perhaps(self, *nodes: Node) -> Answer:
        """Walk what may or may not run: it is not certain, and blurs what it touches."""
        before = self.state.snapshot()
        left: Leave | None = None
        self.doubt += 1
        try:
            for node in nodes:
                self.run(node)
        except Leave as leave:
            left = leave
        self.doubt -= 1
        self.state.blur(before)
        if left is not None and left.kind not in ("break", "continue"):
            self.doubt += 1
            self._note(left)
            self.floor = max(self.floor, int(left.kind == "exec"))
        return None

    def _command(self, node: Node) -> Answer:
        from envkit.reading.fish import commands

        try:
            return commands.run(self, node)
        except NoMatch:
            return False
        except Broken:
            return None  # a word that only an alias put together

    def _sequence(self, node: Node) -> Answer:
        for part in node.parts:
            self.status = self.run(part)
        return self.status

    def block(self, node: Node) -> Answer:
        self.state.frames[-1].blocks.append({})
        try:
            return self._sequence(node)
        finally:
            self.state.frames[-1].blocks.pop()

    _group = block

    def _and(self, node: Node) -> Answer:
        return self._joined(node, True)

    def _or(self, node: Node) -> Answer:
        return self._joined(node, False)

    def _joined(self, node: Node, wanted: bool) -> Answer:
        left = self.run(node.parts[0]) if len(node.parts) > 1 else self.status
        if left is None:
            return self.perhaps(node.parts[-1])
        return self.run(node.parts[-1]) if left is wanted else left

    def _not(self, node: Node) -> Answer:
        status = self.run(node.parts[0])
        return None if status is None else not status

    def _pipe(self, node: Node) -> Answer:
        from envkit.reading.fish import outputs

        return outputs.run_pipe(self, node)

    def _background(self, node: Node) -> Answer:
        return self.perhaps(node.parts[0]) or True

    def _if(self, node: Node) -> Answer:
        from envkit.reading.fish import blocks

        return blocks.run_if(self, node)

    def _case(self, node: Node) -> Answer:
        from envkit.reading.fish import blocks

        return blocks.run_switch(self, node)

    def _for(self, node: Node) -> Answer:
        from envkit.reading.fish import blocks

        return blocks.run_for(self, node)

    def _while(self, node: Node) -> Answer:
        from envkit.reading.fish import blocks

        return blocks.run_while(self, node)

    def _leave(self, node: Node) -> Answer:
        raise Leave(node.words[0], node, self.location(node))

    def _function(self, node: Node) -> Answer:
        from envkit.reading.fish import functions

        return functions.define(self, node)

    def _broken(self, node: Node) -> Answer:
        return False

    # What is seen on the way

    @property
    def expander(self) -> Expander:
        """Words as they expand now."""
        from envkit.reading.fish.outputs import output

        return Expander(self.state, lambda text: output(self, text))

    def location(self, node: Node) -> Location:
        """Where a statement stands; what an eval does stands at the eval's line."""
        return self.within or Location(self.files[-1].path, node.line)

    def event(self, kind: EventKind, node: Node, name: str = "", value: str | None = None) -> None:
        """Something that happens at a statement."""
        self.record.event(kind, self.location(node), name, value, self.certain)
