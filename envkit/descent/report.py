"""One run of one backend as data: what the command line prints, and a child process sends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from envkit.descent import backend, every_check, problem
from envkit.descent.model import CheckResult, Solution, Vector
from envkit.descent.solve import judge, walk


@dataclass(frozen=True, slots=True)
class Report:
    """A walk and its checks; `solution` is None where the backend did not run, see `message`.

    `computed_by` names the library and its version. `skipped`: the backend is not installed, so
    that nothing was tried.
    """

    problem: str
    backend: str
    computed_by: str
    learning_rate: float
    solution: Solution | None
    checks: tuple[CheckResult, ...]
    message: str = ""
    skipped: bool = False

    @property
    def passed(self) -> bool:
        """Whether the walk arrived and no check failed."""
        arrived = self.solution is not None and self.solution.success
        return arrived and not any(check.passed is False for check in self.checks)


def run(
    problem_name: str,
    backend_name: str,
    x0: Vector | None = None,
    learning_rate: float | None = None,
    tol: float | None = None,
    max_steps: int | None = None,
) -> Report:
    """Walk down a problem with a backend and put every check to it; KeyError on unknown names."""
    chosen = backend(backend_name)
    done = walk(problem(problem_name), chosen, x0, learning_rate, tol, max_steps)
    results = judge(done, every_check())
    return Report(
        problem_name,
        chosen.name,
        chosen.version(),
        done.learning_rate,
        done.solution,
        results,
        done.solution.message,
    )


def as_data(report: Report) -> dict[str, Any]:
    """The report for JSON, the solution's fields beside its own.

    JSON knows no infinity and no NaN: both become null.
    """
    walked = report.solution
    data = {
        "problem": report.problem,
        "backend": report.backend,
        "computed_by": report.computed_by,
        "learning_rate": report.learning_rate,
        "x": walked.x if walked else None,
        "fun": walked.fun if walked else None,
        "nit": walked.nit if walked else None,
        "success": bool(walked and walked.success),
        "message": report.message,
        "skipped": report.skipped,
        "trajectory": walked.trajectory if walked else (),
        "checks": [
            {field.name: getattr(check, field.name) for field in fields(check)}
            for check in report.checks
        ],
    }
    return {name: _finite(value) for name, value in data.items()}


def from_data(data: Mapping[str, Any]) -> Report:
    """The report that `as_data` told; what it had to tell as null is NaN again."""
    solution = None
    if data["x"] is not None:
        solution = Solution(
            _vector(data["x"]),
            _number(data["fun"]),
            data["nit"],
            data["success"],
            data["message"],
            tuple(map(_vector, data["trajectory"])),
        )
    checks = tuple(
        CheckResult(**check)
        if check["passed"] is None
        else CheckResult(**{**check, "observed": _number(check["observed"])})
        for check in data["checks"]
    )
    return Report(
        data["problem"],
        data["backend"],
        data["computed_by"],
        data["learning_rate"],
        solution,
        checks,
        data["message"],
        data["skipped"],
    )


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    return value


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _vector(parts: list[float | None]) -> Vector:
    return tuple(map(_number, parts))
