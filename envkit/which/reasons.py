"""Why a line that makes a name run in one context does not in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import language, order
from envkit.host import Host
from envkit.model import Location, StartupFile
from envkit.reading.nodes import Node
from envkit.which.asked import Seen

_WORDS = {"if": "`if`", "case": "`case`", "for": "`for`", "while": "`while`", "until": "`until`"}


class Effect(NamedTuple):
    """What a line does elsewhere: a `file` of this entry of PATH, an alias, a function; `none`: it
    reads another file."""

    kind: str
    directory: str = ""


def why(host: Host, seen: Seen, where: Location, source: Seen, effect: Effect) -> str:
    """Why a line that counts in `source` does not in `seen`."""
    if not any(row.status == "read" for row in seen.files):
        return "no startup file is read there"
    row = _row(seen.files, where.path)
    if row is None or row.status != "read":
        return _unread(host, seen, where, source, row)
    if where in seen.ran:
        return _in_vain(host, seen, where, effect)
    parts = language.parts(host.read(where.path), language.of(seen.start))
    for event in order.order(host, seen.start).events:
        if event.kind != "leave" or event.where.path != where.path:
            continue
        if event.where.line < where.line:
            within = _within(parts, event.where.line)
            guard = within.line if within else event.where.line
            return f"line {where.line} stands below the guard in line {guard}"
    within = _within(parts, where.line)
    said = f"line {where.line} is not run there"
    if within is None:
        return said
    if within.kind == "function":
        return f"{said}: it stands within the function {within.words[0]}, line {within.line}"
    return f"{said}: it stands within the {_WORDS.get(within.kind, 'list')} of line {within.line}"


def _in_vain(host: Host, seen: Seen, where: Location, effect: Effect) -> str:
    """Why a line that was come to has no effect."""
    line = f"line {where.line}"
    if effect.kind == "file" and (where, effect.directory) in seen.put:
        return f"{line} runs there, too, but PATH is made anew after it"
    if effect.kind == "alias" and seen.start.shell.name == "bash" and not _interactive(seen):
        return f"{line} runs there, too, but bash expands no aliases there"
    parts = language.parts(host.read(where.path), language.of(seen.start))
    for node in _around(parts, where.line):
        if node.kind in ("and", "or"):
            word, done = ("&&", "fails") if node.kind == "and" else ("||", "succeeds")
            if seen.start.shell.name == "fish":
                word = node.kind
            return f"{line} is come to there, but what stands before its `{word}` {done}"
        if node.kind in _WORDS:
            return f"{line} is come to there, but not that branch of its {_WORDS[node.kind]}"
    if effect.kind == "file":
        return f"{line} runs there, too, but does not put it on PATH"
    if effect.kind == "none":
        return f"{line} runs there, too, but does not read it"
    return f"{line} runs there, too, but it is not defined when the prompt comes"


def _interactive(seen: Seen) -> bool:
    return bool(seen.start.invocation.interactive)


def _around(parts: Sequence[Node], line: int) -> Iterator[Node]:
    """The statements that begin in a line and have parts, from the outside in."""
    for node in parts:
        if node.line <= line <= node.last and node.parts:
            if node.line == line:
                yield node
            yield from _around(node.parts, line)


def _unread(host: Host, seen: Seen, where: Location, source: Seen, row: StartupFile | None) -> str:
    """Why the file itself is not read; where another file reads it, why that line is not run."""
    shown = host.show(where.path)
    origin = _row(source.files, where.path)
    if origin is not None and origin.sourced_at is not None:
        at = origin.sourced_at
        said = why(host, seen, at, source, Effect("none"))
        if said.startswith("line"):
            return f"{host.show(at.path)}:{at.line} reads {shown}: {said}"
        return said
    if row is not None and row.status in ("hidden", "unreadable", "skipped"):
        return f"{shown} is not read there: {row.reason}"
    return f"{shown} is not read there"


def _row(files: Sequence[StartupFile], path: Path) -> StartupFile | None:
    rows = [row for row in files if row.path == path]
    return next((row for row in rows if row.status == "read"), rows[0] if rows else None)


def _within(parts: Sequence[Node], line: int) -> Node | None:
    """The top-level statement that a line stands in, where it is more than that line's own."""
    found = next((node for node in parts if node.line <= line <= node.last), None)
    return found if found is not None and found.parts else None
