"""What differs between two values, and between contexts: checked by what the words mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkit import compare

CHANGES: list[tuple[str, str | None, str | None, list[str], list[str], list[str]]] = [
    ("nothing", "/a:/b", "/a:/b", [], [], []),
    ("unset to unset", None, None, [], [], []),
    ("set", None, "/a:/b", ["/a", "/b"], [], []),
    ("unset", "/a:/b", None, [], ["/a", "/b"], []),
    ("in front", "/a:/b", "/n:/a:/b", ["/n"], [], []),
    ("at the end", "/a:/b", "/a:/b:/n", ["/n"], [], []),
    ("in the middle", "/a:/b", "/a:/n:/b", ["/n"], [], []),
    ("removed", "/a:/b:/c", "/a:/c", [], ["/b"], []),
    ("replaced", "/a:/b", "/c:/d", ["/c", "/d"], ["/a", "/b"], []),
    ("moved to the end", "/n:/a:/b", "/a:/b:/n", [], [], ["/n"]),
    ("moved to the front", "/a:/b:/n", "/n:/a:/b", [], [], ["/n"]),
    ("slid", "/a:/b:/c", "/n:/b:/c", ["/n"], ["/a"], []),
    ("a second copy", "/a:/b", "/b:/a:/b", ["/b"], [], []),
    ("a copy dropped", "/a:/b:/a", "/a:/b", [], ["/a"], []),
    ("an empty entry", "/a", "/a:", [""], [], []),
    ("to empty", "/a", "", [""], ["/a"], []),
    ("path_helper", "/h:/a:/b:/c", "/a:/b:/c:/h", [], [], ["/h"]),
]


@pytest.mark.parametrize(
    ("before", "after", "added", "removed", "moved"),
    [row[1:] for row in CHANGES],
    ids=[row[0] for row in CHANGES],
)
def test_a_change(
    before: str | None, after: str | None, added: list[str], removed: list[str], moved: list[str]
) -> None:
    found = compare.change(before, after)
    assert [[one.directory for one in part] for part in found] == [added, removed, moved]


lists = st.lists(st.sampled_from(["", "/a", "/b", "/c", "/d"]), min_size=1, max_size=7)


@given(lists, lists)
def test_a_change_makes_the_new_value_of_the_old(old: list[str], new: list[str]) -> None:
    """What was removed goes, what stays keeps its order, the rest is put at its positions."""
    found = compare.change(":".join(old), ":".join(new))
    gone = {one.position for one in found.removed}
    stay = [one for at, one in enumerate(old, start=1) if at not in gone]
    for one in found.moved:
        stay.remove(one.directory)
    assert all(old[one.position - 1] == one.directory for one in found.removed)
    made: list[str | None] = [None] * len(new)
    for one in (*found.added, *found.moved):
        made[one.position - 1] = one.directory
    assert sorted(stay + [x for x in made if x is not None]) == sorted(new)


@given(st.lists(lists, min_size=2, max_size=4))
def test_contexts_differ_only_where_their_values_do(several: list[list[str]]) -> None:
    values = [":".join(one) for one in several]
    found = compare.differences(values, True)
    assert bool(found) == (len(set(values)) > 1)
    for row in compare.rows(several):
        for one, place in zip(several, row.positions, strict=True):
            assert (place is None) == (one.count(row.directory) <= row.copy)
            assert place is None or one[place - 1] == row.directory


def test_the_same_entries_in_another_order() -> None:
    (one,) = compare.differences(["/a:/b:/c", "/b:/c:/a"], True)
    assert (one.kind, one.row) == ("order", compare.Row("/a", 0, (1, 3)))


def test_unset_and_empty_differ() -> None:
    assert [one.kind for one in compare.differences([None, ""], True)] == ["entry"]
    assert [one.kind for one in compare.differences([None, ""], False)] == ["value"]
