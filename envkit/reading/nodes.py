"""The tree of a startup file, as much of it as deciding which files are read asks for.

One kind of node for all shells, so that a reader for another grammar (zsh's, fish's) gives the same
to the same walk. Words are raw: quotes and `$` still in them.
"""

from __future__ import annotations

from typing import NamedTuple


class Node(NamedTuple):
    """A statement; `line` and `last` are its first and last line, counted from 1.

    kind        words                    parts
    command     assignments, name, args
    sequence                             statements
    and, or                              left, right
    not                                  the statement
    pipe                                 its commands
    group, subshell                      statements
    if                                   condition, body, condition, body, …, [else]
    case        the subject              items
    item        patterns; terminator     statements  (the terminator is the last word)
    for         name, items              body
    while, until                         condition, body
    function    name                     body
    test        the words within [[ ]]
    arithmetic  the text within (( ))
    broken                               a syntax error, and all that stands after it

    `text` is a command as it is written, redirections and all.
    """

    kind: str
    line: int
    last: int
    words: tuple[str, ...] = ()
    parts: tuple[Node, ...] = ()
    text: str = ""


def at_line(parts: tuple[Node, ...], node: Node) -> tuple[Node, ...]:
    """What an eval, an alias or a trap runs happens at the line of `node`."""
    return tuple(
        part._replace(line=node.line, last=node.last, parts=at_line(part.parts, node))
        for part in parts
    )
