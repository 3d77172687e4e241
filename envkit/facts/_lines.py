"""Which line of a startup file was running: when something was printed, or when time was up.

The trace's driver reads the start's files, with xtrace and the watched stream in one file: what
stands behind a record was written while that command ran. It is only asked when a start has
printed or hung, so its price does not matter.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from envkit import child, start
from envkit.host import Host
from envkit.model import Location, Start
from envkit.tracing import record as records
from envkit.tracing.driver import SEPARATOR
from envkit.tracing.places import Places
from envkit.tracing.run import Run

# the start, the stream (stdout, stderr; "": none), and what it wrote untouched
Case = tuple[Start, str, bytes]
Told = tuple[Location, str]
_ALONE = {
    "stdout": "exec 1>>{} 2>/dev/null",
    "stderr": "exec 2>>{} 1>/dev/null",
    "": ":",
}


def watched(host: Host, cases: Sequence[Case], limit: float) -> tuple[tuple[Told, ...], ...]:
    """For each case: the lines that wrote, and what; without a stream, the last line that ran."""
    with child.private_folder(start.owner(host)) as folder:
        runs = [
            Run(host, one, "PATH", folder, str(index), limit)
            for index, (one, _, _) in enumerate(cases)
        ]
        outcomes = child.run_all(
            [_command(run, stream) for run, (_, stream, _) in zip(runs, cases, strict=True)]
        )
        return tuple(
            _writers(host, run, written) if stream else _last(run, outcome)
            for run, outcome, (_, stream, written) in zip(runs, outcomes, cases, strict=True)
        )


def _command(run: Run, stream: str) -> child.Command:
    """The traced start, with the watched stream in the record itself."""
    command, token = run.traced(armed=True), run.driver.token
    alone = _ALONE[stream].format(shlex.quote(str(run.driver.record)))
    argv = tuple(f"{alone}\n{word}" if token in word else word for word in command.argv)
    return replace(command, argv=argv)


def _writers(host: Host, run: Run, written: bytes) -> tuple[Told, ...]:
    """Walk along what the untouched start wrote: each piece belongs to the record before it."""
    content, token = run.driver.record.read_bytes(), run.driver.token
    found = records.parse(_without_subshells(content, token), token)
    places = Places(found, host.locate, host.show)
    whole, at = os.fsdecode(written), 0
    told: dict[Location, str] = {}
    for index, record in enumerate(found):
        piece = _output(record.text, whole[at:])
        at += len(piece)
        where = places.place(index)[0] if piece.strip() else None
        if where is not None:
            told.setdefault(where, piece)
    return tuple(told.items())


def _output(text: str, rest: str) -> str:
    """The longest end of a record's text that goes on with `rest`; line 1 is the command."""
    for match in re.finditer("\n", text):
        tail = text[match.end() :]
        if tail and rest.startswith(tail):
            return tail + "\n" if rest.startswith(tail + "\n") else tail
    return ""


def _without_subshells(content: bytes, token: str) -> bytes:
    """The record, with what subshells wrote left to the command that started them."""
    mark = re.escape(os.fsencode(f"\x02{token}{SEPARATOR}"))
    end = re.escape(os.fsencode(f"{SEPARATOR}{token}\x03"))
    inner = re.compile(
        rb"\+*" + mark + rb"[1-9]\d*" + re.escape(SEPARATOR.encode()) + rb".*?" + end
    )
    return inner.sub(b"\n", content)


def _last(run: Run, outcome: child.Outcome) -> tuple[Told, ...]:
    """The last command that began; one in a subshell is its own line's."""
    run.read(outcome)
    mark = f"\x02{run.driver.token}{SEPARATOR}"
    last = os.fsdecode(run.driver.record.read_bytes()).rpartition(mark)[2].split(SEPARATOR, 6)
    if len(last) == 7 and last[0] != "0" and last[2].startswith("/") and last[3].isdigit():
        return ((Location(Path(last[2]), int(last[3])), ""),)
    where, _ = run.fold.last()
    return ((where, ""),) if where else ()
