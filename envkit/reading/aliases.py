"""Aliases (POSIX.1-2017 2.3.1): a word that is replaced when the line that holds it is read.

So one counts only on the lines after the whole command in which it is made, and never in a function
that was read before. Only those that stand for whole commands are followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node, at_line

if TYPE_CHECKING:
    from envkit.reading.walk import Walk

_QUOTED = frozenset("\\'\"$`")


def define(walk: Walk, node: Node, arguments: list[str | None]) -> Answer:
    """`alias NAME=TEXT …`."""
    frame = walk.frames[-1]
    last = frame.top.last if frame.top is not None else node.last
    for word in arguments:
        name, equals, text = (word or "").partition("=")
        if equals and walk.certain:
            walk.record.aliases[name] = (text, frame.path, max(last, node.last))
    return True


def drop(walk: Walk, node: Node, arguments: list[str | None]) -> Answer:
    """`unalias NAME …`, `unalias -a`."""
    if "-a" in arguments:
        walk.record.aliases.clear()
    for name in arguments:
        walk.record.aliases.pop(name or "", None)
    return True


def replaced(walk: Walk, node: Node, raw: tuple[str, ...]) -> tuple[Node, ...] | None:
    """What the words stand for where the first is an alias; None where it is none."""
    if not walk.record.aliases or not _expands(walk):
        return None
    text = _text(walk, node, raw, frozenset())
    if text is None:
        return None
    from envkit import syntax

    parts = syntax.parse(text.encode("utf-8", "surrogateescape"), walk.state.dialect).parts
    return () if any(part.kind == "broken" for part in parts) else at_line(parts, node)


def _text(walk: Walk, node: Node, words: tuple[str, ...], used: frozenset[str]) -> str | None:
    """The words with their aliases replaced: the first, and after a blank at its end the next."""
    head, more = words[0], words[1:]
    if head in used or not _is_alias(walk, node, head):
        return None
    text = walk.record.aliases[head][0]
    first, blank, rest = text.partition(" ")
    inner = _text(walk, node, (first,), used | {head}) if first else None
    next_too = _text(walk, node, more, frozenset()) if more and text[-1:].isspace() else None
    tail = " ".join(more) if next_too is None else next_too
    return f"{first if inner is None else inner}{blank}{rest} {tail}"


def _is_alias(walk: Walk, node: Node, word: str) -> bool:
    found = walk.record.aliases.get(word)
    if found is None or not _QUOTED.isdisjoint(word):
        return False
    _, path, last = found
    return walk.frames[-1].path != path or node.line > last


def _expands(walk: Walk) -> bool:
    state = walk.state
    if state.dialect == "bash":
        return bool(state.shopts.get("expand_aliases") or state.is_option("posix"))
    return True
