"""Assignments, and the builtins that declare: export, readonly, declare, typeset, local."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envkit.reading import fields, words
from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node

if TYPE_CHECKING:
    from envkit.reading.walk import Walk

ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\[[^]]*\])?(\+?)=(.*)", re.DOTALL)
DECLARATIONS = frozenset(("export", "readonly", "declare", "typeset", "local"))


def assign(walk: Walk, node: Node, raw: str, quiet: bool = False) -> Answer:
    """`NAME=value`, `NAME+=value`, `NAME=(…)`; None where a command's status decides."""
    found = ASSIGNMENT.match(raw)
    if found is None:
        return True
    name, index, plus, text = found.groups()
    if name in walk.state.readonly:
        raise words.Unbound(name)
    value = None if index or text.startswith("(") else words.single(text, walk.state, True)
    if plus and value is not None:
        is_set, old = walk.state.get(name)
        value = (old or "") + value if not is_set or old is not None else None
    walk.state.put(name, value)
    if not quiet and not walk.state.in_subshell:
        walk.event("assign", node, name, value)
        if value is None and name == "PATH" and ("$(" in text or "`" in text):
            walk.event("eval", node, name, text)
    return None if value is None and ("$(" in text or "`" in text) else True


def declare(walk: Walk, node: Node, raw: tuple[str, ...]) -> Answer:
    """export, readonly, declare, typeset, local."""
    if raw[0] in ("declare", "typeset") and raw[1:2] and re.fullmatch(r"-[fFpx]*[fF]\w*", raw[1]):
        return all(name in walk.state.functions for name in raw[2:])
    local = raw[0] in ("local", "declare", "typeset") and walk.frames[-1].function
    if walk.state.dialect == "ksh":
        local = local and walk.frames[-1].keyword  # in `f() {` typeset is no local matter
    if raw[0] == "local" and not local and walk.state.dialect in ("dash", "ash"):
        walk.fail(node)
    for word in raw[1:]:
        found = ASSIGNMENT.match(word)
        name = found[1] if found else word
        if name in walk.state.readonly and found and not walk.error:
            return False  # after `command`
        if local and re.fullmatch(r"\w+", name):
            walk.state.cover(name)
        if found:
            assign(walk, node, word, quiet=local)
        elif "$" in word:
            for field in fields.fields(word, walk.state):
                if field and "=" in field:
                    assign(walk, node, field.replace("$", "\\$"), quiet=local)
        if _makes_readonly(walk, raw) and re.fullmatch(r"\w+", name):
            walk.state.readonly.add(name)
    return True


def _makes_readonly(walk: Walk, raw: tuple[str, ...]) -> bool:
    """readonly, typeset -r; what it means in bash and zsh is another matter."""
    if walk.state.dialect not in ("dash", "ash", "ksh", "mksh"):
        return False
    flags = "".join(word for word in raw[1:] if word.startswith("-"))
    return (raw[0] == "readonly" and "p" not in flags) or (raw[0] == "typeset" and "r" in flags)
