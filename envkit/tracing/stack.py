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
