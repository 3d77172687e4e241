"""Simple commands: assignments, functions, builtins, and programs whose status is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from envkit.reading import assignments, builtins, fields, programs
from envkit.reading.assignments import ASSIGNMENT
from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node

if TYPE_CHECKING:
    from envkit.reading.walk import Walk

_HOME_FIRST = frozenset((".", "source"))


def run(walk: Walk, node: Node) -> Answer:
    """A simple command (POSIX.1-2017 2.9.1)."""
    count = 0
    while count < len(node.words) and _assigns(walk, node.words[count]):
        count += 1
    given, rest = node.words[:count], node.words[count:]
    if not rest:
        known = [assignments.assign(walk, node, raw) for raw in given]
        return None if None in known else True
    if not given:
        return _named(walk, node, rest)
    before = dict(walk.state.variables)
    for raw in given:
        assignments.assign(walk, node, raw, quiet=True)
    try:
        return _named(walk, node, rest)
    finally:
        for name in (ASSIGNMENT.match(raw)[1] for raw in given):  # type: ignore[index]
            walk.state.variables.pop(name, None)
            if name in before:
                walk.state.variables[name] = before[name]


def _assigns(walk: Walk, raw: str) -> bool:
    found = ASSIGNMENT.match(raw)
    return found is not None and (walk.state.dialect == "bash" or not (found[2] or found[3]))


def _named(walk: Walk, node: Node, raw: tuple[str, ...]) -> Answer:
    first = fields.fields(raw[0], walk.state)
    plain = (["command"], ["builtin"]) if walk.state.dialect == "bash" else (["command"],)
    if first in plain and len(raw) > 1 and not raw[1].startswith("-"):
        return _plainly(walk, node, raw[1:])
    declares = first and first[0] in assignments.DECLARATIONS
    if declares and (walk.state.dialect == "bash" or first[0] not in programs.BASH_ONLY):
        return assignments.declare(walk, node, raw)
    expanded = fields.expand(raw, walk.state)
    if not expanded or expanded[0] is None:
        return None
    name = expanded[0]
    if name in walk.state.functions:
        return walk.call(walk.state.functions[name], expanded[1:])
    if walk.state.dialect == "dash" and name in programs.BASH_ONLY:
        return False  # not found
    builtin = builtins.BUILTINS.get(name)
    if builtin is not None:
        return builtin(walk, node._replace(words=raw), expanded[1:])
    return True if name in programs.BUILTINS else programs.status(expanded)


def _plainly(walk: Walk, node: Node, raw: tuple[str, ...]) -> Answer:
    """`command NAME`: an error of a special builtin ends nothing (POSIX.1-2017, command)."""
    error, walk.error = walk.error, ""
    try:
        return _named(walk, node, raw)
    finally:
        walk.error = error


def sourcing(node: Node) -> Iterator[Node]:
    """The `.` and `source` commands in a statement, functions left out; words[1] is the file."""
    if node.kind == "command" and len(node.words) > 1:
        raw = node.words[1:] if node.words[0] in ("command", "builtin") else node.words
        if raw[0].lstrip("\\") in _HOME_FIRST and len(raw) > 1:
            yield node._replace(words=raw)
    elif node.kind != "function":
        for part in node.parts:
            yield from sourcing(part)


def sources(node: Node, variable: str) -> bool:
    """Whether a statement sources the file that a variable names."""
    use = re.compile(rf"\$\{{?{re.escape(variable)}\b")
    return any(use.search(command.words[1]) for command in sourcing(node))
