"""What differs: a variable before and after a step, and in one context and another. Pure.

Entries are told apart by their text and by the how-many-th of its kind each is: the second copy of
a folder is another entry than the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from envkit.model import Location
from envkit.provenance import Assignment, Trace
from envkit.tracing import align
from envkit.tracing.align import Origin
from envkit.tracing.uses import Use


class Placed(NamedTuple):
    """An entry at its position, counted from 1.

    Of a moved one `before` is where it was, and `words` say where it went (`behind /usr/bin`).
    """

    directory: str
    position: int
    before: int = 0
    words: str = ""


class Change(NamedTuple):
    """What became of a list. `added` and `moved` are placed in the new one, `removed` in the old.

    An entry that only slid, because others came before it, is not moved.
    """

    added: tuple[Placed, ...]
    removed: tuple[Placed, ...]
    moved: tuple[Placed, ...]


class Row(NamedTuple):
    """An entry over several lists: its position in each, counted from 1; None: not there."""

    directory: str
    copy: int
    positions: tuple[int | None, ...]


class Difference(NamedTuple):
    """What is not the same everywhere. kind: `entry` (some have it not), `order` or `value`."""

    kind: str
    row: Row


def change(before: str | None, after: str | None) -> Change:
    """What was added, removed and moved between two values of a colon list, as blame has it."""
    old, new = align.entries(before), align.entries(after)
    nobody = Path()
    known = tuple(Origin(Location(nobody, index)) for index in range(len(old)))
    by = Origin(Location(nobody, -1))
    found = align.origins(before, known, after, by, Use("old")) if old else (by,) * len(new)
    added, moved, kept = [], [], set()
    for position, (directory, origin) in enumerate(zip(new, found, strict=True), start=1):
        index = origin.where.line if origin.where else -1
        if index < 0:
            added.append(Placed(directory, position))
            continue
        kept.add(index)
        if origin.moved_by is not None:
            moved.append(Placed(directory, position, index + 1, origin.moved))
    gone = [Placed(one, at + 1) for at, one in enumerate(old) if at not in kept]
    return Change(tuple(added), tuple(gone), tuple(moved))


def rows(lists: Sequence[Sequence[str]]) -> tuple[Row, ...]:
    """All entries of the lists: the first list's in its order, then what the next has besides."""
    places = [{key: place for place, key in enumerate(_keys(one), start=1)} for one in lists]
    keys = dict.fromkeys(key for where in places for key in where)
    return tuple(Row(*key, tuple(where.get(key) for where in places)) for key in keys)


def _keys(listed: Sequence[str]) -> list[tuple[str, int]]:
    """Each entry with the number of its copies before it."""
    counts: dict[str, int] = {}
    keys = []
    for one in listed:
        keys.append((one, counts.get(one, 0)))
        counts[one] = counts.get(one, 0) + 1
    return keys


def differences(values: Sequence[str | None], is_list: bool) -> tuple[Difference, ...]:
    """What differs between the values of a variable; nothing where all are the same."""
    if len(set(values)) < 2:
        return ()
    if not is_list:
        return (Difference("value", Row("", 0, (None,) * len(values))),)
    lists = [align.entries(value) for value in values]
    found = rows(lists)
    lacking = [Difference("entry", row) for row in found if None in row.positions]
    shared = [row for row in found if None not in row.positions]
    turned = [Difference("order", row) for row in _turned(shared, len(values))]
    return tuple(lacking + turned)


def _turned(shared: Sequence[Row], count: int) -> list[Row]:
    """Of the entries that all have, those that stand in another order than in the first list."""
    turned: set[Row] = set()
    first = sorted(shared, key=lambda row: row.positions[0] or 0)
    for index in range(1, count):
        other = sorted(shared, key=lambda row: row.positions[index] or 0)
        staying = _longest([first.index(row) for row in other])
        turned |= {row for row in first if first.index(row) not in staying}
    return [row for row in first if row in turned]


def _longest(numbers: Sequence[int]) -> set[int]:
    """The longest ascending run of numbers with gaps: what did not have to move."""
    best: list[list[int]] = []  # the longest run that ends with each number
    for number in numbers:
        runs = [run for run in best if run[-1] < number]
        best.append([*max(runs, key=len, default=[]), number])
    longest: list[int] = max(best, key=len, default=[])
    return set(longest)


def taken_by(one: Trace, start: str | None, directory: str) -> Assignment | None:
    """The last assignment that took an entry away; None: it was never there. `start`: at first."""
    had, taken = directory in align.entries(start), None
    for assignment in one.assignments:
        has = directory in align.entries(assignment.value)
        if had and not has:
            taken = assignment
        had = has
    return taken
