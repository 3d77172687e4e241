"""The simple statements of a bash text and the lines that they span; functions and theirs.

bash reports the last line of a continued statement (up to 5.2; 5.3 reports the first), and prints
commands after expansion: the text tells where a statement begins, and whether it used the old
value. A scanner of words, no grammar: it reads any text, and the trace proves what really ran.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ASSIGNMENT = r"([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?)="
_HEREDOC = r"<<(-?)[ \t]*((?:\\.|'[^']*'|\"[^\"]*\"|[^\s;&|<>()])+)"
_PLAIN = r"[A-Za-z0-9_/.,:%^~-]+"
_OPENERS = frozenset(
    ("if", "then", "elif", "else", "fi", "do", "done", "while", "until", "!", "{", "}", "time")
)


class Statement(NamedTuple):
    """A simple statement: its first and last line, counted from 1, and its text."""

    first: int
    last: int
    text: str


class Function(NamedTuple):
    """A function definition and the lines that it spans."""

    name: str
    first: int
    last: int


class Source(NamedTuple):
    """What one text holds."""

    statements: tuple[Statement, ...]
    functions: tuple[Function, ...]

    def defines(self, name: str, line: int) -> bool:
        """Whether `line` stands in the body of a function called `name`."""
        return any(f.name == name and f.first <= line <= f.last for f in self.functions)


def scan(text: str) -> Source:
    """Find the statements of `text`; what cannot be understood is still cut into statements."""
    scanner = _Scanner(text)
    scanner.run()
    return Source(tuple(scanner.statements), tuple(scanner.functions))


def words(text: str) -> tuple[str, ...]:
    """The words of a statement, quotes and `$` still in them."""
    found, start, at = [], -1, 0
    while at < len(text):
        if text[at].isspace():
            if start >= 0:
                found.append(text[start:at])
            start, at = -1, at + 1
            continue
        if start < 0 and text.startswith("\\\n", at):
            at += 2
            continue
        start = at if start < 0 else start
        at = skip(text, at)
    return (*found, text[start:]) if start >= 0 else tuple(found)


def skip(text: str, at: int) -> int:
    """The end of the character, quotation or expansion that begins at `at`."""
    char, following = text[at], text[at + 1 : at + 2]
    if char == "\\":
        return at + 2
    if char == "'":
        end = text.find("'", at + 1)
        return len(text) if end < 0 else end + 1
    if char == "$" and following == "'":
        return _until(text, at + 2, "'", plain=True)
    if char == '"' or char == "`":
        return _until(text, at + 1, char, plain=char == "`")
    if char == "$" and following in ("(", "{"):
        return _until(text, at + 2, ")" if following == "(" else "}")
    if char in "<>=?*+@!" and following == "(":
        return _until(text, at + 2, ")")  # <(…), an array's (…), an extended pattern
    return at + 1


def _until(text: str, at: int, close: str, plain: bool = False) -> int:
    """Just behind the next `close` that is not quoted or nested; the end where there is none."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char == close and depth == 0:
            return at + 1
        if close == ")" and char in "()":
            depth += 1 if char == "(" else -1
            at += 1
        elif close == ")" and char == "#" and text[at - 1] in " \t\n;&|(":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif (plain or (close == '"' and char not in "$`")) and char != "\\":
            at += 1
        else:
            at = skip(text, at)
    return len(text)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = text, 0, 1
        self.statements: list[Statement] = []
        self.functions: list[Function] = []
        self.start = -1  # where the present statement begins
        self.first = 1
        self.heredocs: list[tuple[bool, str]] = []
        self.braces: list[Function | None] = []
        self.header: Function | None = None
        self.plain, self.heredoc = re.compile(_PLAIN).match, re.compile(_HEREDOC).match

    def run(self) -> None:
        while self.at < len(self.text):
            self.step(self.text[self.at])
        self.end()

    def step(self, char: str) -> None:
        text, at = self.text, self.at
        if char == "\n":
            self.end()
            self.move(at + 1)
            self.skip_heredocs()
        elif char in " \t" or text.startswith("\\\n", at):
            if self.start >= 0 and text[self.start : at] in _OPENERS:
                self.end()
            self.move(at + (1 if char in " \t" else 2))
        elif char == "#" and (at == 0 or text[at - 1] in " \t\n;&|()"):
            self.end()
            end = text.find("\n", at)
            self.move(len(text) if end < 0 else end)
        elif text.startswith("((", at) and (self.start < 0 or text[self.start : at] == "for "):
            self.begin()
            self.move(_until(text, at + 2, ")") + 1)
        elif char == "(" and self.start >= 0 and re.match(r"\(\s*\)", text[at:]):
            self.define(text[self.start : at].strip())
            self.move(text.index(")", at) + 1)
        elif char == "<" and text.startswith("<<<", at):
            self.move(at + 3)
        elif char == "<" and (found := self.heredoc(text, at)):
            self.heredocs.append((bool(found[1]), re.sub(r"[\\'\"]", "", found[2])))
            self.move(found.end())
        elif self.ends_here(char):
            self.end()
            self.move(at + 1)
        else:
            self.begin()
            plain = self.plain(text, at)
            self.move(plain.end() if plain else skip(text, at))

    def ends_here(self, char: str) -> bool:
        before = self.text[self.at - 1 : self.at]
        if self.start >= 0 and self.text.startswith("[[", self.start):
            return "]]" in self.text[self.start : self.at] and char in ";&|()"
        if char == "&" and (before in ("<", ">") or self.text.startswith("&>", self.at)):
            return False
        return char in ";&|()" and not (char == "|" and before == ">")

    def begin(self) -> None:
        if self.start < 0:
            self.start, self.first = self.at, self.line

    def end(self) -> None:
        if self.start < 0:
            return
        text, self.start = self.text[self.start : self.at].rstrip(), -1
        if text == "{":
            self.braces.append(self.header)
            self.header = None
        elif text == "}":
            function = self.braces.pop() if self.braces else None
            if function is not None:
                self.functions.append(function._replace(last=self.line))
        elif text.startswith("function ") and "{" in text:
            self.define(text[9:].replace("{", "").strip())
            self.braces.append(self.header)
            self.header = None
        elif text.startswith("function "):
            self.define(text[9:].strip())
        elif text and text not in _OPENERS:
            self.header = None
            self.statements.append(Statement(self.first, self.line, text))

    def define(self, name: str) -> None:
        first = self.first if self.start >= 0 else self.line
        self.header = Function(name.removeprefix("function ").strip(), first, first)
        self.start = -1

    def skip_heredocs(self) -> None:
        for dash, word in self.heredocs:
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                row = self.text[self.at : end]
                self.move(min(end + 1, len(self.text)))
                if (row.lstrip("\t") if dash else row) == word:
                    break
        if self.heredocs and self.statements:
            # bash may count to the end of the here-document.
            last = self.statements[-1]
            self.statements[-1] = last._replace(last=self.line - 1)
        self.heredocs = []

    def move(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to
