"""The record that a traced zsh left, read a piece at a time: the commands, each with its frames.

A command that was told before is told by its number: what is kept of a start is what its files
hold, however often they loop.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from envkit.tracing.chunks import pieces, seconds
from envkit.tracing.stack import Frame, Record
from envkit.tracing.zsh_probe import FIELD, ITEM


class Told(NamedTuple):
    """A piece of the record: a command that is about to run; `number` is its own, 0: it has none.

    `again`: it was told before. `clock` is the time in seconds; since the piece before there were
    `more` commands of zsh's own functions.
    """

    number: int
    record: Record
    again: bool = False
    clock: float | None = None
    more: int = 0


def parse(file: Path, token: str) -> Iterator[Told]:
    """The commands of the shell itself, none of its subshells', in the order in which they ran."""
    return _Reader().read(pieces(file, f"\x1e{token}".encode()))


class _Reader:
    """Makes commands out of the trap's words."""

    def __init__(self) -> None:
        self._known: dict[int, Record] = {}
        self._frames: dict[tuple[str, ...], tuple[tuple[Frame, ...], str]] = {}
        self._folders: dict[str, str] = {}
        self._depth = 0
        self._kept = ""  # what PS4 kept: a command that the trap did not see
        self._last = Record((), "", None, "", ())

    def read(self, every: Iterator[str]) -> Iterator[Told]:
        for piece in every:
            kind, fields = piece[:1], piece[1:].split(FIELD, 10)
            if kind == "F":
                self._kept = piece.partition(FIELD)[2]
            elif kind in "PR" and fields[0].isdigit() and int(fields[0]) in self._known:
                yield self._again(int(fields[0]), [*fields, "", ""])
            elif kind == "D" and len(fields) == 11 and fields[0].isdigit():
                yield from self._new(fields)

    def _again(self, number: int, fields: list[str]) -> Told:
        record = self._known[number]
        self._depth = len(record.frames) + 1
        if record.value != self._last.value or record.hooks != self._last.hooks:
            record = record._replace(value=self._last.value, hooks=self._last.hooks)
            self._known[number] = record
        self._last = record
        return Told(number, record, True, seconds(fields[1]), _count(fields[2]))

    def _new(self, fields: list[str]) -> Iterator[Told]:
        number, clock, more = int(fields[0]), seconds(fields[1]), _count(fields[2])
        record, last = self._record(fields), self._last
        place, _, value = self._kept.partition(FIELD)
        if self._kept and place != last.where:
            place = _absolute(place, fields[7], self._folders)
            yield Told(0, Record(_within(record.frames, place), place, _value(value), "", ()))
        if not record.text:  # DEBUG_BEFORE_CMD was off: it has run
            record = record._replace(value=last.value)
        self._kept, self._last = "", record
        self._known[number] = record
        yield Told(number, record, False, clock, more)

    def _record(self, fields: list[str]) -> Record:
        key = tuple(fields[3:8])
        context, stack, calls, defined = (part.split(ITEM) for part in key[:4])
        if len(context) > self._depth and context[-2:-1] == ["file"] and len(defined) > 1:
            # It is entered just now: what a relative name means, the present folder says.
            name = defined[1].rpartition(":")[0]
            whole = os.path.normpath(Path(key[4], name))
            if not name.startswith("/") and self._folders.get(name) != whole:
                self._folders[name] = whole
                self._frames.clear()
        self._depth = len(context)
        if key not in self._frames:
            calls, defined = (
                [_absolute(name, key[4], self._folders) for name in part]
                for part in (calls, defined)
            )
            self._frames[key] = _frames(context, stack, calls, defined)
        frames, where = self._frames[key]
        value, hooks = _value(fields[8]), tuple(filter(None, fields[9].split(ITEM)))
        if value == self._last.value:
            value = self._last.value  # one text for all records that have it
        return Record(frames, where, value, fields[10].strip(), hooks)


def _value(text: str) -> str | None:
    return text[1:] if text else None


def _count(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _absolute(place: str, folder: str, folders: dict[str, str]) -> str:
    """A `file:line` whose path is relative, as `source` was given it, made absolute."""
    path, _, line = place.rpartition(":")
    if not path or path.startswith("/") or path.removeprefix("-") == "zsh":
        return place
    if path not in folders:
        folders[path] = os.path.normpath(Path(folder, path))
    return f"{folders[path]}:{line}"


def _frames(
    context: list[str], stack: list[str], calls: list[str], defined: list[str]
) -> tuple[tuple[Frame, ...], str]:
    """The frames, outermost first, and the place; the trap's own frame is the first of each."""
    where = calls[0]
    rest = list(zip(stack[1:], calls[1:], defined[1:], strict=False))[::-1]
    frames: list[Frame] = []
    for kind in context[:-1]:
        kind = "file" if kind == "filecode" else kind  # out of a .zwc
        named = kind in ("file", "shfunc") or (kind == "eval" and rest and rest[0][0] == "(eval)")
        if named and rest:
            name, call, made = rest.pop(0)
            # A file's name may be relative; the place where it was defined is not.
            name = made.rpartition(":")[0] if kind == "file" else name
            frames.append(Frame(kind, name, call, made))
        elif kind == "eval":
            frames.append(Frame(kind, "(eval)", "", "", False))
        elif kind == "cmdarg":
            frames.append(Frame(kind, "", "", ""))
    return tuple(frames), where


def _within(frames: tuple[Frame, ...], place: str) -> tuple[Frame, ...]:
    """The frames of the command before, as far as they can be known: those of its file."""
    path = place.rpartition(":")[0]
    last = max((i for i, frame in enumerate(frames) if frame.name == path), default=-1)
    return frames[: last + 1] if last >= 0 else (Frame("file", path, "zsh:0", f"{path}:0"),)
