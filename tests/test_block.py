"""The managed block: nothing is lost, whatever the file holds and whatever the user does to it."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from envkit import block
from envkit.errors import Refused

BODY = b'if [ -r "$HOME/x" ]; then . "$HOME/x"; fi\n'
BEGIN, END = b"# >>> envkit descent >>>", b"# <<< envkit descent <<<"


def files() -> st.SearchStrategy[bytes]:
    """Bytes as dotfiles have them, and bytes as nothing has them."""
    lines = st.sampled_from(
        [
            b"alias a=1",
            b"",
            b"fi",
            b"caf\xe9",
            b"x\r",
            b"\xff\x00",
            b"# note",
            b"\tif x; then",
            b"\xef\xbb\xbf#",
        ]
    )
    text = st.lists(lines, max_size=8).map(b"\n".join)
    ours = st.binary(max_size=60).filter(lambda some: b" envkit " not in some)
    return st.one_of(text, text.map(lambda some: some + b"\n"), ours)


def spot() -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), st.integers(1, 12))


def put(content: bytes, line: int | None = None, name: str = "descent") -> bytes:
    try:
        return block.put(content, name, BODY, line)
    except Refused as refused:
        assert "backslash" in refused.message
        assume(False)
        raise


@given(files(), spot())
@example(b"", None)
@example(b"a", None)
@example(b"a", 1)
@example(b"\n", 2)
def test_put_then_drop_gives_every_byte_back(content: bytes, line: int | None) -> None:
    written = put(content, line)
    assert block.drop(written, "descent") == content
    found = block.find(written, "descent")
    assert found is not None
    assert (found.body, found.drifted) == (BODY, False)
    assert written.split(b"\n")[found.line - 1] == BEGIN
    assert written.split(b"\n")[found.last - 1].startswith(END)


@given(files(), spot())
def test_the_block_stands_before_the_line_asked_for(content: bytes, line: int | None) -> None:
    found = block.find(put(content, line), "descent")
    lines = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    assert found is not None
    assert found.line == min(line or lines + 1, lines + 1)


@given(files(), st.integers(1, 12), st.integers(1, 12))
def test_two_blocks_in_one_file(content: bytes, first: int, second: int) -> None:
    high, low = sorted((first, second))
    assume(high < low)
    written = put(put(content, low), high)
    assert 1 <= len(block.find_all(written, "descent")) <= 2
    assert block.drop(written, "descent") == content


@given(files(), st.permutations(["descent", "numpy", "torch-cpu"]), st.permutations([0, 1, 2]))
def test_blocks_of_several_profiles_go_in_any_order(
    content: bytes, names: list[str], order: list[int]
) -> None:
    written = content
    for name in names:
        written = put(written, None, name)
    for turn in order:
        written = block.drop(written, names[turn])
    assert written == content


@given(files(), spot(), st.binary(max_size=40))
def test_same_body_same_bytes_other_body_same_place(
    content: bytes, line: int | None, body: bytes
) -> None:
    assume(b" envkit " not in body)
    written = put(content, line)
    here = block.find(written, "descent")
    assert here is not None
    assert block.put(written, "descent", BODY, here.line) == written
    other = block.put(written, "descent", body, here.line)
    assert block.put(other, "descent", BODY, here.line) == written
    assert block.drop(other, "descent") == content


@given(files(), spot(), files(), files())
def test_what_the_user_writes_around_the_block_survives(
    content: bytes, line: int | None, above: bytes, below: bytes
) -> None:
    written = put(content, line)
    here = block.find(written, "descent")
    assert here is not None
    old, rest = written[: here.start], written[here.end :]
    edited = above + b"\n" + old + written[here.start : here.end] + below + rest
    ours = bool(here.joined) and not below + rest
    assert (
        block.drop(edited, "descent") == above + b"\n" + (old[:-1] if ours else old) + below + rest
    )


@pytest.mark.parametrize(
    ("edit", "left"),
    [
        pytest.param(lambda text: text, b"alias a=1", id="untouched"),
        pytest.param(lambda text: text + b"user=2\n", b"alias a=1\nuser=2\n", id="appended"),
        pytest.param(
            lambda text: text + b"user=2", b"alias a=1\nuser=2", id="appended, no newline"
        ),
        pytest.param(lambda text: b"top\n" + text, b"top\nalias a=1", id="a line at the top"),
        pytest.param(
            lambda text: text.replace(BEGIN, b"user=2\n" + BEGIN),
            b"alias a=1\nuser=2\n",
            id="just above",
        ),
        pytest.param(
            lambda text: text.replace(b"alias a=1", b"alias a=2"),
            b"alias a=2",
            id="old last line edited",
        ),
        pytest.param(
            lambda text: text.replace(b"alias a=1\n", b""), b"", id="old last line deleted"
        ),
        pytest.param(lambda text: text[:-1], b"alias a=1", id="the editor took the last newline"),
        pytest.param(lambda text: text + b"\n", b"alias a=1\n\n", id="an empty line below"),
    ],
)
def test_a_newline_of_ours_is_taken_back_only_where_nobody_needs_it(edit, left) -> None:  # type: ignore[no-untyped-def]
    """The regression of mamba's glued line: `alias a=1user=2` (installers.md, 1)."""
    assert block.drop(edit(put(b"alias a=1")), "descent") == left


