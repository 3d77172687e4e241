"""Where a name is that does not run: other contexts, copies off PATH, the line that did not run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

from envkit import order
from envkit.host import Host
from envkit.model import Context, Location, Start
from envkit.which import asked, copies, names, reasons, unread
from envkit.which.asked import Seen
from envkit.which.found import Found, Told, Would


class Rest(NamedTuple):
    """The contexts that were not asked, how long each may take, what a name is in one of them."""

    where: Callable[[], Sequence[tuple[Context, Start]]]
    limit: float
    find: Callable[[Context, Seen, int, str], Found]


Other = tuple[Seen, tuple[Found, ...]]


def explained(
    host: Host, told: Sequence[Told], seen: Sequence[Seen], rest: Rest
) -> tuple[Told, ...]:
    """Each name that some context lacks, with what may help."""
    absent = [each.name for each in told if not each.found and "/" not in each.name]
    others = _others(host, absent, seen, rest)
    known = _known(host, seen) if absent else frozenset()
    made = []
    for each in told:
        if each.name not in absent:
            made.append(each._replace(would=tuple(_would(host, each, seen, ()))))
            continue
        number = absent.index(each.name)
        having = [(one, found[number]) for one, found in others if found[number].found]
        would = tuple(_would(host, each, seen, having))
        each = each._replace(copies=copies.find(host, each.name))
        lines = {(one.path, one.line) for one in would}
        never = unread.lines(host, each, seen)
        made.append(
            each._replace(
                would=(*would, *(one for one in never if (one.path, one.line) not in lines)),
                others=tuple(found.title for _, found in having),
                near=names.near(each.name, known),
            )
        )
    return tuple(made)


def _others(host: Host, absent: Sequence[str], seen: Sequence[Seen], rest: Rest) -> list[Other]:
    """Other contexts, and what each of the names is there.

    Only those are started that are not like one before: in the files that they read, in what the
    shell is, or in the PATH that they begin with.
    """
    if not absent:
        return []
    known = {_kind(host, one.start) for one in seen}
    where = []
    for context, start in rest.where():
        if (kind := _kind(host, start)) not in known:
            known.add(kind)
            where.append((context, start))
    answers = asked.ask(host, [start for _, start in where], tuple(absent), rest.limit)
    return [
        (one, tuple(rest.find(context, one, number, name) for number, name in enumerate(absent)))
        for (context, _), one in zip(where, answers, strict=True)
    ]


def _kind(host: Host, start: Start) -> Hashable:
    read = tuple(row.path for row in order.order(host, start).files if row.status == "read")
    how = start.invocation
    return start.shell.name, how.login, how.interactive, start.environment.get("PATH"), read


def _known(host: Host, seen: Sequence[Seen]) -> frozenset[str]:
    """Every program on the PATH of any of the contexts."""
    folders = dict.fromkeys(
        host.home / entry.directory for one in seen for entry in one.entries if entry.directory
    )
    return frozenset(name for folder in folders for name in host.entries(folder))


# The line that did not run


def _would(
    host: Host, told: Told, seen: Sequence[Seen], others: Sequence[tuple[Seen, Found]]
) -> Iterator[Would]:
    """For each line that has it elsewhere: the contexts in which it did not count, and why."""
    by_line: dict[tuple[Location, str], list[str]] = {}
    everywhere = [*zip(seen, told.contexts, strict=True), *others]
    for _, found in everywhere:
        if (where := _line(found)) is not None:
            entry = found.file.entry if found.kind == "file" and found.file else ""
            by_line.setdefault((where, entry), []).append(found.title)
    for (where, entry), titles in by_line.items():
        by_reason: dict[str, list[str]] = {}
        source, has = next(pair for pair in everywhere if _line(pair[1]) == where)
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
