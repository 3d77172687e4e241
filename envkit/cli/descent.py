"""`envkit descent`: a gradient descent whose every step is known in advance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from envkit.cli import options, output
from envkit.errors import UsageError

if TYPE_CHECKING:
    from envkit.descent.model import Backend, Problem
    from envkit.descent.report import Report

_MOST_STEPS = 1_000_000


ProblemName = Annotated[str, typer.Option("--problem", metavar="NAME", help="What to descend.")]
BackendName = Annotated[
    str, typer.Option("--backend", metavar="NAME", help="What computes: plain, numpy or all.")
]
Rate = Annotated[
    Optional[float],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
    typer.Option(metavar="ALPHA", help="The length of a step, in gradients."),
]
Begin = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--x0", metavar="A,B", help="Where to start."),
]
MaxSteps = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(metavar="N", help="Give up after this many steps."),
]
Tol = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option(metavar="T", help="Near enough: how far from the minimum."),
]
ListAll = Annotated[bool, typer.Option("--list", help="List the problems and the backends.")]


#: What exit status 1 means here.
ONE = "it does not descend, or a check failed"


def descent(
    problem: ProblemName = "bowl",
    backend: BackendName = "plain",
    learning_rate: Rate = None,
    x0: Begin = None,
    max_steps: MaxSteps = None,
    tol: Tol = None,
    list_all: ListAll = False,
    as_json: options.JsonOption = False,
    no_color: options.NoColorOption = False,
) -> None:
    """Run a gradient descent and check every step of it.

    Exit status 1 where a check fails or the walk does not arrive.
    """
    if list_all:
        return _list(as_json)
    from envkit.cli.descent_run import run

    chosen = _problem(problem)
    begin = _start(x0, chosen, problem)
    asked: dict[str, Any] = {
        "x0": begin,
        "learning_rate": _real("--learning-rate", learning_rate),
        "tol": _real("--tol", tol),
        "max_steps": _steps(max_steps),
    }
    reports = [run(problem.replace("-", "_"), one, asked) for one in _backends(backend)]
    if as_json:
        _say_json(reports, several=backend == "all")
    else:
        from envkit.cli.descent_text import text

        output.say("\n\n".join(text(report, chosen, begin) for report in reports))
    # A backend that is not there is no failure beside others; asked for alone, nothing ran.
    ran = [report for report in reports if not report.skipped]
    if not ran or not all(report.passed for report in ran):
        raise typer.Exit(1)
    return None


def _say_json(reports: list[Report], several: bool) -> None:
    from envkit.descent.report import as_data

    data = [as_data(report) for report in reports]
    output.say_json({"backends": data} if several else data[0])


def _list(as_json: bool) -> None:
    from envkit import descent as room

    problems = {name: room.problem(name) for name in room.names("problems")}
    backends = [room.backend(name) for name in room.names("backends")]
    if as_json:
        rows = [{"name": name, "title": problem.title} for name, problem in problems.items()]
        output.say_json({"problems": rows, "backends": [one.name for one in backends]})
        return
    from envkit.cli.descent_text import readable, start

    output.say("problems (--problem)")
    rows_of_text = [
        (name, f"{problem.title}   {start(problem.x0, problem.learning_rate)}")
        for name, problem in problems.items()
    ]
    output.say(output.columns([tuple(map(readable, row)) for row in rows_of_text]))
    output.say("backends (--backend, or all)")
    output.say(
        output.columns(
            (one.name, f"skipped ({one.missing()} is not installed)" if one.missing() else "here")
            for one in backends
        )
    )


def _problem(name: str) -> Problem:
    from envkit import descent as room

    try:
        return room.problem(name)
    except KeyError:
        known = ", ".join(room.names("problems"))
        raise UsageError(f"unknown problem: {name}", f"known: {known}") from None


def _backends(name: str) -> list[Backend]:
    from envkit import descent as room

    if name == "all":
        # Plain Python first: every other is held to it.
        found = [room.backend(one) for one in room.names("backends")]
        return sorted(found, key=lambda one: (one.name != "plain", one.name))
    try:
        return [room.backend(name)]
    except KeyError:
        known = ", ".join(room.backend(one).name for one in room.names("backends"))
        raise UsageError(f"unknown backend: {name}", f"known: {known}, all") from None


def _start(text: str | None, problem: Problem, name: str) -> tuple[float, ...] | None:
    if text is None:
        return None
    wanted = ",".join(f"{part:g}" for part in problem.x0)
    remedy = f"{name} has {len(problem.x0)}: --x0 {wanted}"
    try:
        x0 = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--x0 {text}: not numbers between commas", remedy) from None
    if not all(map(math.isfinite, x0)):
        raise UsageError(f"--x0 {text}: nobody can start there", remedy)
    if len(x0) != len(problem.x0):
        raise UsageError(f"--x0 {text}: {len(x0)} coordinates", remedy)
    return x0


def _real(option: str, value: float | None) -> float | None:
    if value is not None and not (math.isfinite(value) and value > 0):
        raise UsageError(f"{option} {value:g} is not above 0", f"for instance: {option} 0.01")
    return value


def _steps(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= _MOST_STEPS:
        raise UsageError(f"--max-steps {value}: from 0 to {_MOST_STEPS}", "--max-steps 10000")
    return value
