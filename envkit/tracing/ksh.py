"""The tracer of the Korn shells, ksh93 and mksh.

Each start runs twice: untouched, for the value; and traced, for the lines: ksh93 by a driver with a
DEBUG trap that sources its files, mksh by its own start under xtrace, with its errors in a file.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from envkit import child, order, shells, start
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace
from envkit.tracing import align, answer, ksh_probe, notes
from envkit.tracing.fold import Fold
from envkit.tracing.ksh_frames import Frames
from envkit.tracing.places import Places


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float
) -> tuple[Trace, ...]:
    """Trace `variable` in each start."""
    with child.private_folder(start.owner(host)) as folder:
        runs = [_Run(host, one, variable, folder, str(i), limit) for i, one in enumerate(starts)]
        outcomes = child.run_all([r.untouched() for r in runs] + [r.traced() for r in runs])
        pairs = zip(runs, outcomes[: len(runs)], outcomes[len(runs) :], strict=True)
        for run, untouched, traced in pairs:
            run.untouched_outcome = untouched
            run.read(traced)
        return tuple(map(_trace, runs))


class _Fold(Fold):
    """The record holds no assignment that is made for one command only: all of them last."""

    def _prefix_end(self, at: int) -> int:
        return at


class _Run:
    """A start of ksh93 or mksh, twice; `folder` holds what the two leave."""

    def __init__(
        self, host: Host, one: Start, variable: str, folder: Path, name: str, limit: float
    ) -> None:
        self.host, self.start, self.variable, self.limit = host, one, variable, limit
        self.order = order.order(host, one)
        self.token = f"ek{os.urandom(8).hex()}"
        self.mksh = one.shell.name == "mksh"
        self._record = folder / f"{name}-record"
        self._value_file = folder / f"{name}-value"
        self.files = [
            row.path for row in self.order.files if row.status == "read" and row.sourced_at is None
        ]
        self.untouched_outcome = self.traced_outcome = child.Outcome(0, b"", b"", False, 0.0)
        self.fold = _Fold(Places((), host.locate, host.show), variable)
        self.complete = False

    def untouched(self) -> child.Command:
        """The start as it is; it leaves the variable's value in a file, and a mark beside it."""
        file = shlex.quote(str(self._value_file))
        text = f'\\command print -rn -- "${{{self.variable}+=}}${{{self.variable}-}}" > {file}'
        return start.prepare(self.host, self.start, f"{text}\n: > {file}.end", self.limit)

    def traced(self) -> child.Command:
        """The same start, saying its lines."""
        self._new_record()
        return self._traced_mksh() if self.mksh else self._traced_ksh()

    def _traced_mksh(self) -> child.Command:
        text = f"\\: {ksh_probe.mark(self.token, -1)}\n:"
        argv0, *rest = self.start.shell.argv(self.start.invocation, text)
        program = shells.program(self.host, self.start.shell) or Path("mksh")
        # xtrace goes where the errors go: into the record, which no redirection of a file's moves.
        run = f'exec -a "$0" {shlex.quote(str(program))} "$@" 2>>{shlex.quote(str(self._record))}'
        argv = ("mksh", "-c", run, argv0, "-x", *rest)
        command = start.prepare(self.host, self.start, "", self.limit, argv)
        more = {"PS4": ksh_probe.ps4(self.token, self.variable)}
        return command._replace(environment={**command.environment, **more})

    def _traced_ksh(self) -> child.Command:
        text = ksh_probe.driver(self.files, self._record, self.token, self.variable, ":")
        argv0 = self.start.shell.argv(self.start.invocation, ":")[0]
        flags = ("-i",) if self.start.invocation.interactive else ()
        argv = (argv0.removeprefix("-"), *flags, "+E", "-c", text, argv0)
        return start.prepare(self.host, self.start, "", self.limit, argv)

    def read(self, outcome: child.Outcome) -> None:
        """Take in what the traced start left."""
        content = self._record.read_bytes()
        self.traced_outcome = outcome
        places = Places((), self.host.locate, self.host.show)
        startup = [str(file) for file in self.files]
        frames = Frames(self.token, self.host.home, places.source, startup)
        entries = (
            ksh_probe.entries_of_mksh(content, self.token, self.variable)
            if self.mksh
            else ksh_probe.entries_of_ksh(content, self.token, self.variable)
        )
        records = frames.take(entries)
        self.fold = _Fold(Places(records, self.host.locate, self.host.show), self.variable)
        alike = not self.reached or self.fold.state.value == self.value
        self.complete = frames.done and alike

    @property
    def reached(self) -> bool:
        """Whether the untouched start came to the end of its startup files."""
        return self._value_file.with_name(f"{self._value_file.name}.end").exists()

    @property
    def value(self) -> str | None:
        """What the untouched start gave the variable; None: it is unset, or was not reached."""
        if not self.reached:
            return None
        text = os.fsdecode(self._value_file.read_bytes())
        return text[1:] if text else None

    def _new_record(self) -> None:
        path = self._record
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        owner = start.owner(self.host)
        if owner != -1:
            os.chown(path, owner, -1)


def _trace(run: _Run) -> Trace:
    state = run.fold.state
    value = run.value if run.reached else state.value
    origins = state.origins
    if value != state.value:
        origins = align.replaced(state.value, origins, value)
    last, text = run.fold.last()
    seen = notes.Seen(
        run.start.shell.name,
        run.untouched_outcome,
        run.traced_outcome,
        run.reached,
        state.value == run.value,
        run.complete,
        last,
        run.host.show(last.path) if last else "",
        text,
    )
    return Trace(
        run.start.context,
        run.start.shell.name,
        run.variable,
        value,
        run.order.files,
        tuple(run.fold.assignments),
        answer.entries(run.host, run.start, run.variable, value, origins),
        tuple(notes.notes(seen)),
    )
