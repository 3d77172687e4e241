"""The tracer of bash, and of sh and dash under `bash --posix`, since dash cannot say its lines.

Each start runs twice: untouched, for the value; and under xtrace, with a driver that sources the
same files, for the lines (bash manual, BASH_XTRACEFD and PS4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import child, start
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace
from envkit.tracing import align, answer
from envkit.tracing.run import Run


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float
) -> tuple[Trace, ...]:
    """Trace `variable` in each start; Refused for a bash older than 4.1."""
    with child.private_folder(start.owner(host)) as folder:
        runs = [Run(host, one, variable, folder, str(i), limit) for i, one in enumerate(starts)]
        outcomes = child.run_all(
            [run.untouched() for run in runs] + [r.traced(False) for r in runs]
        )
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
        return tuple(map(_trace, runs))


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
        tuple(_notes(run)),
    )


def _notes(run: Run) -> Iterator[str]:
    shell = run.start.shell.name
    last, text = run.fold.last()
    at = f"{run.host.show(last.path)}:{last.line} ({text})" if last else "the first line"
    traced = run.traced_outcome
    if traced.timed_out:
        yield f"after {traced.seconds:.3g} s {shell} was still at {at}; nothing after it was seen"
    elif not run.reached:
        yield f"{shell} left its startup files at {at}; what stands after it is not run"
    elif run.fold.state.value != run.value:
        yield (
            f"traced, {shell} came to another value than untouched; the last line seen is {at}, "
            "and lines are told as far as the two are alike"
        )
    elif not run.complete:
        yield f"the trace ends at {at}; what later lines did is put down to it"
    if run.untouched_outcome.timed_out and not traced.timed_out:
        yield f"untouched, {shell} did not end within its limit; the value is the traced one's"
    # Names only: an argument may be a secret.
    lines = (*run.untouched_outcome.leftovers, *traced.leftovers)
    left = dict.fromkeys(Path(line.split()[0]).name for line in lines)
    if left:
        yield f"left running by the startup files, and ended: {', '.join(left)}"
