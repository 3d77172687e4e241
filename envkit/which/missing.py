"""Where a name is that does not run: other contexts, copies off PATH, the line that did not run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import language, order
from envkit.host import Host
from envkit.model import Context, Location, Start, StartupFile
from envkit.reading.nodes import Node
from envkit.which import asked, copies, lookup, names, unread
from envkit.which.asked import Seen
from envkit.which.found import Found, Told, Would

_WORDS = {"if": "`if`", "case": "`case`", "for": "`for`", "while": "`while`", "until": "`until`"}


class Rest(NamedTuple):
    """The contexts that were not asked, and how long each may take."""

    where: tuple[tuple[Context, Start], ...]
    limit: float


def explained(
    host: Host, told: Sequence[Told], seen: Sequence[Seen], rest: Rest
) -> tuple[Told, ...]:
    """Each name that some context lacks, with what may help."""
    absent = [each.name for each in told if not each.found and "/" not in each.name]
    others = _others(host, absent, seen, rest)
    known = _known(host, seen) if absent else frozenset()
    made = []
    for each in told:
        would = tuple(_would(host, each, seen))
        if each.name not in absent:
            made.append(each._replace(would=would))
            continue
        each = each._replace(copies=copies.find(host, each.name))
        never = unread.lines(host, each, seen, lambda one, at: reason(host, one, at, one))
        made.append(
            each._replace(
                would=would or tuple(never),
                others=others.get(each.name, ()),
                near=names.near(each.name, known),
            )
        )
    return tuple(made)


def _others(
    host: Host, absent: Sequence[str], seen: Sequence[Seen], rest: Rest
) -> dict[str, tuple[str, ...]]:
    """The titles of other contexts that have it.

    Only those are started that read another file than the ones asked, or begin with another PATH.
    """
    if not absent or not rest.where:
        return {}
    known = {one.start.environment.get("PATH") for one in seen}
    read = {row.path for one in seen for row in one.files if row.status == "read"}
    where = []
    for context, start in rest.where:
        own = {row.path for row in order.order(host, start).files if row.status == "read"}
        if not own <= read or start.environment.get("PATH") not in known:
            known.add(start.environment.get("PATH"))
            read |= own
            where.append((context, start))
    found: dict[str, list[str]] = {}
    for (context, _), one in zip(
        where,
        asked.ask(host, [start for _, start in where], tuple(absent), rest.limit),
        strict=True,
    ):
        for number, name in enumerate(absent):
            said = one.said[number].kinds if one.said else ()
            files = lookup.files(host, name, one.entries)
            if said or (one.said is None and files and files[0].runnable):
                found.setdefault(name, []).append(context.title)
    return {name: tuple(titles) for name, titles in found.items()}


def _known(host: Host, seen: Sequence[Seen]) -> frozenset[str]:
    """Every program on the PATH of any of the contexts."""
    folders = dict.fromkeys(
        host.home / entry.directory for one in seen for entry in one.entries if entry.directory
    )
    return frozenset(name for folder in folders for name in host.entries(folder))


# The line that did not run


def _would(host: Host, told: Told, seen: Sequence[Seen]) -> Iterator[Would]:
    """For each line that has it elsewhere: the contexts in which it did not count, and why."""
    by_line: dict[tuple[Location, str], list[str]] = {}
    for found in told.contexts:
        if (where := _line(found)) is not None:
            entry = found.file.entry if found.kind == "file" and found.file else ""
            by_line.setdefault((where, entry), []).append(found.title)
    if len(by_line) == 0:
        return
    for (where, entry), titles in by_line.items():
        reasons: dict[str, list[str]] = {}
        source = next(
            one for one, found in zip(seen, told.contexts, strict=True) if _line(found) == where
        )
        for one, found in zip(seen, told.contexts, strict=True):
            if found.kind == "none":
                why = reason(host, one, where, source)
                reasons.setdefault(why, []).append(found.title)
        for why, lacking in reasons.items():
            yield Would(where.path, where.line, entry, tuple(lacking), tuple(titles), why)


def _line(found: Found) -> Location | None:
    """The line that makes the name run there."""
    if found.kind == "file":
        return found.file.set_by if found.file else None
    return found.where


def reason(host: Host, seen: Seen, where: Location, source: Seen) -> str:
    """Why a line that counts in `source` does not in `seen`."""
    if not any(row.status == "read" for row in seen.files):
        return "no startup file is read there"
    row = _row(seen.files, where.path)
    if row is None or row.status != "read":
        return _unread(host, seen, where, source, row)
    if where in seen.ran:
        return f"line {where.line} runs there, too, but PATH is made anew after it"
    content = host.read(where.path)
    parts = language.parts(content, language.of(seen.start))
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


def _unread(host: Host, seen: Seen, where: Location, source: Seen, row: StartupFile | None) -> str:
    """Why the file itself is not read; where another file reads it, why that line is not run."""
    shown = host.show(where.path)
    origin = _row(source.files, where.path)
    if origin is not None and origin.sourced_at is not None:
        at = origin.sourced_at
        why = reason(host, seen, at, source)
        if why.startswith("line"):
            return f"{host.show(at.path)}:{at.line} reads {shown}: {why}"
        return why
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
