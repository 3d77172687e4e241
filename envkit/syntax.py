"""Reading sh and bash text without running it: the tree of a file, its statements' lines.

The parser is our own (docs/design.md says why): it accepts what bash and dash accept, so that a
syntax error is known for one, and what stands before it is kept, as the shell keeps it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from envkit.reading.nodes import Node
from envkit.reading.parser import Parser

if TYPE_CHECKING:
    from envkit.reading.zsh.parser import ZshParser


def parse(content: bytes, dialect: str = "bash") -> Node:
    """The statements of a file; `dialect` is `bash`, `dash` or `zsh`.

    Where it is no shell code from some line on, the last statement is of kind `broken`.
    """
    return _parse(content, dialect)


@lru_cache(maxsize=128)  # behind `parse`: a default left out would be another key
def _parse(content: bytes, dialect: str) -> Node:
    # bash drops NUL bytes from what it reads; to ksh93 one is a syntax error.
    nul = " ) " if dialect == "ksh" else ""
    text = content.decode("utf-8", "surrogateescape").replace("\0", nul)
    parts, broken = _parser(text, dialect).program()
    last = text.count("\n") + 1
    if broken is not None:
        parts.append(Node("broken", broken, last))
    return Node("sequence", 1, last, parts=tuple(parts))


def _parser(text: str, dialect: str) -> Parser | ZshParser:
    if dialect != "zsh":
        return Parser(text, dialect)
    from envkit.reading.zsh.parser import ZshParser

    return ZshParser(text)


def statements(content: bytes) -> tuple[tuple[int, int], ...]:
    """First and last line of each top-level statement, in order: a block may stand between two."""
    return tuple((node.line, node.last) for node in parse(content).parts)


def syntax_error(content: bytes, dialect: str = "bash") -> int | None:
    """The first line of the statement that is no shell code, if there is one."""
    parts = parse(content, dialect).parts
    return parts[-1].line if parts and parts[-1].kind == "broken" else None
