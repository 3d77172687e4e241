"""J = θ₁² + θ₂² from (1, 3) with α = 0.1: the default.

Source: the founding article's example in two variables. Step k stands at (0.8^k, 3·0.8^k), and
its printed rows are right float for float, with two slips: what it calls Θ⁵⁰ and Θ¹⁰⁰ are Θ⁵¹
and Θ¹⁰¹. Some copies print the gradient as <2θ₂, 2θ₂>; it is <2θ₁, 2θ₂>. Step 68 is the first
with |θ| < 1e-6.
"""

from __future__ import annotations

from envkit.descent.model import Known, Problem, Vector


def fun(x: Vector) -> float:
    """J = θ₁² + θ₂²."""
    return x[0] * x[0] + x[1] * x[1]


def grad(x: Vector) -> Vector:
    """∇J = <2θ₁, 2θ₂>."""
    return (2 * x[0], 2 * x[1])


def closed_form(x0: Vector, learning_rate: float, k: int) -> Vector:
    """Each step multiplies θ by 1 - 2α = 0.8."""
    factor = (1 - 2 * learning_rate) ** k
    return (factor * x0[0], factor * x0[1])


PROBLEM = Problem(
    title="J = θ₁² + θ₂²",
    fun=fun,
    grad=grad,
    x0=(1.0, 3.0),
    minimum=(0.0, 0.0),
    learning_rate=0.1,
    closed_form=closed_form,
    hessian=((2.0, 0.0), (0.0, 2.0)),
    linear=(0.0, 0.0),
    known=(
        Known(1, (0.8, 2.4)),
        Known(2, (0.64, 1.92)),
        Known(3, (0.512, 1.536)),
        Known(4, (0.4096, 1.2288000000000001)),
        Known(10, (0.10737418240000003, 0.32212254720000005)),
        Known(51, (1.1417981541647683e-05, 3.425394462494306e-05)),
        Known(101, (1.6296287810675902e-10, 4.888886343202771e-10)),
    ),
    known_gradient=((1.0, 3.0), (2.0, 6.0)),
)
