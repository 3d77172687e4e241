"""Where each statement of a file stands: within which branches, loops and functions.

One walk over the trees of all grammars. What a subshell, a pipeline or `&` does is left out, since
it is lost when that ends; what zsh, ksh93 or fish run of a pipeline themselves is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from envkit import syntax
from envkit.reading.nodes import Node

_LEAVES = re.compile(r"\\?(return|exit|exec|break|continue)\b")
_SIMPLE = frozenset(("command", "test", "arithmetic", "for", "select"))


class Span(NamedTuple):
    """Lines from `first` to `last`."""

    first: int
    last: int

    def holds(self, lines: set[int]) -> bool:
        """Whether one of the lines is in it."""
        return any(self.first <= line <= self.last for line in lines)


class Guard(NamedTuple):
    """What a statement hangs on.

    if          one condition and one body for each way, and where it stands: `way`
    and, or     the left side; the body is the right side
    case        no condition, the items' bodies
    loop        while, until: the condition; for: none
    function    the body; `text` is its name
    `span` is the whole, `text` its condition, or how it begins; `wanted` for a loop or a left side
    is what the condition must be.
    """

    kind: str
    span: Span
    text: str
    conditions: tuple[tuple[Span, str], ...] = ()
    bodies: tuple[Span, ...] = ()
    way: int = 0
    wanted: bool = True


class Placed(NamedTuple):
    """A statement and what is around it, the outermost first.

    `shared`: something on its own line decides whether it runs, so that the line may have run and
    the statement not.
    """

    node: Node
    guards: tuple[Guard, ...]
    shared: bool = False


@lru_cache(maxsize=256)
def statements(content: bytes, dialect: str) -> tuple[Placed, ...]:
    """The simple statements of a file, in order; those behind a syntax error, too."""
    found: list[Placed] = []
    for tree in _trees(content, dialect):
        found += _Walk(dialect).placed(tree, ())
    return tuple(_with_shared(found))


def broken(content: bytes, dialect: str) -> int | None:
    """The line from which nothing is shell code, if there is one."""
    if dialect in ("csh", ""):  # no tree
        return None
    parts = _tree(content, dialect).parts
    return parts[-1].line if parts and parts[-1].kind == "broken" else None


def _trees(content: bytes, dialect: str) -> Iterator[Node]:
    """The tree, and after a syntax error that of the lines which can be read again."""
    rows = content.split(b"\n")
    tree = _tree(content, dialect)
    if dialect == "fish" and tree.parts and tree.parts[0].kind == "broken":
        yield _tree(b"\n".join(rows[: tree.parts[0].line - 1]), dialect)  # it refuses all of it
    yield tree
    for _ in range(40):
        if not tree.parts or tree.parts[-1].kind != "broken":
            return
        at = tree.parts[-1].line
        tree = _tree(b"\n" * at + b"\n".join(rows[at:]), dialect)
        yield tree


def _tree(content: bytes, dialect: str) -> Node:
    if dialect == "fish":
        from envkit.reading.fish import tree

        return tree.parse(content)
    return syntax.parse(content, dialect)


class _Walk:
    """Goes down a tree and keeps what is around."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def placed(self, node: Node, guards: tuple[Guard, ...]) -> Iterator[Placed]:
        """The simple statements of `node`."""
        if node.kind in _SIMPLE:
            yield Placed(node, guards)
        if node.kind in ("subshell", "background"):
            return
        if node.kind == "pipe":
            for part in self._own(node):
                yield from self.placed(part, guards)
            return
        for part, guard in _parts(node):
            yield from self.placed(part, (*guards, guard) if guard else guards)

    def _own(self, node: Node) -> tuple[Node, ...]:
        """The commands of a pipeline that this shell runs itself."""
        if self.dialect == "fish":
            return node.parts
        return node.parts[-1:] if self.dialect in ("zsh", "ksh") else ()


