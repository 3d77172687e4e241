"""A descent for people: the walk as a table, what every check saw, and the verdict."""

from __future__ import annotations

import math
import sys
import textwrap
from typing import TYPE_CHECKING

from envkit.cli import output

if TYPE_CHECKING:
    from envkit.descent.model import CheckResult, Problem, Vector
    from envkit.descent.report import Report

_STEPS = (0, 1, 2, 10, 50, 100, 1000)
_LETTERS = {
    "θ": "t", "α": "alpha", "λ": "lambda", "Σ": "sum", "σ": "sigma", "κ": "kappa", "∂": "d",
    "₁": "1", "₂": "2", "₃": "3", "²": "^2", "−": "-", "×": "x", "≤": "<=", "…": "...",
}  # fmt: skip


def text(report: Report, problem: Problem, x0: Vector | None) -> str:
    """The whole answer for one backend, within 80 columns."""
    if report.solution is None:
        line = f"{report.backend}: {report.message}"
        return readable("\n".join(textwrap.wrap(line, 79, subsequent_indent="  ")))
    head = f"{problem.title}   {start(x0 or problem.x0, report.learning_rate)}"
    by = report.computed_by
    gap = max(79 - len(head) - len(by), 3)
    parts = [head + " " * gap + by if gap + len(head) + len(by) < 80 else f"{head}\n{by}"]
    parts.append(_walk(report, problem))
    if not report.solution.success:
        message = report.message[0].upper() + report.message[1:] + "."
        parts.append("\n".join(textwrap.wrap(message, 79)))
    parts.append("\n".join(_check(check) for check in report.checks))
    parts.append("\n".join(textwrap.wrap(_verdict(report), 79)))
    return readable("\n\n".join(parts))


def start(x0: Vector, learning_rate: float) -> str:
    """Where a walk starts, and how long its steps are."""
    place = ", ".join(f"{part:g}" for part in x0)
    return f"from {place if len(x0) == 1 else f'({place})'}, α = {learning_rate:.4g}"


def readable(text: str) -> str:
    """The text, with Greek spelled out where stdout cannot show it."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeError:
        for letter, plain in _LETTERS.items():
            text = text.replace(letter, plain)
    return text


def _walk(report: Report, problem: Problem) -> str:
    solution = report.solution
    assert solution is not None
    size = len(solution.x)
    names = ["θ"] if size == 1 else [f"θ{'₁₂₃₄₅₆₇₈₉'[i]}" for i in range(size)]
    known = problem.closed_form is not None
    rows = [("step", *names, "J", "off the closed form" if known else "")]
    for step in sorted({step for step in _STEPS if step < solution.nit} | {solution.nit}):
        x = solution.trajectory[step]
        last = step == solution.nit
        note = _off(report, problem, step) if known else ""
        if last and solution.success:
            note = report.message
        rows.append((str(step).rjust(4), *map(_figure, (*x, problem.fun(x))), note))
    return "\n".join(_row(row) for row in rows)


def _row(cells: tuple[str, ...]) -> str:
    step, *figures, note = cells
    width = 14 if len(figures) < 4 else 13
    return (
        f"  {step.rjust(4)}   {''.join(figure.ljust(width) for figure in figures)}{note}".rstrip()
    )


def _off(report: Report, problem: Problem, step: int) -> str:
    solution = report.solution
    assert solution is not None and problem.closed_form is not None
    exact = problem.closed_form(solution.trajectory[0], report.learning_rate, step)
    return f"{math.dist(solution.trajectory[step], exact):.2g}"


def _figure(value: float) -> str:
    return f"{value:.8g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.4e}"


def _check(check: CheckResult) -> str:
    head = f"  {check.code}  {readable(check.name):<38}"
    if check.passed is None:
        return f"{head}  skipped ({check.skipped})"
    verdict = output.style("ok", "good") if check.passed else output.style("FAILED", "error")
    return f"{head}  worst {check.observed:<7.2g}  bound {check.bound:<7.2g}  {verdict}"


def _verdict(report: Report) -> str:
    counts = [check.passed for check in report.checks]
    ran, failed, skipped = len(counts) - counts.count(None), counts.count(False), counts.count(None)
    figures = f"{ran} checks, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    who = "This Python" if report.backend == "plain" else report.computed_by
    if report.passed:
        return f"{who} descends. {figures}."
    if failed:
        names = ", ".join(check.code for check in report.checks if check.passed is False)
        return f"{who} does not compute rightly: {names}. {figures}."
    return f"The walk did not arrive; what it computed on the way is right. {figures}."
