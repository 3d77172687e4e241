"""The entries of an old and a new colon list matched: which are the old ones, which are new."""

from __future__ import annotations

from typing import NamedTuple

from envkit.model import Location
from envkit.tracing.uses import Use


class Origin(NamedTuple):
    """Where an entry comes from; None: it was there before any file."""

    where: Location | None = None
    via: str = ""
    moved_by: Location | None = None


class State(NamedTuple):
    """The variable at one moment; `made` of the assignments had been made by then."""

    value: str | None
    origins: tuple[Origin, ...]
    made: int


def entries(value: str | None) -> list[str]:
    """The entries of a colon list; an unset one has none, an empty one the empty entry."""
    return [] if value is None else value.split(":")


def inherited(value: str | None) -> tuple[Origin, ...]:
    """The origins of what was there before any file."""
    return (Origin(),) * len(entries(value))


def origins(
    old: str | None, known: tuple[Origin, ...], new: str | None, by: Origin, use: Use
) -> tuple[Origin, ...]:
    """The origins of `new`'s entries, after `by` made it out of `old` or not (`use`)."""
    before, after = entries(old), entries(new)
    if not before or use.kind == "new" or (use.kind == "values" and not _kept(before, after, use)):
        return (by,) * len(after)
    start = _block(before, after, use.where)
    if start is not None:
        return (by,) * start + known + (by,) * (len(after) - start - len(before))
    return _matched(before, known, after, by, use.cut)


#: In the place of a `via`: the untouched start has the entry, the traced one had not.
UNSEEN = "not seen in the traced start"


def replaced(traced: str | None, known: tuple[Origin, ...], real: str | None) -> tuple[Origin, ...]:
    """The origins of `real`, where another start, the traced one, gave `traced`.

    An entry that differs at each start (a number of the process in it) takes the origin of the one
    in its place; where the two do not match, nobody knows it (`UNSEEN`).
    """
    from difflib import SequenceMatcher

    before, after = entries(traced), entries(real)
    found: list[Origin] = []
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        found += known[i1:i2] if i2 - i1 == j2 - j1 else (Origin(via=UNSEEN),) * (j2 - j1)
    return tuple(found)


def _kept(before: list[str], after: list[str], use: Use) -> bool:
    """Whether the values say that the old list is in the new one."""
    if use.fields == len(after):
        return False  # each entry is spelled out: no expansion brought a list in
    old = set(before)
    return 2 * len(old & set(after)) >= len(old)


def _block(before: list[str], after: list[str], where: int | None) -> int | None:
    """Where the whole old list stands in the new one, nearest to where the text has it."""
    size = len(before)
    starts = [i for i in range(len(after) - size + 1) if after[i : i + size] == before]
    if not starts:
        return None
    if where is None:
        return starts[0]
    return starts[-1] if where == -1 else min(starts, key=lambda start: abs(start - where))


def _matched(
    before: list[str], known: tuple[Origin, ...], after: list[str], by: Origin, cut: bool
) -> tuple[Origin, ...]:
    """Old entries that kept their order; those that were moved; the rest is new."""
    pairs = _pairs(before, after, cut)
    left = [i for i in range(len(before)) if i not in pairs.values()]
    found: list[Origin] = []
    for j, entry in enumerate(after):
        moved = next((i for i in left if before[i] == entry), None)
        if j in pairs:
            found.append(known[pairs[j]])
        elif moved is None:
            found.append(by)
        else:
            left.remove(moved)
            found.append(known[moved]._replace(moved_by=by.where))
    return tuple(found)


def _pairs(before: list[str], after: list[str], cut: bool) -> dict[int, int]:
    """New index -> old index of what kept its order, long runs first.

    Of equal entries the first is what stays where duplicates are dropped, since it is what counts.
    """
    from difflib import SequenceMatcher

    pairs: dict[int, int] = {}
    for i, j, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        pairs.update((j + offset, i + offset) for offset in range(size))
    last = -1
    for j in sorted(pairs):
        between = range(last + 1, pairs[j])
        if not cut:
            pairs[j] = next((i for i in between if before[i] == after[j]), pairs[j])
        last = pairs[j]
    return pairs
