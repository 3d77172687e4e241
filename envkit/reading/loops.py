"""for, while and until, as often as they would run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.reading import commands, fields, patterns, record
from envkit.reading.conditions import Answer, negate
from envkit.reading.jumps import Jump
from envkit.reading.nodes import Node

if TYPE_CHECKING:
    from envkit.reading.walk import Walk

_ROUNDS = 1000


def run_for(walk: Walk, node: Node) -> Answer:
    """`for name in items`: each item that is known, once."""
    name, body = node.words[0], node.parts[0]
    status: Answer = True
    for item in fields.expand(node.words[1:], walk.state):
        walk.state.put(name, item)
        before = len(walk.record.files)
        again, status = _body(walk, body, unsure=item is None)
        if item and len(walk.record.files) == before and commands.sources(body, name):
            _passed_over(walk, item, node)
        if not again:
            break
    return status


def run_while(walk: Walk, node: Node) -> Answer:
    """while, until: as long as the condition is known, else perhaps once."""
    condition, body = node.parts
    for _ in range(_ROUNDS):
        status = walk.test(condition)
        status = negate(status) if node.kind == "until" else status
        if status is False:
            return True
        again, _status = _body(walk, body, unsure=status is None)
        if status is None:
            return None
        if not again:
            return True
    return None


def _body(walk: Walk, body: Node, unsure: bool) -> tuple[bool, Answer]:
    """The body once: whether the loop goes on, and the status."""
    try:
        return True, walk.perhaps(body) if unsure else walk.run(body)
    except Jump as jump:
        if jump.kind not in ("break", "continue"):
            raise
        if jump.count > 1:
            raise Jump(jump.node, jump.kind, jump.count - 1) from None
        return jump.kind == "continue", True


def _passed_over(walk: Walk, item: str, node: Node) -> None:
    """An item of a loop over files that are sourced, which was not."""
    path, at = walk.state.path(item), walk.location(node)
    shown = walk.record.show(at)
    status, problem = record.opened(walk.state.host, path)
    if problem:
        reason = f"{problem}; {shown} passes it over"
    elif status == "missing":
        several = patterns.is_pattern(item)
        reason = f"{shown} reads these; none here" if several else f"{shown} would read it"
    else:
        status, reason = "skipped", f"{shown} passes it over in this start"
    walk.record.add(path, status, reason, str(at), at, walk.certain)
