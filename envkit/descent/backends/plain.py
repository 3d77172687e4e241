"""Plain Python: floats in tuples. Needs nothing, so it is what every other backend is held to."""

from __future__ import annotations

import platform
from collections.abc import Callable

from envkit.descent.model import Backend, Problem, Vector
from envkit.descent.vector import minus, times


def gradient(problem: Problem) -> Callable[[Vector], Vector]:
    """The gradient as the problem writes it."""
    return problem.grad


def step(x: Vector, gradient: Vector, learning_rate: float) -> Vector:
    """x - learning_rate * gradient."""
    return minus(x, times(learning_rate, gradient))


BACKEND = Backend(
    name="plain",
    missing=lambda: "",
    version=lambda: f"plain Python {platform.python_version()}",
    array=lambda x: x,
    floats=lambda x: x,
    gradient=gradient,
    step=step,
)
