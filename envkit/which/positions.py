"""Which definition of a function counts where the shell does not say and no trace shows it.

dash and the Korn shells do not tell where a function is, and a definition leaves no line in a
trace. So the text tells where the definitions are, and the lines that ran around them which of them
were come to: the last of those, in the order in which the files were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import language, order
from envkit.host import Host
from envkit.model import Location, StartupFile
from envkit.reading.nodes import Node
from envkit.which.asked import Seen

_NOT, _PERHAPS, _RAN = range(3)
_Place = tuple[int, ...]


def last_function(host: Host, seen: Seen, name: str) -> Location | None:
    """The line that begins the definition which counts; None where no file has one."""
    spoken = language.of(seen.start)
    left = [one.where for one in order.order(host, seen.start).events if one.kind == "leave"]
    best: tuple[int, _Place, Location] | None = None
    for row in seen.files:
        if row.status != "read":
            continue
        lines = frozenset(where.line for where in seen.ran if where.path == row.path)
        ends = [where.line for where in left if where.path == row.path]
        for node, sure in _definitions(_parts(host, row.path, spoken), name, lines, _RAN):
            # What stands below a `return` is not come to, unless lines below it were.
            below = any(end < node.line for end in ends) and max(lines, default=0) < node.line
            place = (*_place(seen.files, row), node.line)
            one = (_NOT if below else sure, place, Location(row.path, node.line))
            best = max(best, one) if best else one
    return best[2] if best and best[0] != _NOT else None


def _parts(host: Host, path: Path, spoken: str) -> Sequence[Node]:
    try:
        return language.parts(host.read(path), spoken)
    except OSError:
        return ()


def _place(files: Sequence[StartupFile], row: StartupFile) -> _Place:
    """Where a file stands in the order of reading: a sourced one at the line that reads it."""
    at = row.sourced_at
    if at is None:
        return (files.index(row),)
    for other in files:
        if other.path == at.path and other.status == "read" and other is not row:
            return (*_place(files, other), at.line)
    return (files.index(row),)


def _definitions(
    parts: Sequence[Node], name: str, lines: frozenset[int], sure: int
) -> Iterator[tuple[Node, int]]:
    """Definitions of `name`, each with whether what they stand in was come to."""
    for node in parts:
        if node.kind == "function" and name in node.words:
            yield node, sure
        for part in node.parts:
            within = sure if node.kind in ("sequence", "group") else min(sure, _seen(part, lines))
            yield from _definitions((part,), name, lines, within)


def _seen(node: Node, lines: frozenset[int]) -> int:
    """Whether a branch was come to, by the commands in it, those of functions left out."""
    commands = list(_commands(node))
    if any(line in lines for line in commands):
        return _RAN
    return _NOT if commands else _PERHAPS


def _commands(node: Node) -> Iterator[int]:
    if node.kind == "function":
        return
    if node.text:
        yield node.line
    for part in node.parts:
        yield from _commands(part)
