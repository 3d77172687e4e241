"""fish text into tokens: where a word ends, what a quote and a parenthesis hold (fish 3.6)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["word", "end", "pipe", "and", "or", "background", "redirect", "eof"]

_REDIRECT = re.compile(r"(?:\d+)?(?:>>|>\?|>)&?|(?:\d+)?<&?|&>>?\??")
_PIPE = re.compile(r"(?:\d*>\||&\||\|)")
_CLOSES = {"(": ")", "{": "}"}
NO_BLANKS = "\n\r\xa0\u2007\u202f"  # nor are the spaces that break no line


class Broken(Exception):
    """A syntax error; `line` is where it is seen."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Token(NamedTuple):
    """A token, the line it begins in and the one it ends in, and where it stands in the text."""

    kind: Kind
    text: str
    line: int
    last: int
    start: int
    end: int


class Scanner:
    """The tokens of a text, one after another."""

    def __init__(self, text: str, line: int = 1) -> None:
        self.text, self.at, self.line = text, 0, line

    def next(self) -> Token:
        """The next token; Broken where a word does not end."""
        self._skip()
        start, line, text = self.at, self.line, self.text
        if start >= len(text):
            return Token("eof", "", line, line, start, start)
        char = text[start]
        kind: Kind = "word"
        if char in "\n;\r":
            self._advance(start + 1)
            return Token("end", char, line, line, start, self.at)
        if text.startswith(("&&", "||"), start):
            kind, end = ("and" if char == "&" else "or"), start + 2
        elif text.startswith("|&", start):
            raise Broken(line)
        elif found := _PIPE.match(text, start):
            kind, end = "pipe", found.end()
        elif found := _REDIRECT.match(text, start):
            kind, end = "redirect", found.end()
        elif char == "&":
            kind, end = "background", start + 1
        else:
            end = word_end(text, start, line)
        self._advance(end)
        return Token(kind, text[start:end], line, self.line, start, end)

    def _advance(self, end: int) -> None:
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def _skip(self) -> None:
        """Over blanks, comments and continued lines: a comment does not end a continuation."""
        continued = False
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if text.startswith("\\\n", self.at):
                continued = True
                self._advance(self.at + 2)
            elif char == "#":
                end = text.find("\n", self.at)
                end = len(text) if end < 0 else end
                self._advance(end + (1 if continued and end < len(text) else 0))
                # The blank after it is skipped, and with it the wish to continue.
            elif char.isspace() and char not in NO_BLANKS:
                self._advance(self.at + 1)
            else:
                return


def word_end(text: str, start: int, line: int = 1) -> int:
    """Where the word that begins at `start` ends; Broken where a part of it is not closed."""
    at, open_ = start, ""
    begins = True
    while at < len(text):
        char = text[at]
        if char == "\\":
            if at + 1 >= len(text):
                raise Broken(line)
            at += 1
        elif char == "#" and begins:
            at = _line_end(text, at) - 1
        elif char in "({" or (char == "[" and at > start):
            open_ += char if char != "[" or "[" not in open_ else ""
        elif char == "]":
            open_ = open_.replace("[", "")
        elif char in ")}":
            opener = "(" if char == ")" else "{"
            if opener not in open_ or open_.replace("[", "")[-1:] != opener:
                raise Broken(line)
            cut = open_.rindex(opener)
            open_ = open_[:cut] + open_[cut + 1 :]
        elif char in "'\"":
            at = quote_end(text, at, line) - 1
        elif not open_ and _ends_word(text, at):
            break
        begins = _begins(text, at)  # also where the blank is escaped
        at += 1
    if open_:
        raise Broken(line)
    return at


def quote_end(text: str, start: int, line: int = 1) -> int:
    """The end of a quotation, past its closing quote; `$(…)` in double quotes is read in full."""
    quote, at = text[start], start + 1
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == quote:
            return at + 1
        elif quote == '"' and text.startswith("$(", at):
            at = substitution_end(text, at + 1, line) - 1
        at += 1
    raise Broken(line)


def substitution_end(text: str, start: int, line: int = 1) -> int:
    """The end of `(…)`, past its closing parenthesis."""
    at, depth, begins = start + 1, 1, True
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "#" and begins:
            at = _line_end(text, at) - 1
        elif char in "'\"":
            at = quote_end(text, at, line) - 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                return at + 1
        begins = _begins(text, at)
        at += 1
    raise Broken(line)


def _begins(text: str, at: int) -> bool:
    """Whether a word may begin behind the character at `at`."""
    return at < len(text) and (text[at] == "(" or _ends_word(text, at))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _ends_word(text: str, at: int) -> bool:
    char = text[at]
    if char == "&":
        # An ampersand within a word is part of it.
        return text[at + 1 : at + 2] in ("", "&") or _ends_word(text, at + 1)
    return char in "|;<>\n\r" or (char.isspace() and char not in NO_BLANKS)
