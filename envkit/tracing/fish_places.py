"""Which line of which file a step of fish's profile is, and by way of what.

The profile has the text of each command and what it ran within, so that a text that a program
printed belongs to the line that sources it, a function's body to its own file, and fish's own
library to the line that called it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from envkit.host import Host
from envkit.model import Location, Order
from envkit.tracing.align import UNSEEN
from envkit.tracing.fish_record import Step
from envkit.tracing.fish_text import Statement, Texts, fits, shorten

_SOURCE = re.compile(r"(?:builtin )?(?:source|\.)\s+(?!-$)(?!\()(\S.*)")
_PRINTED = re.compile(
    r"\|\s*(?:builtin )?(?:source|\.)\b|\bpsub\b|^(?:builtin )?(?:source|\.)(?: -)?$"
)
_EVAL = re.compile(r"(?:builtin )?eval\b")
_EVENT = re.compile(r"(\S+) (?:VARIABLE|PROCESS_EXIT|JOB_EXIT|SIGNAL)\b")
_LEADING = re.compile(r"^(?:(?:and|or|not|!|time)\s+)+")


class Places:
    """Places of the steps of one start; from step `prompt` on they are those of the prompt."""

    def __init__(
        self, host: Host, order: Order, steps: Sequence[Step], library: Path, prompt: int
    ) -> None:
        self.host, self.steps, self.prompt = host, steps, prompt
        self.texts = Texts(host, library)
        self.rows, self._events = order.files, list(order.events)
        self._snippets = [
            row.path
            for row in order.files
            if row.status == "read"
            and row.reader == "fish"
            and row.path.parent.name.endswith("conf.d")
        ]
        for path in dict.fromkeys(row.path for row in order.files if row.status == "read"):
            self.texts.read(path)
        self._openers: dict[int, int] = {}
        self._files: dict[int, Path | None] = {}
        self._lines: dict[int, dict[int, int | None]] = {}
        self._name_files()

    # What a step is

    def place(self, index: int) -> tuple[Location | None, str]:
        """The line that did what step `index` did, and `via`; None where no file did."""
        if self.prompt <= index and (hook := self._hook(index)) is not None:
            return hook, "prompt hook"
        opener = self._opener(index)
        if opener < 0:
            return None, ""
        if self._kind(opener) == "text":
            outer, text = self._opener(opener), self.steps[opener].text
            if outer >= 0 and self._kind(outer) == "function" and _PRINTED.search(text):
                return self._call(outer)[0], _call_text(self.steps[outer].text)  # module load
            return self.place(opener)[0], shorten(text)
        path = self._files.get(opener) if self._kind(opener) == "file" else None
        if self._kind(opener) == "function":
            return self._in_function(index, opener)
        if path is None or self.texts.is_library(path):
            return self.place(opener) if self._kind(opener) == "function" else (None, "")
        line = self._line(index, opener)
        return Location(path, line) if line else None, self._from(path)

    def _in_function(self, index: int, opener: int) -> tuple[Location | None, str]:
        name = self._name(opener)
        call, via = self._call(opener)
        if name not in self.texts.functions:
            printed = self._definition(name)
            if printed is None:
                return call, via  # a function of fish's own: the call counts
            return printed, f"{_call_text(self.steps[opener].text)} at {self._at(call)}"
        path, _node = self.texts.functions[name]
        line = self._line(index, opener)
        where = Location(path, line) if line else call
        text = _call_text(self.steps[opener].text)
        return where, f"{text} at {self._at(call)}" if call else text

    def _call(self, opener: int) -> tuple[Location | None, str]:
        """Where a function was called; for a handler of a variable, where that was set."""
        event = _EVENT.match(self.steps[opener].text)
        parent = self.steps[opener].parent
        return self.place(parent if event and parent >= 0 else opener)

    def within_function(self, index: int, name: str) -> bool:
        """Whether a step ran within a function of that name, called at whatever depth."""
        while index >= 0:
            if self._name(index) == name:
                return True
            index = self.steps[index].parent
        return False

    def _hook(self, index: int) -> Location | None:
        """Where the outermost function that ran at the prompt was defined."""
        top = index
        while self.steps[top].parent >= 0:
            above = self.steps[top].parent
            text = self.steps[above].text
            if text.startswith(("emit fish_prompt", "if functions -q ")):
                break
            top = above
        name = self._name(top)
        if name in self.texts.functions:
            path, node = self.texts.functions[name]
            return Location(path, node.line)
        return self._definition(name)

    def _definition(self, name: str) -> Location | None:
        """The line that brought a function in that no file defines in so many words."""
        pattern = re.compile(rf"function ['\"]?{re.escape(name)}['\"]?[\s.;]")
        found = None
        for index, step in enumerate(self.steps):
            if index < self.prompt and pattern.match(step.text + " "):
                found = self.place(index)[0] or found
        return found

    # Within what a step ran

    def _kind(self, index: int) -> str:
        """What step `index` opens for what runs within it: file, text, function, or nothing."""
        text = _LEADING.sub("", self.steps[index].text)
        if _PRINTED.search(text) or _EVAL.match(text):
            return "text"
        if _SOURCE.match(text):
            return "file"
        return "function" if self._is_function(index) else ""

    def _is_function(self, index: int) -> bool:
        name = self._name(index)
        return name in self.texts.functions or (
            name in self._called and not text_is_builtin(self.steps[index].text)
        )

    @property
    def _called(self) -> frozenset[str]:
        found = getattr(self, "_defined", None)
        if found is None:
            pattern = re.compile(r"function ['\"]?([^\s'\".;]+)")
            names = (pattern.match(step.text) for step in self.steps)
            found = frozenset(match[1] for match in names if match) | {"fish_add_path"}
            found |= {"__fish_reconstruct_path"}
            self._defined = found
        return found

    def _name(self, index: int) -> str:
        event = _EVENT.match(self.steps[index].text)
        if event:
            return event[1]
        text = _LEADING.sub("", self.steps[index].text)
        word = re.match(r"(?:[\w\[\]]+=\S*\s+)*([^\s;|&<>()]+)", text)
        return word[1].strip("'\"") if word else ""

    def _opener(self, index: int) -> int:
        """The step that opened what step `index` ran in: a source, a function call, an eval."""
        if index not in self._openers:
            above = self.steps[index].parent
            while above >= 0 and not self._kind(above):
                above = self.steps[above].parent
            if above >= 0 and self._kind(above) == "function" and not self._runs(above, index):
                above = self._opener(above)  # a substitution among the call's own words
            self._openers[index] = above
        return self._openers[index]

    def _runs(self, opener: int, index: int) -> bool:
        """Whether the function that `opener` calls has the command of step `index` in its body."""
        known = self.texts.functions.get(self._name(opener))
        if known is None:
            return True
        path, node = known
        child = index
        while self.steps[child].parent != opener:
            child = self.steps[child].parent
        texts = self.texts.inside(path, node)
        return any(fits(each.text, self.steps[i].text) for each in texts for i in (child, index))

    # Lines

    def _line(self, index: int, opener: int) -> int | None:
        if opener not in self._lines:
            self._lines[opener] = self._match(opener)
        line = self._lines[opener].get(index)
        above = self.steps[index].parent
        if line is None and above >= 0 and above != opener and self._opener(above) == opener:
            return self._line(above, opener)
        return line

    def _match(self, opener: int) -> dict[int, int | None]:
        """The lines of all steps that ran within `opener`, followed in order through the text."""
        statements = self._text_of(opener)
        found: dict[int, int | None] = {}
        at = 0
        for index in self._members(opener):
            text = self.steps[index].text
            found_at = [number for number, each in enumerate(statements) if fits(each.text, text)]
            if not found_at:
                found[index] = None
                continue
            at = next((number for number in found_at if number >= at), found_at[0])
            found[index] = statements[at].line
        return found

    def _members(self, opener: int) -> list[int]:
        found = []
        for index in range(opener + 1, len(self.steps)):
            if self.steps[index].depth <= self.steps[opener].depth:
                break
            if self._opener(index) == opener:
                found.append(index)
        return found

    def _text_of(self, opener: int) -> list[Statement]:
        if self._kind(opener) == "function":
            path, node = self.texts.functions[self._name(opener)]
            return self.texts.inside(path, node)[1:]
        path_or_none = self._files.get(opener)
        return self.texts.statements.get(path_or_none, []) if path_or_none else []

    # Files

    def _name_files(self) -> None:
        """Which file each `source` of the profile is, in the order in which they ran."""
        snippets = iter(self._snippets)
        taken: dict[Location, int] = {}
        for index, step in enumerate(self.steps):
            if self._kind(index) != "file":
                continue
            match = _SOURCE.match(_LEADING.sub("", step.text))
            assert match is not None
            word = match[1].strip().strip("'\"")
            if word == "$file" and self.texts.is_library(self._files.get(self._opener(index))):
                self._files[index] = next(snippets, None)
            elif word.startswith("/"):
                self._files[index] = Path(word.replace("\\'", "'"))
            else:
                self._files[index] = self._sourced(index, taken)
            path = self._files[index]
            if path is not None:
                self.texts.read(path)

    def _sourced(self, index: int, taken: dict[Location, int]) -> Path | None:
        opener = self._opener(index)
        where = self.place(index)[0]
        self._lines.pop(opener, None)
        if where is None:
            return None
        rows = [row.path for row in self.rows if row.sourced_at == where and row.status == "read"]
        number = taken.get(where, 0)
        taken[where] = number + 1
        return rows[min(number, len(rows) - 1)] if rows else None

    def told(self, index: int, file: str) -> None:
        """What fish itself said of the file that step `index` is in."""
        opener = self._opener(index)
        if file.startswith("/") and opener >= 0 and self._kind(opener) == "file":
            path = Path(file)
            if self._files.get(opener) is None:
                self._files[opener] = path
                self._lines.pop(opener, None)
                self.texts.read(path)

    def in_text(self, index: int) -> bool:
        """Whether a step stands in no file: an eval's text, or one that a program printed."""
        opener = self._opener(index)
        return opener >= 0 and self._kind(opener) == "text"

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


def text_is_builtin(text: str) -> bool:
    """Whether a command is told to be the builtin, or the program, of its name."""
    return re.match(r"(?:builtin|command)\s", text) is not None