@given(files(), spot(), st.randoms(use_true_random=False))
def test_line_edits_anywhere_outside_survive(
    content: bytes, line: int | None, chance: random.Random
) -> None:
    content = content if content.endswith(b"\n") or not content else content + b"\n"
    written = put(content, line)
    here = block.find(written, "descent")
    assert here is not None
    # Not bytes.splitlines, for which a \r ends a line, too.
    above = re.findall(rb"[^\n]*\n", written[: here.start])
    below = re.findall(rb"[^\n]*\n", written[here.end :])
    for part in (above, below):
        for number in range(chance.randrange(3)):
            part.insert(chance.randrange(len(part) + 1), b"user %d\n" % number)
        if part and chance.random() < 0.3:
            del part[chance.randrange(len(part))]
    edited = b"".join(above) + written[here.start : here.end] + b"".join(below)
    assert block.drop(edited, "descent") == b"".join(above + below)


GOOD = put(b"one\ntwo\n", 2)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(BEGIN + b"\nexport MINE=1\n", ["line 1", "no end"], id="begin without end"),
        pytest.param(b"x\n" + END + b"\n", ["line 2", "begins nowhere"], id="end without begin"),
        pytest.param(
            BEGIN + b"\nexport MINE=1\n" + GOOD, ["line 1", "line 4"], id="half, then whole (conda)"
        ),
        pytest.param(GOOD.replace(BODY, GOOD), ["line 2", "line 4"], id="nested"),
        pytest.param(
            GOOD.replace(b"<<< envkit descent", b"<<< envkit numpy"),
            ["line 2", "line 4"],
            id="names differ",
        ),
        pytest.param(GOOD * 5, ["5 times", "2, 7, 12, 17, 22"], id="five copies"),
        pytest.param(GOOD.replace(BEGIN, b"  " + BEGIN), ["line 2"], id="indented begin"),
        pytest.param(GOOD.replace(END, b"\t" + END), ["line 4"], id="indented end"),
        pytest.param(GOOD.replace(BEGIN, b"#" + BEGIN), ["line 2"], id="commented begin"),
        pytest.param(GOOD.replace(BEGIN, BEGIN + b" mine"), ["line 2"], id="words after the begin"),
        pytest.param(
            GOOD.replace(b"two", b"# " + GOOD.replace(b"\n", b"\n# ")),
            ["line 6"],
            id="a commented copy",
        ),
        pytest.param(GOOD.replace(b"\ntwo", b"xyz\ntwo"), ["line 4"], id="glued to the end marker"),
    ],
)
def test_broken_markers_are_refused_with_their_lines(content: bytes, says: list[str]) -> None:
    for act in (
        lambda: block.find(content, "descent"),
        lambda: block.put(content, "descent", BODY, None),
        lambda: block.drop(content, "descent"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        for words in says:
            assert words in refused.value.message
        assert refused.value.hint


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda text: text.replace(b"if [", b"echo hello; if ["), id="body edited"),
        pytest.param(lambda text: text.replace(BODY, BODY + b"# mine\n"), id="line added"),
        pytest.param(lambda text: text.replace(BODY, b""), id="body deleted"),
    ],
)
def test_a_body_edited_by_hand_is_told(edit) -> None:  # type: ignore[no-untyped-def]
    changed = edit(GOOD)
    found = block.find(changed, "descent")
    assert found is not None
    assert found.drifted
    assert block.drop(changed, "descent") == edit(b"one\ntwo\n")


@pytest.mark.parametrize("name", ["", "a b", "-x", "a/b", "a\nb", ".x", "é"])
def test_names_that_would_break_a_marker(name: str) -> None:
    with pytest.raises(Refused):
        block.put(b"", name, BODY, None)


def test_a_body_cannot_hold_a_marker() -> None:
    with pytest.raises(Refused):
        block.put(b"", "descent", BODY + BEGIN + b"\n", None)


@pytest.mark.parametrize("text", [b"x \\\n", b"x \\", b"a\nx \\\\\\\n"])
def test_a_continued_line_would_swallow_the_marker(text: bytes) -> None:
    with pytest.raises(Refused, match="backslash"):
        block.put(text, "descent", BODY, None)


