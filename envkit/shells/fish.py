"""fish: snippets of conf.d, the user's first, then config.fish of the system and of the user.

All of it in every mode, `-c` and scripts too; found by experiment with fish 3.6 (docs/order.md).
No logout file, and nothing of fish's own library counts as a startup file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.host import Host
from envkit.model import Change, Invocation, Order, Shell, Start, Stdin
from envkit.shells import _command_line, _fish_argv, _fish_builds, _fish_files


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts fish so and runs `command`: argv[0] as in the real start.

    With -c fish never writes its history file.
    """
    name = "-fish" if invocation.login else "fish"
    return (name, "-i", "-c", command) if invocation.interactive else (name, "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line (fish(1))."""
    call = _fish_argv.parse(argv, stdin)
    typed = call.interactive and not call.commands and call.script is None
    return Invocation(
        login=call.login,
        interactive=call.interactive,
        command=bool(call.commands),
        remote="SSH_CLIENT" in environment,
        argv=argv,
        stdin=stdin,
        end="exit" if typed else "end-of-input",
    )


def build(host: Host, program: Path | None) -> str:
    """Where a binary has its system files: local, homebrew, `SYSCONFDIR:DATADIR`; "": /etc/fish."""
    return _fish_builds.ask(host, program)


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    how = start.invocation
    call = _fish_argv.parse(_command_line.own(how, "fish", argv(how, ":")), how.stdin)
    plan = _fish_files.Plan(host, start, call, _fish_builds.folders(start.build, start.platform))
    if call.stops:
        change = Change("drop", call.by) if call.by else None
        plan.pass_all_by(call.stops, change)
    else:
        plan.read_all()
    rows = [plan.scoped(row) for row in plan.walk.record.rows()]
    return Order(start.context, start.shell.name, tuple(rows), tuple(plan.walk.record.events))


SHELL = Shell(
    name="fish",
    title="fish",
    programs=("fish",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    rc_files=(".config/fish/config.fish",),
    tracer="fish",
)
