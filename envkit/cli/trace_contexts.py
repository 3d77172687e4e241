"""Several contexts at once: those that can be traced, and the words for what each of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from envkit import compare, order
from envkit.cli import output, trace_change, trace_text
from envkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envkit.cli.trace import Asked
    from envkit.compare import Difference
    from envkit.host import Host
    from envkit.model import Context, Start
    from envkit.provenance import PathEntry, Trace

_WIDE = 36  # of a first column


class Told(NamedTuple):
    """The contexts that could be traced, which could not and why, which are not on this machine."""

    host: Host
    variable: str
    contexts: tuple[Context, ...]
    starts: tuple[Start, ...]
    traces: tuple[Trace, ...]
    left_out: tuple[tuple[Context, str], ...]
    absent: tuple[tuple[Context, str], ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether all contexts have a list, or nothing."""
        return any(one.entries for one in self.traces) and all(
            one.entries or one.value is None for one in self.traces
        )

    def differences(self) -> tuple[Difference, ...]:
        """What is not the same in all of them."""
        return compare.differences([one.value for one in self.traces], self.is_list)

    def title(self, index: int) -> str:
        """A context for people, with a star where it is imitated and others are not."""
        one = self.contexts[index]
        marked = bool(one.imitated) and not all(each.imitated for each in self.contexts)
        return one.title.replace(", ", "/") + "*" * marked

    def first(self, index: int) -> str | None:
        """The variable's value before any file, as far as the context gives it."""
        name = trace_change.listed(self.traces[index])
        return self.starts[index].environment.get(name)

    def titles(self, indices: Sequence[int]) -> str:
        """Several contexts for people."""
        if len(indices) == 1:
            return trace_text.a(self.title(indices[0]))
        return ", ".join(map(self.title, indices))


def gather(asked: Asked) -> Told:
    """Trace the contexts that can be; UsageError where none can, for the last one's reason."""
    chosen: list[tuple[Context, Start]] = []
    left_out: list[tuple[Context, str]] = []
    missing: list[tuple[Context, str]] = []
    for one in asked.contexts:
        absent = one.absent(asked.host, asked.platform) if one.absent else ""
        if absent:
            (missing if asked.named else left_out).append((one, absent))
            if not asked.named:
                continue
        # Unless it is asked for by name, a context that has a shell of its own (cron: sh) keeps it.
        shell = asked.shell if asked.named or one.shell is None else None
        try:
            chosen.append((one, order.start_for(asked.host, one, shell, asked.platform)))
        except UsageError as error:
            last = error
            left_out.append((one, error.message))
    if not chosen:
        raise last
    traced = _traced(asked, chosen, left_out)
    return Told(
        asked.host,
        asked.variable,
        tuple(one for one, _, _ in traced),
        tuple(start for _, start, _ in traced),
        tuple(trace for _, _, trace in traced),
        tuple(left_out),
        tuple(missing),
    )


def _traced(
    asked: Asked,
    chosen: list[tuple[Context, Start]],
    left_out: list[tuple[Context, str]],
) -> list[tuple[Context, Start, Trace]]:
    """All at once; where one of them cannot be traced, one after the other."""
    from envkit import trace as room

    def traces(starts: list[Start]) -> tuple[Trace, ...]:
        return room.trace(asked.host, starts, asked.variable, asked.limit)

    with output.progress(f"starting your shell in {len(chosen)} contexts"):
        try:
            found = traces([start for _, start in chosen])
            return [(one, start, found[at]) for at, (one, start) in enumerate(chosen)]
        except UsageError as error:
            last = error
        several: list[tuple[Context, Start, Trace]] = []
        for one, start in chosen:
            try:
                several.append((one, start, traces([start])[0]))
            except UsageError as error:
                last = error
                left_out.append((one, error.message))
    if not several:
        raise last
    return several


def endings(told: Told) -> Iterator[str]:
    """Which contexts read no file, could not be seen whole, are left out or imitated."""
    for note, indices in _notes(told).items():
        who = ", ".join(map(told.title, indices))
        yield from ("", output.columns([("!", f"{who}: {note}")], indent="", gap=1))
    if told.absent:
        said = ", ".join(f"{one.title} ({reason})" for one, reason in told.absent)
        yield from ("", output.columns([("not on this machine:", said)], indent="", gap=1))
    if told.left_out:
        said = ", ".join(f"{one.title} ({reason})" for one, reason in told.left_out)
        yield from ("", output.columns([("not told:", said)], indent="", gap=1))
    imitated = sum(bool(one.imitated) for one in told.contexts)
    if imitated:
        what = "its own shell, flags and variables, without what would start it"
        who = "each is imitated" if imitated == len(told.contexts) else "imitated"
        yield from ("", output.columns([("*", f"{who}: {what}")], gap=1))


def _notes(told: Told) -> dict[str, list[int]]:
    """What could not be seen, each with the contexts of which that is so."""
    found: dict[str, list[int]] = {}
    for index, one in enumerate(told.traces):
        for note in one.notes:
            found.setdefault(trace_text.said(one, note), []).append(index)
    return found


def given_by(told: Told, index: int) -> str:
    """Who gave a context the variable, before any file."""
    name = trace_change.listed(told.traces[index])
    given = [one for one in told.starts[index].given if one.variable == name]
    if not given:
        return ""
    where = given[-1].where
    return trace_text.place(told.host, where) if where else trace_text.printable(given[-1].by)


def blame(told: Told, index: int, entry: PathEntry) -> str:
    """The line that put an entry there, or who had it there before any line."""
    where = trace_text.origin(told.host, entry)
    by = trace_text.via(told.host, told.traces[index], entry.via)
    return f"inherited: {by}" if where == "inherited" and by else where


def decided(told: Told, index: int) -> str:
    """The line that gave a variable its last value."""
    one = told.traces[index]
    last = one.assignments[-1] if one.assignments else None
    if last is None:
        return "" if one.value is None else "inherited"
    words = "" if one.value is not None else "unset by "
    return words + trace_text.place(told.host, last.where)


def table(rows: Sequence[tuple[str, str, str]]) -> str:
    """Rows of three cells; a first one that is too wide stands above the others.

    Of a row in which that leaves no room, each cell has a line of its own.
    """
    first = max((size for row in rows if (size := output.cells(row[0])) <= _WIDE), default=0)
    second = max((size for row in rows if (size := output.cells(row[1])) <= _WIDE), default=0)
    return "\n".join(line for row in rows for line in _row(row, first, second))


def _row(row: tuple[str, str, str], first: int, second: int) -> list[str]:
    name, middle, last = row
    above = [f"    {name}"] if output.cells(name) > first else []
    cells = ("" if above else name, middle, last)
    widths = (output.fill(cells[0], first), output.fill(middle, second), last)
    lines = output.columns([widths], indent="    ").split("\n")
    if output.cells(middle) <= second and all(output.cells(line) <= 80 for line in lines):
        return above + lines
    return [f"{' ' * (4 + 4 * (at > 0))}{cell}" for at, cell in enumerate(row) if cell]
