"""The nearest names: what somebody who typed a name that is not there may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SUFFIX = re.compile(r"(?<=[a-z])-?\d+(\.\d+)*$")  # pip3.11, python3, gcc-12
_MOST = 3


def near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names that are most like `name`, at most three, the likest first.

    Like are: one or two letters wrong, left out, too many, or two swapped (Damerau's four, which
    make up four of five typing errors: Communications of the ACM 7, 1964); the same with another
    version at the end, or with another case or dashes.
    """
    word, plain = name.casefold(), _plain(name)
    allowed = _allowed(len(word))
    ranked: list[tuple[int, bool, int, str]] = []
    for other in set(known) - {name}:
        apart = abs(len(other) - len(word))
        if plain and plain == _plain(other):
            distance, apart = 0, len(other)  # of many versions the plainest name first
        elif apart <= allowed:
            distance = _distance(word, other.casefold(), allowed)
        else:
            continue
        if distance <= allowed:
            differs = other[:1].casefold() != word[:1]
            ranked.append((distance, differs, apart, other))
    return tuple(other for *_, other in sorted(ranked)[:_MOST])


def _plain(name: str) -> str:
    """The name without its version, case and dashes."""
    return _SUFFIX.sub("", name.casefold()).replace("-", "").replace("_", "")


def _allowed(length: int) -> int:
    """How many errors a name of that length may have: short ones are all alike."""
    return 1 if length < 6 else 2 if length < 12 else 3


def _distance(one: str, other: str, limit: int) -> int:
    """Optimal string alignment; anything above `limit` where it is more."""
    if len(one) < 3 and sorted(one) != sorted(other):
        return limit + 1  # of two letters, any two names are near
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before = before, row
        row = [i]
        for j, against in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        if min(row) > limit and (not before or min(before) > limit):
            return limit + 1
    return row[-1]
