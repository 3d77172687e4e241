"""`envkit trace --follow`: each assignment of the variable in turn, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.cli import output, trace_change, trace_secret, trace_steps, trace_text
from envkit.cli.trace import data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from envkit.cli.trace import Asked
    from envkit.model import Context, Start
    from envkit.provenance import Assignment, Trace


def show(asked: Asked) -> None:
    """The assignments of each context."""
    from envkit.provenance import Wanted

    traces, starts = asked.traces(Wanted(history=True)), asked.starts()
    if asked.as_json:
        made = data(traces, asked.contexts, asked.host)
        for one, trace, start in zip(made, traces, starts, strict=True):
            one.pop("steps", None)
            one.pop("lines", None)
            one["assignments"] = _data(output.as_data(one["assignments"]), trace, start)
        output.say_json(made[0] if len(made) == 1 else {"contexts": made})
        return
    pairs = zip(traces, asked.contexts, starts, strict=True)
    output.say("\n\n".join("\n".join(_text(asked, *each)) for each in pairs))


def _text(asked: Asked, one: Trace, context: Context, start: Start) -> Iterator[str]:
    yield output.style(_headline(one, context), "strong")
    yield ""
    if trace_change.is_list(one, one.value, trace_steps.first_value(one, start)):
        yield from _changes(asked, one, start)
    elif one.assignments:
        yield _values(asked, one, start)
    else:
        yield "  no line sets it" + ("" if one.value is None else ": it is inherited")
    yield from trace_steps.endings(one, context)


def _headline(one: Trace, context: Context) -> str:
    count = len(one.assignments)
    times = f", {count or 'no'} assignment{'s' * (count != 1)}" if one.entries else ""
    return trace_steps.headline(one, context.title) + times


def pairs(one: Trace, start: Start) -> Iterator[tuple[str | None, Assignment]]:
    """Each assignment with the value before it."""
    before = trace_steps.first_value(one, start)
    for assignment in one.assignments:
        yield before, assignment
        before = assignment.value


def _changes(asked: Asked, one: Trace, start: Start) -> Iterator[str]:
    """A list: what each assignment did to it."""
    yield from trace_steps.at_first(asked, one, start)
    for number, (before, assignment) in enumerate(pairs(one, start), start=1):
        where = f"{number:>3}  {trace_text.place(asked.host, assignment.where)}"
        said = trace_text.via(asked.host, one, assignment.via)
        yield from trace_steps.beside(where, said)
        anew = assignment.anew
        rows = trace_change.told(asked.host, one, before, assignment.value, anew)
        rows = rows or [("same", "set anew to what it was" if anew else "set to what it was")]
        if asked.verbose:
            rows.append(("now", trace_change.entries(asked.host, assignment.value)))
        yield output.columns(rows, indent=" " * 7)


def _values(asked: Asked, one: Trace, start: Start) -> str:
    """Any other variable: before -> after."""
    rows = []
    for before, assignment in pairs(one, start):
        old, new = (
            trace_text.value(one.variable, value) or "(empty)"
            for value in (before, assignment.value)
        )
        where = trace_text.place(asked.host, assignment.where)
        said = trace_text.via(asked.host, one, assignment.via)
        rows.append((where, old, "->", new, said))
    table = output.columns(rows)
    if all(len(line) <= 80 for line in table.split("\n")):
        return table
    lines = []
    for where, old, sign, new, said in rows:
        lines += [output.columns([(where, said)]), f"      {old}", f"   {sign} {new}"]
    return "\n".join(lines)


def _data(rows: list[dict[str, object]], one: Trace, start: Start) -> list[dict[str, object]]:
    """The assignments for programs, with the value before each, and the change of a list."""
    found = []
    for row, (before, assignment) in zip(rows, pairs(one, start), strict=True):
        change = trace_change.data(one, before, assignment.value)
        found.append({**row, "before": before, **change})
    trace_secret.hide(one.variable, found)
    return found
