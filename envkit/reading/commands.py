"""Simple commands: assignments, functions, builtins, and programs whose status is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from envkit.reading import aliases, assignments, builtins, fields, programs
from envkit.reading.assignments import ASSIGNMENT
from envkit.reading.conditions import Answer
from envkit.reading.jumps import Jump
from envkit.reading.nodes import Node

if TYPE_CHECKING:
    from envkit.reading.walk import Walk

_HOME_FIRST = frozenset((".", "source"))
_SPECIAL = frozenset(
    (
        *(".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return"),
        *("set", "shift", "times", "trap", "unset"),
    )
)


def run(walk: Walk, node: Node) -> Answer:
    """A simple command (POSIX.1-2017 2.9.1)."""
    count = 0
    while count < len(node.words) and _assigns(walk, node.words[count]):
        count += 1
    given, rest = node.words[:count], node.words[count:]
    if not rest:
        known = [assignments.assign(walk, node, raw) for raw in given]
        return None if None in known else True
    known_as = aliases.replaced(walk, node, rest)
    if known_as is not None:
        return _as_alias(walk, known_as)
    if not given:
        return _named(walk, node, rest)
    before = dict(walk.state.variables)
    lasts = _lasts(walk, rest[0])
    for raw in given:
        assignments.assign(walk, node, raw, quiet=not lasts)
    if lasts:
        return _named(walk, node, rest)
    try:
        return _named(walk, node, rest)
    finally:
        for name in (ASSIGNMENT.match(raw)[1] for raw in given):  # type: ignore[index]
            walk.state.variables.pop(name, None)
            if name in before:
                walk.state.variables[name] = before[name]


def _as_alias(walk: Walk, parts: tuple[Node, ...]) -> Answer:
    """The commands that an alias stands for; their own words are no aliases again."""
    known, walk.record.aliases = walk.record.aliases, {}
    try:
        return walk.commands(parts) if parts else None
    finally:
        walk.record.aliases = {**known, **walk.record.aliases}


def _lasts(walk: Walk, name: str) -> bool:
    """Whether an assignment before this command outlives it (POSIX.1-2017 2.14; not in bash)."""
    dialect = walk.state.dialect
    if dialect == "ksh" and name in walk.state.functions:
        return True
    return dialect in ("dash", "ash", "ksh", "mksh") and name.lstrip("\\") in _SPECIAL


def _assigns(walk: Walk, raw: str) -> bool:
    found = ASSIGNMENT.match(raw)
    plain = walk.state.dialect in ("dash", "ash")
    return found is not None and not (plain and (found[2] or found[3]))


def _named(walk: Walk, node: Node, raw: tuple[str, ...]) -> Answer:
    first = fields.fields(raw[0], walk.state)
    theirs = programs.NOT_THEIRS.get(walk.state.dialect, ())
    if first == ["command"] and raw[1:2] == ("-p",):
        raw = raw[:1] + raw[2:]
    plain = (["command"], ["builtin"]) if walk.state.dialect == "bash" else (["command"],)
    if first in plain and len(raw) > 1 and not raw[1].startswith("-"):
        return _plainly(walk, node, raw[1:])
    if first == ["builtin"] and len(raw) > 1 and walk.state.dialect == "mksh":
        return _named(walk, node, raw[1:])
    declares = first and first[0] in assignments.DECLARATIONS
    if declares and first[0] not in theirs:
        return assignments.declare(walk, node, raw)
    expanded = fields.expand(raw, walk.state)
    if not expanded or expanded[0] is None:
        return None
    name = expanded[0]
    if name in walk.state.functions:
        return walk.call(walk.state.functions[name], expanded[1:])
    if name in theirs:
        return False  # not found
    builtin = builtins.BUILTINS.get(name)
    if builtin is not None:
        return builtin(walk, node._replace(words=raw), expanded[1:])
    if name in programs.BUILTINS:
        return True
    status = programs.status(expanded)
    return False if status is None and _is_nowhere(walk, name) else status


def _is_nowhere(walk: Walk, name: str) -> bool:
    """Whether there is no such program, nor what an eval of unknown text may have defined."""
    if walk.state.dialect == "bash" or any(e.kind == "eval" for e in walk.record.events):
        return False
    return "/" not in name and walk.state.find(name) == ""


def _plainly(walk: Walk, node: Node, raw: tuple[str, ...]) -> Answer:
    """`command NAME`: an error of a special builtin ends nothing (POSIX.1-2017, command)."""
    error, walk.error = walk.error, ""
    try:
        return _named(walk, node, raw)
    except Jump as jump:
        # dash and ash come back to here even from an error within the file that `command .` reads.
        if walk.state.dialect in ("dash", "ash") and jump.kind in ("fatal", "next"):
            return False
        raise
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
