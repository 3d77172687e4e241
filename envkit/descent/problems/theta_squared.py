"""J = θ² from 1 with α = 0.4.

Source: the founding article's example in one variable: 1, 0.2, 0.04, 0.008, 0.0016; step k
stands at 0.2^k. In floats the steps are 0.19999999999999996, 0.03999999999999998 and so on, so
the printed rows hold to their last digit, not with `==`.
"""

from __future__ import annotations

from envkit.descent.model import Known, Problem, Vector


def fun(x: Vector) -> float:
    """J = θ²."""
    return x[0] * x[0]


def grad(x: Vector) -> Vector:
    """∇J = <2θ>."""
    return (2 * x[0],)


def closed_form(x0: Vector, learning_rate: float, k: int) -> Vector:
    """Each step multiplies θ by 1 - 2α = 0.2."""
    return ((1 - 2 * learning_rate) ** k * x0[0],)


PROBLEM = Problem(
    title="J = θ²",
    fun=fun,
    grad=grad,
    x0=(1.0,),
    minimum=(0.0,),
    learning_rate=0.4,
    closed_form=closed_form,
    hessian=((2.0,),),
    linear=(0.0,),
    known=(
        Known(1, (0.2,), 1e-15),
        Known(2, (0.04,), 1e-15),
        Known(3, (0.008,), 1e-15),
        Known(4, (0.0016,), 1e-15),
    ),
)
