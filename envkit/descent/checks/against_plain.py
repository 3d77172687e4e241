"""This backend walks where plain Python walks: two ways to compute, one answer.

The oracle where no closed form is known. A problem may be computed in another order here, so
each step may be off by 8ε of its size; along a walk that does not diverge those add up at most.
"""

from __future__ import annotations

import math

from envkit.descent.backends import plain
from envkit.descent.model import EPSILON, Check, Measure, Walk
from envkit.descent.quadratic import modes
from envkit.descent.vector import norm


def measure(walk: Walk) -> Measure | str:
    """The largest distance between the two walks, and what rounding allows."""
    if walk.backend.name == plain.BACKEND.name:
        return "it is plain Python"
    x, worst, bound, size = walk.solution.trajectory[0], 0.0, 0.0, 0.0
    steepest = max(abs(value) for value, _ in modes(walk.problem.hessian or ((1.0,),)))
    for place in walk.solution.trajectory:
        off = math.dist(place, x)
        worst = worst if off <= worst else off
        size = max(size, norm(x), norm(place))
        bound += 8 * EPSILON * (1 + walk.learning_rate * steepest) * size
        x = plain.step(x, walk.problem.grad(x), walk.learning_rate)
    return Measure(worst, bound)


CHECK = Check("D26", "the same walk as in plain Python", measure)
