"""Which line of a startup file was running: when something was printed, or when time was up.

The trace's driver reads the start's files, with xtrace and the watched stream in one file: what
stands behind a record was written while that command ran. It is only asked when a start has
printed or hung, so its price does not matter. Of bash and sh alone: bash would read another shell's
files its own way, and complain of what is right there.
"""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from envkit import child, start
from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Location, Start
from envkit.tracing import record as records
from envkit.tracing.driver import SEPARATOR
from envkit.tracing.places import Places
from envkit.tracing.run import Run

# the start, the stream (stdout, stderr; "": none), and what it wrote untouched
Case = tuple[Start, str, bytes]
Told = tuple[Location, str]
_NUMBER = re.compile(r"\d+")
_ALONE = {
    "stdout": "exec 1>>{} 2>/dev/null",
    "stderr": "exec 2>>{} 1>/dev/null",
    "": ":",
}


def watched(host: Host, cases: Sequence[Case], limit: float) -> tuple[tuple[Told, ...], ...]:
    """For each case: the lines that wrote, and what; without a stream, the last line that ran.

    Nothing for a shell that bash cannot stand for.
    """
    told = iter(_told(host, [case for case in cases if _is_bash(case)], limit))
    return tuple(next(told) if _is_bash(case) else () for case in cases)


def _is_bash(case: Case) -> bool:
    return case[0].shell.tracer == "bash"


def _told(host: Host, cases: Sequence[Case], limit: float) -> tuple[tuple[Told, ...], ...]:
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
    return command._replace(argv=argv)


def _writers(host: Host, run: Run, written: bytes) -> tuple[Told, ...]:
    """The lines that wrote what the untouched start wrote, each with its piece."""
    content, token = run.driver.record.read_bytes(), run.driver.token
    found = records.parse(io.BytesIO(_subshells_too(content, token)), token).records
    texts = [record.text for record in found]
    pieces = _pieces(texts, os.fsdecode(written)) or _loose_pieces(texts)
    commands = list(found)
    for index, piece in pieces:
        text = texts[index].removesuffix(piece).removesuffix("\n")
        commands[index] = found[index]._replace(text=text)
    places = Places(commands, host.locate, host.show)
    told: dict[Location, str] = {}
    for index, piece in pieces:
        where = places.place(index)[0]
        if where is not None:
            told.setdefault(where, piece)
    return tuple(told.items())


def _pieces(texts: Sequence[str], written: str) -> list[tuple[int, str]]:
    """Walk along what was written: each piece stands behind the command that wrote it.

    A command's own text may run over several lines, so the output is the end of the record that
    goes on where the last one stopped. Numbers (dates, process ids) may differ between two starts.
    """
    rest, found = _NUMBER.sub("0", written), []
    for index, text in enumerate(texts):
        for match in re.finditer("\n", text):
            piece = _NUMBER.sub("0", text[match.end() :])
            if piece and rest.startswith(piece):
                rest = rest[len(piece) :].removeprefix("\n")
                found.append((index, text[match.end() :]))
                break
    return [] if rest.strip() else [(index, piece) for index, piece in found if piece.strip()]


def _loose_pieces(texts: Sequence[str]) -> list[tuple[int, str]]:
    """The same where the two starts wrote different things: whatever stands behind a command."""
    found = []
    for index, text in enumerate(texts):
        command, _, piece = text.partition("\n")
        if piece.strip() and command.count("'") % 2 == 0:
            found.append((index, piece))
    return found


def _subshells_too(content: bytes, token: str) -> bytes:
    """The record, with commands of subshells as if they were the shell's: they write as well."""
    separator = SEPARATOR.encode()
    inner = re.compile(re.escape(b"\x02" + token.encode() + separator) + rb"[1-9]\d*" + separator)
    return inner.sub(b"\x02" + token.encode() + separator + b"0" + separator, content)


def _last(run: Run, outcome: child.Outcome) -> tuple[Told, ...]:
    """The last command that began; one in a subshell is its own line's."""
    try:
        run.read(outcome, False)
    except Refused:  # a bash that is too old to be traced: its line stays unknown
        return ()
    mark = f"\x02{run.driver.token}{SEPARATOR}"
    last = os.fsdecode(run.driver.record.read_bytes()).rpartition(mark)[2].split(SEPARATOR, 6)
    if len(last) == 7 and last[0] != "0" and last[2].startswith("/") and last[3].isdigit():
        return ((Location(Path(last[2]), int(last[3])), ""),)
    where, _ = run.fold.last()
    return ((where, ""),) if where else ()
