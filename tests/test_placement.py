"""Choosing lines: the fewest that serve all, and never within a statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from envkit import block, placement
from envkit.errors import Refused
from envkit.needs import Need

FILE = Path("/home/ada/.bashrc")
BODY = b"if :; then :; fi\n"


def need(after: int, before: int, exit: int | None = None) -> Need:
    return Need(FILE, after, before, "terminal", exit)


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ([], []),
        ([need(0, 10)], [10]),
        ([need(0, 10), need(0, 3, 3)], [3]),
        ([need(5, 10), need(0, 3, 3)], [3, 10]),
        ([need(2, 10), need(0, 3, 3)], [3]),
        ([need(3, 10), need(0, 3, 3)], [3, 10]),
        ([need(0, 4, 4), need(2, 6, 6), need(5, 9)], [4, 9]),
    ],
)
def test_the_fewest_lines_that_serve_all(wanted: list[Need], lines: list[int]) -> None:
    content = b"A=1\n" * 9
    for order in (wanted, wanted[::-1]):
        assert [spot.line for spot in placement.spots(content, order)] == lines


def test_each_need_is_served_by_some_spot() -> None:
    wanted = [need(5, 10), need(0, 3, 3), need(0, 10)]
    spots = placement.spots(b"A=1\n" * 9, wanted)
    assert {one for spot in spots for one in spot.needs} == set(wanted)


def test_a_block_that_stands_well_is_kept() -> None:
    content = block.put(b"A=1\n" * 9, "descent", BODY, 4)
    assert [spot.line for spot in placement.spots(content, [need(2, 12)])] == [4]
    assert [spot.line for spot in placement.spots(content, [need(5, 12)])] == [12]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"# file\n\n# why\nreturn\n", 3),
        (b"# file\n# why\nreturn\n", 3),
        (b"A=1\n# why\n# more\nreturn\n", 2),
        (b"A=1\n\nreturn\n", 3),
    ],
)
def test_a_comment_stays_with_its_statement(content: bytes, line: int) -> None:
    last = content.count(b"\n")
    (spot,) = placement.spots(content, [need(0, last, last)])
    assert spot.line == line


OPEN = {
    "an if": (b"if true; then\nA=1\nfi\n", 2),
    "a case": (b"case a in\nb) A=1 ;;\nesac\n", 2),
    "a case's item": (b"case a in\nb)\nA=1 ;;\nesac\n", 3),
    "a function": (b"f() {\nA=1\n}\n", 2),
    "a group": (b"{\nA=1\n}\n", 2),
    "a subshell": (b"(\nA=1\n)\n", 2),
    "a loop": (b"for i in 1; do\nA=1\ndone\n", 2),
    "a while": (b"while false; do\nA=1\ndone\n", 2),
    "a here-document": (b"cat <<X\ntext\nX\n", 2),
    "a here-document's end": (b"cat <<X\ntext\nX\n", 3),
    "a quoted here-document": (b"cat <<'X'\ntext\nX\n", 2),
    "double quotes": (b'A="1\n2"\n', 2),
    "single quotes": (b"A='1\n2'\n", 2),
    "a substitution": (b"A=$(\ndate\n)\n", 2),
    "a continued line": (b"A=1 \\\nB=2\n", 2),
    "a list": (b"true &&\nA=1\n", 2),
    "a pipe": (b"true |\ncat\n", 2),
    "an array": (b"A=(\n1\n)\n", 2),
    "an open end": (b"if true; then\nA=1\n", 3),
}


@pytest.mark.parametrize("name", OPEN)
def test_a_block_is_never_put_within_a_statement(name: str) -> None:
    content, line = OPEN[name]
    with pytest.raises(Refused):
        placement.insert(content, "descent", BODY, [line])


@pytest.mark.parametrize(
    "content", [b"", b"A=1\n", b"A=1", b"\n\n", b"A=1\r\nB=2\r\n", b"# \xe9\nA=1\n", b"A=1;B=2\n"]
)
def test_between_statements_it_is_put_and_comes_out_again(content: bytes) -> None:
    for line in range(1, content.count(b"\n") + 2):
        result = placement.insert(content, "descent", BODY, [line])
        assert len(block.find_all(result)) == 1
        assert block.drop(result) == content
        assert placement.insert(result, "descent", BODY, placement.lines(result)) == result


def test_below_what_another_shell_cannot_read_a_block_may_stand() -> None:
    content = b"PATH=/a:$PATH\nsource <(echo A=1)\nPATH=/b:$PATH\n"
    result = placement.insert(content, "descent", BODY, [2, 4], ("bash", "dash"))
    assert placement.lines(result) == [2, 7]
    assert block.drop(result) == content


def test_blocks_that_are_not_wanted_go() -> None:
    content = block.put(b"A=1\nB=1\nC=1\n", "old", BODY, 2)
    content = block.put(content, "old", BODY)
    result = placement.insert(content, "new", BODY, [7])
    assert [each.name for each in block.find_all(result)] == ["new"]
    assert placement.lines(result) == [4]
    assert block.drop(result) == b"A=1\nB=1\nC=1\n"


def test_lines_move_as_blocks_come_and_go() -> None:
    bare = b"A=1\nB=1\nC=1\n"
    first = block.put(bare, "descent", BODY, 2)
    both = block.put(first, "descent", BODY)
    assert placement.moved(bare, first, 1) == 1
    assert placement.moved(bare, first, 2) == 5
    assert placement.moved(first, both, 6) == 6
    assert placement.moved(both, bare, 5) == 2
    assert placement.moved(None, first, 3) == 6
