"""One start, run untouched for the value and traced for the lines, and what came of both."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from envkit import child, order, shells, start
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Start
from envkit.tracing import prompt, record
from envkit.tracing.driver import AS_DASH, AS_SH, Driver
from envkit.tracing.fold import Fold
from envkit.tracing.places import Places

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
        self._value_file = folder / f"{name}-value"
        self._program = shells.program(host, one.shell)
        program = self._program or Path("bash")
        self.is_bash = host.locate(program).resolve().name.startswith("bash")
        self.hooks = self.is_bash and one.invocation.interactive
        self.files = [
            file.path
            for file in self.order.files
            if file.status == "read" and file.sourced_at is None and not file.logout
        ]
        self.untouched_outcome = self.traced_outcome = child.Outcome(0, b"", b"", False, 0.0)
        self.fold = Fold(Places((), host.locate, host.show), variable)
        self.complete = False

    def untouched(self) -> child.Command:
        """The start as it is; it leaves the variable's value in a file, and a mark beside it."""
        file = shlex.quote(str(self._value_file))
        text = f"\\command printf '%s' \"${{{self.variable}+=}}${{{self.variable}-}}\" > {file}"
        lines = (*(prompt.run() if self.hooks else ()), text, f": > {file}.end")
        return start.prepare(self.host, self.start, "\n".join(lines), self.limit)

    def traced(self, armed: bool) -> child.Command:
        """The same start, with the shell's own files off and the driver as its command."""
        self._new_record()
        given = self.start.environment
        # bash would read these by itself; the driver sets them before the first file.
        before = {name: given[name] for name in ("BASH_ENV", "ENV") if name in given}
        setup = () if self.start.shell.name == "bash" else AS_SH if self.is_bash else AS_DASH
        text = self.driver.text(self.files, before, setup, armed, self.hooks)
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

    def read(self, outcome: child.Outcome) -> bool:
        """Take in what a traced start left; whether it should be tried again, armed.

        Of two tries the later one is kept, unless only the earlier one is whole.
        """
        content = self.driver.record.read_bytes()
        records = record.parse(content, self.driver.token)
        if not records and self.driver.token.encode() in outcome.stdout + outcome.stderr:
            raise Refused(
                f"this {self.start.shell.name} cannot be traced yet: bash 4.1 or newer is needed",
                "envkit order says which files it reads",
            )
        fold = Fold(Places(records, self.host.locate, self.host.show), self.variable)
        marks = {self.driver.mark(i) for i in (*range(len(self.files)), -1)}
        seen = {each.text.removeprefix(": ") for each in records if each.opener < 0}
        whole = marks <= seen and (not self.reached or fold.state.value == self.value)
        if whole or not self.complete:
            self.fold, self.traced_outcome = fold, outcome
            self.complete = whole
        doubtful = not whole or any(re.search(_SUSPECT, each.text) for each in records)
        return doubtful and not outcome.timed_out

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
        path = self.driver.record
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        owner = start.owner(self.host)
        if owner != -1:
            os.chown(path, owner, -1)
