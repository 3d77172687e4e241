"""`envkit doctor`: what is wrong with the startup files, whom it hurts, and the one thing to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Optional, cast

import typer

from envkit.cli import output
from envkit.cli.options import (
    HomeOption,
    JsonOption,
    NoColorOption,
    PlatformOption,
    RootOption,
    ShellOption,
)

_WHICH = "codes, beginnings of codes (EK2) or names"
Codes = Optional[list[str]]  # noqa: UP045  (typer evaluates this on Python 3.10, too)
Select = Annotated[Codes, typer.Option(metavar="CODES", help=f"Run only these rules: {_WHICH}.")]
Ignore = Annotated[Codes, typer.Option(metavar="CODES", help="Leave these rules out.")]
Contexts = Annotated[
    Codes, typer.Option("--context", metavar="NAME", help="Look at this context only (repeatable).")
]
Form = Annotated[str, typer.Option("--format", metavar="NAME", help="text or json.")]
Static = Annotated[bool, typer.Option("--static", help="Read only; start no shell.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 for a note, too.")]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever is found.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show notes, too.")]
Seconds = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="What a start may take.")
]
ShowList = Annotated[bool, typer.Option("--list", help="List the rules and leave.")]


#: What exit status 1 means here.
ONE = "findings"


def doctor(
    select: Select = None,
    ignore: Ignore = None,
    context: Contexts = None,
    form: Form = "text",
    json: JsonOption = False,
    static: Static = False,
    strict: Strict = False,
    exit_zero: ExitZero = False,
    verbose: Verbose = False,
    timeout: Seconds = 10.0,
    home: HomeOption = None,
    root: RootOption = None,
    platform: PlatformOption = None,
    shell: ShellOption = None,
    plain: NoColorOption = False,
    show_list: ShowList = False,
) -> None:
    """Find what is wrong with your startup files, PATH and Python.

    Your shells are really started, once per context, and nothing is written. Exit 1 where anything
    is found that is worse than a note.
    """
    from envkit import doctor as room
    from envkit import rules
    from envkit.cli import explain
    from envkit.host import Host

    form = "json" if json else form
    reporter = _reporter(form)
    chosen = rules.select(select or (), ignore or ())
    if show_list:
        explain.say_rules(chosen, as_json=form == "json")
        return
    host = Host.real(home, root)
    asked = room.request(host, context or (), platform, static, timeout, shell)
    with output.progress("starting your shells, to see what they find"):
        found = room.examine(asked, chosen)
    text = reporter(found, verbose=verbose or strict, style=output.style)
    ascii_only = output.mark("ok") == "ok"
    output.say(text.translate({ord("·"): "-", ord("…"): "..."}) if ascii_only else text)
    if not exit_zero and found.worst() <= (2 if strict else 1):
        raise typer.Exit(1)


def _reporter(form: str) -> Callable[..., str]:
    """The reporter of that name; UsageError with the known ones."""
    from envkit import discover
    from envkit.errors import UsageError

    known = discover.names("envkit.reporters")
    if form not in known:
        raise UsageError(f"unknown format: {form}", f"known: {', '.join(known)}")
    return cast("Callable[..., str]", discover.get("envkit.reporters", "REPORTER", form))
