"""`envkit trace --all`: for each entry the contexts that have it, and the line that put it there.

Contexts that are alike to the last line are one kind, with a letter of its own.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from envkit import compare
from envkit.cli import output, trace_text
from envkit.cli.trace_contexts import Told, decided, endings, given_by, table

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from envkit.compare import Row


def text(told: Told, verbose: bool) -> str:
    """All contexts for people."""
    kinds = _kinds(told)
    count = len(told.traces)
    name, several = told.variable, f"{count} context{'s' * (count > 1)}"
    ways = "the same" if len(kinds) == 1 else f"of {len(kinds)} kinds"
    lines = [output.style(f"{name} is {ways} in {several}", "strong"), ""]
    letters = _letters(len(kinds))
    lines.append(
        output.columns(
            [(mark, _kind(told, kind)) for mark, kind in zip(letters, kinds, strict=True)]
        )
    )
    if told.is_list:
        lines += ["", table(list(_rows(told, kinds, letters)))]
    else:
        rows = [
            (
                mark,
                trace_text.value(name, told.traces[kind[0]].value) or "(empty)",
                decided(told, kind[0]),
            )
            for mark, kind in zip(letters, kinds, strict=True)
        ]
        lines += ["", table(rows)]
    if verbose and told.is_list:
        for mark, kind in zip(letters, kinds, strict=True):
            lines += ["", f"  {mark}  {trace_text.value(name, told.traces[kind[0]].value)}"]
    return "\n".join([*lines, *endings(told)])


def entries(told: Told) -> list[dict[str, object]]:
    """For programs: each entry, and in which contexts it is, by which lines."""
    found: list[dict[str, object]] = []
    if not told.is_list:
        return found
    for row in compare.rows([[each.directory for each in one.entries] for one in told.traces]):
        holders = [
            {
                "context": told.contexts[index].name,
                "position": place,
                "set_by": output.as_data(told.traces[index].entries[place - 1].set_by),
            }
            for index, place in enumerate(row.positions)
            if place is not None
        ]
        found.append({"directory": row.directory, "copy": row.copy, "contexts": holders})
    return found


def _kinds(told: Told) -> list[list[int]]:
    """The contexts, those together that have the same by the same lines; the most common first."""
    kinds: dict[Hashable, list[int]] = {}
    for index, one in enumerate(told.traces):
        lines = tuple((each.set_by, each.via, each.moved_by) for each in one.entries)
        last = one.assignments[-1].where if one.assignments and not one.entries else None
        kinds.setdefault((one.value, lines, last), []).append(index)
    return sorted(kinds.values(), key=len, reverse=True)


def _letters(count: int) -> list[str]:
    return [*string.ascii_uppercase, *(f"A{each}" for each in string.ascii_uppercase)][:count]


def _kind(told: Told, kind: Sequence[int]) -> str:
    """The contexts of a kind, how many entries they have, and who gave those of no file."""
    one = told.traces[kind[0]]
    said = ", ".join(map(told.title, kind))
    if told.is_list:
        said += f": {trace_text.count(one)}" if one.entries else ": not set"
    given = given_by(told, kind[0])
    inherited = any(entry.set_by is None for entry in one.entries) or not one.assignments
    return f"{said}; given by {given}" if given and inherited else said


def _rows(
    told: Told, kinds: Sequence[Sequence[int]], letters: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    firsts = [kind[0] for kind in kinds]
    lists = [[each.directory for each in told.traces[index].entries] for index in firsts]
    for row in compare.rows(lists):
        name = trace_text.folder(told.host, row.directory)
        for blame, marks in _lines(told, row, firsts, letters).items():
            everywhere = len(marks) == len(letters) > 1
            again = "; another copy" * bool(name and row.copy)
            yield name, "all" if everywhere else " ".join(marks), blame + again
            name = ""


def _lines(
    told: Told, row: Row, firsts: Sequence[int], letters: Sequence[str]
) -> dict[str, list[str]]:
    """Whose line put an entry there, with the letters of the kinds for which that is so."""
    found: dict[str, list[str]] = {}
    for index, mark, place in zip(firsts, letters, row.positions, strict=True):
        if place is not None:
            entry = told.traces[index].entries[place - 1]
            said = [trace_text.origin(told.host, entry), trace_text.moved(told.host, entry)]
            found.setdefault("; ".join(filter(None, said)), []).append(mark)
    return found
