"""Each line that sets a variable, in any known or sourced file: where it ran, or why it did not.

The text tells which lines there are, a trace of each context which of them ran. What a trace cannot
tell for want of a tracer is `unknown`, never `never`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import order, shells
from envkit import trace as tracing
from envkit.errors import UsageError
from envkit.everywhere import known as files
from envkit.everywhere import readers
from envkit.everywhere.known import Known
from envkit.everywhere.reasons import Otherwise
from envkit.everywhere.seen import Seen
from envkit.everywhere.structure import Placed
from envkit.host import Host
from envkit.model import Context, Platform, Shell, Start
from envkit.provenance import Trace, Wanted

__all__ = ["Everywhere", "Otherwise", "Setting", "everywhere"]


class Setting(NamedTuple):
    """A line that sets the variable. kind: `line`; `eval`: what it runs does; `given`: no shell's.

    `contexts` are those in which it ran. Where it ran in none, `never` says why, and `change` what
    alone would let it; or `unknown` says why that cannot be told.
    """

    path: Path
    line: int
    last: int
    text: str
    kind: str
    contexts: tuple[str, ...]
    never: str | None = None
    change: Otherwise | None = None
    unknown: str | None = None


class Everywhere(NamedTuple):
    """The answer: `traced` are all the contexts that were looked at, `left_out` those that not.

    `absent` ones are not on this machine, where one that was asked for alone is traced all the
    same; `notes` say what could not be seen, by context.
    """

    variable: str
    rows: tuple[Setting, ...]
    traced: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    absent: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]


def everywhere(
    host: Host,
    platform: Platform,
    contexts: Sequence[Context],
    variable: str,
    shell: Shell | None = None,
    limit: float = 10.0,
) -> Everywhere:
    """Look for the lines that set `variable`, and start each context's shell to see which ran.

    UsageError for what is no variable's name, and where no context is left; Refused on another
    machine's file system.
    """
    starts: list[Start] = []
    left_out: list[tuple[str, str]] = []
    absent: list[tuple[str, str]] = []
    for one in contexts:
        why = one.absent(host, platform) if one.absent else ""
        if why:
            absent.append((one.name, why))
            if len(contexts) > 1:
                continue
        try:
            own = shell if one.shell is None else None
            starts.append(order.start_for(host, one, own, platform))
        except UsageError as error:
            left_out.append((one.name, error.message))
            last = error
    if not starts:
        raise last
    seen = _seen(host, starts, variable, limit)
    try:
        account = (shell or shells.of(host)).name
    except UsageError:  # the account's own is none that is known; cron and others have theirs
        account = starts[0].shell.name
    rows = _rows(host, platform, account, seen, variable)
    notes = tuple((name, note) for one in seen for note in _notes(one) for name in one.contexts)
    traced = tuple(one.context for one in starts)
    return Everywhere(variable, rows, traced, tuple(left_out), tuple(absent), notes)


def _notes(one: Seen) -> Iterable[str]:
    """What could not be seen in a start."""
    if one.trace:
        yield from one.trace.notes
    elif one.start.shell.name in files.UNREAD:
        yield f"which lines of {one.start.shell.name}'s files set a variable is not known"


def _seen(host: Host, starts: Sequence[Start], variable: str, limit: float) -> list[Seen]:
    """Each start once, traced: all at a time, or where one of them cannot be, one by one."""
    groups = files.alike(starts)
    firsts = [starts[group[0]] for group in groups]
    traces: list[Trace | UsageError] = []
    can = [one for one in firsts if one.shell.tracer and one.shell.name != "none"]
    wanted = Wanted(history=True)
    try:
        done = iter(tracing.trace(host, can, variable, limit, wanted))
        traces = [
            next(done) if one in can else UsageError(one.shell.no_trace or "no tracer")
            for one in firsts
        ]
    except UsageError:
        traces = [_alone(host, one, variable, limit, wanted) for one in firsts]
    found = []
    for group, start, trace in zip(groups, firsts, traces, strict=True):
        names = tuple(starts[at].context for at in group)
        which = order.order(host, start)
        if isinstance(trace, UsageError):
            found.append(Seen(names, start, which, None, trace.message))
        else:
            found.append(Seen(names, start, which, trace, ""))
    return found


def _alone(
    host: Host, start: Start, variable: str, limit: float, wanted: Wanted
) -> Trace | UsageError:
    try:
        return tracing.trace(host, [start], variable, limit, wanted)[0]
    except UsageError as error:
        if not variable.isidentifier():
            raise
        return error


def _rows(
    host: Host, platform: Platform, account: str, seen: list[Seen], variable: str
) -> tuple[Setting, ...]:
    own = {one.start.shell.name for one in seen} | {account}
    if not {name for one in seen for name in one.contexts}.issuperset(files.COMMON):
        own.remove(account)  # what it reads elsewhere
    others = files.other_orders(host, platform, own)
    orders = (*(one.order for one in seen), *others)
    traces = [one.trace for one in seen if one.trace]
    every = files.files(host, account, orders, traces)
    reader = readers.Readers(host, account, variable, seen, others, every)
    rows = list(_given(host, seen, variable))
    functions = {
        guard.text
        for known in every
        for _, _, placed in known.lines(variable)
        for guard in (placed.guards if placed else ())
        if guard.kind == "function"
    }
    for known in every:
        merged: dict[int, list[tuple[int, Placed | None]]] = {}
        for line, last, placed in known.lines(variable):
            merged.setdefault(line, []).append((last, placed))
        spans = [(line, last) for line, each in merged.items() for last, _ in each]
        made = [_row(reader, known, line, each) for line, each in merged.items()]
        made += _evals(seen, known, spans, functions)
        rows += sorted(made, key=lambda row: row.line)
    return tuple(rows)


def _row(
    reader: readers.Readers, known: Known, line: int, each: list[tuple[int, Placed | None]]
) -> Setting:
    last = max(one for one, _ in each)
    names = [
        name
        for one in reader.seen
        if any(one.ran(known, line, end, placed, reader.variable) for end, placed in each)
        for name in one.contexts
    ]
    row = Setting(known.path, line, last, _text(known, line, last), "line", tuple(names))
    if names:
        return row
    unknown = reader.unknown(known)
    if unknown:
        return row._replace(unknown=unknown)
    reason = max((reader.why(known, placed) for _, placed in each), key=lambda one: one.line)
    lost = [one.lost for one in reader.seen if one.lost and one.reads(known.path)]
    if reason.is_end and lost:
        return row._replace(unknown=lost[0].partition(";")[0])
    return row._replace(never=reason.text, change=reason.change)


def _evals(
    seen: Iterable[Seen], known: Known, spans: list[tuple[int, int]], functions: set[str]
) -> list[Setting]:
    """The lines that changed it and whose text does not say so: `eval "$(tool)"`.

    Not one that set a prompt's hook, where the lines of that function are told.
    """
    found: dict[int, list[str]] = {}
    for one in seen:
        for line in one.assigned(known.path):
            if any(first <= line <= last for first, last in spans):
                continue
            if one.lost and line == max(one.lines(known.path), default=0):
                continue  # what later lines did, which were not seen
            if not (line in one.hooks(known.path) and functions & set(_words(known, line))):
                found.setdefault(line, []).extend(one.contexts)
    return [
        Setting(known.path, line, line, _text(known, line, line), "eval", tuple(names))
        for line, names in found.items()
    ]


def _given(host: Host, seen: Iterable[Seen], variable: str) -> list[Setting]:
    """The lines of files that no shell reads, but what starts it: /etc/environment."""
    found: dict[tuple[Path, int], list[str]] = {}
    for one in seen:
        for given in one.start.given:
            if given.variable == variable and given.where:
                key = (given.where.path, given.where.line)
                names = found.setdefault(key, [])
                names += [name for name in one.contexts if name not in names]
    rows = []
    for (path, line), names in found.items():
        try:
            text = _line(host.read(path), line, line)
        except OSError:
            text = ""
        rows.append(Setting(path, line, line, text, "given", tuple(names)))
    return rows


def _words(known: Known, line: int) -> list[str]:
    return re.findall(r"[\w.:-]+", _text(known, line, line))


def _text(known: Known, line: int, last: int) -> str:
    return _line(known.content, line, last)


def _line(content: bytes, line: int, last: int) -> str:
    rows = content.decode("utf-8", "surrogateescape").split("\n")[line - 1 : last]
    return "\n".join(rows).strip()
