"""The starts themselves: each different one once, with the question about all names in it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from envkit import order, start, trace
from envkit.host import Host
from envkit.model import Location, Start, StartupFile
from envkit.provenance import PathEntry, Trace, Wanted
from envkit.which import question, said
from envkit.which.said import Said


class Seen(NamedTuple):
    """One start: PATH, the files that were read, the lines that ran, what the shell says.

    `said` is None where it was not asked (no shell stands between) or did not answer; `note` says
    why. `environment` is that of its programs. `put`: what each line that ran ever put on PATH.
    """

    start: Start
    path: str | None
    entries: tuple[PathEntry, ...]
    files: tuple[StartupFile, ...]
    ran: Mapping[Location, int]
    environment: Mapping[str, str]
    said: tuple[Said, ...] | None = None
    note: str = ""
    put: frozenset[tuple[Location, str]] = frozenset()


def ask(
    host: Host, starts: Sequence[Start], names: tuple[str, ...], limit: float
) -> tuple[Seen, ...]:
    """Start each different one and ask it about all names; those alike are one `Seen`.

    Refused on another machine's file system; UsageError where a shell is not installed.
    """
    keys = [key(host, one) for one in starts]
    firsts = {one: index for index, one in reversed(list(enumerate(keys)))}
    groups: dict[str, list[Hashable]] = {}
    for each, index in sorted(firsts.items(), key=lambda pair: pair[1]):
        shell = starts[index].shell
        groups.setdefault(shell.tracer or shell.name, []).append(each)
    found: dict[Hashable, Seen] = {}
    for group in groups.values():
        own = [starts[firsts[each]] for each in group]
        found |= zip(group, _ask(host, own, names, limit), strict=True)
    return tuple(found[each]._replace(start=one) for each, one in zip(keys, starts, strict=True))


def key(host: Host, one: Start) -> Hashable:
    """Equal for two starts of which one tells all."""
    argv = one.shell.argv(one.invocation, "") if one.shell.name != "none" else ()
    after = tuple(row.path for row in one.after if row.status == "read")
    how = one.invocation
    given = tuple(sorted(one.environment.items()))
    by = tuple(
        (each.variable, each.by, each.where) for each in one.given if each.variable == "PATH"
    )
    return one.shell.name, argv, how, given, by, one.build, one.platform.name, after


def _ask(
    host: Host, starts: Sequence[Start], names: tuple[str, ...], limit: float
) -> Sequence[Seen]:
    """Starts of one tracer's shells, or of one that has none.

    Those that bash stands in for (dash) are started themselves all the same, and asked there.
    """
    tracer = starts[0].shell.tracer
    if not tracer:
        return _untraced(host, starts, limit)
    text = question.text(tracer, names) if tracer != "none" else ""
    wanted = Wanted(history=bool(text), question=text, once=True)
    traces = trace.trace(host, starts, "PATH", limit, wanted)
    return [_seen(one, traced, names) for one, traced in zip(starts, traces, strict=True)]


def _seen(one: Start, traced: Trace, names: tuple[str, ...]) -> Seen:
    ran = {line.where: place for place, line in enumerate(traced.lines)}
    answer = said.read(traced.answer, names)
    put = frozenset(
        (made.where, directory)
        for made in traced.assignments
        if made.where is not None
        for directory in (made.value or "").split(":")
    )
    seen = Seen(one, traced.value, traced.entries, traced.files, ran, one.environment, put=put)
    if one.shell.name == "none":
        return seen
    if answer is None:
        why = traced.notes[0] if traced.notes else "the shell gave no answer"
        return seen._replace(note=why)
    return seen._replace(environment=answer.environment, said=answer.said)


def _untraced(host: Host, starts: Sequence[Start], limit: float) -> Sequence[Seen]:
    """A shell without a tracer: PATH as its programs have it, and no lines."""
    found = []
    name = starts[0].shell.name
    for one, row in zip(starts, start.environments(host, starts, limit), strict=True):
        given = row.variables
        path = (given or {}).get("PATH")
        entries = tuple(PathEntry(each, None, "unknown") for each in (path or "").split(":"))
        files = order.order(host, one).files
        note = f"aliases, functions and builtins of {name} are not asked about"
        if given is None:
            note = "the shell did not come to its first command"
        found.append(Seen(one, path, entries if path else (), files, {}, given or {}, None, note))
    return found
