"""Walking through startup files as one start would: which statements are reached, what they read.

Conditions on known values and files are decided; where one cannot be, both ways are walked, and
whatever they do is marked as not certain.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from envkit import syntax
from envkit.model import EventKind, Location, Status
from envkit.reading import branches, commands, conditions, fields, loops, words
from envkit.reading.conditions import Answer, negate
from envkit.reading.jumps import Frame, Jump
from envkit.reading.nodes import Node
from envkit.reading.record import Record
from envkit.reading.state import Function, State

_STEPS = 60_000  # statements walked in one start; a startup file that loops for ever ends here
_DEPTH = 40  # files and functions within each other
_AGAIN = 2  # a file within itself


class Walk:
    """One start: its state, and the record of what it came by.

    What an error does is the kind of a Jump: `error` for a `.` that finds no file (POSIX 2.8.1; ""
    goes on with the next statement), `fault` for a syntax error, `unbound` for an unset variable
    after `set -u` and for `${x:?}`.
    """

    def __init__(
        self, state: State, error: str = "", fault: str = "return", unbound: str = "die"
    ) -> None:
        self.state = state
        self.error = self.fatal = error
        self.fault = fault
        self.unbound = unbound
        self.record = Record(state.host)
        self.frames: list[Frame] = []
        self.doubt = self.floor = self.tested = self.steps = 0
        self.ended: Jump | None = None
        self.ended_at: Location | None = None

    @property
    def certain(self) -> bool:
        """Whether what happens now happens for sure."""
        return self.doubt == 0

    def start(self, path: Path, reader: str, reason: str) -> Status:
        """The shell itself opens `path`; how that went, exactly as open(2) decides it."""
        status = self.record.open(path, reader, reason, certain=self.certain)
        if status == "read" and self.ended is None:
            try:
                self._walk_file(path)
            except Jump as jump:
                self.ended = jump if jump.leaves_all and jump.kind != "next" else None
        return status

    def source(self, path: Path, node: Node, arguments: list[str | None]) -> Answer:
        """`. path`: the file is read in place."""
        at = self.location(node)
        self.event("source", node, value=str(path))
        reason = f"sourced by {self.record.show(at)}"
        if self.record.open(path, str(at), reason, at, self.certain) != "read":
            return False
        if [frame.path for frame in self.frames].count(path) > _AGAIN or self._too_deep():
            self.doubt += 1
            return None
        before, error = self.state.parameters, self.error
        self.state.parameters = arguments or before
        self.error = self.fatal  # `command .` saves from the error of this `.` alone
        try:
            return self._walk_file(path)
        finally:
            self.error = error
            if arguments:
                self.state.parameters = before

    def unknown_source(self, node: Node) -> None:
        """`. FILE`, and only running it can tell which file that is."""
        at = self.location(node)
        self.record.event("source", at, "", None, False)
        why = "only running it can tell which file this is"
        self.record.add(Path(node.words[1]), "skipped", why, str(at), at, certain=False)

    def call(self, function: Function, arguments: list[str | None]) -> Answer:
        """A function that a file has defined."""
        if self._too_deep():
            return None
        before, hidden = self.state.parameters, self.state.hidden
        self.state.parameters, self.state.hidden = arguments, {}
        try:
            frame = Frame(function.path, True, self.doubt, function.keyword)
            return self._walk_frame(frame, (function.body,))
        finally:
            self.state.uncover()
            self.state.parameters, self.state.hidden = before, hidden

    def _too_deep(self) -> bool:
        return len(self.frames) > _DEPTH

    def _walk_file(self, path: Path) -> Answer:
        if not self.state.file("-f", path):
            return True  # a device has no text, and a pipe is not ours to read
        content = self.record.text(path, bool(self.frames))
        if content is None:
            return None
        tree = syntax.parse(content, self.state.dialect)
        return self._walk_frame(Frame(path, False, self.doubt), tree.parts)

    def _walk_frame(self, frame: Frame, nodes: tuple[Node, ...]) -> Answer:
        self.frames.append(frame)
        variables, outer = self.state.variables, self.state.variables.get("BASH_SOURCE")
        if self.state.dialect == "bash":
            variables["BASH_SOURCE"] = str(frame.path)
        status: Answer = True
        try:
            status = self.commands(nodes, frame)
        except Jump as jump:
            status = jump.status
            if not frame.function:
                self._leave(frame, jump)
            if jump.leaves_all or jump.kind == "discard" or jump.passes(frame, len(self.frames)):
                raise
        finally:
            self.frames.pop()
            if self.state.dialect == "bash":
                self.state.variables["BASH_SOURCE"] = outer
            # A return that may happen shakes no more than the file which it would leave.
            self.doubt = max(frame.doubt, self.floor)
        return status

    def commands(self, nodes: tuple[Node, ...], frame: Frame | None = None) -> Answer:
        """The complete commands of a file or an eval; an error may discard one of them."""
        status: Answer = True
        discarded = 0
        for node in nodes:
            if node.line <= discarded:
                continue  # on the line of the error: one complete command with it
            if frame is not None:
                frame.top = node
            try:
                status = self.run(node)
            except Jump as jump:
                if self.state.in_subshell or not jump.discards(frame, self):
                    raise
                status, discarded = False, node.last
        return status

    def fail(self, node: Node) -> None:
        """An error of a special builtin, where such a one is more than a status."""
        if self.error:
            raise Jump(node, self.error, status=False)

    def _leave(self, frame: Frame, jump: Jump) -> None:
        if self.ended_at is None and jump.leaves_all and self.certain:
            self.ended_at = Location(frame.path, jump.node.line)
        top = frame.top or jump.node
        inside = top.line <= jump.node.line <= top.last
        line = str(jump.node.line) if inside else str(top.line)
        self.record.event("leave", Location(frame.path, top.line), "", line, self.certain)

    # Statements

    def run(self, node: Node) -> Answer:
        """Walk one statement; whether it succeeds."""
        self.steps += 1
        if self.steps > _STEPS:
            self.doubt = self.floor = max(self.doubt, 1)
            return None
        if "noexec" in self.state.options and self._obeys_noexec():
            return True
        try:
            status = _RUN[node.kind](self, node)
        except words.Unbound:
            raise Jump(node, self.unbound, status=False) from None
        # ksh93 does not obey it in startup files.
        obeys = "errexit" in self.state.options and self.state.dialect != "ksh"
        stops = obeys and not self.tested and node.kind in _SIMPLE
        if status is False and stops:
            raise Jump(node, "die", status=False)
        if status is None and stops:
            self.doubt = self.floor = max(self.doubt, 1)  # the shell may have ended here
        return status

    def _obeys_noexec(self) -> bool:
        return "interactive" not in self.state.options or self.state.dialect not in ("bash", "ksh")

    def sequence(self, node: Node) -> Answer:
        """Statements one after another."""
        status: Answer = True
        for part in node.parts:
            status = self.run(part)
        return status

    def test(self, node: Node) -> Answer:
        """A statement whose failure is an answer, not an error."""
        self.tested += 1
        try:
            return self.run(node)
        finally:
            self.tested -= 1

    def perhaps(self, node: Node) -> Answer:
        """Walk what may or may not run; what it does is not certain, and blurs what it touches."""
        before = dict(self.state.variables)
        jump: Jump | None = None
        self.doubt += 1
        try:
            self.run(node)
        except Jump as caught:
            jump = caught
            if not self.frames[-1].function and not jump.leaves_all:
                self._leave(self.frames[-1], jump)
        finally:
            self.doubt -= 1
        if jump is not None:
            self.doubt += 1
            self.floor = max(self.floor, int(jump.leaves_all))
        self.state.blur(before)
        return None

    def isolated(self, node: Node) -> Answer:
        """A subshell: it may read files, what it sets is lost."""
        state = self.state
        before = state.variables.copy(), state.options.copy(), state.functions.copy()
        place = state.cwd, state.parameters, state.shopts.copy(), state.folders.copy()
        state.readonly, readonly = state.readonly.copy(), state.readonly
        state.in_subshell += 1
        try:
            return self.sequence(node)
        except Jump as jump:
            return jump.status
        finally:
            state.in_subshell -= 1
            state.variables, state.options, state.functions = before
            state.cwd, state.parameters, state.shopts, state.folders = place
            state.readonly = readonly

    def pipe(self, node: Node) -> Answer:
        """Each command of a pipeline in a shell of its own; the last one's status counts."""
        status: Answer = True
        for part in node.parts:
            if part is node.parts[-1] and self.state.dialect == "ksh":
                return self.run(part)  # ksh93 runs the last one itself
            status = self.isolated(Node("sequence", part.line, part.last, parts=(part,)))
        return status

    def define(self, node: Node) -> Answer:
        """A function's definition."""
        if node.words and node.parts:
            keyword = len(node.words) > 1 and self.state.dialect == "ksh"
            here = self.frames[-1].path
            self.state.functions[node.words[0]] = Function(node.parts[0], here, keyword)
        return True

    def broken(self, node: Node) -> Answer:
        """A syntax error: nothing runs from here on; bash leaves the file, dash ends."""
        raise Jump(node, self.fault, status=False)

    # What is seen on the way

    def location(self, node: Node) -> Location:
        """Where a statement stands."""
        return Location(self.frames[-1].path, node.line)

    def event(self, kind: EventKind, node: Node, name: str = "", value: str | None = None) -> None:
        """Something that happens at a statement."""
        self.record.event(kind, self.location(node), name, value, self.certain)


_SIMPLE = frozenset(("command", "test", "arithmetic", "pipe", "subshell"))
_RUN: dict[str, Callable[[Walk, Node], Answer]] = {
    "command": commands.run,
    "sequence": Walk.sequence,
    "group": Walk.sequence,
    "item": Walk.sequence,
    "broken": Walk.broken,
    "subshell": Walk.isolated,
    "pipe": Walk.pipe,
    "and": branches.run_and_or,
    "or": branches.run_and_or,
    "not": lambda walk, node: negate(walk.test(node.parts[0])) if node.parts else None,
    "if": branches.run_if,
    "case": branches.run_case,
    "for": loops.run_for,
    "while": loops.run_while,
    "until": loops.run_while,
    "function": Walk.define,
    "test": lambda walk, node: conditions.double_test(
        fields.test_words(node.words, walk.state), walk.state
    ),
    "arithmetic": lambda walk, node: conditions.arithmetic(node.words[0], walk.state),
}
