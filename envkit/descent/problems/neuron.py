"""One sigmoid neuron that learns to answer 0: J = a²/2 with a = σ(w + b).

Source: M. Nielsen, Neural Networks and Deep Learning, chapter 3 (input 1, target 0, quadratic
cost, α = 0.15, 300 epochs). From w = 0.6, b = 0.9 the output falls from 0.82 to 0.09, and w, b
end at -1.2831, -0.9831. From w = b = 2 (`--x0 2,2`) it falls from 0.98 to 0.20 only, since a
saturated neuron learns slowly. The one problem here whose gradient is not linear.
"""

from __future__ import annotations

import math

from envkit.descent.model import Known, Problem, Vector


def output(x: Vector) -> float:
    """a = σ(w + b); σ(z) = 1/(1 + e⁻ᶻ), written so that no z overflows."""
    return (1 + math.tanh((x[0] + x[1]) / 2)) / 2


def fun(x: Vector) -> float:
    """J = a²/2: the target is 0."""
    a = output(x)
    return a * a / 2


def grad(x: Vector) -> Vector:
    """∂J/∂w = ∂J/∂b = a·σ' = a·a(1 − a)."""
    a = output(x)
    slope = a * a * (1 - a)
    return (slope, slope)


PROBLEM = Problem(
    title="J = σ(θ₁ + θ₂)²/2",
    fun=fun,
    grad=grad,
    x0=(0.6, 0.9),
    minimum=None,
    learning_rate=0.15,
    stop="steps",
    max_steps=300,
    known=(Known(300, (-1.2831, -0.9831), 5e-5),),
)
