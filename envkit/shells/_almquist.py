"""dash and busybox ash, two descendants of the Almquist shell: their common rules.

An error in a startup file ends them unless they are interactive (POSIX.1-2017 2.8.1); then they go
on with the next startup file. ENV is expanded as within double quotes: no tilde.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Change, Order, Start, Stdin
from envkit.reading import words
from envkit.reading.walk import Walk
from envkit.shells import _posix, _rows
from envkit.shells._posix import Call

_FLAGS = {"e": "errexit", "f": "noglob", "i": "interactive", "n": "noexec", "u": "nounset"}
_FLAGS |= {"s": "stdin"}


class Kind(NamedTuple):
    """One of the two: the letters and names of its options, and what it sets itself.

    `sloppy`: `+c`, `+i`, `+l` and `+s` are as good as `-c`, and of `--WORD` only `--login` counts.
    """

    name: str
    letters: str
    names: frozenset[str]
    builds: tuple[str, ...]
    program: str
    known: Mapping[str, str | None]
    sloppy: bool = False


def parse(kind: Kind, argv: tuple[str, ...], stdin: Stdin) -> Call:
    """The command line (dash(1); busybox, ash.c, options())."""
    call = Call(argv[0] if argv else kind.name)
    rest = list(argv[1:])
    while rest and rest[0][:1] in ("-", "+") and (rest[0] != "+" or kind.sloppy):
        bundle = rest.pop(0)
        if bundle in ("-", "--"):
            break
        on = bundle[0] == "-"
        for at, letter in enumerate(bundle[1:], start=1):
            if kind.sloppy and on and letter == "-":
                call.login = call.login or bundle[at + 1 :] == "login"
                break
            _option(kind, call, letter, on, rest)
    call.operands(rest, stdin)
    return call


def _option(kind: Kind, call: Call, letter: str, on: bool, rest: list[str]) -> None:
    on = on or letter == "l" or (kind.sloppy and letter in "csi")
    name = _FLAGS.get(letter, letter)
    if letter == "c" and on:
        call.wants_command = True
    elif letter == "l" and on:
        call.login = True
    elif letter == "o":
        name = rest.pop(0) if rest else ""
        if name and name not in kind.names:
            call.stops = f"{kind.name} has no option -o {name}"
    elif letter not in kind.letters:
        call.stops = f"{kind.name} has no option {'-' if on else '+'}{letter}"
    call.set(name, on)


def startup_files(kind: Kind, host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    if start.build not in kind.builds:
        builds = ", ".join(filter(None, kind.builds))
        raise UsageError(f"unknown build of {kind.name}: {start.build}", f"known: {builds}")
    how = start.invocation
    call = parse(kind, _posix.words(kind.name, how), how.stdin)
    fatal = "next" if call.interactive else "fatal"
    env = start.environment
    known = dict(kind.known)
    if kind.name == "dash":
        known["PS1"] = env.get("PS1", "# " if host.uid == 0 else "$ ")
    state = _posix.state(host, start, call, kind.name, kind.program, known)
    walk = Walk(state, error=fatal, fault=fatal, unbound=fatal)
    walk.record.skim = start.skim
    name = start.shell.name
    if call.script and host.kind(state.path(call.script)) != "file":
        call.stops = f"{name} cannot open {call.script}, and ends before it reads any other file"
    if not call.stops:
        if call.login:
            users = kind.name != "ash" or "HOME" in walk.state.variables or bool(walk.ended)
            _posix.login_files(walk, start, name, users)
        if call.interactive:
            _env_file(kind, walk, name)
    return _posix.answer(walk, start, call, _env_row(walk, call))


def _env_row(walk: Walk, call: Call) -> dict[Path, tuple[str, Change]]:
    is_set, value = walk.state.get("ENV")
    if call.interactive or not is_set or not value:
        return {}
    try:
        file = words.quoted(value, walk.state)
    except words.Unbound:
        return {}
    reason = "only an interactive shell reads the file that $ENV names"
    return {walk.state.path(file): (reason, Change("interactive"))} if file else {}


def _env_file(kind: Kind, walk: Walk, name: str) -> None:
    is_set, value = walk.state.get("ENV")
    if not is_set or value == "" or walk.ended is not None:
        return
    if value and ("$(" in value.replace("$((", "") or "`" in value):
        # The command is parsed with what the file before it left over, and fails.
        after_a_file = any(row.status == "read" for row in walk.record.files)
        terminal = kind.name == "dash" or walk.state.terminal
        if after_a_file or not terminal:
            text = f"{kind.name} fails at a command in $ENV"
            text += " once it has read a profile" if terminal else " where it has no terminal"
            walk.record.add(Path(value), "skipped", f"{text}; name the file plainly", name)
            return
    try:
        file = words.quoted(value, walk.state) if value is not None else None
    except words.Unbound:
        return
    if file is None:
        _posix.unknown_env(walk, name, value)
    elif file:
        reason = f"{name}, interactive: $ENV names it"
        _rows.open_next(walk, walk.state.path(file), name, reason)
