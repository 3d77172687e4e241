"""A start that runs twice, untouched for the value and traced for the lines: what is alike in all.

Where files hide from the tracer, the traced start runs once more, armed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from envkit import child, start
from envkit.host import Host
from envkit.model import Location, Start, StartupFile
from envkit.provenance import PLAIN, Assignment, Trace, Wanted
from envkit.tracing import align, answer
from envkit.tracing.align import State

if TYPE_CHECKING:
    from envkit.steps import Line, Step

_MOST = 1 << 20  # of an answer


#: The untouched start, where it was not needed: `Wanted.once`.
NOT_RUN = child.Outcome(0, b"", b"", False, 0.0)


class Went(Protocol):
    """What a traced start went through: `history.History`."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The stretches of its files."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that ran."""

    def settle(self, untouched: float | None, traced: float | None) -> None:
        """Take the tracer's own cost out of all seconds."""


class Folded(Protocol):
    """What the records of a traced start come to."""

    @property
    def assignments(self) -> list[Assignment]:
        """All of the variable's."""

    @property
    def state(self) -> State:
        """The variable at the end."""

    def last(self) -> tuple[Location | None, str]:
        """The last line that was seen, and its text."""


class Run(Protocol):
    """One start, twice. `read(outcome, armed)` says whether it should be tried again, armed."""

    host: Host
    start: Start
    variable: str
    untouched_outcome: child.Outcome
    traced_outcome: child.Outcome
    complete: bool

    @property
    def fold(self) -> Folded:
        """What was read."""

    @property
    def value_file(self) -> Path:
        """Where the untouched start leaves the value; a file beside it marks its end."""

    def untouched(self) -> child.Command:
        """The start as it is."""

    def traced(self, armed: bool) -> child.Command:
        """The same start, saying its lines."""

    def read(self, outcome: child.Outcome, armed: bool) -> bool:
        """Take in what a traced start left."""


def run_all(runs: Sequence[Run], once: bool = False, both: Sequence[Run] = ()) -> None:
    """Both starts of each, and where files hide a third, armed.

    `once`: the traced start alone, and the others only of those that it does not tell all of; not
    of those in `both`, which another shell traces.
    """
    before = list(both if once else runs)
    outcomes = child.run_all([run.untouched() for run in before] + [r.traced(False) for r in runs])
    for run, untouched in zip(before, outcomes, strict=False):
        run.untouched_outcome = untouched
    again = [
        run
        for run, traced in zip(runs, outcomes[len(before) :], strict=True)
        if run.read(traced, False)
    ]
    after = [run for run in runs if run not in before and (run in again or not run.complete)]
    outcomes = child.run_all([run.untouched() for run in after] + [r.traced(True) for r in again])
    for run, untouched in zip(after, outcomes, strict=False):
        run.untouched_outcome = untouched
    for run, armed in zip(again, outcomes[len(after) :], strict=True):
        run.read(armed, True)


def new_record(host: Host, path: Path) -> None:
    """An empty file that the account alone may write to, for what a traced start says."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    owner = start.owner(host)
    if owner != -1:
        os.chown(path, owner, -1)


def reached(file: Path) -> bool:
    """Whether the start that writes its value to `file` came to the end of its startup files."""
    return file.with_name(f"{file.name}.end").exists()


def value(file: Path) -> str | None:
    """What the start wrote: `+` and the value, or nothing; None: unset, or it did not get there."""
    text = os.fsdecode(file.read_bytes()) if reached(file) else ""
    return text[1:] if text else None


def agrees(file: Path, seen: str | None) -> bool:
    """Whether the traced start came to the value of the untouched one, as far as that is known."""
    return not reached(file) or seen == value(file)


def answer_file(file: Path, traced: bool = False) -> Path:
    """Where the start that leaves its value in `file` leaves what `Wanted.question` prints."""
    return file.with_name(f"{file.name}.{'traced' if traced else 'untouched'}-answer")


def told(
    run: Run,
    files: tuple[StartupFile, ...],
    name: str,
    wanted: Wanted = PLAIN,
    went: Went | None = None,
) -> Trace:
    """The answer; `name` is the list whose folders are to be told, if the variable is one.

    `went` is what the traced start went through, where that is wanted.
    """
    seen, origins, _ = run.fold.state
    seconds, overhead = (
        times(run.untouched_outcome, run.traced_outcome) if wanted.clock else (None, None)
    )
    if went and wanted.clock:
        went.settle(seconds, run.traced_outcome.seconds)
    real = value(run.value_file) if reached(run.value_file) else seen
    if real != seen:
        origins = align.replaced(seen, origins, real)
    return Trace(
        run.start.context,
        run.start.shell.name,
        run.variable,
        real,
        files,
        tuple(run.fold.assignments),
        answer.entries(run.host, run.start, name, real, origins),
        _notes(run, seen),
        *((went.steps, went.lines) if went else ((), ())),
        seconds,
        overhead,
        answered(run.value_file) if wanted.question else "",
    )


def times(untouched: child.Outcome, traced: child.Outcome) -> tuple[float | None, float | None]:
    """How long the untouched start took, and what the traced one took more."""
    if untouched is NOT_RUN:
        return None, None
    return untouched.seconds, max(traced.seconds - untouched.seconds, 0.0)


def answered(file: Path) -> str:
    """What the question printed: in the untouched start, or else in the traced one."""
    for traced in (False, True):
        place = answer_file(file, traced)
        if place.exists():
            with place.open("rb") as content:
                return os.fsdecode(content.read(_MOST))
    return ""


def _notes(run: Run, seen: str | None) -> tuple[str, ...]:
    outcomes = (run.untouched_outcome, run.traced_outcome)
    quiet = not any(one.timed_out or one.leftovers for one in outcomes)
    spared = run.untouched_outcome is NOT_RUN
    if quiet and run.complete and (spared or reached(run.value_file)):
        return ()  # nothing to say: what says it need not be loaded
    from envkit.tracing import notes

    last, text = run.fold.last()
    found = notes.Seen(
        run.start.shell.name,
        *outcomes,
        spared or reached(run.value_file),
        spared or seen == value(run.value_file),
        run.complete,
        last,
        run.host.show(last.path) if last else "",
        text,
    )
    return tuple(notes.notes(found))
