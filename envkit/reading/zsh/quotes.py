"""zsh's quotations and expansions: where each of them ends (lex.c, dquote_parse)."""

from __future__ import annotations

from bisect import bisect_right
from typing import NoReturn

from envkit.reading.scanner import Unparsable


class ZshQuotes:
    """One text, and how far it has been read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [i for i, char in enumerate(text) if char == "\n"]
        self.heredocs: list[tuple[str, bool, bool]] = []

    def _skip(self, at: int) -> int:
        """The end of the character, quotation or expansion at hand."""
        text = self.text
        char = text[at]
        if char == "\\":
            return min(at + 2, len(text))
        if char == "'":
            return self._single(at + 1)
        if char == '"':
            return self._double(at + 1)
        if char == "`":
            return self._backtick(at + 1)
        if char == "$":
            return self._dollar(at + 1, False)
        return at + 1

    def _dollar(self, at: int, double: bool) -> int:
        text = self.text
        char = text[at : at + 1]
        if char == "(":
            return self._command_or_math(at)
        if char == "{":
            return self._braced(at + 1, double)
        if char == "[":
            return self._math(at + 1, "]")
        if char == "'" and not double:
            return self._ansi(at + 1)
        return at

    def _single(self, at: int) -> int:
        end = self.text.find("'", at)
        if end < 0:
            self._fail()
        return end + 1

    def _ansi(self, at: int) -> int:
        while at < len(self.text) and self.text[at] != "'":
            at += 2 if self.text[at] == "\\" else 1
        if at >= len(self.text):
            self._fail()
        return at + 1

    def _double(self, at: int) -> int:
        text = self.text
        while at < len(text):
            char = text[at]
            if char == '"':
                return at + 1
            if char == "\\":
                at += 2
            elif char == "$":
                at = at + 2 if text.startswith("$", at + 1) else self._dollar(at + 1, True)
            elif char == "`":
                at = self._backtick(at + 1)
            else:
                at += 1
        raise self._unparsable()

    def _backtick(self, at: int) -> int:
        while at < len(self.text) and self.text[at] != "`":
            at += 2 if self.text[at] == "\\" else 1
        if at >= len(self.text):
            self._fail()
        return at + 1

    def _braced(self, at: int, double: bool) -> int:
        """The end of `${ … }`."""
        text = self.text
        depth = 1
        while at < len(text):
            char = text[at]
            if char == "}":
                depth -= 1
                at += 1
                if not depth:
                    return at
            elif char == "{" and not double:
                depth += 1
                at += 1
            elif char == "'" and double:
                at += 1
            elif char == "$":
                at = self._dollar(at + 1, double)
            else:
                at = self._skip(at)
        raise self._unparsable()

    def _command_or_math(self, at: int) -> int:
        """The end of `$( … )` or `$(( … ))`; `at` is where its first bracket stands."""
        if self.text.startswith("((", at):
            try:
                end = self._math(at + 2, ")")
            except Unparsable:
                end = len(self.text)
            if self.text.startswith(")", end):
                return end + 1
        return self._substitution(at + 1)

    def _math(self, at: int, closing: str) -> int:
        """The end of arithmetic, its closing bracket included."""
        text = self.text
        opening = {")": "(", "]": "["}[closing]
        depth = 1
        while at < len(text):
            char = text[at]
            depth += (char == opening) - (char == closing)
            at = self._skip(at) if char in "\\`$" else at + 1
            if not depth:
                return at
        raise self._unparsable()

    def _substitution(self, at: int) -> int:
        """The end of the commands within `$( )`, `<( )`, `=( )`."""
        raise NotImplementedError

    def _line(self, at: int | None = None) -> int:
        return bisect_right(self.newlines, (self.at if at is None else at) - 1) + 1

    def _fail(self) -> NoReturn:
        raise self._unparsable()

    def _unparsable(self) -> Unparsable:
        return Unparsable(self._line())
