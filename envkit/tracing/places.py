"""Which line of which file a record belongs to, and by way of what.

What an eval did belongs to the eval's line, what a trap does to the line that set it; a function's
body is a line of its own file, unless it only evaluates what a program printed: then the call is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from envkit.model import Location
from envkit.tracing import prompt
from envkit.tracing.record import Record
from envkit.tracing.statements import Source, Sources, Statement, scan, words
from envkit.tracing.words import fit, unquote

_EVAL = r"\\?((builtin|command) )*\\?eval( --)? "
_PRINTED = r"\\?((builtin|command) )*\\?eval\s+(--\s+)?\"?\s*(\$\(|`|\$\{?(\w+)\}?\"?\s*$)"
_TRAP = r"trap (-- )?"
HOOK = "builtin eval -- "  # the driver's own, and none of the files'
PROMPT = r"((export|declare|typeset|readonly) (-\w+ )*)?PROMPT_COMMAND(\[.*?\])?\+?="
Place = tuple["Location | None", str]


class Places:
    """Places of the records of one trace; `locate` opens files, `show` prints a path for people."""

    def __init__(
        self,
        records: Sequence[Record],
        locate: Callable[[Path], Path],
        show: Callable[[Path], str],
        sources: Sources | None = None,
    ) -> None:
        self.records, self._show = records, show
        self._sources = sources or Sources(locate)
        self._evals: dict[int, Source] = {}
        self._places: dict[int, Place] = {}

    def place(self, index: int) -> Place:
        """The line that did what record `index` did, and `via`: None for the shell itself."""
        if index < 0:
            return None, ""
        if index not in self._places:
            self._places[index] = self._find(index)
        return self._places[index]

    def frame(self, index: int) -> str:
        """What record `index` runs in: driver, eval, trap, function, file or pipe."""
        record = self.records[index]
        if record.opener < 0:
            return "driver"
        opener = self.records[record.opener]
        if record.depth <= opener.depth:
            return "eval" if re.match(_EVAL, opener.text) else "trap"
        if record.function not in ("", "source", "main"):
            return "function"
        return "file" if self._sources.is_file(record.source) else "pipe"

    def call(self, index: int) -> int:
        """The record of the function call around record `index`; -1: there is none."""
        while index >= 0:
            if self.frame(index) == "function":
                return self.records[index].opener
            index = self.records[index].opener
        return -1

    def statement(self, index: int) -> Statement | None:
        """The statement, as its text has it, that record `index` is the expansion of.

        None where no text is there, or none that fits (an alias): the line that bash gave stands.
        """
        record = self.records[index]
        frame = self.frame(index)
        if frame == "eval":
            return best(self.evaluated(record.opener).statements, record.text)
        if frame == "trap":
            setter = self._setter(index)
            return best(self.evaluated(setter).statements, record.text) if setter >= 0 else None
        source = self._sources.near(record.source, record.line)
        if source is None:
            return None
        near = [each for each in source.statements if each.first <= record.line <= each.last]
        return best(near, record.text)

    def told(self, index: int) -> str:
        """What record `index` ran; as the text has it where that names a secret's variable."""
        record, statement = self.records[index], self.statement(index)
        source = None if statement else self._sources.near(record.source, record.line)
        # Of a text that fits none any at its line may be meant.
        near = source.statements if source else (statement,) if statement else ()
        for one in near:
            if "$" in one.text and (one is statement or one.first <= record.line <= one.last):
                from envkit import secrets

                if secrets.named(one.text):
                    return one.text
        return record.text

    def source(self, path: str) -> Source | None:
        """A sourced file's statements; None where it is no file that somebody could open."""
        return self._sources.scanned(path)

    def evaluated(self, index: int) -> Source:
        """The statements of the text that record `index` evaluates, or sets as a trap."""
        if index not in self._evals:
            text = self.records[index].text
            found = re.match(_EVAL, text) or re.match(_TRAP, text)
            arguments = [unquote(word) for word in words(text[found.end() :] if found else text)]
            self._evals[index] = scan(" ".join(arguments[:1] if "trap" in text[:5] else arguments))
        return self._evals[index]

    def printed(self, index: int) -> bool:
        """Whether record `index` runs text that a program printed: `eval "$(tool)"`, `<(tool)`."""
        frame = self.frame(index)
        opener = self.records[index].opener
        if frame == "pipe":
            return True
        if frame != "eval":
            return opener >= 0 and frame == "trap" and self.printed(opener)
        return self._prints(opener) or self.printed(opener)

    def opaque(self, index: int) -> bool:
        """Whether the text that record `index` runs may have been printed: none says otherwise."""
        while self.frame(index) in ("eval", "trap", "pipe"):
            opener = self.records[index].opener
            if self.printed(index) or self.statement(opener) is None:
                return True
            index = opener
        return False

    def _prints(self, index: int) -> bool:
        statement = self.statement(index)
        found = re.match(_PRINTED, statement.text) if statement else None
        if not found or not found[5]:
            return found is not None
        source = self.source(self.records[index].source)
        pattern = re.compile(rf"(local |declare |typeset )?{found[5]}=\"?(\$\(|`)")
        return source is not None and any(pattern.match(each.text) for each in source.statements)

    def _find(self, index: int) -> Place:
        record, frame = self.records[index], self.frame(index)
        if frame == "driver":
            return None, ""
        if (hook := self._hook(index)) >= 0:
            return self._hooked(hook)
        if frame in ("eval", "pipe"):
            return self._evaluating(record.opener, self.printed(index))
        if frame == "trap":
            return self._trap(index)
        source = self._sources.near(record.source, record.line)
        defined = source is not None and source.defines(record.function, record.line)
        if frame == "function" and not defined:
            return self.place(record.opener)  # the function itself came out of an eval
        statement = self.statement(index)
        where = Location(Path(record.source), statement.first if statement else record.line)
        outer = self.place(record.opener)[0]
        if frame == "file":
            return where, f"from {self._at(outer)}" if outer else ""
        call = shorten(self.told(record.opener))
        return where, f"{call} at {self._at(outer)}" if outer else call

    def _evaluating(self, index: int, printed: bool) -> Place:
        """The place of an eval or of `source <(…)`: its line, or that of the call around it."""
        call = self.call(index)
        while printed and call >= 0:
            index, call = call, self.call(call)
        where, via = self.place(index)
        if self.frame(index) != "file":
            return where, via
        statement = self.statement(index)
        return where, shorten(statement.text if statement else self.records[index].text)

    def _hook(self, index: int) -> int:
        """The outermost record of the prompt hook that record `index` is part of; -1: of none."""
        while (opener := self.records[index].opener) >= 0:
            if self.records[opener].opener < 0:
                return index if self.records[opener].text.startswith(HOOK) else -1
            index = opener
        return -1

    def _hooked(self, index: int) -> Place:
        """A hook's doings belong to the first line that made PROMPT_COMMAND run it."""
        word = re.split(r"[ =;]", self.records[index].text, maxsplit=1)[0]
        setters = [i for i in range(index) if re.match(PROMPT, self.records[i].text)]
        named = [
            i for i in setters if re.search(rf"(?<!\w){re.escape(word)}", self.records[i].text)
        ]
        setter = next(iter(named or setters[-1:]), -1)
        return self.place(setter)[0], prompt.HOOK

    def _trap(self, index: int) -> Place:
        setter = self._setter(index)
        if setter < 0:
            return self.place(self.records[index].opener)
        return self.place(setter)[0], shorten(self.told(setter))

    def _setter(self, index: int) -> int:
        """The record of the `trap` whose action record `index` is part of; -1: none was seen."""
        first = self.records[index].text.partition(" ")[0].partition("=")[0]
        for setter in range(index - 1, -1, -1):
            text = self.records[setter].text
            if re.match(_TRAP, text) and first in text:
                return setter
        return -1

    def _at(self, where: Location) -> str:
        return f"{self._show(where.path)}:{where.line}"


def best(statements: Sequence[Statement], text: str) -> Statement | None:
    """The statement that a record's text is the expansion of."""
    fits = [(fit(each.text, text), each) for each in statements]
    best = max((score for score, _ in fits), default=-1)
    return next((each for score, each in fits if score == best), None) if best >= 0 else None


def shorten(text: str, most: int = 120) -> str:
    """A text on one line, cut to what a table can hold."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
