"""Least squares of 4096 rows in 16 unknowns, in NumPy: the walk against its closed form.

Large enough that NumPy calls its BLAS, small enough for a few milliseconds. The rows are normal
random numbers, so that the condition number of H = X'X/n stays below 2 and the bound is tight.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from envkit.descent.model import Measure

ROWS, UNKNOWNS, STEPS = 4096, 16, 100


def gradient(rows: Any, w: Any, y: Any) -> Any:
    """X'(Xw - y)/n."""
    return rows.T @ (rows @ w - y) / len(y)


def measure(
    dtype: str, gradient: Callable[[Any, Any, Any], Any] = gradient, steps: int = STEPS
) -> Measure:
    """The worst error of all steps in parts of |w*|; the bound is 8 κ √d roundings of `dtype`."""
    import numpy

    random = numpy.random.default_rng(1805)  # the year of Legendre's least squares
    rows = random.standard_normal((ROWS, UNKNOWNS)).astype(dtype)
    y = (rows @ numpy.ones(UNKNOWNS, dtype) + random.standard_normal(ROWS)).astype(dtype)
    exact_rows, exact_y = rows.astype("float64"), y.astype("float64")
    values, vectors = numpy.linalg.eigh(exact_rows.T @ exact_rows / ROWS)
    minimum = numpy.linalg.solve(exact_rows.T @ exact_rows, exact_rows.T @ exact_y)
    rate = 2 / (values[0] + values[-1])
    w, start, worst = numpy.zeros(UNKNOWNS, dtype), vectors.T @ -minimum, 0.0
    for k in range(steps + 1):
        closed = minimum + vectors @ ((1 - rate * values) ** k * start)
        off = float(numpy.linalg.norm(w - closed) / numpy.linalg.norm(minimum))
        worst = worst if off <= worst else off
        w = (w - w.dtype.type(rate) * gradient(rows, w, y)).astype(dtype)
    epsilon = float(numpy.finfo(dtype).eps)
    return Measure(worst, 8 * float(values[-1] / values[0]) * UNKNOWNS**0.5 * epsilon)
