"""The tracer of bash, and of sh and dash under `bash --posix`, since dash cannot say its lines.

Each start runs twice: untouched, for the value; and under xtrace, with a driver that sources the
same files, for the lines (bash manual, BASH_XTRACEFD and PS4).
"""

from __future__ import annotations

from collections.abc import Sequence

from envkit import child, start
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace, Wanted
from envkit.tracing import twice
from envkit.tracing.run import Run


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float, wanted: Wanted
) -> tuple[Trace, ...]:
    """Trace `variable` in each start; before 4.1 by a DEBUG trap (`old_bash`)."""
    with child.private_folder(start.owner(host)) as folder:
        runs = [
            Run(host, one, variable, folder, str(i), limit, wanted) for i, one in enumerate(starts)
        ]
        # HISTFILESIZE cuts the file that they name at once, in a -c, too.
        names = [path for run in runs for path in start.histories(host, run.order.events)]
        with start.files_kept(host, names):
            twice.run_all(runs, wanted.once, [run for run in runs if not run.is_bash])
        return tuple(_told(run, variable, wanted) for run in runs)


def _told(run: Run, variable: str, wanted: Wanted) -> Trace:
    found = twice.told(run, run.rows(), variable, wanted, run.history)
    if not wanted.clock or run.history is None:
        return found
    note, lost = "", run.history.lost
    if not run.history.timed:
        note = "this bash tells no time (EPOCHREALTIME came with 5.0): its lines have none"
    elif lost is not None:
        at = f"{run.host.show(lost.path)}:{lost.line}"
        note = f"EPOCHREALTIME is gone after {at}: no time is known of the lines that follow"
    return found._replace(notes=(*found.notes, note)) if note else found
