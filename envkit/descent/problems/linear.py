"""J = 0.55 − (5θ₁ + 2θ₂ − 12θ₃): a slope, the same everywhere.

Source: the founding article's J(θ) whose gradient is <-5, -2, 12>. It has no lowest place: each
step goes on by α·<5, 2, -12>, and the walk takes ten steps.
"""

from __future__ import annotations

from envkit.descent.model import Problem, Vector
from envkit.descent.vector import minus, times


def fun(x: Vector) -> float:
    """J = 0.55 − (5θ₁ + 2θ₂ − 12θ₃)."""
    return 0.55 - (5 * x[0] + 2 * x[1] - 12 * x[2])


def grad(x: Vector) -> Vector:
    """∇J = <-5, -2, 12>, wherever x is."""
    return (-5.0, -2.0, 12.0)


def closed_form(x0: Vector, learning_rate: float, k: int) -> Vector:
    """Step k stands k steps of the same length from the start."""
    return minus(x0, times(k * learning_rate, grad(x0)))


PROBLEM = Problem(
    title="J = 0.55 − (5θ₁ + 2θ₂ − 12θ₃)",
    fun=fun,
    grad=grad,
    x0=(0.0, 0.0, 0.0),
    minimum=None,
    learning_rate=0.1,
    closed_form=closed_form,
    hessian=((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    linear=(5.0, 2.0, -12.0),
    stop="steps",
    max_steps=10,
    known_gradient=((0.0, 0.0, 0.0), (-5.0, -2.0, 12.0)),
)
