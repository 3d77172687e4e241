"""`envkit trace --context A --context B`, and `--all`: what differs, and the lines that make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from envkit import compare
from envkit.cli import output, trace_all, trace_text
from envkit.cli.trace import data
from envkit.cli.trace_contexts import Told, blame, decided, endings, gather, given_by, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from envkit.cli.trace import Asked
    from envkit.compare import Difference
    from envkit.model import Context


def show(asked: Asked) -> None:
    """Compare the contexts, or with --all tell them all; exit 1 where those compared differ."""
    every = asked.action == "all"
    told = gather(asked)
    found = told.differences()
    if asked.as_json:
        output.say_json(
            {
                "contexts": data(told.traces, told.contexts, asked.host),
                "differences": [_as_data(told, one) for one in found],
                "left_out": _reasons(told.left_out),
                "absent": _reasons(told.absent),
                **({"entries": trace_all.entries(told)} if every else {}),
            }
        )
    elif every:
        output.say(trace_all.text(told, asked.verbose))
    else:
        output.say("\n".join(_text(told, found)))
    if found and not every:
        raise typer.Exit(1)


def _reasons(contexts: Sequence[tuple[Context, str]]) -> list[dict[str, object]]:
    return [{"context": one.name, "reason": reason} for one, reason in contexts]


def _text(told: Told, found: Sequence[Difference]) -> Iterator[str]:
    yield output.style(_headline(told, found), "strong")
    lacking = [one for one in found if one.kind == "entry"]
    for holders in dict.fromkeys(_holders(one) for one in lacking):
        these = [one for one in lacking if _holders(one) == holders]
        yield from ("", f"  only in {told.titles(holders)}", _entries(told, holders, these))
    turned = [one for one in found if one.kind == "order"]
    if turned:
        yield from ("", "  in another place", *_places(told, turned))
    if any(one.kind == "value" for one in found):
        yield from ("", _values(told))
    yield from _bare(told)
    yield from endings(told)


def _bare(told: Told) -> Iterator[str]:
    """The contexts that read no file: what they have, they are given."""
    for index, one in enumerate(told.traces):
        if any(file.status == "read" for file in one.files):
            continue
        given = given_by(told, index)
        by = f"; its {told.variable} is given by {given}" if given else ""
        yield from (
            "",
            output.columns([(f"{told.title(index)} reads no startup file{by}",)], indent=""),
        )


def _headline(told: Told, found: Sequence[Difference]) -> str:
    name, count = told.variable, len(found)
    if not found:
        each = told.titles(range(len(told.traces)))
        value = told.traces[0].value
        what = "not set" if value is None else "the same"
        return output.columns([(f"{name} is {what} in {each}",)], indent="")
    if not told.is_list:
        return f"{name} differs"
    if all(one.kind == "order" for one in found):
        number = len(told.traces[0].entries)
        return f"{name} has the same {number} entries in another order"
    return f"{name} differs in {count} {'entry' if count == 1 else 'entries'}"


def _holders(one: Difference) -> tuple[int, ...]:
    return tuple(at for at, place in enumerate(one.row.positions) if place is not None)


def _entries(told: Told, holders: Sequence[int], these: Sequence[Difference]) -> str:
    rows = []
    for one in these:
        name = trace_text.folder(told.host, one.row.directory)
        lines: dict[str, list[int]] = {}
        for index in holders:
            entry = told.traces[index].entries[(one.row.positions[index] or 1) - 1]
            lines.setdefault(blame(told, index, entry), []).append(index)
        copy = "another copy" if one.row.copy else ""
        for line, indices in lines.items():
            where = f"in {told.titles(indices)}" if len(lines) > 1 else ""
            rows.append((name, line, _joined(where, copy, *_taken(told, one))))
            name = ""
    return table(rows)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _taken(told: Told, one: Difference) -> Iterator[str]:
    """The lines that took an entry away where it is not."""
    for index, place in enumerate(one.row.positions):
        if place is None:
            start = told.first(index)
            taken = compare.taken_by(told.traces[index], start, one.row.directory)
            if taken:
                line = trace_text.place(told.host, taken.where)
                yield f"taken away in {told.titles([index])} by {line}"


def _places(told: Told, turned: Sequence[Difference]) -> Iterator[str]:
    """Entries that all have, but not in the same order: the place in each."""
    rows = []
    for one in turned:
        name = trace_text.folder(told.host, one.row.directory)
        for index, place in enumerate(one.row.positions):
            entry = told.traces[index].entries[(place or 1) - 1]
            count = len(told.traces[index].entries)
            line = blame(told, index, entry)
            moved = trace_text.moved(told.host, entry)
            at = f"{place} of {count} in {told.titles([index])}"
            rows.append((name, at, _joined(line, moved)))
            name = ""
    yield table(rows)


def _values(told: Told) -> str:
    rows = []
    for index, one in enumerate(told.traces):
        value = trace_text.value(told.variable, one.value) or "(empty)"
        rows.append((told.title(index), value, decided(told, index)))
    return table(rows)


def _as_data(told: Told, one: Difference) -> dict[str, object]:
    """A difference for programs: who has it, by which line, and who took it away elsewhere."""
    made: dict[str, object] = {"kind": one.kind}
    if one.kind != "value":
        made |= {"directory": one.row.directory, "copy": one.row.copy}
    return made | {"contexts": [_place_data(told, one, at) for at in range(len(told.traces))]}


def _place_data(told: Told, one: Difference, index: int) -> dict[str, object]:
    trace, place = told.traces[index], one.row.positions[index]
    made: dict[str, object] = {"context": told.contexts[index].name}
    if one.kind == "value":
        last = trace.assignments[-1] if trace.assignments else None
        return made | {"set_by": output.as_data(last.where if last else None)}
    entry = trace.entries[place - 1] if place else None
    made |= {
        "position": place,
        "set_by": output.as_data(entry.set_by if entry else None),
        "moved_by": output.as_data(entry.moved_by if entry else None),
    }
    if place is None:
        start = told.first(index)
        taken = compare.taken_by(trace, start, one.row.directory)
        made["removed_by"] = output.as_data(taken.where if taken else None)
    return made
