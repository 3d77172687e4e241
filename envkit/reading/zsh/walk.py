"""Walking through zsh's startup files: what differs from the walk that all shells share.

An error ends the file at hand and nothing else (`spoil`); the last command of a pipeline runs in
the shell itself; FILE.zwc stands for FILE where it is newer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from envkit import syntax
from envkit.model import Status
from envkit.reading import branches, record
from envkit.reading.conditions import Answer, negate
from envkit.reading.jumps import Frame, Jump
from envkit.reading.nodes import Node
from envkit.reading.state import Function
from envkit.reading.walk import Walk
from envkit.reading.zsh import commands as zsh_commands
from envkit.reading.zsh import compiled as zsh_compiled
from envkit.reading.zsh import conditions as zsh_conditions
from envkit.reading.zsh import loops_run as zsh_loops_run
from envkit.reading.zsh import options as zsh_options
from envkit.reading.zsh.state import ZshState
from envkit.reading.zsh.values import Fault

_STEPS = 60_000


class ZshWalk(Walk):
    """One start of zsh."""

    state: ZshState

    def __init__(self, state: ZshState) -> None:
        super().__init__(state, fault="spoil", unbound="spoil")
        self.quiet = False
        self.plainly = False
        self.leaving = False
        self.traps: set[str] = set()
        self.loops = 0
        self.readonly: set[str] = set()
        self.autoloaded: set[str] = set()
        self.expanding: list[str] = []
        self.tested = 1  # ERR_EXIT waits until the files are read

    @property
    def trapped(self) -> bool:
        """Whether any trap is set: then a shell never turns into a program."""
        return bool(self.traps) or any(name.startswith("TRAP") for name in self.state.functions)

    @property
    def in_function(self) -> bool:
        """Whether `typeset` makes a local variable."""
        return any(frame.function for frame in self.frames)

    # Files and functions

    def start(self, path: Path, reader: str, reason: str) -> Status:
        """zsh itself opens `path`, or what it is compiled to."""
        self.state.script = str(path)
        compiled = zsh_compiled.of(self.state.host, path)
        if compiled is None:
            return super().start(path, reader, reason)
        self._compiled_row(path, compiled, reader, reason)
        if self.ended is None:
            try:
                self._perhaps_file(path)
            except Jump as jump:
                self.ended = jump if jump.leaves_all else None
        return "read"

    def source_as(self, path: Path, name: str, node: Node, arguments: list[str | None]) -> Answer:
        """`source name`: `$0` is that name, within the file."""
        state = self.state
        before = state.name, state.script, self.loops
        state.script = name if "/" in name else str(path)
        if state.on("functionargzero"):
            state.name = name
        self.loops = 0
        try:
            compiled = zsh_compiled.of(self.state.host, path)
            if compiled is not None:
                at = self.location(node)
                reason = f"sourced by {self.record.show(at)}"
                self._compiled_row(path, compiled, str(at), reason)
                return self._perhaps_file(path)
            status = self.source(path, node, arguments)
            return True if state.host.kind(path) == "directory" else status
        finally:
            state.name, state.script, self.loops = before

    def _compiled_row(self, path: Path, compiled: Path, reader: str, reason: str) -> None:
        shown = self.record.show(path)
        alone = record.opened(self.state.host, path)[0] == "missing"
        why = "there is no text of it" if alone else "not older than the text"
        self.record.add(compiled, "read", f"{reason}; compiled, {why}", reader)
        if not alone:
            text = f"{self.record.show(compiled)} is not older than {shown}: zsh runs it"
            self.record.add(path, "hidden", text, reader)

    def _perhaps_file(self, path: Path) -> Answer:
        """What the text says is only a guess at what its compiled form does."""
        self.doubt += 1
        before = dict(self.state.variables)
        try:
            if self.state.host.kind(path) == "file":
                self._walk_file(path)
        finally:
            self.doubt -= 1
            self.state.blur(before)
        return None

    def call_as(self, name: str, arguments: list[str | None]) -> Answer:
        """A function by its name: `$0`, and options that are its own."""
        state = self.state
        before = state.name, set(state.options), state.emulation
        if state.on("functionargzero"):
            state.name = name
        try:
            return self.call(state.functions[name], arguments)
        finally:
            state.name = before[0]
            if state.on("localoptions"):
                state.options, state.emulation = before[1], before[2]

    def _walk_frame(self, frame: Frame, nodes: tuple[Node, ...]) -> Answer:
        self.frames.append(frame)
        status: Answer = True
        try:
            status = self.commands(nodes, frame)
        except Jump as jump:
            status = jump.status
            if not frame.function:
                self._leave(frame, jump)
            if jump.leaves_all or (frame.function and jump.kind != "return"):
                raise
        finally:
            self.frames.pop()
            self.doubt = max(frame.doubt, self.floor)
        return status

    def commands(self, nodes: tuple[Node, ...], frame: Frame | None = None) -> Answer:
        """The complete lines of a file or an eval."""
        status: Answer = True
        for node in nodes:
            if frame is not None:
                frame.top = node
            status = self.run(node)
        return status

    def text(self, text: str, node: Node) -> Answer:
        """`eval text`: it happens at the line of the eval."""
        content = text.encode("utf-8", "surrogateescape")
        parts = tuple(self.placed(part, node) for part in syntax.parse(content, "zsh").parts)
        broken = bool(parts) and parts[-1].kind == "broken"
        parts = parts[:-1] if broken else parts
        try:
            status = self.commands(parts)
        except Jump as jump:
            if jump.kind != "spoil":
                raise
            return False  # eval takes an error as its status
        return False if broken else status

    def placed(self, part: Node, node: Node) -> Node:
        """A statement of a text at the line of another."""
        parts = tuple(self.placed(each, node) for each in part.parts)
        return part._replace(line=node.line, last=node.last, parts=parts)

    # Statements

    def run(self, node: Node) -> Answer:
        """Walk one statement; whether it succeeds."""
        self.steps += 1
        if self.steps > _STEPS:
            self.doubt = self.floor = max(self.doubt, 1)
            return None
        if not self.state.on("exec"):
            return True
        try:
            status = _RUN[node.kind](self, node)
        except Fault as fault:
            self.state.answer = False
            kind = "spoil"
            if fault.leaves:
                kind = "stop" if self.state.on("interactive") else "die"
            raise Jump(node, kind, status=False) from None
        self.state.answer = status
        if status is False and not self.tested and self.state.on("errexit"):
            raise Jump(node, "die", status=False)
        return status

    def perhaps(self, node: Node) -> Answer:
        """What may or may not run: the options that it changes are in doubt, too."""
        before = set(self.state.options)
        try:
            return super().perhaps(node)
        finally:
            self.state.doubtful |= before ^ self.state.options

    def isolated(self, node: Node) -> Answer:
        """A subshell."""
        state = self.state
        before = state.name, dict(state.aliases), set(state.unique), state.emulation
        readonly = set(self.readonly)
        try:
            return super().isolated(node)
        finally:
            state.name, state.aliases, state.unique, state.emulation = before
            self.readonly = readonly

    def pipe(self, node: Node) -> Answer:
        """The last command of a pipeline runs here, the others each in a shell of its own."""
        for part in node.parts[:-1]:
            self.isolated(Node("sequence", part.line, part.last, parts=(part,)))
        return self.run(node.parts[-1])

    def define(self, node: Node) -> Answer:
        """A function's definition, of one name or several."""
        for raw in node.words:
            self.state.functions[raw.replace("\\", "")] = Function(
                node.parts[0], self.frames[-1].path
            )
        return True

    def anonymous(self, node: Node) -> Answer:
        """`() { … } arguments`: a function that runs at once."""
        from envkit.reading.zsh import words as zsh_words

        arguments = zsh_words.expand(node.words, self.state)
        self.state.functions["(anon)"] = Function(node.parts[0], self.frames[-1].path)
        try:
            return self.call_as("(anon)", arguments)
        finally:
            self.state.functions.pop("(anon)", None)

    # Options

    def set_option(self, node: Node, name: str | None, on: bool) -> Answer:
        """setopt and unsetopt of one option; False where that cannot be."""
        found = zsh_options.look_up(name) if name is not None else None
        if found is None:
            return None if name is None else False
        option, value = found[0], on == found[1]
        options = self.state.options
        if not zsh_options.may_change(option, value, options):
            return False
        before = set(options)
        (options.add if value else options.discard)(option)
        if self.certain:
            self.state.doubtful.discard(option)
        self.options_changed(node, before)
        return True

    def options_changed(self, node: Node, before: set[str]) -> None:
        """Remember which line did it."""
        for option in before ^ self.state.options:
            self.state.changed[option] = self.location(node)


