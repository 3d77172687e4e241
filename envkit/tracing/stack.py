"""A command of a traced shell, with all that is around it: what zsh and an old bash say of one."""

from __future__ import annotations

from typing import NamedTuple


class Frame(NamedTuple):
    """What a command runs in: a file, shfunc, eval or cmdarg (-c); `call`: where it was called.

    `name` is the file's path, the function's name or "(eval)"; `defined` is where the function was,
    as `file:line`. `counted`: an eval whose lines zsh counts from the eval's own (EVAL_LINENO).
    """

    kind: str
    name: str
    call: str
    defined: str
    counted: bool = True


class Record(NamedTuple):
    """A list just before it ran: where, within what, the variable's value then (None: unset).

    `hooks` are the functions that a prompt would run now.
    """

    frames: tuple[Frame, ...]
    where: str
    value: str | None
    text: str
    hooks: tuple[str, ...]


COMMAND = (Frame("cmdarg", "", "", ""),)  # around the -c itself, when all files have been read


class Openers:
    """For each record, and each frame around it, the record of the command that opened it."""

    def __init__(self) -> None:
        self._found: list[tuple[int, ...]] = []
        self._last: list[tuple[int, str]] = []  # depth -> the last record with so many frames
        self._latest: dict[tuple[tuple[Frame, ...], str], int] = {}

    def add(self, record: Record, known: int | None) -> None:
        """One more record; `known` is the index of one that ran at the same place before."""
        index, depth, frames = len(self._found), len(record.frames), record.frames
        del self._last[depth + 1 :]
        while len(self._last) <= depth:
            self._last.append((-1, ""))
        if known is None:
            self._found.append(tuple(self._open(frames, level) for level in range(depth)))
        else:
            self._found.append(self._found[known])
        self._last[depth] = index, record.where
        self._latest[frames, record.where] = index

    def of(self, index: int, level: int) -> int:
        """The record of the command that opened the frame `level` around record `index`, or -1."""
        openers = self._found[index]
        return openers[level] if level < len(openers) else -1

    def _open(self, frames: tuple[Frame, ...], level: int) -> int:
        """Where the shell says that frame `level` was opened.

        The last one with so many frames may be another, where the opener itself was told before.
        """
        last, call = self._last[level], frames[level].call
        if last[0] >= 0 and last[1] == call:
            return last[0]
        return self._latest.get((frames[:level], call), last[0])
