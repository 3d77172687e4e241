"""What users and their editors do to a file that holds managed blocks, with the truth at hand.

A file is cut into rows, each of the user's or of a block's; an edit changes rows, so what is to be
left without the blocks is known by construction. The one thing to be told apart is the newline
that a block needed above it: it is the block's, and goes where no text of the user's follows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

MINE = b"export MINE=1"
_BEGIN = re.compile(rb"# >>> envkit \S+ >>>\n")
_END = re.compile(rb"# <<< envkit \S+ <<< [0-9a-f+]+\n")


class Row(NamedTuple):
    """A line; `block`: the number of the block it is of; `ours`: its newline is the block's."""

    text: bytes
    block: int = 0
    ours: bool = False


Rows = list[Row]
Edit = Callable[[Rows, random.Random], Rows]


def cut(written: bytes, original: bytes) -> Rows:
    """The rows of a file that was `original`; nothing else may have changed."""
    rows: Rows = []
    number = 0
    inside = False
    for text in re.findall(rb"[^\n]*\n|[^\n]+", written):
        if _BEGIN.fullmatch(text):
            number, inside = number + 1, True
        rows.append(Row(text, number if inside else 0))
        inside = inside and not _END.fullmatch(text)
    left = b"".join(row.text for row in rows if not row.block)
    if left != original:
        assert left == original + b"\n" and not original.endswith(b"\n")
        last = max(at for at, row in enumerate(rows) if not row.block)
        rows[last] = rows[last]._replace(ours=True)
    return rows


def text(rows: Rows) -> bytes:
    """The file as it lies there."""
    return b"".join(row.text for row in rows)


def left(rows: Rows) -> bytes:
    """What the user has without the blocks."""
    mine = [row for row in rows if not row.block]
    if mine and mine[-1].ours:
        end = b"\r\n" if mine[-1].text.endswith(b"\r\n") and _is_crlf(rows) else b"\n"
        mine[-1] = Row(mine[-1].text.removesuffix(end))
    return b"".join(row.text for row in mine)


def _is_crlf(rows: Rows) -> bool:
    return any(row.block and row.text.endswith(b"\r\n") for row in rows)


def _gaps(rows: Rows) -> list[int]:
    """Where a line may be put in, outside the blocks: before these rows."""
    gaps = [at for at in range(len(rows)) if not (at and _within(rows, at))]
    return gaps + ([len(rows)] if not rows or rows[-1].text.endswith(b"\n") else [])


def _within(rows: Rows, at: int) -> bool:
    return bool(rows[at].block) and rows[at].block == rows[at - 1].block


def _line(chance: random.Random) -> Row:
    return Row(
        chance.choice(
            (
                b"alias mine=ls\n",
                b"\n",
                b"# \xe9t\xe9\n",
                b"  if x; then :; fi  \n",
                b"export A=1\r\n",
                b"# >>> other tool >>>\n",
                b"x" * 300 + b"\n",
            )
        )
    )


def _of(rows: Rows, chance: random.Random) -> tuple[int, int]:
    """The first row of some block and the one after its last."""
    number = chance.choice(sorted({row.block for row in rows if row.block}))
    places = [at for at, row in enumerate(rows) if row.block == number]
    return places[0], places[-1] + 1


# -- edits that keep the blocks whole: exactly the original plus the edit -------------------------


def at_the_top(rows: Rows, chance: random.Random) -> Rows:
    return [_line(chance) for _ in range(chance.randint(1, 3))] + rows


def at_the_end(rows: Rows, chance: random.Random) -> Rows:
    if rows and not rows[-1].text.endswith(b"\n"):
        rows = [*rows[:-1], rows[-1]._replace(text=rows[-1].text + b"x\n")]
    last = _line(chance)
    return [*rows, last if chance.random() < 0.6 else Row(b"alias end=ls")]


def anywhere(rows: Rows, chance: random.Random) -> Rows:
    at = chance.choice(_gaps(rows))
    return [*rows[:at], _line(chance), *rows[at:]]


def right_above(rows: Rows, chance: random.Random) -> Rows:
    at, _ = _of(rows, chance)
    return [*rows[:at], _line(chance), *rows[at:]]


def right_below(rows: Rows, chance: random.Random) -> Rows:
    _, at = _of(rows, chance)
    return [*rows[:at], _line(chance), *rows[at:]]


def a_line_deleted(rows: Rows, chance: random.Random) -> Rows:
    mine = [at for at, row in enumerate(rows) if not row.block]
    if not mine:
        return rows
    at = chance.choice((mine[-1], chance.choice(mine)))
    return rows[:at] + rows[at + 1 :]


def a_line_edited(rows: Rows, chance: random.Random) -> Rows:
    mine = [at for at, row in enumerate(rows) if not row.block]
    if not mine:
        return rows
    at = chance.choice((mine[-1], chance.choice(mine)))
    end = b"\n" if rows[at].text.endswith(b"\n") else b""
    return [*rows[:at], rows[at]._replace(text=b"alias edited=ls" + end), *rows[at + 1 :]]


def to_crlf(rows: Rows, chance: random.Random) -> Rows:
    del chance
    return [row._replace(text=re.sub(rb"(?<!\r)\n", b"\r\n", row.text)) for row in rows]


def every_newline_to_crlf(rows: Rows, chance: random.Random) -> Rows:
    del chance
    return [row._replace(text=row.text.replace(b"\n", b"\r\n")) for row in rows]


def to_lf(rows: Rows, chance: random.Random) -> Rows:
    del chance
    return [row._replace(text=row.text.replace(b"\r\n", b"\n")) for row in rows]


