"""Which line of a startup file was running: when something was printed, or when time was up.

A bash reads the start's files from a driver, with xtrace and the watched stream in one file: what
stands behind a record was written while that command ran (Bash manual, 4.3.1 and `BASH_XTRACEFD`).
It is only asked when a start has printed or hung, so its price does not matter.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from envkit import child, start
from envkit.host import Host
from envkit.model import Location, Order, Start

# The first character of PS4 is repeated for each level of eval, source and `$(…)`.
_RECORD = re.compile(rb"(\x1e+)([^\x1f\n]*)\x1f(\d+)\x1f([^\n]*)\n?")
_PS4 = "$'\\x1e''${BASH_SOURCE-}'$'\\x1f''${LINENO-0}'$'\\x1f'"

Told = tuple[Location, bytes]


def watched(
    host: Host, cases: Sequence[tuple[Start, Order, str]], limit: float
) -> tuple[tuple[Told, ...], ...]:
    """For each (start, order, stream): the lines that wrote to that stream, and what.

    `stream` is stdout or stderr; with "" nothing is watched, and the last line run is the answer.
    """
    with child.private_folder(start.owner(host)) as folder:
        files = [folder / f"lines-{index}" for index in range(len(cases))]
        commands = []
        for (one, order, stream), file in zip(cases, files, strict=True):
            flags = ("-i",) if one.invocation.interactive else ()
            argv = ("bash", "--norc", "--noprofile", *flags, "-c", _driver(order, stream, file))
            commands.append(start.prepare(host, one, "", limit, argv))
        child.run_all(commands)
        records = [file.read_bytes() if file.exists() else b"" for file in files]
    return tuple(
        _writers(host, record) if case[2] else _last(host, record)
        for case, record in zip(cases, records, strict=True)
    )


def _driver(order: Order, stream: str, file: Path) -> str:
    """The text for -c: open the record, switch xtrace on, read the files as the shell would."""
    name = shlex.quote(str(file))
    watch = {"stdout": "exec 1>&250 2>/dev/null", "stderr": "exec 2>&250 1>/dev/null"}
    lines = [f"exec 250>>{name}", watch.get(stream, ":"), f"PS4={_PS4}", "BASH_XTRACEFD=250"]
    lines.append("set -x")
    for read in order.files:
        if read.status == "read" and not read.logout and read.sourced_at is None:
            lines.append(f". {shlex.quote(str(read.path))}")
    return "\n".join(lines)


def _records(record: bytes) -> list[tuple[int, str, int, bytes]]:
    """(level, file, line, what was written while it ran) of each command, in order."""
    marks = list(_RECORD.finditer(record))
    ends = [mark.start() for mark in marks[1:]] + [len(record)]
    return [
        (len(mark[1]), mark[2].decode("utf-8", "replace"), int(mark[3]), record[mark.end() : end])
        for mark, end in zip(marks, ends, strict=True)
    ]


def _writers(host: Host, record: bytes) -> tuple[Told, ...]:
    found: dict[Location, bytes] = {}
    for where, written in _blamed(host, record):
        if written.strip():
            found.setdefault(where, written)
    return tuple(found.items())


def _last(host: Host, record: bytes) -> tuple[Told, ...]:
    return tuple(_blamed(host, record)[-1:])


def _blamed(host: Host, record: bytes) -> list[Told]:
    """Each command with the line that answers for it: an eval's commands are the eval's line's."""
    told: list[Told] = []
    level_of: dict[str, int] = {}
    line_of: dict[str, int] = {}
    for level, source, line, written in _records(record):
        if not source.startswith("/"):
            if told:  # a command of the driver, or a relative name: the last line stays in charge
                told.append((told[-1][0], written))
            continue
        if level <= level_of.get(source, level):
            level_of[source], line_of[source] = level, line
        told.append((Location(Path(source), line_of[source]), written))
    return told
