"""`trap TEXT EXIT`: text that a startup file leaves for the shell's end (POSIX.1-2017, trap).

It is kept with the record, and run by those shells' plug-ins that call `at_exit`; a subshell's own
trap is not followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.reading import fields
from envkit.reading.conditions import Answer
from envkit.reading.jumps import Jump
from envkit.reading.nodes import Node, at_line

if TYPE_CHECKING:
    from envkit.reading.walk import Walk

_EXIT = frozenset(("EXIT", "0", "exit", "SIGEXIT"))
_WHILE = frozenset(("ERR", "DEBUG", "RETURN"))


def trap(walk: Walk, node: Node, arguments: list[str | None]) -> Answer:
    """`trap TEXT EXIT` keeps the text, `trap - EXIT` and `trap EXIT` drop it."""
    words = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not words or words[0] in ("-p", "-l"):
        return True
    text, *signals = words if len(words) > 1 else ("-", *words)
    if walk.state.in_subshell or not _EXIT & set(signals):
        if walk.state.in_subshell or _WHILE & set(signals):
            _perhaps(walk, node, text or "")
        return True
    if text is None:
        walk.event("eval", node, value=" ".join(node.words[1:]))
    keep = text not in (None, "-", "")
    walk.record.exit_trap = (walk.frames[-1].path, node, text or "", walk.certain) if keep else None
    return True


def _perhaps(walk: Walk, node: Node, text: str) -> None:
    """What a trap on ERR, DEBUG or RETURN reads, or a subshell's: a row, and not certain."""
    from envkit import syntax
    from envkit.reading.commands import sourcing

    at = walk.location(node)
    content = text.encode("utf-8", "surrogateescape")
    for part in syntax.parse(content, walk.state.dialect).parts:
        for command in sourcing(part):
            name = fields.fields(command.words[1], walk.state)[:1]
            path = walk.state.path(name[0] if name and name[0] else command.words[1])
            why = "a trap reads it; only running it can tell when"
            walk.record.add(path, "skipped", why, str(at), at, certain=False)


def at_exit(walk: Walk) -> None:
    """The shell ends: its trap runs, after every logout file."""
    if walk.record.exit_trap is None:
        return
    from envkit import syntax
    from envkit.reading.jumps import Frame

    path, node, text, certain = walk.record.exit_trap
    walk.record.logout = True
    walk.doubt += not certain
    walk.frames.append(Frame(path, True, walk.doubt))
    content = text.encode("utf-8", "surrogateescape")
    try:
        walk.commands(at_line(syntax.parse(content, walk.state.dialect).parts, node))
    except Jump:
        return
    finally:
        walk.frames.pop()
