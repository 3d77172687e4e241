"""fish's blocks: if, switch, for, while; where nobody knows, both ways are walked."""

from __future__ import annotations

from envkit.reading.conditions import Answer
from envkit.reading.fish.state import Variable
from envkit.reading.fish.tests import matches
from envkit.reading.fish.walk import Leave, Walk
from envkit.reading.nodes import Node

_ROUNDS = 500


def run_if(walk: Walk, node: Node) -> Answer:
    """The branches in turn; what a condition sets is there in the whole statement."""
    walk.state.frames[-1].blocks.append({})
    try:
        return _branches(walk, node.parts)
    finally:
        walk.state.frames[-1].blocks.pop()


def _branches(walk: Walk, parts: tuple[Node, ...]) -> Answer:
    if not parts:
        return True
    if len(parts) == 1:
        return walk.block(parts[0])
    condition = walk.run(parts[0])
    if condition:
        return walk.block(parts[1])
    if condition is not None:
        return _branches(walk, parts[2:])
    walk.perhaps(parts[1])
    rest = parts[2:]
    if len(rest) == 1:
        walk.perhaps(Node("group", rest[0].line, rest[0].last, parts=rest[0].parts))
    elif rest:
        walk.perhaps(Node("if", rest[0].line, rest[-1].last, parts=rest))
    return None


def run_switch(walk: Walk, node: Node) -> Answer:
    """`switch` with its cases; the first that matches counts."""
    subject = walk.expander.one(node.words[0])
    if subject is not None and len(subject) > 1:
        return False  # one argument at most
    for item in node.parts:
        patterns = _patterns(walk, item.words)
        if subject is None or patterns is None:
            walk.perhaps(Node("group", item.line, item.last, parts=item.parts))
        elif any(matches(pattern, subject[0] if subject else "") for pattern in patterns):
            return walk.block(item)
    return None if subject is None else walk.status


def _patterns(walk: Walk, raw: tuple[str, ...]) -> list[str] | None:
    """The words of `case`, where a star is a pattern even in quotes, and names no file."""
    plain = tuple(
        word if word[:1] in ("'", '"') else word.replace("*", "\\*").replace("?", "\\?")
        for word in raw
    )
    return walk.expander.all(plain)


def run_for(walk: Walk, node: Node) -> Answer:
    """The body for each value, where all are known."""
    values = walk.expander.all(node.words[1:], null=True)
    name, body = node.words[0], node.parts[0]
    scope = walk.state.scope("l", name)
    if values is None or len(values) > _ROUNDS:
        scope[name] = Variable(None)
        return walk.perhaps(body)
    for value in values:
        scope[name] = Variable((value,))
        if not _round(walk, body):
            break
    return walk.status


def run_while(walk: Walk, node: Node) -> Answer:
    """The body while the condition is known to be true; a loop without end ends here."""
    status: Answer = True
    for _ in range(_ROUNDS):
        condition = walk.run(node.parts[0])
        if condition is None:
            return walk.perhaps(node.parts[1])
        if not condition:
            return status
        if not _round(walk, node.parts[1]):
            return walk.status
        status = walk.status
    walk.doubt = walk.floor = max(walk.doubt, 1)
    return None


def _round(walk: Walk, body: Node) -> bool:
    """One round; whether another may follow."""
    try:
        walk.block(body)
    except Leave as leave:
        if leave.kind not in ("break", "continue"):
            raise
        walk.status = True
        return leave.kind == "continue"
    return True
