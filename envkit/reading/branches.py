"""if, case, `&&`, `||`: the branch that is taken, or both where that is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from envkit.reading import commands, fields, patterns, record, words
from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node

if TYPE_CHECKING:
    from envkit.reading.walk import Walk


def run_and_or(walk: Walk, node: Node) -> Answer:
    """`a && b`, `a || b`."""
    if len(node.parts) != 2:
        return walk.perhaps(node._replace(kind="sequence"))
    left, right = node.parts
    status = walk.test(left)
    if status is None:
        return walk.perhaps(right)
    if status == (node.kind == "and"):
        return walk.run(right)
    pass_over(walk, right, left)
    return status


def run_if(walk: Walk, node: Node) -> Answer:
    """if, elif, else."""
    parts = node.parts
    for i in range(0, len(parts) - 1, 2):
        status = walk.test(parts[i])
        if status is None:
            walk.perhaps(parts[i + 1])
            rest = node._replace(parts=parts[i + 2 :])
            return walk.perhaps(rest) if rest.parts else None
        if status:
            return walk.run(parts[i + 1])
        pass_over(walk, parts[i + 1], parts[i])
    return walk.run(parts[-1]) if len(parts) % 2 else True


def run_case(walk: Walk, node: Node) -> Answer:
    """case, with `;&` and `;;&`."""
    subject = words.single(node.words[0], walk.state)
    return choose(walk, node, lambda raw: _item_matches(walk, subject, raw))


def choose(walk: Walk, node: Node, matches: Callable[[str], Answer]) -> Answer:
    """The items of a case whose patterns match, and those that a terminator lets fall into."""
    falls = unsure = False
    status: Answer = True
    for item in node.parts:
        answers = [matches(raw) for raw in item.words[:-1]]
        answer: Answer = falls or True in answers or (None if None in answers else False)
        if answer is None:
            walk.perhaps(item)
            unsure = True
        elif answer:
            status = walk.perhaps(item) if unsure else walk.sequence(item)
            falls = item.words[-1] == ";&"
            if item.words[-1] == ";;":
                break
    return None if unsure else status


def _item_matches(walk: Walk, subject: str | None, raw: str) -> Answer:
    pattern = words.pattern(raw, walk.state)
    if pattern == "*":
        return True
    return None if subject is None or pattern is None else patterns.matches(pattern, subject)


def pass_over(walk: Walk, node: Node, condition: Node) -> None:
    """A branch that is not taken: the files that it would have sourced are named."""
    for command in commands.sourcing(node):
        try:
            found = fields.fields(command.words[1], walk.state)
        except words.Unbound:  # set by what is passed over, `for` say; nothing fails here
            continue
        name = found[0] if len(found) == 1 else None
        if not name or name == "/dev/null" or patterns.is_pattern(name):
            continue
        path, at = walk.state.path(name), walk.location(command)
        status, problem = record.opened(walk.state.host, path)
        if status == "read":
            test = walk.record.show(walk.location(condition))
            status, why = "skipped", f"the test in {test} is false in this start"
        else:
            why = f"{walk.record.show(at)} would read it"
            why += f"; {problem}" if problem else ""
        walk.record.add(path, status, why, str(at), at, walk.certain)
