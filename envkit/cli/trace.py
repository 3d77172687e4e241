"""`envkit trace`: which line of which startup file gave a variable its value."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Annotated, NamedTuple, Optional

import typer

from envkit.cli import output
from envkit.cli.options import (
    HomeOption,
    JsonOption,
    NoColorOption,
    PlatformOption,
    RootOption,
    ShellOption,
    YesOption,
)
from envkit.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from envkit.host import Host
    from envkit.model import Context, Platform, Shell, Start
    from envkit.provenance import Trace, Wanted


class Asked(NamedTuple):
    """What the command line asked for; each view of a trace is a function of it.

    `action` is the word after --record, `yes` its --yes; or `all`. `named`: --context was given.
    """

    host: Host
    platform: Platform
    shell: Shell | None
    contexts: tuple[Context, ...]
    variable: str = "PATH"
    limit: float = 10.0
    as_json: bool = False
    verbose: bool = False
    action: str = ""
    yes: bool = False
    named: bool = False

    def starts(self) -> tuple[Start, ...]:
        """A start for each context."""
        from envkit import order

        return tuple(
            order.start_for(self.host, one, self.shell, self.platform) for one in self.contexts
        )

    def traces(self, wanted: Wanted | None = None) -> tuple[Trace, ...]:
        """A trace for each context."""
        from envkit import trace as room
        from envkit.provenance import PLAIN

        with output.progress("starting your shell, once untouched and once traced"):
            return room.trace(self.host, self.starts(), self.variable, self.limit, wanted or PLAIN)


_Variable = Annotated[str, typer.Argument(metavar="[VARIABLE]", help="PATH when left out.")]
_Contexts = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
    typer.Option("--context", metavar="NAME", help="A context, else a terminal; two are compared."),
]
_Limit = Annotated[
    float, typer.Option("--limit", metavar="SECONDS", min=0.1, help="Time for each shell.")
]
_Record = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--record", metavar="[on|off|show]", help="Log the next real start."),
]
_All = Annotated[bool, typer.Option("--all", help="For each entry the contexts that have it.")]
_Everywhere = Annotated[
    bool, typer.Option("--everywhere", help="Each line that sets it, run or not.")
]
_Session = Annotated[bool, typer.Option("--session", help="This session against a fresh start.")]
_Steps = Annotated[bool, typer.Option("--steps", help="What each stretch of each file did to it.")]
_Follow = Annotated[
    bool, typer.Option("--follow", help="Each assignment in turn, before and after.")
]
_Time = Annotated[bool, typer.Option("--time", help="What each file and line costs.")]
_Export = Annotated[bool, typer.Option("--export", help="Print a line that repairs this session.")]
_Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell more.")]


#: What exit status 1 means here.
ONE = "the contexts, or this session, differ"


def trace(
    variable: _Variable = "PATH",
    context: _Contexts = None,
    every: _All = False,
    everywhere: _Everywhere = False,
    session: _Session = False,
    steps: _Steps = False,
    follow: _Follow = False,
    time: _Time = False,
    export: _Export = False,
    record: _Record = None,
    yes: YesOption = False,
    shell: ShellOption = None,
    platform: PlatformOption = None,
    limit: _Limit = 10.0,
    verbose: _Verbose = False,
    home: HomeOption = None,
    root: RootOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show which line set a variable: every entry of PATH, or the value of any other.

    The shell is really started, twice: untouched for the value, and traced for the lines.
    """
    views = (
        ("--all", "compare", every),
        ("--everywhere", "everywhere", everywhere),
        ("--session", "session", session),
        ("--steps", "steps", steps),
        ("--follow", "follow", follow),
        ("--time", "time", time),
        ("--export", "export", export),
        ("--record", "record", record is not None),
    )
    view = _view(views)
    asked = _asked(home, root, platform, shell, context or [], every or everywhere)
    asked = asked._replace(
        variable=variable,
        limit=limit,
        as_json=as_json,
        verbose=verbose,
        action=record or ("all" if every else ""),
    )._replace(yes=yes, named=bool(context))
    view = view or ("compare" if len(asked.contexts) > 1 else "")
    if view:
        importlib.import_module(f"envkit.cli.trace_{view}").show(asked)
    else:
        _show(asked)


def _view(views: Sequence[tuple[str, str, bool]]) -> str:
    wanted = [(word, view) for word, view, on in views if on]
    if len(wanted) > 1:
        words = " and ".join(word for word, _ in wanted)
        raise UsageError(f"{words} are different questions", "ask one at a time")
    return wanted[0][1] if wanted else ""


def _asked(
    home: Path | None,
    root: Path | None,
    platform: str | None,
    shell: str | None,
    names: list[str],
    every: bool,
) -> Asked:
    from envkit import contexts, platforms, shells
    from envkit.host import Host

    host = Host.real(home, root)
    system = platforms.of(host, platform)
    program = shells.named(host, shell) if shell else None
    chosen = tuple(dict.fromkeys(map(contexts.get, names)))
    chosen = chosen or (contexts.every() if every else (contexts.default(system),))
    if system.name != platforms.detect(host).name:
        raise Refused(
            f"this is no {system.title}: a trace runs the shells of this machine",
            f"envkit order --platform {system.name} reads without running",
        )
    return Asked(host, system, program, chosen)


def _show(asked: Asked) -> None:
    """One context."""
    traces, where = asked.traces(), asked.contexts[0]
    if asked.as_json:
        output.say_json(data(traces, asked.contexts, asked.host)[0])
        return
    from envkit.cli import trace_text

    text = trace_text.text(asked.host, traces[0], where.title, asked.verbose)
    if where.imitated:
        text += "\n\n" + output.columns([("* imitated:", where.imitated)], gap=1)
    absent = where.absent(asked.host, asked.platform) if where.absent else ""
    if absent:
        text += f"\n\nNot on this machine: {absent}"
    output.say(text)


def data(
    traces: Sequence[Trace], chosen: Sequence[Context], host: Host | None = None
) -> list[dict[str, object]]:
    """Traces as JSON has them, without what was not asked for, and without secrets' values.

    With `host` the programs in each entry of PATH are counted."""
    found = []
    for one, where in zip(traces, chosen, strict=True):
        if host is not None and one.entries:
            from envkit.tracing import answer

            one = one._replace(entries=answer.programs(host, one.variable, one.entries))
        made: dict[str, object] = output.as_data(one)
        for name in ("steps", "lines", "seconds", "overhead", "answer"):
            if made[name] in (None, "", []):
                del made[name]
        if one.variable != "PATH" or one.assignments or one.notes:
            from envkit.cli import trace_secret

            made = trace_secret.hidden(made)
        found.append({**made, "imitated": bool(where.imitated), "imitation": where.imitated})
    return found
