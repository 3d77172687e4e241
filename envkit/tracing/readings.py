"""Which files a traced bash was reading at each command, and at which line: for the history.

What a function, an eval, a trap or a pipe runs belongs to the line of the file that it is called
from, as a prompt's hooks belong to the line that set them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from envkit.model import Location
from envkit.tracing.command import Command
from envkit.tracing.history import History, Reading
from envkit.tracing.places import HOOK, PROMPT, best
from envkit.tracing.statements import Sources
from envkit.tracing.words import unquote

DECLARES = rb"(export|declare|typeset|readonly|local) "


class At(NamedTuple):
    """Where the shell stood: the files being read, the line of the innermost one.

    `ran` is the line in a function's body, `hooks`: a prompt's hooks run from here. `own`: it is a
    command of that line itself, none that the line's eval, trap or pipe runs.
    """

    stack: tuple[Reading, ...] = ()
    line: int = 0
    ran: Location | None = None
    hooks: bool = False
    own: bool = True

    @property
    def where(self) -> Location | None:
        """The line that does what is done here."""
        if self.ran is not None:
            return self.ran
        path = self.stack[-1].path if self.stack else None
        return Location(path, self.line) if path else None


class Readings:
    """Told each command of a record, it feeds a history."""

    def __init__(self, history: History, sources: Sources, timed: bool) -> None:
        self._history, self._sources, self._timed = history, sources, timed
        self._near: dict[tuple[str, int], int] = {}
        self._setters: list[tuple[str, Location | None]] = []
        self._last: Command | None = None
        self._within = -1  # how deep the subshell at hand began
        self._value: str | None = None  # what it began with

    def __call__(self, one: Command) -> None:
        """Take in a command."""
        if not self._timed:
            one.clock = None
        if one.subshell:
            self._beside(one)
            return
        self._within = -1
        at = self._at(one)
        one.seen = at
        text = one.text if b"PROMPT_COMMAND" in one.raw else ""
        if re.match(PROMPT, text):
            self._setters.append((text, at.where))
        again = self._declared(one)
        self._last = self._last if again else one
        own = at.own and not again
        self._history.record(at.stack, at.line, one.value, one.clock, at.ran, own)

    def _declared(self, one: Command) -> bool:
        """Whether it is what xtrace prints of `export A=1` once more, as `A=1`."""
        last = self._last
        if last is None or (last.source, last.line, last.level) != (
            one.source,
            one.line,
            one.level,
        ):
            return False
        return re.match(DECLARES, last.raw) is not None and b" " + one.raw in last.raw

    def _beside(self, one: Command) -> None:
        """A subshell's command: from here on the time is that of its line.

        What is called within the subshell, a function or a file, belongs to the line that began it.
        """
        if 0 <= self._within < one.depth:
            self._history.more()
            return
        if self._within < 0:
            self._value = one.value
        self._within = one.depth
        at = self._at(one)
        self._history.beside(at.stack, at.line, self._value, one.clock)

    def _at(self, one: Command) -> At:
        opener = one.opener
        if opener is None:
            hook = one.raw.startswith(HOOK.encode())
            if not hook:
                return At()
            return At((Reading(None, self._setter(one.text[len(HOOK) :]), "hook"),), hooks=True)
        around = opener.seen
        assert isinstance(around, At)
        if one.depth <= opener.depth:
            return around._replace(hooks=False, own=False)
        if one.function not in ("", "source", "main"):
            body = self._body(one)
            return around._replace(ran=body or around.ran, hooks=False, own=body is not None)
        if not self._sources.is_file(one.source):
            return around._replace(hooks=False, own=False)
        reading = Reading(Path(one.source), around.where, opener.number)
        return At((*around.stack, reading), self._line(one))

    def _body(self, one: Command) -> Location | None:
        source = self._sources.near(one.source, one.line)
        if source is None or not source.defines(one.function, one.line):
            return None  # it came out of an eval
        return Location(Path(one.source), self._line(one))

    def _line(self, one: Command) -> int:
        """The first line of the command's statement, where the text tells it."""
        key = one.source, one.line
        if key not in self._near:
            source = self._sources.near(one.source, one.line)
            every = source.statements if source else ()
            firsts = {each.first for each in every if each.first <= one.line <= each.last}
            self._near[key] = firsts.pop() if len(firsts) == 1 else 0 if firsts else one.line
        if self._near[key]:
            return self._near[key]
        source = self._sources.near(one.source, one.line)
        assert source is not None
        near = [each for each in source.statements if each.first <= one.line <= each.last]
        found = best(near, one.text)
        return found.first if found else one.line

    def _setter(self, hook: str) -> Location | None:
        """The line that made PROMPT_COMMAND run `hook`, as the places of a trace tell it."""
        first = re.split(r"[ =;]", unquote(hook), maxsplit=1)[0]
        named = [
            where
            for text, where in self._setters
            if re.search(rf"(?<!\w){re.escape(first)}(?!\w)", text)
        ]
        every = named or [where for _, where in self._setters[-1:]]
        return every[0] if every else None
