"""The texts of fish's startup files, as a trace asks for them: which statement stands where."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from envkit.host import Host
from envkit.model import Location
from envkit.reading.fish import tree
from envkit.reading.nodes import Node


class Statement:
    """A statement of a file: its lines, and its text with blanks made one.

    `size` statements stand in it, which come next in the list of all.
    """

    def __init__(self, node: Node) -> None:
        self.line, self.last, self.text = node.line, node.last, flat(node.text)
        self.size = 0


class Span:
    """Numbers of statements, `at` the next one; `depth` is that of the step they ran within."""

    __slots__ = ("at", "depth", "high", "low")

    def __init__(self, depth: int, low: int, high: int) -> None:
        self.depth, self.at, self.low, self.high = depth, low, low, high


class Body:
    """Statements that run one after the other, found again by the texts of a profile."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.statements = statements
        self._found: dict[str, list[int]] = {}
        self._words: dict[str, list[int]] = {}
        for number, each in enumerate(statements):
            self._words.setdefault(each.text.partition(" ")[0], []).append(number)

    def find(self, text: str, span: Span) -> int | None:
        """The next statement of that text in a span, or else its first there: a loop's."""
        if text not in self._found:
            self._found[text] = [
                number for number in self._likely(text) if fits(self.statements[number].text, text)
            ]
        found = self._found[text]
        for low in (span.at, span.low):
            index = bisect_left(found, low)
            if index < len(found) and found[index] < span.high:
                return found[index]
        return None

    def within(self, number: int, depth: int) -> Span:
        """The statements that stand in another."""
        high = min(number + 1 + self.statements[number].size, len(self.statements))
        return Span(depth, number + 1, high)

    def _likely(self, text: str) -> Sequence[int]:
        """Only statements with the same first word fit, where a second one follows."""
        word, blank, rest = flat(text).partition(" ")
        if blank and rest.rstrip("; .") and not word.endswith((";", "...")):
            return self._words.get(word, ())
        return range(len(self.statements))


class Texts:
    """The statements and functions of the files that were read; `library` is fish's own."""

    def __init__(self, host: Host, library: Path) -> None:
        self.host, self.library = host, library
        self.statements: dict[Path, list[Statement]] = {}
        self.functions: dict[str, tuple[Path, Node]] = {}

    def read(self, path: Path) -> None:
        """Take in a file, once; one of fish's library has no place that counts."""
        if path in self.statements or self.is_library(path):
            return
        self.statements[path] = []
        try:
            if not self.host.locate(path).is_file():
                return
            content = self.host.read(path)
        except OSError:
            return
        self._collect(path, tree.parse(content))

    def _collect(self, path: Path, node: Node) -> None:
        statements = self.statements[path]
        number = len(statements)
        if node.text:
            statements.append(Statement(node))
        if node.kind == "function" and node.words:
            self.functions[node.words[0].strip("'\"")] = (path, node)
        for part in node.parts:
            self._collect(path, part)
        if node.text:
            statements[number].size = len(statements) - number - 1

    def inside(self, path: Path, node: Node) -> list[Statement]:
        """The statements of a function, itself the first."""
        return [each for each in self.statements[path] if node.line <= each.line <= node.last]

    def text_at(self, where: Location) -> str:
        """What stands at a line."""
        here = (each for each in self.statements.get(where.path, ()) if each.line == where.line)
        return next((shorten(each.text, 50) for each in here), "")

    def line_fits(self, path: Path, line: int, text: str) -> bool:
        """Whether the statement of step text `text` stands at a line."""
        return any(
            each.line <= line <= each.last and fits(each.text, text)
            for each in self.statements.get(path, ())
        )

    def is_library(self, path: Path | None) -> bool:
        """Whether a file is fish's own, and no startup file."""
        return (
            path is not None
            and self.library in path.parents
            and path.parent.name != "vendor_conf.d"
        )


def fits(statement: str, text: str) -> bool:
    """Whether a profile's text is that statement: of a block it has the first words and `...`."""
    step = flat(text).removesuffix(" &")
    if step.endswith("..."):
        return statement.startswith(step[:-3].rstrip("; "))
    return statement == step or (
        statement.startswith(step) and statement[len(step) :].strip("; ") == ""
    )


def flat(text: str) -> str:
    """A text on one line, its continued lines joined."""
    return " ".join(text.replace("\\\n", " ").split())


def shorten(text: str, most: int = 120) -> str:
    """A text on one line, cut to what a table can hold."""
    line = flat(text)
    return line if len(line) <= most else line[: most - 1] + "…"
