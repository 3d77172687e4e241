"""A traced bash's commands, one by one out of its record file, which is read a piece at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from envkit.tracing.driver import SEPARATOR

_CHUNK = 1 << 20


class Command:
    """A record while it is read; `seen` is free for who listens, `clock` the time in seconds.

    `subshell`: how many subshells are around it; such a one is only listened to.
    """

    __slots__ = (
        "clock",
        "depth",
        "function",
        "kept",
        "level",
        "line",
        "number",
        "opener",
        "raw",
        "seen",
        "source",
        "subshell",
        "value",
    )

    def __init__(self, number: int, level: int, depth: int, line: int, raw: bytes) -> None:
        self.subshell = 0
        self.number, self.level, self.depth, self.line, self.raw = number, level, depth, line, raw
        self.source = self.function = ""
        self.value: str | None = None
        self.clock: float | None = None
        self.opener: Command | None = None
        self.kept = False
        self.seen: object = None

    @property
    def text(self) -> str:
        """The command as xtrace printed it."""
        return os.fsdecode(self.raw)


def seconds(clock: bytes | str) -> float | None:
    """EPOCHREALTIME as a number; its decimal point is the locale's. None: a file unset it."""
    text = os.fsdecode(clock).replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def pieces(read: Callable[[int], bytes], token: str) -> Iterator[tuple[int, list[bytes], bytes]]:
    """Level, fields and text of each record."""
    start, end = f"\x02{token}{SEPARATOR}".encode(), f"{SEPARATOR}{token}\x03".encode()
    separator = SEPARATOR.encode()
    level, rest = -1, b""  # -1: before the first record
    while True:
        chunk = read(_CHUNK)
        *pieces, rest = (rest + chunk).split(start) if chunk else (rest, b"")
        for piece in pieces:
            head, found, text = piece.partition(end)
            following = len(piece) - len(piece.rstrip(b"+"))
            if level >= 0 and found:
                text = text.rstrip(b"+") if chunk else text
                fields = head.split(separator, 7)
                # A value may hold anything, also the separator: it is the last field.
                if len(fields) == 8:
                    yield level, fields, text.removesuffix(b"\n").removeprefix(b" ")
            level = following
        if not chunk:
            return


def absolute(source: str, folder: str) -> str:
    """A sourced file's path as bash names it, made absolute; "" for the driver itself."""
    if not source:
        return ""
    whole = Path(folder, source)
    plain = Path(os.path.normpath(whole))
    if ".." not in whole.parts or (plain.exists() and whole.exists() and plain.samefile(whole)):
        return str(plain)
    return str(whole)
