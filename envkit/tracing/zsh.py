"""The tracer of zsh: the shell reads its own files, and a DEBUG trap says where it is.

Each start runs twice: untouched, for the value; and with the trap, for the lines. In interactive
contexts both run the hooks of a first prompt (precmd, precmd_functions) before the value is taken.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from envkit import child, order, start
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace, Wanted
from envkit.tracing import stack_read, twice, zsh_probe, zsh_record
from envkit.tracing.stack_fold import Fold
from envkit.tracing.stack_places import Places

if TYPE_CHECKING:
    from envkit.tracing.history import History


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float, wanted: Wanted
) -> tuple[Trace, ...]:
    """Trace `variable` in each start; a second time, armed, where files switch the trap off."""
    with child.private_folder(start.owner(host)) as folder:
        runs = [
            _Run(host, one, variable, folder / str(i), limit, wanted)
            for i, one in enumerate(starts)
        ]
        twice.run_all(runs, wanted.once)
        found = [order.order(host, one).files for one in starts]
        # Of a tied pair (path, PATH) the colon list is told.
        return tuple(
            twice.told(run, files, variable.upper(), wanted, run.history)
            for run, files in zip(runs, found, strict=True)
        )


class _Run:
    """A start of zsh, twice; `place` begins the names of the files that the two leave."""

    def __init__(
        self, host: Host, one: Start, variable: str, place: Path, limit: float, wanted: Wanted
    ) -> None:
        self.host, self.start, self.variable, self.limit = host, one, variable, limit
        self._wanted = wanted
        self._record = place.with_name(f"{place.name}-record")
        self.value_file = place.with_name(f"{place.name}-value")
        self._traced_value = place.with_name(f"{place.name}-traced")
        self.token = f"ek{os.urandom(8).hex()}"
        self.untouched_outcome = self.traced_outcome = twice.NOT_RUN
        self.fold = Fold(Places((), host.locate, host.show), variable)
        self.history: History | None = None
        self.complete = False

    def untouched(self) -> child.Command:
        """The start as it is; it leaves the variable's value in a file, and a mark beside it."""
        return start.prepare(self.host, self.start, self._command(False), self.limit)

    def traced(self, armed: bool) -> child.Command:
        """The same start with the trap; armed, it puts back what the files switch off."""
        twice.new_record(self.host, self._record)
        argv0, *rest = self.start.shell.argv(self.start.invocation, self._command(True))
        argv = (argv0, "-x", "-o", "promptsubst", *rest)
        command = start.prepare(self.host, self.start, "", self.limit, argv)
        more = zsh_probe.environment(
            self._record, self.token, self.variable, armed, self._wanted.history
        )
        return command._replace(environment={**command.environment, **more})

    def read(self, outcome: child.Outcome, armed: bool) -> bool:
        """Take in what a traced start left; whether it should be tried again, armed.

        Of two tries the later one is kept, unless only the earlier one is whole.
        """
        places = Places((), self.host.locate, self.host.show)
        history, readings = None, None
        if self._wanted.history:
            from envkit.tracing.history import History
            from envkit.tracing.stack_readings import Readings

            history = History()
            readings = Readings(places, history)
        ended = stack_read.read(zsh_record.parse(self._record, self.token), places, readings)
        fold = Fold(places, self.variable)
        whole = ended and twice.agrees(self.value_file, fold.state.value)
        if whole or not self.complete:
            self.fold, self.history, self.traced_outcome = fold, history, outcome
            self.complete = whole
        return not whole and not outcome.timed_out

    def _command(self, traced: bool) -> str:
        file = self._traced_value if traced else self.value_file
        asked = self._wanted.question if not traced or self._wanted.once else ""
        answer = twice.answer_file(self.value_file, traced)
        interactive = self.start.invocation.interactive
        return zsh_probe.command(self.variable, file, interactive, asked, answer)
