"""Which line of which file a step of fish's profile is, and by way of what.

The profile has the text of each command and what it ran within, so that a text that a program
printed belongs to the line that sources it, a function's body to its own file, and fish's own
library to the line that called it.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.model import Location, Order
from envkit.tracing.align import UNSEEN
from envkit.tracing.fish_nesting import EVENT, LEADING, PRINTED, SOURCE, Nesting
from envkit.tracing.fish_record import Steps
from envkit.tracing.fish_text import Body, Span, Texts, shorten


class Places(Nesting):
    """Places of the steps of one start; from step `prompt` on they are those of the prompt."""

    def __init__(self, host: Host, order: Order, steps: Steps, library: Path, prompt: int) -> None:
        super().__init__(steps, Texts(host, library))
        self.host, self.prompt = host, prompt
        self.rows, self._events = order.files, list(order.events)
        self._snippets = [
            row.path
            for row in order.files
            if (row.status == "read" or "syntax error" in row.reason)  # sourced, in vain
            and row.reader == "fish"
            and row.path.parent.name.endswith("conf.d")
        ]
        self._lines = array("i", [0]) * len(steps)
        self._matched: set[int] = set()
        self._files: dict[int, Path | None] = {}
        self._bodies: dict[str | Path, Body] = {}
        for path in dict.fromkeys(row.path for row in order.files if row.status == "read"):
            self._read(path)
        self._name_files()

    # What a step is

    def place(self, index: int) -> tuple[Location | None, str]:
        """The line that did what step `index` did, and `via`; None where no file did."""
        if self.prompt <= index and (hook := self.hook(index)) is not None:
            return hook, "prompt hook"
        opener = self.opener(index)
        if opener < 0:
            return None, ""
        if self.kind(opener) == "text":
            outer, text = self.opener(opener), self.steps.text(opener)
            if outer >= 0 and self.kind(outer) == "function" and PRINTED.search(text):
                return self._call(outer)[0], _call_text(self.steps.text(outer))  # module load
            return self.place(opener)[0], shorten(text)
        path = self._files.get(opener) if self.kind(opener) == "file" else None
        if self.kind(opener) == "function":
            return self._in_function(index, opener)
        if path is None or self.texts.is_library(path):
            return self.place(opener) if self.kind(opener) == "function" else (None, "")
        line = self.line(index, opener)
        return Location(path, line) if line else None, self._from(path)

    def _in_function(self, index: int, opener: int) -> tuple[Location | None, str]:
        name = self.name(opener)
        call, via = self._call(opener)
        if name not in self.texts.functions:
            printed = self._definition(name)
            if printed is None:
                return call, via  # a function of fish's own: the call counts
            return printed, f"{_call_text(self.steps.text(opener))} at {self._at(call)}"
        path, _node = self.texts.functions[name]
        line = self.line(index, opener)
        where = Location(path, line) if line else call
        text = _call_text(self.steps.text(opener))
        return where, f"{text} at {self._at(call)}" if call else text

    def _call(self, opener: int) -> tuple[Location | None, str]:
        """Where a function was called; for a handler of a variable, where that was set."""
        event = EVENT.match(self.steps.text(opener))
        parent = self.steps.parent(opener)
        return self.place(parent if event and parent >= 0 else opener)

    def defined_in(self, index: int) -> Path | None:
        """The file with the body of the function that step `index` calls; None: it is in none."""
        known = self.texts.functions.get(self.name(index))
        return known[0] if known and not self.texts.is_library(known[0]) else None

    def hook(self, index: int) -> Location | None:
        """Where the outermost function that ran at the prompt was defined."""
        top = index
        while self.steps.parent(top) >= 0:
            above = self.steps.parent(top)
            text = self.steps.text(above)
            if text.startswith(("emit fish_prompt", "if functions -q ")):
                break
            top = above
        name = self.name(top)
        if name in self.texts.functions:
            path, node = self.texts.functions[name]
            return Location(path, node.line)
        return self._definition(name)

    def _definition(self, name: str) -> Location | None:
        """The line that brought a function in that no file defines in so many words."""
        pattern = re.compile(rf"function ['\"]?{re.escape(name)}['\"]?[\s.;]")
        found = None
        for index in self.definitions:
            if index < self.prompt and pattern.match(self.steps.text(index) + " "):
                found = self.place(index)[0] or found
        return found

    # Lines

    def line(self, index: int, opener: int) -> int | None:
        """The line of step `index`, which ran within `opener`; None: not found in its text."""
        if opener not in self._matched:
            self._matched.add(opener)
            self._match(opener)
        line = self._lines[index]
        above = self.steps.parent(index)
        if not line and above >= 0 and above != opener and self.opener(above) == opener:
            return self.line(above, opener)
        return line or None

    def stands(self, index: int, opener: int) -> bool:
        """Whether step `index` is a statement, and no substitution in one."""
        self.line(index, opener)
        return self._lines[index] > 0

    def _match(self, opener: int) -> None:
        """Find the lines of all steps that ran within `opener`, in order through the text.

        What ran within a block stands in it, so of two statements that are spelled alike the right
        one is found; and what ran within any other statement has no line of its own.
        """
        body, steps = self._body(opener), self.steps
        whole = Span(steps.depth(opener), 0, len(body.statements))
        spans = [whole]
        for index in self._members(opener):
            text, depth = steps.text(index), steps.depth(index)
            while len(spans) > 1 and spans[-1].depth >= depth:
                spans.pop()
            number = body.find(text, spans[-1])
            if number is None and steps.text(steps.parent(index)).endswith("..."):
                number = body.find(text, whole)
            self._lines[index] = 0 if number is None else body.statements[number].line
            if number is not None:
                within = body.within(number, depth)
                spans[-1].at = within.high
                spans.append(within)

    def _members(self, opener: int) -> Iterator[int]:
        for index in range(opener + 1, len(self.steps)):
            if self.steps.depth(index) <= self.steps.depth(opener):
                break
            if self.opener(index) == opener:
                yield index

    def _body(self, opener: int) -> Body:
        """The statements of what `opener` runs."""
        if self.kind(opener) == "function":
            name = self.name(opener)
            if name not in self._bodies:
                path, node = self.texts.functions[name]
                self._bodies[name] = Body(self.texts.inside(path, node)[1:])
            return self._bodies[name]
        file = self._files.get(opener)
        if file is None:
            return Body(())
        if file not in self._bodies:
            self._bodies[file] = Body(self.texts.statements.get(file, ()))
        return self._bodies[file]

    # Files

    def _name_files(self) -> None:
        """Which file each `source` of the profile is, in the order in which they ran."""
        snippets = iter(self._snippets)
        taken: dict[Location, int] = {}
        for index in range(len(self.steps)):
            if self.kind(index) != "file":
                continue
            match = SOURCE.match(LEADING.sub("", self.steps.text(index)))
            assert match is not None
            word = match[1].strip().strip("'\"")
            if word == "$file" and self.texts.is_library(self._files.get(self.opener(index))):
                self._files[index] = next(snippets, None)
            elif word.startswith("/"):
                self._files[index] = Path(word.replace("\\'", "'"))
            else:
                self._files[index] = self._sourced(index, taken)
            path = self._files[index]
            if path is not None:
                self._read(path)

    def _read(self, path: Path) -> None:
        """Take in a file; it may define functions."""
        if path not in self.texts.statements:
            self.texts.read(path)
            self.forget()
            self._bodies.clear()

    def file(self, index: int) -> Path | None:
        """The file that step `index` sources, if it is known."""
        return self._files.get(index)

    def _sourced(self, index: int, taken: dict[Location, int]) -> Path | None:
        opener = self.opener(index)
        where = self.place(index)[0]
        self._matched.discard(opener)
        if where is None:
            return None
        rows = [row.path for row in self.rows if row.sourced_at == where and row.status == "read"]
        number = taken.get(where, 0)
        taken[where] = number + 1
        return rows[min(number, len(rows) - 1)] if rows else None

    def told(self, index: int, file: str) -> None:
        """What fish itself said of the file that step `index` is in."""
        opener = self.opener(index)
        if file.startswith("/") and opener >= 0 and self.kind(opener) == "file":
            path, known = Path(file), self._files.get(opener)
            if known is None or (known != path and path in self._snippets):
                self._files[opener] = path
                self._matched.discard(opener)
                self._read(path)

    def read_as(self, variable: str, value: str | None) -> tuple[Location | None, str]:
        """The next line that, by reading alone, gives a variable this value; or may have."""
        for number, event in enumerate(self._events):
            sets = event.kind == "assign" and event.variable == variable and event.value == value
            if sets or event.kind == "eval":
                del self._events[: number + 1]
                return event.where, "" if sets else self.texts.text_at(event.where)
        return None, UNSEEN

    def _from(self, path: Path) -> str:
        row = next((row for row in self.rows if row.path == path and row.sourced_at), None)
        return f"from {self._at(row.sourced_at)}" if row else ""

    def _at(self, where: Location | None) -> str:
        return f"{self.host.show(where.path)}:{where.line}" if where else "the shell itself"


def _call_text(text: str) -> str:
    event = re.match(r"(\S+) VARIABLE (?:SET|ERASE) (\w+)$", text)
    return f"{event[1]}, a handler of {event[2]}," if event else shorten(text)
