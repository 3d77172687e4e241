"""A tolerant line scanner: for texts, or parts of texts, of which there is no tree.

It knows comments, here-documents, continued lines and simple statements, and no control flow:
everything that it gives is a guess, and stands in a `maybe`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.reading import split
from envkit.reading.nodes import Node

_HEREDOC = re.compile(r"<<(-?)\s*(['\"\\]?)([A-Za-z_][A-Za-z0-9_]*)")
_KEYWORDS = frozenset(
    (
        "if",
        "then",
        "else",
        "elif",
        "fi",
        "do",
        "done",
        "while",
        "until",
        "esac",
        "{",
        "}",
        "!",
        "time",
    )
)


def parse(content: bytes) -> Node:
    """The whole file, guessed."""
    parts = scan(content.decode("utf-8", "surrogateescape"), 1)
    return Node("sequence", 1, content.count(b"\n") + 1, parts=parts)


def scan(text: str, first: int) -> tuple[Node, ...]:
    """The simple statements in `text`, whose first line has the number `first`."""
    return tuple(
        Node("maybe", line, line, parts=(Node("command", line, line, words=words),))
        for line, whole in _logical(text, first)
        for words in _simple(whole)
    )


def _logical(text: str, line: int) -> Iterator[tuple[int, str]]:
    """Continued lines as one, here-documents left out."""
    rows = iter(text.split("\n"))
    for row in rows:
        start = line
        line += 1
        while row.endswith("\\") and not row.lstrip().startswith("#"):
            row = row[:-1] + next(rows, "")
            line += 1
        yield start, row
        for dash, _, word in _HEREDOC.findall(row):
            for body in rows:
                line += 1
                if (body.lstrip("\t") if dash else body) == word:
                    break


def _simple(row: str) -> Iterator[tuple[str, ...]]:
    start = at = 0
    while at <= len(row):
        comment = row[at : at + 1] == "#" and (at == start or row[at - 1] in " \t;&|")
        if at == len(row) or comment or row[at] in ";&|":
            words = list(split.words(row[start:at]))
            while words and words[0] in _KEYWORDS:
                words.pop(0)
            if words and words[0] not in ("for", "case", "function", "select"):
                yield tuple(words)
            if comment:
                return
            start = at = at + 1
        else:
            at = split.skip(row, at)
