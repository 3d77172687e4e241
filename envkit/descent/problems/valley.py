"""J = (θ₁² + 10θ₂²)/2 from (10, 1): a valley, condition number κ = 10.

Source: the classic worst case of steepest descent (Boyd and Vandenberghe, Convex Optimization,
9.3.2). With the best fixed rate, α = 2/(λmin + λmax) = 2/11, each step multiplies the error by
(κ − 1)/(κ + 1) = 9/11 = 0.818181818, to this side of the valley and to that.
"""

from __future__ import annotations

from envkit.descent.model import Problem, Vector
from envkit.descent.quadratic import closed_form

HESSIAN = ((1.0, 0.0), (0.0, 10.0))


def fun(x: Vector) -> float:
    """J = (θ₁² + 10θ₂²)/2."""
    return (x[0] * x[0] + 10 * x[1] * x[1]) / 2


def grad(x: Vector) -> Vector:
    """∇J = <θ₁, 10θ₂>."""
    return (x[0], 10 * x[1])


PROBLEM = Problem(
    title="J = (θ₁² + 10θ₂²)/2",
    fun=fun,
    grad=grad,
    x0=(10.0, 1.0),
    minimum=(0.0, 0.0),
    learning_rate=2 / 11,
    closed_form=closed_form(HESSIAN, (0.0, 0.0)),
    hessian=HESSIAN,
    linear=(0.0, 0.0),
    known_gradient=((10.0, 1.0), (10.0, 10.0)),
)
