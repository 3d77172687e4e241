"""What the blocks of a record left of a real session; and that session, started once more.

The lines are told by an ordinary trace that begins with the very environment that the session was
given. Where it comes to the value that the session had, they are the session's own.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from envkit import contexts, order, receipts, shells, trace
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Platform, Shell, Start, Stdin
from envkit.provenance import Trace
from envkit.recording import TITLE, folder

_OURS = ("ENVKIT_PID", "ENVKIT_AT")


class Moment(NamedTuple):
    """A startup file began, was left early, or came to its end: and the variables then.

    `at`: top, left (just before the statement that may leave it) or end.
    """

    path: Path
    at: str
    variables: dict[str, str]


class Log(NamedTuple):
    """A session: what started it, and how; `start` is the environment that it was given."""

    kind: str
    starter: str
    program: Path
    argv: tuple[str, ...]
    stdin: Stdin
    machine: str
    when: str
    start: dict[str, str]
    moments: tuple[Moment, ...]

    @property
    def last(self) -> dict[str, str] | None:
        """The variables when the files had been read; None: nobody saw the last one end.

        A file that reads others comes to its end after them.
        """
        known = self.moments and self.moments[-1].at != "top"
        return self.moments[-1].variables if known else None

    @property
    def open_ended(self) -> tuple[Path, ...]:
        """The files that began, and came to no block after that."""
        ended = {one.path for one in self.moments if one.at != "top"}
        return tuple(one.path for one in self.moments if one.path not in ended)


def read(host: Host) -> Log | None:
    """The log, None where nothing was logged yet."""
    top = host.locate(folder(host) / "log")
    found = sorted(top.iterdir()) if top.is_dir() else []
    found = [one for one in found if (one / "facts").is_file()]
    if not found:
        return None
    place = found[0]
    facts = dict(
        line.partition("=")[::2] for line in os.fsdecode(_bytes(place / "facts")).splitlines()
    )
    argv = tuple(os.fsdecode(_bytes(place / "argv")).split("\0")[:-1])
    moments = _moments(host, place)
    start = _variables(place / "start") or (moments[0].variables if moments else {})
    return Log(
        facts.get("kind", ""),
        facts.get("starter", ""),
        Path(facts.get("program", "")),
        argv,
        _stdin(facts.get("stdin", "")),
        facts.get("machine", ""),
        facts.get("when", ""),
        start,
        moments,
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _variables(path: Path) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in os.fsdecode(_bytes(path)).split("\0"))
    return {name: value for name, equals, value in pairs if equals and name not in _OURS}


def _stdin(link: str) -> Stdin:
    if link.startswith(("/dev/pts/", "/dev/tty")):
        return "pty"
    if link.startswith(("pipe:", "socket:")):
        return "pipe" if link.startswith("pipe:") else "socket"
    return "null"


def _moments(host: Host, place: Path) -> tuple[Moment, ...]:
    """In their order; of a file that was read twice the first beginning, and the last end.

    A file that came to its end was not left before.
    """
    names = _names(host)
    events = os.fsdecode(_bytes(place / "events")).split()
    found = []
    for position, event in enumerate(events):
        number, _, at = event.partition("-")
        later = events[position + 1 :]
        again = event in events[:position] if at == "top" else event in later
        again = again or (at == "left" and f"{number}-end" in later)
        if number in names and not again:
            found.append(Moment(names[number], at, _variables(place / event)))
    return tuple(found)


def _names(host: Host) -> dict[str, Path]:
    """Which file the number in a block means: the last record's receipt has the blocks."""
    for each in reversed(receipts.every(host)):
        if each.plan.title == TITLE:
            return {
                number.decode(): edit.path
                for edit in each.plan.edits
                if (number := (edit.after or b"").partition(b"ENVKIT_AT=")[2].partition(b"-")[0])
                and number.isdigit()
            }
    return {}


def again(host: Host, log: Log, platform: Platform, variable: str, limit: float) -> Trace:
    """The session's shell, started as it was and with what it was given, and traced.

    UsageError where envkit cannot trace that shell.
    """
    return trace.trace(host, (start(host, log, platform),), variable, limit)[0]


def start(host: Host, log: Log, platform: Platform) -> Start:
    """The start of the session, with the environment that it really had."""
    given = {name: value for name, value in log.start.items() if name != "_"}
    if log.kind == "desktop":
        one = order.start_for(host, contexts.get("desktop"), None, platform)
        return one._replace(environment=given, given=())
    shell = _shell(host, log)
    argv = log.argv or (shell.name,)
    made = order.literal(host, shell.name, argv, log.stdin, given, platform=platform)
    how = made.invocation._replace(argv=())
    return made._replace(context=log.kind, invocation=how)


def _shell(host: Host, log: Log) -> Shell:
    name = log.program.name or Path(log.argv[0].removeprefix("-") if log.argv else "").name
    try:
        return shells.named(host, name)
    except UsageError:
        return shells.of(host)


def agrees(log: Log, found: Trace) -> bool | None:
    """Whether the trace came to the session's own value; None where the session's is not known."""
    return None if log.last is None else log.last.get(found.variable) == found.value


def is_here(log: Log) -> bool:
    """Whether the session was on this machine: a home may be shared by many."""
    return log.machine in ("", os.uname().nodename)


def delete(host: Host) -> bool:
    """Delete the log, and the folder if nothing else is in it; whether there was one."""
    top = host.locate(folder(host))
    there = (top / "log").is_dir()
    shutil.rmtree(top / "log", ignore_errors=True)
    if top.is_dir() and not any(top.iterdir()):
        top.rmdir()
    return there
