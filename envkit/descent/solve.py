"""Gradient descent: x <- x - learning_rate * grad(x), until it is near enough.

A walk that runs away or takes too long is a result with a message, not an exception.
"""

from __future__ import annotations

import math
from dataclasses import replace

from envkit.descent import backend as backend_called
from envkit.descent.model import (
    Backend,
    Check,
    CheckResult,
    Measure,
    Problem,
    Solution,
    Vector,
    Walk,
)
from envkit.descent.quadratic import largest_learning_rate

_RUNAWAY = 1e12  # a walk that climbed this many times higher than its start will not come back


def solve(problem: Problem, backend: Backend) -> Solution:
    """Walk down `problem` from its x0 with `backend`; the message says how it ended."""
    gradient, x = backend.gradient(problem), backend.array(problem.x0)
    trajectory = [problem.x0]
    while True:
        slope = gradient(x)
        ending = _ending(problem, trajectory, backend.floats(slope))
        if ending:
            break
        x = backend.step(x, slope, problem.learning_rate)
        trajectory.append(backend.floats(x))
    here, nit = trajectory[-1], len(trajectory) - 1
    return Solution(here, _fun(problem, here), nit, *ending, tuple(trajectory))


def walk(
    problem: Problem,
    backend: Backend,
    x0: Vector | None = None,
    learning_rate: float | None = None,
    tol: float | None = None,
    max_steps: int | None = None,
) -> Walk:
    """Solve `problem` with what is given in place of its own start, rate and limits.

    A problem that only walks some steps is held to its gradient once a `tol` is given.
    """
    stop = problem.stop
    if tol is not None and stop == "steps":
        stop = "gradient"
    changed = replace(
        problem,
        stop=stop,
        x0=problem.x0 if x0 is None else x0,
        learning_rate=problem.learning_rate if learning_rate is None else learning_rate,
        tol=problem.tol if tol is None else tol,
        max_steps=problem.max_steps if max_steps is None else max_steps,
    )
    return Walk(problem, backend, changed.learning_rate, solve(changed, backend))


def judge(walk: Walk, checks: tuple[Check, ...]) -> tuple[CheckResult, ...]:
    """Put every check to the walk; one that cannot be asked is skipped with its reason."""
    results = []
    for check in checks:
        if check.backend not in ("", walk.backend.name):
            missing = backend_called(check.backend).missing()
            answer: Measure | str = (
                f"no {missing} here" if missing else f"for --backend {check.backend}"
            )
        else:
            answer = check.measure(walk)
        if isinstance(answer, str):
            results.append(CheckResult(check.code, check.name, None, None, None, answer))
        else:
            passed = answer.observed <= answer.bound  # False for NaN
            results.append(
                CheckResult(check.code, check.name, answer.observed, answer.bound, passed)
            )
    return tuple(results)


def _ending(problem: Problem, trajectory: list[Vector], slope: Vector) -> tuple[bool, str] | None:
    """Success and message where the walk ends here, None where it goes on."""
    here, nit = trajectory[-1], len(trajectory) - 1
    if _near(problem, here, slope):
        return True, f"{_criterion(problem)}: done"
    if math.isnan(sum(here)):
        return False, f"no number any more after {nit} steps"
    if not _fun(problem, here) < _RUNAWAY * (1 + abs(_fun(problem, trajectory[0]))):
        return False, _diverged(problem, nit)
    return _out_of_steps(problem) if nit >= problem.max_steps else None


def _fun(problem: Problem, x: Vector) -> float:
    try:
        return problem.fun(x)
    except OverflowError:  # float ** int raises where float * float gives infinity
        return math.inf


def _near(problem: Problem, x: Vector, slope: Vector) -> bool:
    if problem.stop == "distance" and problem.minimum is not None:
        return math.dist(x, problem.minimum) < problem.tol
    # A sum with NaN is NaN, and NaN is near nothing.
    return problem.stop == "gradient" and all(abs(part) <= problem.tol for part in slope)


def _criterion(problem: Problem) -> str:
    if problem.stop == "gradient":
        return f"every |∂J| ≤ {problem.tol:g}"
    away = "θ − θ*" if any(problem.minimum or ()) else "θ"
    return f"|{away}| < {problem.tol:g}"


def _diverged(problem: Problem, nit: int) -> str:
    said = f"diverged: J is beyond {_RUNAWAY:g} times its start after {nit} steps"
    if problem.hessian is None:
        return f"{said}; a smaller learning rate than {problem.learning_rate:g} may converge"
    bound = largest_learning_rate(problem.hessian)
    return f"{said}; the learning rate {problem.learning_rate:g} must be below 2/λmax = {bound:.4g}"


def _out_of_steps(problem: Problem) -> tuple[bool, str]:
    steps = f"{problem.max_steps} steps"
    if problem.stop == "steps":
        return True, f"{steps}: done"
    said = f"{steps} were not enough for {_criterion(problem)}"
    if problem.hessian is not None:
        bound = largest_learning_rate(problem.hessian)
        if not 0 < problem.learning_rate < bound:
            said += (
                f"; the learning rate {problem.learning_rate:g} must lie between 0 and "
                f"2/λmax = {bound:.4g}"
            )
    return False, said
