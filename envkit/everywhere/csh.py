"""Which lines of csh set a variable, by their text; no tracer runs them, reading alone tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.everywhere import setters
from envkit.reading.csh.text import Fault, Line, Word, lines, words


def found(content: bytes, variable: str) -> Iterator[Line]:
    """The lines that set it."""
    wanted = setters.names(variable, "csh")
    for line in lines(content.replace(b"\0", b"").decode("utf-8", "surrogateescape")):
        if any(name in line.text for name in wanted) and _sets(line.text, variable, wanted):
            yield line


def _sets(text: str, variable: str, wanted: frozenset[str]) -> bool:
    try:
        parts = words(text)
    except Fault:
        return False
    return any(_command(one, variable, wanted) for one in _commands(parts))


def _commands(parts: list[Word]) -> Iterator[list[str]]:
    """The commands on a line; those behind `if (…)` and `else`, too, none within brackets."""
    current: list[str] = []
    depth = 0
    for word in [*parts, Word(";", operator=True)]:
        if word.operator and word.text in ("&&", "||", ";", "|", "&") and depth == 0:
            yield from _unguarded(current)
            current = []
            continue
        depth += {"(": 1, ")": -1}.get(word.text, 0) if word.operator else 0
        current.append(word.text)


def _unguarded(current: list[str]) -> Iterator[list[str]]:
    while current and current[0] in ("else", "if"):
        if current[0] == "else":
            current = current[1:]
            continue
        depth = 0
        at = 1
        for at in range(1, len(current)):
            depth += {"(": 1, ")": -1}.get(current[at], 0)
            if depth == 0:
                break
        current = current[at + 1 :]
    if current:
        yield current


def _command(row: list[str], variable: str, wanted: frozenset[str]) -> bool:
    name, rest = row[0], [word for word in row[1:] if word[:1] != "-"]
    if name in ("setenv", "unsetenv"):
        return rest[:1] == [variable]
    local = {one for one in wanted if one.islower()} or {variable}
    if name in ("set", "@", "unset", "foreach", "shift"):
        return any(re.split(r"[=\[+]", word)[0] in local for word in rest)
    return False
