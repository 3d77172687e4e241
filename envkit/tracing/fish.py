"""The tracer of fish: a copy of the program, with eyes of ours, reads the very same files.

Each start runs twice: traced, on copies of the universal variables and the history; and as it is,
for the value. Where the start writes those, the untouched one runs on copies, too. In interactive
contexts both run what a first prompt would (`fish_prompt`, the event and the function).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import child, order, shells, start
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Location, Start
from envkit.provenance import Trace, Wanted
from envkit.reading.fish import universal
from envkit.shells import _fish_builds
from envkit.tracing import align, answer, fish_record, notes, twice
from envkit.tracing.fish_copy import Copy, quote
from envkit.tracing.fish_copy import Places as Folders
from envkit.tracing.fish_fold import Fold
from envkit.tracing.fish_places import Places

_USER = "fish_user_paths"


def trace_all(
    host: Host, starts: Sequence[Start], variable: str, limit: float, wanted: Wanted
) -> tuple[Trace, ...]:
    """Trace `variable` in each start."""
    with child.private_folder(start.owner(host)) as folder:
        runs = [
            _Run(host, one, variable, folder / str(index), limit, wanted)
            for index, one in enumerate(starts)
        ]
        for run, outcome in zip(runs, child.run_all([run.traced() for run in runs]), strict=True):
            run.read(outcome)
        both = [run for run in runs if not (wanted.once and run.whole)]
        untouched = child.run_all([run.untouched() for run in both])
        for run, outcome in zip(both, untouched, strict=True):
            run.untouched_outcome = outcome
        return tuple(run.trace() for run in runs)


class _Run:
    """A start of fish, twice; `folder` holds what the two leave."""

    def __init__(
        self, host: Host, one: Start, variable: str, folder: Path, limit: float, wanted: Wanted
    ) -> None:
        self.host, self.start, self.variable, self.limit = host, one, variable, limit
        self.wanted = wanted
        self.order = order.order(host, one)
        program = shells.program(host, one.shell)
        if program is None:
            raise UsageError(
                "there is no fish on this machine", "envkit order can still predict it"
            )
        self._program, self._folder = program, folder
        self._folder.mkdir()
        self._record = self._folder / "record"
        self._profiles = (self._folder / "started", self._folder / "ended")
        self._values = (self._folder / "value", self._folder / "traced")
        self.token = f"ek{os.urandom(8).hex()}"
        self.folders = _folders(host, one)
        self.eyes = Copy(self._folder / "eyes", program, self.folders, host, one)
        self.traced_outcome = self.untouched_outcome = twice.NOT_RUN

    @property
    def _variables(self) -> tuple[str, ...]:
        return ("PATH", _USER) if self.variable == "PATH" else (self.variable,)

    def traced(self) -> child.Command:
        """The start with the handler."""
        handler = f"__ek_{self.token}"
        self.eyes.write(fish_record.handler(handler, self.token, self._record, self._variables))
        self._record.touch()
        for value in self._values:
            value.touch()
        argv0, *rest = self.start.shell.argv(self.start.invocation, self._command(1))
        profiles = (f"--profile-startup={self._profiles[0]}", f"--profile={self._profiles[1]}")
        return self._private(self.eyes, (argv0, *profiles, *rest))

    def untouched(self) -> child.Command:
        """The start as it is, but on copies where it writes what is the user's."""
        if not self.eyes.wrote():
            return start.prepare(self.host, self.start, self._command(0), self.limit)
        quiet = Copy(self._folder / "quiet", self._program, self.folders, self.host, self.start)
        quiet.write("")
        argv = self.start.shell.argv(self.start.invocation, self._command(0))
        return self._private(quiet, argv)

    def _private(self, copy: Copy, argv: tuple[str, ...]) -> child.Command:
        owner = start.owner(self.host)
        copy.give(owner)
        if owner != -1:
            for path in (self._folder, self._record, *self._values):
                os.chown(path, owner, -1)
        command = start.prepare(self.host, self.start, "", self.limit, argv, copy.program)
        return command._replace(environment=copy.environment(dict(command.environment)))

    def _command(self, which: int) -> str:
        file = self._values[which]
        lines = [*(_PROMPT if self.start.invocation.interactive else ())]
        variable = self.variable
        lines += [
            f"{fish_record.printed(variable)} >{quote(file)}",
            f"builtin printf '' >{quote(f'{file}.end')}",
        ]
        if self.wanted.question and (which == 0 or self.wanted.once):
            asked = twice.answer_file(self._values[0], which == 1)
            lines += ["begin", self.wanted.question, f"end >{quote(asked)}"]
        return "\n".join(lines)

    def _value(self, which: int) -> str | None:
        text = os.fsdecode(self._values[which].read_bytes())
        return text[1:] if text else None

    def _reached(self, which: int) -> bool:
        return self._values[which].with_name(f"{self._values[which].name}.end").exists()

    def read(self, outcome: child.Outcome) -> None:
        """Take in what the traced start left."""
        self.traced_outcome = outcome
        self.fold = self._fold()
        self.went = None
        if self.wanted.history:
            from envkit.tracing import fish_history

            ours = self.eyes.folder
            timed = self.wanted.clock
            self.went = fish_history.history(self.fold.places, self.fold, ours, timed)

    @property
    def whole(self) -> bool:
        """Whether the traced start tells all."""
        ended = self._reached(1) and not self.traced_outcome.timed_out
        return ended and self._value(1) == self.fold.value

    def trace(self) -> Trace:
        """What came of both."""
        fold, went = self.fold, self.went
        value = self._value(0) if self._reached(0) else fold.value
        origins = fold.origins
        if value != fold.value:
            origins = align.replaced(fold.value, origins, value)
        seconds, overhead = (
            twice.times(self.untouched_outcome, self.traced_outcome)
            if self.wanted.clock
            else (None, None)
        )
        if went:
            went.bound(seconds, self.traced_outcome.seconds)
        return Trace(
            self.start.context,
            self.start.shell.name,
            self.variable,
            value,
            self.order.files,
            tuple(fold.assignments),
            answer.entries(self.host, self.start, self.variable, value, origins),
            tuple(self._notes(fold, value)),
            *((went.steps, went.lines) if went else ((), ())),
            seconds,
            overhead,
            twice.answered(self._values[0]) if self.wanted.question else "",
        )

    def _fold(self) -> Fold:
        home = self.start.environment.get("HOME") or str(self.host.home)
        records = fish_record.records(self._record, self.token, home)
        steps = fish_record.Steps(f"__ek_{self.token}")
        steps.read(self._profiles[0])
        prompt = len(steps)
        steps.read(self._profiles[1])
        places = Places(self.host, self.order, steps, self.folders.library, prompt)
        given = self.start.environment.get(self.variable)
        return Fold(places, records, self.variable, self._universal(), given)

    def _universal(self) -> dict[str, Location]:
        path = self.folders.user / "fish_variables"
        found = {}
        for name in self._variables:
            line = universal.line(self.host, path, name)
            if line is not None:
                found[name] = Location(path, line)
        return found

    def _notes(self, fold: Fold, value: str | None) -> Iterator[str]:
        last, text = fold.last
        left, spared = None, self.untouched_outcome is twice.NOT_RUN
        if not spared and not self._reached(0) and not self.traced_outcome.timed_out:
            left = self._left(fold)
        last, text = left or (last, text)
        yield from notes.notes(
            notes.Seen(
                "fish",
                self.untouched_outcome,
                self.traced_outcome,
                spared or self._reached(0),
                spared or fold.value == value,
                self._reached(1),
                last,
                self.host.show(last.path) if last else "",
                text,
                left is None,
            )
        )
        yield from self._erasing(fold)

    def _left(self, fold: Fold) -> tuple[Location, str] | None:
        """The line that replaced the shell, as reading the files tells it."""
        leaves = [event.where for event in self.order.events if event.kind == "leave"]
        return (leaves[-1], fold.places.texts.text_at(leaves[-1])) if leaves else None

    def _erasing(self, fold: Fold) -> Iterator[str]:
        """How to take out what a universal variable brings in: no file has a line to delete."""
        stored = self._universal()
        path = self.folders.user / "fish_variables"
        if self.variable in stored and fold.origins and self.variable != "PATH":
            yield (
                f"{self.variable} is a universal variable, stored in {self.host.show(path)}; "
                f"set --erase --universal {self.variable} takes it away"
            )
        values = universal.variables(self.host, path).get(_USER) if _USER in stored else None
        for number, folder in enumerate(values.values or () if values else (), start=1):
            if self.variable == "PATH" and folder in align.entries(fold.value):
                yield (
                    f"{self.host.show(folder)} is in the universal variable {_USER}; "
                    f"set --erase --universal {_USER}[{number}] takes it away"
                )


def _folders(host: Host, one: Start) -> Folders:
    compiled = _fish_builds.folders(one.build, one.platform)
    given = one.environment
    home = given.get("HOME") or str(host.home)
    config = host.home / ((given.get("XDG_CONFIG_HOME") or f"{home}/.config") + "/fish")
    data = host.home / ((given.get("XDG_DATA_HOME") or f"{home}/.local/share") + "/fish")
    return Folders(compiled.system, compiled.data, config, data)


# What a first prompt does: the event, then the functions that are the user's own. Not what fish
# sets up for typing (__fish_config_interactive): that writes universal variables.
_PROMPT = (
    "functions -e __fish_on_interactive",
    "emit fish_prompt",
    *(
        f'if functions -q {name}; and not string match -q -- "$__fish_data_dir/*" '
        f"(functions --details {name})\n{name} >/dev/null 2>/dev/null\nend"
        for name in ("fish_mode_prompt", "fish_prompt", "fish_right_prompt")
    ),
)