@pytest.mark.parametrize("text", [b"x \\\\\n", b"# x \\\n", b"x \\\n\n", b"x \\\r\n", b"x \\\ny\n"])
def test_a_backslash_that_continues_nothing(text: bytes) -> None:
    assert block.drop(put(text), "descent") == text


def test_inside_another_block() -> None:
    with pytest.raises(Refused, match="inside"):
        block.put(GOOD, "numpy", BODY, 3)


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_the_marker_lines_are_comments(shell: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_bytes(block.put(b"a=1", "descent", b"b=2\n", None) + b"echo $a $b\n")
    done = subprocess.run([shell, "-eu", script], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"1 2\n", b"")


@pytest.mark.parametrize(
    "original", [b"one\ntwo\n", b"one\ntwo", b"", b"a\r\nb\r\n", b"a\r\nb", b"x\r"]
)
@pytest.mark.parametrize(
    "convert",
    [
        pytest.param(lambda text: re.sub(rb"(?<!\r)\n", b"\r\n", text), id="unix2dos"),
        pytest.param(lambda text: text.replace(b"\n", b"\r\n"), id="every newline"),
    ],
)
def test_a_file_turned_into_crlf_is_no_edit_by_hand(original: bytes, convert) -> None:  # type: ignore[no-untyped-def]
    changed = convert(put(original))
    found = block.find(changed, "descent")
    assert found is not None
    assert not found.drifted
    assert block.drop(changed, "descent") == convert(original)
    renewed = block.put(changed, "descent", BODY, found.line)
    assert block.find(renewed, "descent").body == BODY  # type: ignore[union-attr]


@pytest.mark.parametrize("original", [b"one\n", b"one", b""])
def test_a_byte_order_mark_put_before_a_block(original: bytes) -> None:
    written = b"\xef\xbb\xbf" + put(original, 1)
    found = block.find(written, "descent")
    assert found is not None
    assert not found.drifted
    assert block.drop(written, "descent") == b"\xef\xbb\xbf" + original


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_block_that_was_turned_into_wide_text(encoding: str) -> None:
    with pytest.raises(Refused, match="UTF-16") as refused:
        block.find_all(GOOD.decode().encode(encoding))
    assert "iconv" in refused.value.hint


@pytest.mark.parametrize(
    ("original", "edit", "left"),
    [
        pytest.param(
            b"x\ny", lambda text: text.replace(b"y\n", b""), b"x\n", id="last line deleted"
        ),
        pytest.param(b"x\ny", lambda text: text.replace(b"y\n", b"z\n"), b"x\nz", id="edited"),
        pytest.param(
            b"x\ny", lambda text: text[4:] + text[:4], b"x\ny", id="the block moved to the top"
        ),
        pytest.param(b"x\ny", lambda text: text[4:] + text, b"x\ny", id="the block copied"),
        pytest.param(b"x\ny", lambda text: text + b"y\n", b"x\ny\ny\n", id="the same line below"),
    ],
)
def test_whose_the_newline_above_a_block_is(original: bytes, edit, left: bytes) -> None:  # type: ignore[no-untyped-def]
    assert block.drop(edit(put(original)), "descent", original) == left


def test_a_changed_marker_is_shown() -> None:
    with pytest.raises(Refused) as refused:
        block.find_all(GOOD.replace(b"# <<< envkit descent", b"  # <<< envkit descent"))
    shown = refused.value.message.split("\n")[1:]
    end = GOOD.split(b"\n")[3].decode()
    assert shown == [f"-{end}", f"+  {end}"]


def _count(act: Callable[[], object]) -> int:
    """How many calls are made, C's among them."""
    calls = 0

    def called(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(called)
    try:
        act()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"alias a='some words to fill a line with'\n", id="lines"),
        pytest.param(b"# envkit would be nice\n", id="lines that name envkit"),
        pytest.param(b">>> envkit a b ", id="one line, almost a marker"),
        pytest.param(b">>> envkit a" + b"a" * 100, id="one line, no end"),
    ],
)
def test_a_file_ten_times_as_large_takes_ten_times_the_work(line: bytes) -> None:
    """What is quadratic would never end at five megabytes (1e13 steps)."""

    def work(size: int) -> Callable[[], object]:
        content = line * (size // len(line))
        return lambda: block.drop(put(content))

    small, large = _count(work(500_000)), _count(work(5_000_000))
    assert large <= 10 * small + 100


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_a_crlf_file_reads_our_lines_right(shell: str, tmp_path: Path) -> None:
    """The text's own \\r stay the user's matter; the block has none."""
    script = tmp_path / "script"
    script.write_bytes(block.put(b"a=1\r\n", "descent", b"b=2\n", None) + b'printf "%s" "$a,$b"\n')
    done = subprocess.run([shell, "-eu", script], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"1\r,2", b"")
