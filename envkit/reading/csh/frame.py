"""What csh is in the midst of: a file and its next line, the loops under way, the shell's end."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from envkit.reading.csh.text import Line


class Leave(Exception):
    """The shell ends here: by `logout`, or `exec` puts a program in its place."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Loop(NamedTuple):
    """A `foreach` or `while` under way: its line, what is still to come, where it ends if known."""

    line: int
    variable: str
    left: tuple[str | None, ...]
    end: int = -1


class Frame:
    """A file that is read, or the text of an `eval`: `at` is the next line."""

    def __init__(self, path: Path, text: tuple[Line, ...], inner: bool = False) -> None:
        self.path = path
        self.lines = text
        self.inner = inner
        self.at = 0
        self.number = text[0].number if text else 1
        self.pending: Line | None = None  # what stands behind the `else` that was jumped to
        self.loops: list[Loop] = []

    def jump(self, at: int) -> None:
        """Go on at another line; loops that it leaves are over."""
        self.at, self.pending = at, None
