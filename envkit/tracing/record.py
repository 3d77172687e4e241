"""The record that a traced bash left: one entry for each command, in order, and who opened it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from envkit.tracing.driver import SEPARATOR


class Record(NamedTuple):
    """A command just before it ran; `value` is the variable's then, None: unset.

    `level` counts evals and sourced files around it, `depth` functions and sourced files. `opener`
    is the index of the command in whose eval, file, function or trap it ran; -1: the driver.
    """

    level: int
    depth: int
    source: str
    line: int
    function: str
    value: str | None
    text: str
    opener: int


def parse(content: bytes, token: str) -> tuple[Record, ...]:
    """The records of the shell itself in `content`: none of its subshells, none of the driver's."""
    records: list[Record] = []
    frames: list[int] = []
    folders: dict[str, str] = {}
    hidden = 0
    for level, fields, text in _pieces(content, token):
        subshell, depth, source, line, function, folder, value = fields
        if subshell != "0" or not depth.isdigit() or not line.isdigit():
            continue
        if text.startswith(f"case {token}"):
            hidden = level  # what puts the trace back is none of the files' business
            continue
        if hidden and level >= hidden and not text.startswith(f": {token}"):
            continue
        hidden = 0
        if text == "set -x":
            continue  # changes nothing but the trace, and may be the driver's own
        while frames and (
            records[frames[-1]].depth > int(depth) or records[frames[-1]].level > level
        ):
            frames.pop()
        if frames and (records[frames[-1]].depth, records[frames[-1]].level) == (int(depth), level):
            frames.pop()
        opener = frames[-1] if frames else -1
        if source not in folders:
            folders[source] = _absolute(source, folder)
        frames.append(len(records))
        state = value[1:] if value else None
        records.append(
            Record(level, int(depth), folders[source], int(line), function, state, text, opener)
        )
    return tuple(_without_last_return(records, f": {token}-"))


def _without_last_return(records: list[Record], mark: str) -> list[Record]:
    """Leave out a RETURN trap that ran for the driver's own `.`: in a real start it does not."""
    marks = [i for i, each in enumerate(records) if each.text.startswith(mark)]
    read = next((i for i in reversed(marks) if records[i].text[len(mark) :].isdigit()), -1)
    last = read
    while last > 0 and records[last - 1].depth == 0:
        last -= 1
    end = next((i for i in range(last, read) if records[i].level > 1), None)
    # Openers are indices: where a prompt's hooks follow, nothing can be left out.
    if end is None or any(each.level > 1 for each in records[read:]):
        return records
    value = records[end].value
    rest = (each for each in records[end:] if each.level == 1)
    return [*records[:end], *(each._replace(value=value) for each in rest)]


def _pieces(content: bytes, token: str) -> Iterator[tuple[int, list[str], str]]:
    start, end = f"\x02{token}{SEPARATOR}", f"{SEPARATOR}{token}\x03"
    before, *pieces = os.fsdecode(content).split(start)
    for index, piece in enumerate(pieces):
        head, found, text = piece.partition(end)
        level = len(before) - len(before.rstrip("+"))
        before = piece
        if not found:
            continue
        if index + 1 < len(pieces):
            text = text.rstrip("+")
        fields = head.split(SEPARATOR, 6)
        # A value may hold anything, also the separator: it is the last field.
        if len(fields) == 7:
            yield level, fields, text.removesuffix("\n").removeprefix(" ")


def _absolute(source: str, folder: str) -> str:
    """A sourced file's path as bash names it, made absolute; "" for the driver itself."""
    if not source:
        return ""
    whole = Path(folder, source)
    plain = Path(os.path.normpath(whole))
    if ".." not in whole.parts or (plain.exists() and whole.exists() and plain.samefile(whole)):
        return str(plain)
    return str(whole)
