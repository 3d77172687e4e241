"""One start, run untouched for the value and traced for the lines, and what came of both."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from envkit import child, order, shells, start
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Start
from envkit.tracing import prompt, record, twice
from envkit.tracing.driver import AS_DASH, AS_SH, Driver
from envkit.tracing.fold import Fold
from envkit.tracing.places import Places

if TYPE_CHECKING:
    from envkit.tracing.stack_fold import Fold as StackFold

# What a file may do to switch the trace off, or to make it say something else.
_SUSPECT = r"PS4|BASH_XTRACEFD|set [-+]\w*o xtrace|set \+\w*x|set -$|promptvars"


class Run:
    """A start of a shell, twice; `folder` holds what the two leave."""

    def __init__(
        self, host: Host, one: Start, variable: str, folder: Path, name: str, limit: float
    ) -> None:
        self.host, self.start, self.variable, self.limit = host, one, variable, limit
        self.order = order.order(host, one)
        self.driver = Driver(folder / f"{name}-record", f"ek{os.urandom(8).hex()}", variable)
        self.value_file = folder / f"{name}-value"
        self._program = shells.program(host, one.shell)
        program = self._program or Path("bash")
        self.is_bash = host.locate(program).resolve().name.startswith("bash")
        self.hooks = self.is_bash and one.invocation.interactive and variable != "HISTFILE"
        self.old = self._is_old()
        self.files = [
            file.path
            for file in self.order.files
            if file.status == "read" and file.sourced_at is None and not file.logout
        ]
        self.untouched_outcome = self.traced_outcome = twice.NOT_RUN
        self.fold: Fold | StackFold = Fold(Places((), host.locate, host.show), variable)
        self.complete = False

    def untouched(self) -> child.Command:
        """The start as it is; it leaves the variable's value in a file, and a mark beside it."""
        file = shlex.quote(str(self.value_file))
        text = f"\\command printf '%s' \"${{{self.variable}+=}}${{{self.variable}-}}\" > {file}"
        lines = (*(prompt.run() if self.hooks else ()), text, f": > {file}.end")
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
        fold, whole, suspect = self._old_fold() if self.old else self._fold()
        whole = whole and twice.agrees(self.value_file, fold.state.value)
        if whole or not self.complete:
            self.fold, self.traced_outcome = fold, outcome
            self.complete = whole
        return (suspect or not whole) and not outcome.timed_out

    def _fold(self) -> tuple[Fold, bool, bool]:
        """What the record says, whether it is whole, and whether to doubt it all the same."""
        records = record.parse(self.driver.record.read_bytes(), self.driver.token)
        fold = Fold(Places(records, self.host.locate, self.host.show), self.variable)
        marks = {self.driver.mark(i) for i in (*range(len(self.files)), -1)}
        seen = {each.text.removeprefix(": ") for each in records if each.opener < 0}
        suspect = any(re.search(_SUSPECT, each.text) for each in records)
        return fold, marks <= seen, suspect

    def _old_fold(self) -> tuple[StackFold, bool, bool]:
        from envkit.tracing import old_bash, stack_fold, stack_places

        content, token = self.driver.record.read_bytes(), self.driver.token
        records = old_bash.parse(content, token, self.host.locate)
        places = stack_places.Places(records, self.host.locate, self.host.show, tied=False)
        fold = stack_fold.Fold(places, self.variable)
        return fold, old_bash.ended(content, token), False

    def _driver(self, before: Mapping[str, str], armed: bool) -> str:
        """The text of the traced start's -c."""
        setup = () if self.start.shell.name == "bash" else AS_SH if self.is_bash else AS_DASH
        if not self.old:
            return self.driver.text(self.files, before, setup, armed, self.hooks)
        from envkit.tracing import old_bash

        token = self.driver.token
        trap = self.driver.record.with_name(f"{self.driver.record.name}-trap")
        trap.write_text(old_bash.function(self.driver.record, token, self.variable, armed))
        trap.chmod(0o644)  # the folder is the account's alone
        return old_bash.text(trap, token, self.files, before, setup, self.hooks)

    def _is_old(self) -> bool:
        version = self.start.version if self.is_bash else self._version_of_bash()
        if not version or version[0] not in "1234":
            return False
        from envkit.tracing import old_bash

        return old_bash.is_old(version)

    def _version_of_bash(self) -> str:
        bash = shells.get("bash")
        return bash.version(self.host, shells.program(self.host, bash)) if bash.version else ""
