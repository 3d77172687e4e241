"""J = x², halved at every step.

Source: the founding article, which takes the gradient of y = x² at (1, 1): it is <2>. With a
learning rate of 1/4 each step halves x, so that no step rounds at all: 1, 0.5, 0.25 … 2^-k.
"""

from __future__ import annotations

from envkit.descent.model import Known, Problem, Vector


def fun(x: Vector) -> float:
    """J = x²."""
    return x[0] * x[0]


def grad(x: Vector) -> Vector:
    """∇J = <2x>."""
    return (2 * x[0],)


def closed_form(x0: Vector, learning_rate: float, k: int) -> Vector:
    """Each step multiplies x by 1 - 2α."""
    return ((1 - 2 * learning_rate) ** k * x0[0],)


PROBLEM = Problem(
    title="J = θ²",
    fun=fun,
    grad=grad,
    x0=(1.0,),
    minimum=(0.0,),
    learning_rate=0.25,
    closed_form=closed_form,
    hessian=((2.0,),),
    linear=(0.0,),
    known=tuple(Known(k, (0.5**k,)) for k in range(21)),
    known_gradient=((1.0,), (2.0,)),
)