def a_bom(rows: Rows, chance: random.Random) -> Rows:
    del chance
    return [Row(b"\xef\xbb\xbf"), *rows]


def trailing_blanks_stripped(rows: Rows, chance: random.Random) -> Rows:
    del chance
    return [row._replace(text=re.sub(rb"[ \t]+(?=\r?\n|\Z)", b"", row.text)) for row in rows]


def the_last_newline_gone(rows: Rows, chance: random.Random) -> Rows:
    del chance
    if not rows:
        return rows
    return [*rows[:-1], rows[-1]._replace(text=rows[-1].text.removesuffix(b"\n"))]


def the_block_copied(rows: Rows, chance: random.Random) -> Rows:
    first, end = _of(rows, chance)
    new = 1 + max(row.block for row in rows)
    copy = [row._replace(block=new) for row in rows[first:end]]
    at = chance.choice(_gaps(rows))
    return [*rows[:at], *copy, *rows[at:]]


def the_block_moved(rows: Rows, chance: random.Random) -> Rows:
    first, end = _of(rows, chance)
    moved, rest = rows[first:end], rows[:first] + rows[end:]
    at = chance.choice(_gaps(rest))
    return [*rest[:at], *moved, *rest[at:]]


def another_tool(rows: Rows, chance: random.Random) -> Rows:
    del chance
    end = b"" if not rows or rows[-1].text.endswith(b"\n") else b"\n"
    words = b"# >>> conda initialize >>>\nexport C=1\n# <<< conda initialize <<<\n"
    return [*rows, Row(end + words)]


def emptied(rows: Rows, chance: random.Random) -> Rows:
    del rows, chance
    return []


# -- edits that nobody can tell from ours: a refusal that shows them -------------------------------


def _changed(rows: Rows, at: int, new: bytes) -> Rows:
    return [*rows[:at], rows[at]._replace(text=new), *rows[at + 1 :]]


def glued_below(rows: Rows, chance: random.Random) -> Rows:
    _, end = _of(rows, chance)
    return _changed(rows, end - 1, rows[end - 1].text[:-1] + MINE + b"\n")


def glued_above(rows: Rows, chance: random.Random) -> Rows:
    first, _ = _of(rows, chance)
    return _changed(rows, first, MINE + b" " + rows[first].text)


def a_line_inside(rows: Rows, chance: random.Random) -> Rows:
    first, end = _of(rows, chance)
    at = chance.randint(first + 1, end - 1)
    return [*rows[:at], Row(MINE + b"\n", rows[first].block), *rows[at:]]


def the_body_edited(rows: Rows, chance: random.Random) -> Rows:
    first, end = _of(rows, chance)
    at = chance.randint(first + 1, end - 2)
    return _changed(rows, at, rows[at].text[:-1] + b" " + MINE + b"\n")


def a_row_of_it_deleted(rows: Rows, chance: random.Random) -> Rows:
    first, end = _of(rows, chance)
    at = chance.randrange(first, end)
    return rows[:at] + rows[at + 1 :]


def cut_off_inside(rows: Rows, chance: random.Random) -> Rows:
    first, end = _of(rows, chance)
    at = chance.randrange(first + 1, end)
    return [*rows[:at], Row(rows[at].text[: chance.randrange(9)], rows[at].block)]


def commented_out(rows: Rows, chance: random.Random) -> Rows:
    number, sign = rows[_of(rows, chance)[0]].block, chance.choice((b"#", b"# "))
    return [row._replace(text=sign + row.text) if row.block == number else row for row in rows]


def indented(rows: Rows, chance: random.Random) -> Rows:
    number, blank = rows[_of(rows, chance)[0]].block, chance.choice((b" ", b"\t", b"    "))
    return [row._replace(text=blank + row.text) if row.block == number else row for row in rows]


def no_checksum(rows: Rows, chance: random.Random) -> Rows:
    _, end = _of(rows, chance)
    return _changed(rows, end - 1, rows[end - 1].text.rpartition(b" ")[0] + b"\n")


def sorted_(rows: Rows, chance: random.Random) -> Rows:
    del chance
    return sorted(rows)


def to_utf_16(rows: Rows, chance: random.Random) -> Rows:
    wide = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32"))
    return [Row(text(rows).decode("latin-1").encode(wide), 1)]


def to_cr(rows: Rows, chance: random.Random) -> Rows:
    del chance
    return [Row(text(rows).replace(b"\n", b"\r"), 1)]


KEPT: tuple[Edit, ...] = (
    at_the_top,
    at_the_end,
    anywhere,
    right_above,
    right_below,
    a_line_deleted,
    a_line_edited,
    to_crlf,
    every_newline_to_crlf,
    to_lf,
    a_bom,
    trailing_blanks_stripped,
    the_last_newline_gone,
    the_block_copied,
    the_block_moved,
    another_tool,
    emptied,
)
REFUSED: tuple[Edit, ...] = (
    glued_below,
    glued_above,
    a_line_inside,
    the_body_edited,
    a_row_of_it_deleted,
    cut_off_inside,
    commented_out,
    indented,
    no_checksum,
    sorted_,
    to_utf_16,
    to_cr,
)
#: Of these, two in a row stay as plain to tell apart as one.
PLAIN: tuple[Edit, ...] = (at_the_top, at_the_end, anywhere, right_above, right_below, to_crlf)


def edits(chance: random.Random) -> Iterator[Edit]:
    """One edit, or several that keep the blocks whole."""
    if chance.random() < 0.3:
        yield from chance.sample(PLAIN, 2)
    else:
        yield chance.choice(KEPT + REFUSED)
