"""fish text -> the tree of its statements, kept for as long as the same text is asked about."""

from __future__ import annotations

from functools import lru_cache

from envkit.reading.fish.parser import Parser
from envkit.reading.fish.scanner import Broken
from envkit.reading.nodes import Node


@lru_cache(maxsize=128)
def parse(content: bytes) -> Node:
    """The statements of a file; one of kind `broken` alone where fish refuses the file whole."""
    text = content.decode("utf-8", "surrogateescape")
    last = text.count("\n") + 1
    try:
        parts = tuple(Parser(text).program())
    except Broken as broken:
        parts = (Node("broken", broken.line, last),)
    except RecursionError:
        parts = (Node("broken", 1, last),)
    return Node("sequence", 1, last, parts=parts)


def syntax_error(content: bytes) -> int | None:
    """The line of the first error, if there is one: fish then runs nothing of the file."""
    parts = parse(content).parts
    return parts[0].line if parts and parts[0].kind == "broken" else None


def statements(content: bytes) -> tuple[tuple[int, int], ...]:
    """First and last line of each top-level statement, in order."""
    return tuple((node.line, node.last) for node in parse(content).parts)
