"""Quadratics J = x'Hx/2 - b'x + c: their eigenvalues, and the closed form of a descent.

With H = V diag(lambda) V', the error e = x - x* obeys e_k = V diag((1 - alpha lambda)^k) V' e_0:
each eigenvector is a road of its own, walked at its own rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from envkit.descent.model import Matrix, Vector
from envkit.descent.vector import dot, minus, times


@lru_cache(maxsize=8)
def modes(hessian: Matrix) -> tuple[tuple[float, Vector], ...]:
    """Eigenvalues of a symmetric matrix, ascending, with unit eigenvectors (Jacobi, 1846)."""
    size = len(hessian)
    a = [list(row) for row in hessian]
    v = [[float(i == j) for j in range(size)] for i in range(size)]
    pairs = [(p, q) for p in range(size) for q in range(p + 1, size)]
    while any(a[p][q] * a[p][q] > 1e-40 * abs(a[p][p] * a[q][q]) for p, q in pairs):
        for p, q in pairs:
            if a[p][q]:
                _rotate(a, v, p, q)
    columns = (tuple(row[i] for row in v) for i in range(size))
    return tuple(sorted((a[i][i], column) for i, column in enumerate(columns)))


def _rotate(a: list[list[float]], v: list[list[float]], p: int, q: int) -> None:
    """Turn the plane of axes p and q until a[p][q] is 0."""
    theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
    t = math.copysign(1.0, theta) / (abs(theta) + math.hypot(theta, 1.0))
    cosine = 1 / math.hypot(t, 1.0)
    sine = t * cosine
    for row in (*a, *v):
        row[p], row[q] = cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]
    for i in range(len(a)):
        up, uq = a[p][i], a[q][i]
        a[p][i], a[q][i] = cosine * up - sine * uq, sine * up + cosine * uq
    a[p][q] = a[q][p] = 0.0


def contraction(hessian: Matrix, learning_rate: float) -> float:
    """The factor by which a step shrinks the error at worst; above 1 the walk diverges."""
    return max(abs(1 - learning_rate * eigenvalue) for eigenvalue, _ in modes(hessian))


def largest_learning_rate(hessian: Matrix) -> float:
    """2 / lambda_max: from there on a descent diverges; infinite where nothing curves."""
    steepest = max(eigenvalue for eigenvalue, _ in modes(hessian))
    return 2 / steepest if steepest > 0 else math.inf


def closed_form(hessian: Matrix, minimum: Vector) -> Callable[[Vector, float, int], Vector]:
    """Where step k of a descent on this quadratic stands, given x0 and the learning rate."""

    def at(x0: Vector, learning_rate: float, k: int) -> Vector:
        e0, error = minus(x0, minimum), times(0.0, minimum)
        for eigenvalue, mode in modes(hessian):
            amount = (1 - learning_rate * eigenvalue) ** k * dot(mode, e0)
            error = minus(error, times(-amount, mode))
        return minus(minimum, times(-1, error))

    return at
