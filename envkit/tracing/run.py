"""One start, run untouched for the value and traced for the lines, and what came of both."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from envkit import child, order, shells, start
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Location, Scope, Start, StartupFile
from envkit.provenance import PLAIN, Wanted
from envkit.tracing import prompt, record, twice
from envkit.tracing.driver import AS_DASH, AS_SH, Driver
from envkit.tracing.fold import Fold
from envkit.tracing.places import Places
from envkit.tracing.statements import Sources

if TYPE_CHECKING:
    from envkit.tracing.history import History
    from envkit.tracing.stack_fold import Fold as StackFold

# More than this of what files source is not read before the start: completions, version managers.
# What they source themselves is told by the record.
_SKIM = 16_000
_Sourced = tuple[tuple[str, int], ...]


class Run:
    """A start of a shell, twice; `folder` holds what the two leave."""

    def __init__(
        self,
        host: Host,
        one: Start,
        variable: str,
        folder: Path,
        name: str,
        limit: float,
        wanted: Wanted = PLAIN,
    ) -> None:
        self.host, self.start, self.variable, self.limit = host, one, variable, limit
        self.wanted = wanted
        token = f"ek{os.urandom(8).hex()}"
        self.driver = Driver(folder / f"{name}-record", token, variable)
        self.value_file = folder / f"{name}-value"
        self._program = shells.program(host, one.shell)
        program = self._program or Path("bash")
        self.is_bash = host.locate(program).resolve().name.startswith("bash")
        self.hooks = self.is_bash and one.invocation.interactive and variable != "HISTFILE"
        self.old = self._is_old()
        self.order = order.order(host, one if self.old else one._replace(skim=_SKIM))
        self.files = [
            file.path
            for file in self.order.files
            if file.status == "read" and file.sourced_at is None and not file.logout
        ]
        self.untouched_outcome = self.traced_outcome = twice.NOT_RUN
        self.fold: Fold | StackFold = Fold(Places((), host.locate, host.show), variable)
        self.history: History | None = None
        self.sourced: _Sourced = ()
        self.complete = False

    def untouched(self) -> child.Command:
        """The start as it is; it leaves the variable's value in a file, and a mark beside it."""
        file = shlex.quote(str(self.value_file))
        text = f"\\command printf '%s' \"${{{self.variable}+=}}${{{self.variable}-}}\" > {file}"
        lines = [*(prompt.run() if self.hooks else ()), text, f": > {file}.end"]
        lines += self._question(traced=False)
        return start.prepare(self.host, self.start, "\n".join(lines), self.limit)

    def traced(self, armed: bool) -> child.Command:
        """The same start, with the shell's own files off and the driver as its command."""
        twice.new_record(self.host, self.driver.record)
        given = self.start.environment
        # bash would read these by itself; the driver sets them before the first file.
        before = {name: given[name] for name in ("BASH_ENV", "ENV") if name in given}
        text = self._driver(before, armed)
        argv0, *rest = self.start.shell.argv(self.start.invocation, text)
        off = ("--noprofile", "--norc", *(() if self.is_bash else ("--posix",)))
        program = self._program if self.is_bash else shells.program(self.host, shells.get("bash"))
        if program is None:
            raise UsageError(
                f"there is no bash on this machine, and {self.start.shell.name} is traced with it"
            )
        argv = (argv0, *off, *rest)
        command = start.prepare(self.host, self.start, text, self.limit, argv, program)
        rest_of_it = {n: v for n, v in command.environment.items() if n not in before}
        return command._replace(environment=rest_of_it)

    def read(self, outcome: child.Outcome, armed: bool) -> bool:
        """Take in what a traced start left; whether it should be tried again, armed.

        Of two tries the later one is kept, unless only the earlier one is whole.
        """
        fold, history, whole, suspect, sourced = self._old_fold() if self.old else self._fold()
        whole = whole and twice.agrees(self.value_file, fold.state.value)
        if whole or not self.complete:
            self.fold, self.history, self.traced_outcome = fold, history, outcome
            self.sourced = sourced
            self.complete = whole
        return (suspect or not whole) and not outcome.timed_out

    def rows(self) -> tuple[StartupFile, ...]:
        """The files, with those that only the start itself could tell."""
        rows, at = list(self.order.files), -1
        places = {row.path: index for index, row in enumerate(rows) if row.status == "read"}
        for path, index in self.sourced:
            known, where = places.get(Path(path)), self._line(index)
            if known is not None or where is None or not self._is_file(path):
                at = max(at, known or 0)
                continue
            reason = f"sourced by {self.host.show(where.path)}:{where.line}"
            scope: Scope = "user" if self.host.home in Path(path).parents else "system"
            row = StartupFile(Path(path), scope, "read", reason, str(where), where)
            at += 1
            rows.insert(at, row)
            places = {p: i + (i >= at) for p, i in places.items()} | {row.path: at}
        return tuple(rows)

    def _line(self, index: int) -> Location | None:
        """Where a command stands that sources a file; no text is read for it."""
        places = self.fold.places
        assert isinstance(places, Places)
        while index >= 0 and places.frame(index) in ("eval", "trap", "pipe"):
            index = places.records[index].opener
        if index < 0 or places.frame(index) == "driver":
            return None
        return Location(Path(places.records[index].source), places.records[index].line)

    def _is_file(self, path: str) -> bool:
        return path.startswith("/") and self.host.kind(Path(path)) == "file"

    def _fold(self) -> tuple[Fold, History | None, bool, bool, _Sourced]:
        """What the record says, whether it is whole, and whether to doubt it all the same."""
        sources, listen, history = Sources(self.host.locate), None, None
        if self.wanted.history:
            from envkit.tracing.history import History
            from envkit.tracing.readings import Readings

            history = History()
            listen = Readings(history, sources, self.wanted.clock)
        with self.driver.record.open("rb") as content:
            found = record.parse(content, self.driver.token, self.variable, listen)
        places = Places(found.records, self.host.locate, self.host.show, sources)
        fold = Fold(places, self.variable)
        if history:
            history.end(fold.state.value)
        marks = {self.driver.mark(i) for i in (*range(len(self.files)), -1)}
        return fold, history, marks <= found.marks, found.switched, found.sourced

    def _old_fold(self) -> tuple[StackFold, History | None, bool, bool, _Sourced]:
        from envkit.tracing import old_bash, stack_fold, stack_places

        records = old_bash.parse(self.driver.record, self.driver.token, self.host.locate)
        places = stack_places.Places(records, self.host.locate, self.host.show, tied=False)
        fold = stack_fold.Fold(places, self.variable)
        history = old_bash.history(records, places) if self.wanted.history else None
        return fold, history, old_bash.ended(records), False, ()

    def _question(self, traced: bool) -> list[str]:
        """Lines that ask what was wanted, once all files have been read."""
        if not self.wanted.question or (traced and not (self.wanted.once and self.is_bash)):
            return []
        file = shlex.quote(str(twice.answer_file(self.value_file, traced)))
        quiet = ["{ set +x; trap - DEBUG; set +T; } 2>/dev/null"] if traced else []
        return [*quiet, "{", self.wanted.question, f"}} >| {file}"]

    def _driver(self, before: Mapping[str, str], armed: bool) -> str:
        """The text of the traced start's -c."""
        setup = () if self.start.shell.name == "bash" else AS_SH if self.is_bash else AS_DASH
        after = self._question(traced=True)
        if not self.old:
            return self.driver.text(self.files, before, setup, armed, self.hooks, after)
        from envkit.tracing import old_bash

        token = self.driver.token
        trap = self.driver.record.with_name(f"{self.driver.record.name}-trap")
        trap.write_text(old_bash.function(self.driver.record, token, self.variable, armed))
        trap.chmod(0o644)  # the folder is the account's alone
        return old_bash.text(trap, token, self.files, before, setup, self.hooks, after)

    def _is_old(self) -> bool:
        version = self.start.version if self.is_bash else self._version_of_bash()
        if not version or version[0] not in "1234":
            return False
        from envkit.tracing import old_bash

        return old_bash.is_old(version)

    def _version_of_bash(self) -> str:
        bash = shells.get("bash")
        return bash.version(self.host, shells.program(self.host, bash)) if bash.version else ""
