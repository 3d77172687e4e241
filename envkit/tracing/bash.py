"""The tracer of bash, and of sh and dash under `bash --posix`, since dash cannot say its lines.

Each start runs twice: untouched, for the value; and under xtrace, with a driver that sources the
same files, for the lines (bash manual, BASH_XTRACEFD and PS4).
"""

from __future__ import annotations

from collections.abc import Sequence

from envkit import child, start
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace
from envkit.tracing import align, answer
from envkit.tracing.run import Run


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float
) -> tuple[Trace, ...]:
    """Trace `variable` in each start; before 4.1 by a DEBUG trap (`old_bash`)."""
    with child.private_folder(start.owner(host)) as folder:
        runs = [Run(host, one, variable, folder, str(i), limit) for i, one in enumerate(starts)]
        # HISTFILESIZE cuts the file that they name at once, in a -c, too.
        names = [path for run in runs for path in start.histories(host, run.order.events)]
        with start.files_kept(host, names):
            _run_all(runs)
        return tuple(map(_trace, runs))


def _run_all(runs: Sequence[Run]) -> None:
    """Both starts of each, and where files switch the trace off a third, armed."""
    outcomes = child.run_all([run.untouched() for run in runs] + [r.traced(False) for r in runs])
    again = []
    for run, untouched, traced in zip(
        runs, outcomes[: len(runs)], outcomes[len(runs) :], strict=True
    ):
        run.untouched_outcome = untouched
        if run.read(traced):
            again.append(run)
    armed = child.run_all([run.traced(True) for run in again])
    for run, traced in zip(again, armed, strict=True):
        run.read(traced)


def _trace(run: Run) -> Trace:
    state = run.fold.state
    value = run.value if run.reached else state.value
    origins = state.origins
    if value != state.value:
        origins = align.replaced(state.value, origins, value)
    return Trace(
        run.start.context,
        run.start.shell.name,
        run.variable,
        value,
        run.order.files,
        tuple(run.fold.assignments),
        answer.entries(run.host, run.start, run.variable, value, origins),
        _notes(run),
    )


def _notes(run: Run) -> tuple[str, ...]:
    outcomes = (run.untouched_outcome, run.traced_outcome)
    quiet = not any(one.timed_out or one.leftovers for one in outcomes)
    if quiet and run.complete and run.reached:
        return ()  # nothing to say: what says it need not be loaded
    from envkit.tracing import notes

    last, text = run.fold.last()
    seen = notes.Seen(
        run.start.shell.name,
        run.untouched_outcome,
        run.traced_outcome,
        run.reached,
        run.fold.state.value == run.value,
        run.complete,
        last,
        run.host.show(last.path) if last else "",
        text,
    )
    return tuple(notes.notes(seen))
