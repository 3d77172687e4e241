"""NumPy: float64 arrays, and H @ x - b for the gradient of a quadratic."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from envkit.descent.model import Backend, Problem, Vector


def missing() -> str:
    """NumPy, where it is not installed; it is not imported for that."""
    return "" if importlib.util.find_spec("numpy") else "NumPy"


def version() -> str:
    """NumPy's own version."""
    import numpy

    return f"NumPy {numpy.__version__}"


def array(x: Vector) -> Any:
    """Floats as an array of float64."""
    import numpy

    return numpy.array(x, dtype=numpy.float64)


def floats(x: Any) -> Vector:
    """An array as floats."""
    return tuple(x.tolist())


def gradient(problem: Problem) -> Callable[[Any], Any]:
    """H @ x - b; where the problem is no quadratic, its own gradient on NumPy's numbers."""
    if problem.hessian is None or problem.linear is None:
        return lambda x: array(problem.grad(x))
    hessian, linear = array_of_rows(problem.hessian), array(problem.linear)
    return lambda x: hessian @ x - linear


def array_of_rows(rows: tuple[Vector, ...]) -> Any:
    """A matrix as an array of float64."""
    import numpy

    return numpy.array(rows, dtype=numpy.float64)


def step(x: Any, gradient: Any, learning_rate: float) -> Any:
    """x - learning_rate * gradient."""
    return x - learning_rate * gradient


BACKEND = Backend(
    name="numpy",
    missing=missing,
    version=version,
    array=array,
    floats=floats,
    gradient=gradient,
    step=step,
)