def _parts(node: Node) -> Iterator[tuple[Node, Guard | None]]:
    """What stands within a statement, each with what decides whether it runs."""
    span = Span(node.line, node.last)
    if node.kind in ("and", "or") and len(node.parts) == 2:
        left, right = node.parts
        condition = (Span(left.line, left.last), written(left))
        yield left, None
        body = (_inner(right, node),)
        wanted = node.kind == "and"
        yield right, Guard(node.kind, span, condition[1], (condition,), body, 0, wanted)
    elif node.kind == "if":
        yield from _of_if(node, span)
    elif node.kind == "case":
        bodies = tuple(Span(item.line, item.last) for item in node.parts)
        text = f"case {node.words[0]}" if node.words else "case"
        for way, item in enumerate(node.parts):
            yield item, Guard("case", span, text, (), bodies, way)
    elif node.kind in ("for", "select", "count", "repeat"):
        text = " ".join(("for", node.words[0], "in", *node.words[1:])) if node.words else "for"
        for part in node.parts:
            yield part, Guard("loop", span, text, (), (_inner(part, node),))
    elif node.kind in ("while", "until") and len(node.parts) == 2:
        condition = (Span(node.parts[0].line, node.parts[0].last), written(node.parts[0]))
        yield node.parts[0], None
        body = (_inner(node.parts[1], node),)
        wanted = node.kind == "while"
        yield node.parts[1], Guard("loop", span, condition[1], (condition,), body, 0, wanted)
    elif node.kind == "function":
        name = node.words[0] if node.words else ""
        for part in node.parts:
            yield part, Guard("function", span, name, (), (_inner(part, node),))
    else:
        yield from ((part, None) for part in node.parts)


def _of_if(node: Node, span: Span) -> Iterator[tuple[Node, Guard | None]]:
    pairs = list(zip(node.parts[::2], node.parts[1::2], strict=False))
    conditions = tuple((Span(one.line, one.last), written(one)) for one, _ in pairs)
    ways = [body for _, body in pairs]
    if len(node.parts) % 2:
        ways.append(node.parts[-1])
    bodies = tuple(_inner(body, node) for body in ways)
    for way, (condition, _) in enumerate(pairs):
        before = Guard("if", span, written(condition), conditions, bodies, way) if way else None
        yield condition, before
    for way, body in enumerate(ways):
        text = conditions[min(way, len(conditions) - 1)][1]
        yield body, Guard("if", span, text, conditions, bodies, way)


def _inner(body: Node, whole: Node) -> Span:
    """The lines of a body that are those of its statements."""
    parts = body.parts if body.kind in ("sequence", "group", "item") else ()
    if parts:
        return Span(parts[0].line, parts[-1].last)
    return Span(max(body.line, whole.line), body.last)


def written(node: Node) -> str:
    """A condition about as it is written."""
    if node.text:
        return " ".join(node.text.split())
    if node.kind == "test":
        return f"[[ {' '.join(node.words)} ]]"
    if node.kind == "arithmetic":
        return f"(({' '.join(node.words)}))"
    signs = {"and": " && ", "or": " || ", "pipe": " | "}
    text = signs.get(node.kind, "; ").join(written(part) for part in node.parts)
    if node.kind == "not":
        return f"! {text}"
    return f"{{ {text}; }}" if node.kind == "group" else text or " ".join(node.words)


def _with_shared(found: list[Placed]) -> Iterator[Placed]:
    """Say of each statement whether its own line may run without it."""
    left: set[int] = set()  # lines on which something leaves
    for one in found:
        line = one.node.line
        around = any(_on_line(guard, line) for guard in one.guards)
        yield one._replace(shared=around or line in left)
        if one.node.kind == "command" and any(_LEAVES.match(word) for word in one.node.words[:2]):
            left.add(line)


def _on_line(guard: Guard, line: int) -> bool:
    """Whether what decides stands on that line, too."""
    if guard.span.first == line:
        return True
    if guard.kind == "case" and guard.bodies[guard.way].first == line:
        return False
    return any(span.first <= line <= span.last for span, _ in guard.conditions)
