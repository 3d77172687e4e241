"""Where a name is that does not run: other contexts, copies off PATH, the line that did not run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from envkit import order
from envkit.host import Host
from envkit.model import Context, Location, Start
from envkit.which import asked, copies, lookup, names, reasons, unread
from envkit.which.asked import Seen
from envkit.which.found import Found, Told, Would


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
        never = unread.lines(host, each, seen)
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
        by_reason: dict[str, list[str]] = {}
        source, has = next(
            pair for pair in zip(seen, told.contexts, strict=True) if _line(pair[1]) == where
        )
        effect = reasons.Effect(has.kind, entry)
        for one, found in zip(seen, told.contexts, strict=True):
            if found.kind == "none":
                why = reasons.why(host, one, where, source, effect)
                by_reason.setdefault(why, []).append(found.title)
        for why, lacking in by_reason.items():
            yield Would(where.path, where.line, entry, tuple(lacking), tuple(titles), why)


def _line(found: Found) -> Location | None:
    """The line that makes the name run there."""
    if found.kind == "file":
        return found.file.set_by if found.file else None
    return found.where
