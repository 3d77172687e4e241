"""Reading sh and bash text without running it: the tree of a file, its statements' lines.

tree-sitter-bash reads it where it is installed (a zipapp has none); else a line scanner guesses,
and everything that comes from it is marked as not certain.
"""

from __future__ import annotations

from envkit.reading.nodes import Node


def parse(content: bytes) -> Node:
    """The statements of a file of sh or bash."""
    try:
        from envkit.reading import tree
    except ImportError:
        from envkit.reading import lines

        return lines.parse(content)
    return tree.parse(content)


def statements(content: bytes) -> tuple[tuple[int, int], ...]:
    """First and last line of each top-level statement, in order: a block may stand between two."""
    return tuple((node.line, node.last) for node in parse(content).parts)
