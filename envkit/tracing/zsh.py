"""The tracer of zsh: the shell reads its own files, and a DEBUG trap says where it is.

Each start runs twice: untouched, for the value; and with the trap, for the lines. In interactive
contexts both run the hooks of a first prompt (precmd, precmd_functions) before the value is taken.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from envkit import child, order, start
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace
from envkit.tracing import align, answer, notes, zsh_probe
from envkit.tracing.stack import COMMAND
from envkit.tracing.stack_fold import Fold
from envkit.tracing.stack_places import Places


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float
) -> tuple[Trace, ...]:
    """Trace `variable` in each start; a second time, armed, where files switch the trap off."""
    with child.private_folder(start.owner(host)) as folder:
        runs = [_Run(host, one, variable, folder, str(i), limit) for i, one in enumerate(starts)]
        outcomes = child.run_all([r.untouched() for r in runs] + [r.traced(False) for r in runs])
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


class _Run:
    """A start of zsh, twice; `folder` holds what the two leave."""

    def __init__(
        self, host: Host, one: Start, variable: str, folder: Path, name: str, limit: float
    ) -> None:
        self.host, self.start, self.variable, self.limit = host, one, variable, limit
        self._record = folder / f"{name}-record"
        self._values = (folder / f"{name}-value", folder / f"{name}-traced")
        self.token = f"ek{os.urandom(8).hex()}"
        self.untouched_outcome = self.traced_outcome = child.Outcome(0, b"", b"", False, 0.0)
        self.fold = Fold(Places((), host.locate, host.show), variable)
        self.complete = False

    def untouched(self) -> child.Command:
        """The start as it is; it leaves the variable's value in a file, and a mark beside it."""
        return start.prepare(self.host, self.start, self._command(0), self.limit)

    def traced(self, armed: bool) -> child.Command:
        """The same start with the trap; armed, it puts back what the files switch off."""
        self._new_record()
        argv0, *rest = self.start.shell.argv(self.start.invocation, self._command(1))
        argv = (argv0, "-x", "-o", "promptsubst", *rest)
        command = start.prepare(self.host, self.start, "", self.limit, argv)
        more = zsh_probe.environment(self._record, self.token, self.variable, armed)
        return command._replace(environment={**command.environment, **more})

    def read(self, outcome: child.Outcome) -> bool:
        """Take in what a traced start left; whether it should be tried again, armed.

        Of two tries the later one is kept, unless only the earlier one is whole.
        """
        content = self._record.read_bytes()
        records = tuple(zsh_probe.parse(content, self.token))
        fold = Fold(Places(records, self.host.locate, self.host.show), self.variable)
        ended = bool(records) and records[-1].frames[:1] == COMMAND
        whole = ended and (not self.reached or fold.state.value == self.value)
        if whole or not self.complete:
            self.fold, self.traced_outcome = fold, outcome
            self.complete = whole
        return not whole and not outcome.timed_out

    @property
    def reached(self) -> bool:
        """Whether the untouched start came to the end of its startup files."""
        return self._values[0].with_name(f"{self._values[0].name}.end").exists()

    @property
    def value(self) -> str | None:
        """What the untouched start gave the variable; None: it is unset, or was not reached."""
        if not self.reached:
            return None
        text = os.fsdecode(self._values[0].read_bytes())
        return text[1:] if text else None

    def _command(self, which: int) -> str:
        file, interactive = self._values[which], self.start.invocation.interactive
        return zsh_probe.command(self.variable, file, interactive)

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
        order.order(run.host, run.start).files,
        tuple(run.fold.assignments),
        answer.entries(run.host, run.start, run.variable.upper(), value, origins),
        tuple(notes.notes(seen)),
    )
