"""The tracer of the Korn shells, ksh93 and mksh.

Each start runs twice: untouched, for the value; and traced, for the lines: ksh93 by a driver with a
DEBUG trap that sources its files, mksh by its own start under xtrace, with its errors in a file.
Where files hide from the trap, ksh93 is started a second time as mksh is.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from envkit import child, order, shells, start
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace, Wanted
from envkit.tracing import ksh_probe, twice
from envkit.tracing.fold import Fold
from envkit.tracing.ksh_frames import Frames
from envkit.tracing.places import Places

if TYPE_CHECKING:
    from envkit.tracing.history import History


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float, wanted: Wanted
) -> tuple[Trace, ...]:
    """Trace `variable` in each start; ksh93 a second time, otherwise, where files hide from it."""
    with start.history_kept(host, starts), child.private_folder(start.owner(host)) as folder:
        runs = [
            _Run(host, one, variable, folder / str(i), limit, wanted)
            for i, one in enumerate(starts)
        ]
        twice.run_all(runs, wanted.once)
        return tuple(
            twice.told(run, run.order.files, variable, wanted, run.history) for run in runs
        )


# A trap of the file's own takes the place of the tracer's.
_HIDES = re.compile(r"trap .*DEBUG")
_ERROR = re.compile(r"\n.*: line \d+: ")


class _Fold(Fold):
    """The record holds no assignment that is made for one command only: all of them last."""

    def _prefix_end(self, at: int) -> int:
        return at


class _Run:
    """A start of ksh93 or mksh, twice; `place` begins the names of the files that the two leave."""

    def __init__(
        self, host: Host, one: Start, variable: str, place: Path, limit: float, wanted: Wanted
    ) -> None:
        self.host, self.start, self.variable, self.limit = host, one, variable, limit
        self.order = order.order(host, one)
        self.token = f"ek{os.urandom(8).hex()}"
        self.mksh = one.shell.name == "mksh"
        self._wanted = wanted
        self._record = place.with_name(f"{place.name}-record")
        self.value_file = place.with_name(f"{place.name}-value")
        self.files = [
            row.path for row in self.order.files if row.status == "read" and row.sourced_at is None
        ]
        self.untouched_outcome = self.traced_outcome = twice.NOT_RUN
        self.fold = _Fold(Places((), host.locate, host.show), variable)
        self.history: History | None = None
        self.complete = False

    def untouched(self) -> child.Command:
        """The start as it is; it leaves the variable's value in a file, and a mark beside it."""
        file = shlex.quote(str(self.value_file))
        text = f'\\command print -rn -- "${{{self.variable}+=}}${{{self.variable}-}}" > {file}'
        lines = (text, f": > {file}.end", self._question(False))
        return start.prepare(self.host, self.start, "\n".join(lines), self.limit)

    def _question(self, traced: bool) -> str:
        asked = self._wanted.question if not traced or self._wanted.once else ""
        return ksh_probe.asked(asked, twice.answer_file(self.value_file, traced))

    def traced(self, armed: bool) -> child.Command:
        """The same start, saying its lines; armed: ksh93 as mksh is, mksh with its PS4 kept."""
        twice.new_record(self.host, self._record)
        return self._by_xtrace(armed) if self.mksh or armed else self._by_driver()

    def _by_xtrace(self, armed: bool) -> child.Command:
        keep = f"{ksh_probe.KEEP}\n" if self.mksh and armed else ""
        text = f"{keep}\\: {ksh_probe.mark(self.token, -1)}\n:"
        if asked := self._question(True):
            text = f"{text}\n\\set +x\n{asked}"
        argv0, *rest = self.start.shell.argv(self.start.invocation, text)
        program = shells.program(self.host, self.start.shell) or Path(self.start.shell.name)
        # xtrace goes where the errors go: into the record. mksh's goes on to it whatever a file
        # makes of its errors.
        run = f'exec -a "$0" {shlex.quote(str(program))} "$@" 2>>{shlex.quote(str(self._record))}'
        argv = (self.start.shell.name, "-c", run, argv0, "-x", *rest)
        command = start.prepare(self.host, self.start, "", self.limit, argv)
        clock = self._wanted.clock
        if not self.mksh:
            more = {"PS4": ksh_probe.ps4_of_ksh(self.token, self.variable, clock)}
        elif armed:
            more = ksh_probe.kept_by_mksh(self._record, self.token, self.variable, clock)
        else:
            more = {"PS4": ksh_probe.ps4_of_mksh(self._record, self.token, self.variable, clock)}
        return command._replace(environment={**command.environment, **more})

    def _by_driver(self) -> child.Command:
        text = ksh_probe.driver(
            self.files,
            self._record,
            self.token,
            self.variable,
            self._wanted.clock,
            self._question(True),
        )
        argv0 = self.start.shell.argv(self.start.invocation, ":")[0]
        flags = ("-i",) if self.start.invocation.interactive else ()
        argv = (argv0.removeprefix("-"), *flags, "+E", "-c", text, argv0)
        return start.prepare(self.host, self.start, "", self.limit, argv)

    def read(self, outcome: child.Outcome, armed: bool) -> bool:
        """Take in what a traced start left; whether it should be tried again, otherwise.

        Of two tries the later one is kept, unless only the earlier one is whole.
        """
        history, heard = None, None
        if self._wanted.history:
            from envkit.tracing.history import History
            from envkit.tracing.ksh_readings import Readings

            history = History()
            heard = Readings(history)
        places = Places((), self.host.locate, self.host.show)
        startup = [str(file) for file in self.files]
        home = self.host.home
        astray = armed and not self.mksh
        frames = Frames(self.token, home, places.source, startup, self.variable, heard, astray)
        if self.mksh:
            entries = ksh_probe.entries_of_mksh(self._record, self.token, self.variable)
        else:
            first = self.start.environment.get(self.variable)
            entries = ksh_probe.entries_of_ksh(
                self._record, self.token, self.variable, first, int(armed)
            )
        records = frames.take(entries)
        fold = _Fold(Places(records, self.host.locate, self.host.show), self.variable)
        # An interactive ksh93 is silent for the rest of a file after an error in it.
        silent = armed and any(_ERROR.search(record.text) for record in records)
        whole = frames.done and not silent and twice.agrees(self.value_file, fold.state.value)
        hidden = not self.mksh and any(
            _HIDES.match(record.text) for record in records if record.opener >= 0
        )
        if (whole and not (hidden and not armed)) or not self.complete:
            self.fold, self.history, self.traced_outcome = fold, history, outcome
            self.complete = whole
        return (hidden or not whole) and not outcome.timed_out
