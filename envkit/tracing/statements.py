"""The simple statements of a bash text and the lines that they span; functions and theirs.

bash reports the last line of a continued statement (up to 5.2; 5.3 reports the first), and prints
commands after expansion: the text tells where a statement begins, and whether it used the old
value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from envkit import syntax
from envkit.reading import split
from envkit.reading.nodes import Node

ASSIGNMENT = r"([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?)="
_LONG = 500  # lines
_BEGINS = r"(function\s+)?[\w.:+-]+\s*\(\)|function\s"
_PIPE = r"/dev/(fd/\d+|stdin)|/proc/"


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


class Sources:
    """Sourced files by the path that the shell gave; `locate` opens them."""

    __slots__ = ("_files", "_locate", "_parts", "_scanned", "_texts")

    def __init__(self, locate: Callable[[Path], Path]) -> None:
        self._locate = locate
        self._files: dict[str, bool] = {}
        self._scanned: dict[str, Source | None] = {}
        self._texts: dict[str, list[str]] = {}
        self._parts: dict[tuple[str, int], Source] = {}

    def is_file(self, path: str) -> bool:
        """Whether it is a file that somebody could open, and no pipe (`source <(…)`)."""
        if path not in self._files:
            self._files[path] = bool(path) and not re.match(_PIPE, path) and self._there(path)
        return self._files[path]

    def scanned(self, path: str) -> Source | None:
        """A sourced file's statements; None where it is no file that somebody could open."""
        if path not in self._scanned:
            self._scanned[path] = self._scan(path) if self.is_file(path) else None
        return self._scanned[path]

    def near(self, path: str, line: int) -> Source | None:
        """What stands around a line: of a long file only its function, or what is between two.

        Version managers and completions are thousands of lines, of which few set a variable.
        """
        if path in self._scanned or not self.is_file(path):
            return self.scanned(path)
        rows = self._rows(path)
        if len(rows) < _LONG:
            return self.scanned(path)
        first = next((i for i in range(line - 1, -1, -1) if re.match(_BEGINS, rows[i])), 0)
        last = next((i for i in range(first, len(rows)) if rows[i].rstrip() == "}"), len(rows) - 1)
        inside = first < line <= last + 1
        if not inside:  # between two functions
            first = next((i + 1 for i in range(line - 2, -1, -1) if rows[i].rstrip() == "}"), 0)
            beyond = (i for i in range(line, len(rows)) if re.match(_BEGINS, rows[i]))
            last = next(beyond, len(rows)) - 1
        if (path, first) not in self._parts:
            # Blank lines in front cost next to nothing, and keep the numbers right.
            self._parts[path, first] = scan("\n" * first + "\n".join(rows[first : last + 1]) + "\n")
        found = self._parts[path, first]
        if inside:
            known = any((one.first, one.last) == (first + 1, last + 1) for one in found.functions)
        else:
            known = any(one.first <= line <= one.last for one in found.statements)
        return found if known else self.scanned(path)

    def _rows(self, path: str) -> list[str]:
        if path not in self._texts:
            try:
                content = self._locate(Path(path)).read_bytes()
            except OSError:
                content = b""
            self._texts[path] = content.decode("utf-8", "surrogateescape").split("\n")
        return self._texts[path]

    def _there(self, path: str) -> bool:
        try:
            return self._locate(Path(path)).is_file()
        except OSError:
            return False

    def _scan(self, path: str) -> Source | None:
        try:
            content = self._locate(Path(path)).read_bytes()
        except OSError:
            return None
        return scan(content.decode("utf-8", "surrogateescape"))


def scan(text: str, dialect: str = "bash") -> Source:
    """Find the statements of `text`, up to a syntax error, where the shell stops as well."""
    statements: list[Statement] = []
    functions: list[Function] = []
    content = text.encode("utf-8", "surrogateescape")
    _collect(syntax.parse(content, dialect), statements, functions)
    return Source(tuple(statements), tuple(functions))


def _collect(node: Node, statements: list[Statement], functions: list[Function]) -> None:
    if node.kind == "function":
        names = (name for name in node.words if name != "function")
        functions += [Function(name, node.line, node.last) for name in names]
    elif node.kind == "for":
        text = f"for {node.words[0]} in {' '.join(node.words[1:])}"
        statements.append(Statement(node.line, node.line, text))
    elif node.text:
        statements.append(Statement(node.line, node.last, node.text.rstrip()))
    for part in node.parts:
        _collect(part, statements, functions)


def words(text: str) -> tuple[str, ...]:
    """The words of a statement, quotes and `$` still in them; `<(…)` and `=(…)` are in one."""
    return split.words(text, "(")


def skip(text: str, at: int) -> int:
    """The end of the character, quotation or expansion that begins at `at`."""
    return split.skip(text, at, brackets=True)
