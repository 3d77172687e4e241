"""What flows through the descent: a problem, a walk, its solution, and what checks found.

The words are SciPy's: fun, grad, x0, x, nit, success, message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]

EPSILON = 2.0**-52  # the gap between 1 and the next float64: twice the unit roundoff


@dataclass(frozen=True, slots=True)
class Known:
    """A published number: where step `step` stands (or the gradient at `x`), to within `within`.

    `within` is half a unit of the last printed digit; 0 where all digits were printed, and `==`
    is meant.
    """

    step: int
    x: Vector
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """A function to minimise, how to walk down it, and what is known of the way.

    `minimum` is None where there is none (a slope goes down for ever). For a quadratic
    J = x'Hx/2 - b'x + c, `hessian` is H and `linear` is b: array backends compute with them, and
    the largest eigenvalue of H bounds the learning rate. `closed_form(x0, learning_rate, k)` is
    where step k stands. `stop` says what `tol` limits: the distance from the minimum, or every
    component of the gradient. `known_gradient` is a place and the gradient there.
    """

    title: str
    fun: Callable[[Vector], float]
    grad: Callable[[Vector], Vector]
    x0: Vector
    minimum: Vector | None
    learning_rate: float
    closed_form: Callable[[Vector, float, int], Vector] | None = None
    hessian: Matrix | None = None
    linear: Vector | None = None
    stop: Literal["distance", "gradient", "steps"] = "distance"
    tol: float = 1e-6
    max_steps: int = 10_000
    known: tuple[Known, ...] = ()
    known_gradient: tuple[Vector, Vector] | None = None


@dataclass(frozen=True, slots=True)
class Backend:
    """One way to compute.

    `missing()` is the name of the library that is not installed, "" where nothing is. `version()`
    names what computes. `array` takes floats in, `floats` gives them back; `gradient(problem)` is
    a function from array to array; `step(x, gradient, learning_rate)` is the next x.
    """

    name: str
    missing: Callable[[], str]
    version: Callable[[], str]
    array: Callable[[Vector], Any]
    floats: Callable[[Any], Vector]
    gradient: Callable[[Problem], Callable[[Any], Any]]
    step: Callable[[Any, Any, float], Any]


@dataclass(frozen=True, slots=True)
class Solution:
    """The end of a walk, and every place on the way, the start first."""

    x: Vector
    fun: float
    nit: int
    success: bool
    message: str
    trajectory: tuple[Vector, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A solution and how it came about: what the checks judge."""

    problem: Problem
    backend: Backend
    learning_rate: float
    solution: Solution

    @property
    def as_published(self) -> bool:
        """Whether start and learning rate are the problem's own."""
        start = self.solution.trajectory[0] == self.problem.x0
        return start and self.learning_rate == self.problem.learning_rate


@dataclass(frozen=True, slots=True)
class Measure:
    """What a check saw: `observed` is right up to `bound`; NaN never is."""

    observed: float
    bound: float


@dataclass(frozen=True, slots=True)
class Check:
    """A question to a walk: `measure` answers it, or says in words why it cannot be asked.

    `backend` names the only backend that it judges; "" means every one.
    """

    code: str
    name: str
    measure: Callable[[Walk], Measure | str]
    backend: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check's answer; `passed` is None where it was skipped, and `skipped` says why."""

    code: str
    name: str
    observed: float | None
    bound: float | None
    passed: bool | None
    skipped: str = ""
