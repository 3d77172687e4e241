"""Every context really started: what it printed, how it ended, what its programs are given."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from envkit import start
from envkit.facts import CannotTell, Missing, Request, _lines
from envkit.facts.startup import Startup
from envkit.finding import Fact
from envkit.model import Location


@dataclass(frozen=True, slots=True)
class Printed:
    """What one line wrote: `stream` is stdout or stderr, `text` its first line."""

    stream: str
    text: str
    where: Location | None


@dataclass(frozen=True, slots=True)
class Started:
    """One real start. `variables` is what a program gets, None where none was reached.

    `asks`: on a terminal it waits for somebody; without one it comes through.
    """

    context: str
    interactive: bool
    stdout: bytes
    stderr: bytes
    status: int
    timed_out: bool
    seconds: float
    variables: Mapping[str, str] | None
    printed: tuple[Printed, ...] = ()
    last_line: Location | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Starts:
    """One row per context, in the order of the request.

    `unreached`: where no program was started, so that facts about programs have a gap there.
    """

    rows: tuple[Started, ...]
    unreached: tuple[Missing, ...]

    def row(self, context: str) -> Started | None:
        """The row of a context; None where it was not started."""
        return next((row for row in self.rows if row.context == context), None)

    def variables(self, context: str) -> Mapping[str, str] | None:
        """The environment of a program in that context; None where it is not known."""
        row = self.row(context)
        return row.variables if row else None


def gather(request: Request, startup: Startup) -> Starts:
    """Start all contexts at once; look for lines only where one printed or hung."""
    if request.static:
        raise CannotTell("needs to start a shell")
    starts = startup.starts
    found = start.environments(request.host, starts, request.limit)
    rows = []
    for one, environment in zip(starts, found, strict=True):
        outcome = environment.outcome
        rows.append(
            Started(
                one.context,
                one.invocation.interactive,
                outcome.stdout,
                outcome.stderr,
                outcome.status,
                outcome.timed_out,
                outcome.seconds,
                environment.variables,
            )
        )
    placed = _place_output(request, startup, _place_hangs(request, startup, rows))
    unreached = tuple(Missing(row.context, _why(row)) for row in placed if row.variables is None)
    return Starts(tuple(placed), unreached)


def _why(row: Started) -> str:
    if row.timed_out:
        return f"did not come to its first command within {row.seconds:.0f} s"
    return f"ended before its first command, with status {row.status}"


def _place_hangs(request: Request, startup: Startup, rows: Sequence[Started]) -> list[Started]:
    """Name the last line of each start that hung, and whether it only waits for an answer."""
    hung = [index for index, row in enumerate(rows) if row.timed_out]
    if not hung:
        return list(rows)
    starts, limit = startup.starts, request.limit / 2
    cases = [(starts[index], "", b"") for index in hung]
    last = _lines.watched(request.host, cases, limit)
    on_terminal = [index for index in hung if starts[index].invocation.stdin == "pty"]
    alone = [
        starts[index]._replace(invocation=starts[index].invocation._replace(stdin="null"))
        for index in on_terminal
    ]
    through = start.environments(request.host, alone, limit)
    ended = zip(on_terminal, through, strict=True)
    asks = {index for index, one in ended if not one.outcome.timed_out}
    placed = list(rows)
    for index, told in zip(hung, last, strict=True):
        where = told[-1][0] if told else None
        placed[index] = replace(rows[index], last_line=where, asks=index in asks)
    return placed


def _place_output(request: Request, startup: Startup, rows: Sequence[Started]) -> list[Started]:
    """Name the lines that wrote, in the starts that nobody looks at."""
    noisy = [
        (index, stream)
        for index, row in enumerate(rows)
        for stream in ("stdout", "stderr")
        if not row.interactive and getattr(row, stream).strip()
    ]
    if not noisy:
        return list(rows)
    cases = [
        (startup.starts[index], stream, getattr(rows[index], stream)) for index, stream in noisy
    ]
    placed = list(rows)
    found = _lines.watched(request.host, cases, request.limit / 2)
    for (index, stream), told in zip(noisy, found, strict=True):
        printed = tuple(Printed(stream, _quote(text), where) for where, text in told)
        if not printed:
            written: bytes = getattr(rows[index], stream)
            printed = (Printed(stream, _quote(os.fsdecode(written)), None),)
        placed[index] = replace(placed[index], printed=(*placed[index].printed, *printed))
    return placed


def _quote(text: str) -> str:
    first = text.strip().splitlines()[0]
    return "".join(letter for letter in first if letter.isprintable())


FACT = Fact(Starts, gather)