_RUN: dict[str, Callable[[ZshWalk, Node], Answer]] = {
    "command": zsh_commands.run,
    "sequence": Walk.sequence,
    "group": Walk.sequence,
    "item": Walk.sequence,
    "broken": Walk.broken,
    "subshell": lambda walk, node: walk.isolated(node),
    "time": Walk.sequence,
    "pipe": ZshWalk.pipe,
    "and": branches.run_and_or,
    "or": branches.run_and_or,
    "not": lambda walk, node: negate(walk.test(node.parts[0])) if node.parts else None,
    "if": branches.run_if,
    "case": zsh_loops_run.run_case,
    "for": zsh_loops_run.run_for,
    "select": lambda walk, node: walk.perhaps(node.parts[0]),
    "count": zsh_loops_run.run_count,
    "repeat": zsh_loops_run.run_repeat,
    "while": zsh_loops_run.run_while,
    "until": zsh_loops_run.run_while,
    "function": ZshWalk.define,
    "anonymous": ZshWalk.anonymous,
    "always": zsh_loops_run.run_always,
    "test": lambda walk, node: zsh_conditions.test(node.words, walk.state),
    "arithmetic": lambda walk, node: _truth(walk.state.number(node.words[0])),
}


def _truth(number: int | None) -> Answer:
    return None if number is None else number != 0
