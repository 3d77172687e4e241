"""What every command prints through: JSON, aligned columns, colours, a question.

Answers go to stdout, messages to stderr. Colour repeats what a word already says, and is left
out where stdout is no terminal, with NO_COLOR (no-color.org) or --no-color.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import typer

from envkit.data import as_data as as_data
from envkit.errors import Refused, UsageError

_STYLES: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "info": {"fg": "cyan"},
    "good": {"fg": "green"},
    "dim": {"dim": True},
    "strong": {"bold": True},
}
_plain = False


def open_closed_streams() -> None:
    """Give a descriptor to each standard stream that was closed (`envkit order >&-`).

    Else the next file that is opened would be taken for it. Writing to it fails, as it should.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            closed = os.open(os.devnull, os.O_RDONLY)
            setattr(sys, name, os.fdopen(closed, mode, encoding="utf-8", errors="replace"))


def give_up_streams() -> None:
    """Let go what a stream that cannot be written still holds, so that Python can end quietly."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def no_color(asked: bool) -> None:
    """The callback of --no-color."""
    global _plain
    _plain = _plain or asked


def style(text: str, kind: str) -> str:
    """`text` in the colour of `kind` (error, warning, info, good, dim, strong)."""
    if _plain or os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return typer.style(text, **_STYLES[kind])


def say(text: str = "") -> None:
    """Print an answer on stdout; exit 3 where it cannot be written, 141 on a closed pipe."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        print(text.encode(encoding, "replace").decode(encoding), flush=True)
    except BrokenPipeError:
        raise typer.Exit(141) from None
    except OSError as error:
        raise Refused(f"stdout cannot be written: {error.strerror}") from error


def warn(text: str) -> None:
    """Print a message on stderr; where that is gone, too, there is nobody to tell."""
    encoding = sys.stderr.encoding or "utf-8"
    with suppress(OSError):
        print(text.encode(encoding, "replace").decode(encoding), file=sys.stderr, flush=True)


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Say what is going on while it goes on, on a terminal only; the line is wiped afterwards.

    One line and no spinner: a spinner is a thread, and children are forked from this process.
    """
    if not sys.stderr.isatty():
        yield
        return
    line = f"{text} …"
    print(line, end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r" + " " * len(line) + "\r", end="", file=sys.stderr, flush=True)


def say_json(data: Mapping[str, Any]) -> None:
    """One JSON object with `"version": 1`, ASCII only, so that no locale can break it."""
    import json

    say(json.dumps({"version": 1, **{key: as_data(value) for key, value in data.items()}}))


def columns(
    rows: Iterable[Sequence[str]], indent: str = "  ", gap: int = 3, width: int = 80
) -> str:
    """Rows as aligned columns; the last column is wrapped below itself to stay within `width`."""
    table = [tuple(row) for row in rows]
    if not table:
        return ""
    count = max(map(len, table))
    sizes = [
        max((cells(row[i]) for row in table if i < len(row) - 1), default=0) for i in range(count)
    ]
    lines: list[str] = []
    for row in table:
        head = indent + "".join(
            fill(cell, size + gap if size else 0)
            for cell, size in zip(row[:-1], sizes, strict=False)
        )
        room = max(width - cells(head), 16)
        parts = _wrapped(row[-1], room)
        lines.append((head + parts[0]).rstrip())
        lines += [" " * cells(head) + part for part in parts[1:]]
    return "\n".join(lines)


def _wrapped(text: str, room: int) -> list[str]:
    if len(text) <= room and text.isprintable() and text == text.strip():
        return [text]  # as most are: textwrap's patterns are dear, and so is their use
    import textwrap

    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: an ideograph two, an accent of its own none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(one) else 1 + (east_asian_width(one) in "WF") for one in text)


def fill(text: str, size: int) -> str:
    """A text with blanks behind it, so that it takes `size` columns."""
    return text + " " * (size - cells(text))


def mark(word: str) -> str:
    """A mark for a table: `word` is its ASCII form, used where the locale is not UTF-8."""
    signs = {"ok": "✓", "x": "✗"}
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return signs.get(word, word) if encoding == "utf8" else word


def confirm(question: str) -> bool:
    """Ask on the terminal; UsageError where there is none (then --yes is needed)."""
    if not sys.stdin.isatty():
        raise UsageError("nobody can be asked: stdin is no terminal", "say it with --yes")
    try:
        return typer.confirm(question, default=False, err=True)
    except typer.Abort:  # typer would make 1 of it, which means: no
        raise KeyboardInterrupt from None
