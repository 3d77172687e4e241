"""The entries of an old and a new colon list matched: which are the old ones, which are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from envkit.model import Location

if TYPE_CHECKING:
    from envkit.tracing.uses import Use


class Origin(NamedTuple):
    """Where an entry comes from; None: it was there before any file.

    `moved_by` is the last line that gave it another place, `moved` says which: `behind /usr/bin`.
    """

    where: Location | None = None
    via: str = ""
    moved_by: Location | None = None
    moved: str = ""


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
    return _matched(before, known, after, by, use)


def anew(found: tuple[Origin, ...], by: Origin) -> bool:
    """Whether all that `origins` found is new."""
    return bool(found) and all(one == by for one in found)


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
    before: list[str], known: tuple[Origin, ...], after: list[str], by: Origin, use: Use
) -> tuple[Origin, ...]:
    """Old entries that kept their order; those that were moved; the rest is new."""
    pairs = _pairs(before, after, use)
    stayed = set(pairs)
    left = [i for i in range(len(before)) if i not in pairs.values()]
    for j, entry in enumerate(after):
        moved = next((i for i in left if before[i] == entry), None) if j not in pairs else None
        if moved is not None:
            left.remove(moved)
            pairs[j] = moved
    pairs = _uncrossed(pairs, stayed, after)
    found: list[Origin] = []
    for j in range(len(after)):
        if j not in pairs:
            found.append(by)
        elif j in stayed:
            found.append(known[pairs[j]])
        else:
            whither = _whither(j, pairs, after)
            found.append(known[pairs[j]]._replace(moved_by=by.where, moved=whither))
    return tuple(found)


def _uncrossed(pairs: dict[int, int], stayed: set[int], after: list[str]) -> dict[int, int]:
    """The same with equal entries in their old order, where what stayed can stay all the same."""
    found: dict[int, int] = {}
    for name in {after[j] for j in pairs}:
        news = sorted(j for j in pairs if after[j] == name)
        found.update(zip(news, sorted(pairs[j] for j in news), strict=True))
    order = [found[j] for j in sorted(stayed)]
    return found if order == sorted(order) else pairs


def _whither(j: int, pairs: dict[int, int], after: list[str]) -> str:
    """Where a moved entry stands now and did not before: of those it has passed, the first one.

    That is the one which counts: `moved behind /usr/bin`, also where /sbin is next to it.
    """
    for near in range(len(after)):
        if near in pairs and near != j and (near < j) == (pairs[near] > pairs[j]):
            side = "behind" if near < j else "in front of"
            return f"{side} {after[near] or 'the empty entry'}"
    return ""


def _pairs(before: list[str], after: list[str], use: Use) -> dict[int, int]:
    """New index -> old index of what kept its order: as many as can be, so that few have moved.

    Of several ways that which moves what the text spells, `PATH=/b:${PATH/:\\/b/}`. Of equal
    entries the first is what stays where duplicates are dropped, since it is what counts; the last
    where the text cuts the front away.
    """
    pairs: dict[int, int] = {}
    ends = [len(before), len(after)]
    starts = [0, 0]
    for front in (not use.cut, use.cut):
        while starts[0] < ends[0] and starts[1] < ends[1]:
            i, j = starts if front else (ends[0] - 1, ends[1] - 1)
            if before[i] != after[j]:
                break
            pairs[j] = i
            for side in (0, 1):
                if front:
                    starts[side] += 1
                else:
                    ends[side] -= 1
    olds = range(starts[0], ends[0])
    news = range(starts[1], ends[1])
    if olds and news:
        pairs |= _longest(before, after, olds, news, use)
    last = -1
    for j in sorted(pairs):  # an equal entry before it may have been passed from the other end
        if not use.cut:
            between = range(last + 1, pairs[j])
            pairs[j] = next((i for i in between if before[i] == after[j]), pairs[j])
        last = pairs[j]
    return pairs


def _longest(
    before: list[str], after: list[str], olds: range, news: range, use: Use
) -> dict[int, int]:
    """The longest common subsequence, of several the one that weighs most (see `_pairs`)."""
    spelled = {each for each in set(after) if _spells(use.text, each)}
    copies = [before[:i].count(before[i]) for i in range(len(before))]
    best = [[0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    for x, i in enumerate(reversed(olds), start=1):
        rank = -copies[i] if use.cut else copies[i]
        weight = 10**12 - 10**9 * (before[i] in spelled) - 10**5 * rank - i
        for y, j in enumerate(reversed(news), start=1):
            most = max(best[x - 1][y], best[x][y - 1])
            if before[i] == after[j]:
                most = max(most, best[x - 1][y - 1] + weight)
            best[x][y] = most
    pairs, x, y = {}, len(olds), len(news)
    while x and y:
        i, j = olds[len(olds) - x], news[len(news) - y]
        if best[x][y] == best[x - 1][y]:
            x -= 1
        elif best[x][y] == best[x][y - 1]:
            y -= 1
        else:
            pairs[j] = i
            x, y = x - 1, y - 1
    return pairs


def _spells(text: str, entry: str) -> bool:
    """Whether a text names an entry as a whole."""
    if not entry or entry not in text:
        return False
    import re

    return re.search(rf"(?<![\w/.~-]){re.escape(entry)}(?![\w/.~-])", text) is not None
