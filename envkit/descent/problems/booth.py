"""Booth's function, J = (θ₁ + 2θ₂ − 7)² + (2θ₁ + θ₂ − 5)², lowest at (1, 3).

Source: the usual collections of test functions. From (0, 0), where J = 74, with α = 0.1 the walk
goes to (3.4, 3.8) and (0.36, 1.08). Eigenvalues 2 and 18 along the diagonals, κ = 9; it diverges
for α > 1/9.
"""

from __future__ import annotations

from envkit.descent.model import Known, Problem, Vector
from envkit.descent.quadratic import closed_form

HESSIAN = ((10.0, 8.0), (8.0, 10.0))
MINIMUM = (1.0, 3.0)


def fun(x: Vector) -> float:
    """J = (θ₁ + 2θ₂ − 7)² + (2θ₁ + θ₂ − 5)²."""
    return (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2


def grad(x: Vector) -> Vector:
    """∇J = <10θ₁ + 8θ₂ − 34, 8θ₁ + 10θ₂ − 38>."""
    return (10 * x[0] + 8 * x[1] - 34, 8 * x[0] + 10 * x[1] - 38)


PROBLEM = Problem(
    title="J = (θ₁ + 2θ₂ − 7)² + (2θ₁ + θ₂ − 5)²",
    fun=fun,
    grad=grad,
    x0=(0.0, 0.0),
    minimum=MINIMUM,
    learning_rate=0.1,
    closed_form=closed_form(HESSIAN, MINIMUM),
    hessian=HESSIAN,
    linear=(34.0, 38.0),
    known=(Known(1, (3.4, 3.8), 1e-14), Known(2, (0.36, 1.08), 1e-14)),
    known_gradient=((0.0, 0.0), (-34.0, -38.0)),
)
