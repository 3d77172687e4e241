"""A record file in pieces: it may be of any size, and is never in memory as a whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 1 << 20


def pieces(file: Path, mark: bytes) -> Iterator[str]:
    """What stands after each `mark` in a file, in order."""
    rest, begun = b"", False
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            *whole, rest = (rest + chunk).split(mark)
            for piece in whole:
                if begun:
                    yield os.fsdecode(piece)
                begun = True
    if begun:
        yield os.fsdecode(rest)


def seconds(text: str) -> float | None:
    """A time that a shell wrote; None where it is none."""
    try:
        return float(text)
    except ValueError:
        return None
