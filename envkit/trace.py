"""Which line of which startup file gave a variable its value: by starting the shell for real.

Each trace starts the shell twice: untouched, for the value; and under xtrace, with a driver that
sources the same files, for the lines (bash manual, BASH_XTRACEFD and PS4). sh and dash are traced
under `bash --posix`, since dash cannot say in which line it is. docs/tracing.md has the limits.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import child, start
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import PathEntry, Trace
from envkit.tracing import align
from envkit.tracing.align import Origin
from envkit.tracing.run import Run

_LISTS = ("XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "TEXINPUTS", "BIBINPUTS")
_TRACED = ("bash", "sh", "dash")


def trace(
    host: Host, starts: Sequence[Start], variable: str, limit: float = 10.0
) -> tuple[Trace, ...]:
    """Trace `variable` in each of the starts.

    UsageError for what is no name of a variable, and for shells that cannot be traced yet; Refused
    on another machine's file system, and for a bash older than 4.1.
    """
    if not (variable.isascii() and variable.isidentifier()):
        raise UsageError(f"{variable!r} is no name of a variable", "for example: envkit trace PATH")
    for one in starts:
        if one.shell.name not in _TRACED:
            known = ", ".join(_TRACED)
            raise UsageError(f"{one.shell.name} cannot be traced yet", f"what can be: {known}")
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


def is_list(variable: str) -> bool:
    """Whether the variable holds folders, separated by colons."""
    return variable in _LISTS or (variable.endswith("PATH") and variable.isupper())


def _trace(run: Run) -> Trace:
    state = run.fold.state
    value = run.value if run.reached else state.value
    origins = state.origins
    if value != state.value:
        origins = align.replaced(state.value, origins, value)
    entries: tuple[PathEntry, ...] = ()
    if value is not None and is_list(run.variable):
        entries = tuple(_entries(run.host, value, origins))
    return Trace(
        run.start.context,
        run.start.shell.name,
        run.variable,
        value,
        run.order.files,
        tuple(run.fold.assignments),
        entries,
        tuple(_notes(run)),
    )


def _entries(host: Host, value: str, origins: tuple[Origin, ...]) -> Iterator[PathEntry]:
    seen: dict[object, int] = {}
    for number, (directory, origin) in enumerate(
        zip(align.entries(value), origins, strict=True), start=1
    ):
        # An empty entry, and any that does not begin with a slash, is below the current folder.
        status = _folder(host.locate(host.home / directory))
        same: object = (status.st_dev, status.st_ino) if status else directory
        yield PathEntry(
            directory,
            origin.where,
            origin.via,
            origin.moved_by,
            status is not None,
            seen.get(same),
            status is not None and _open_to_others(host, status),
        )
        seen.setdefault(same, number)


def _folder(path: Path) -> os.stat_result | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status if stat.S_ISDIR(status.st_mode) else None


def _open_to_others(host: Host, status: os.stat_result) -> bool:
    """Whether somebody else than this account and root may put programs there."""
    return bool(status.st_mode & stat.S_IWOTH) or status.st_uid not in (0, host.uid)


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
