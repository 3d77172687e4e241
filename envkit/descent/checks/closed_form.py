"""Every step stands where the closed form says, to within what rounding can do.

Compared with the end alone, this also sees one wrong step, a stale gradient or a wrong scale:
all of these reach the minimum in the end.

The bound is a running one. A step adds an error of a few roundings of |x| + α|∇J|, and passes on
what was there before, shrunk by the contraction ρ = max |1 − αλ| of the Hessian:
bound ← ρ·bound + 8ε(|x| + α|∇J|), where the gradient of a quadratic is allowed its own length,
|∇J| ≤ |H||x| + |b|. The figures shown are those of the step that came nearest to its bound.
"""

from __future__ import annotations

import math

from envkit.descent.model import EPSILON, Check, Measure, Walk
from envkit.descent.quadratic import contraction, modes
from envkit.descent.vector import norm


def measure(walk: Walk) -> Measure | str:
    """The error and the bound of the step with the largest error for its bound."""
    problem, x0 = walk.problem, walk.solution.trajectory[0]
    if problem.closed_form is None or problem.hessian is None:
        return "no closed form is known"
    shrink = contraction(problem.hessian, walk.learning_rate)
    steepest = max(abs(eigenvalue) for eigenvalue, _ in modes(problem.hessian))
    offset = norm(problem.linear or ()) + steepest * norm(problem.minimum or ())
    # The closed form rounds as well: it goes to the eigenvectors and back.
    own = 8 * EPSILON * (norm(x0) + norm(problem.minimum or ()))
    worst, bound = Measure(0.0, own), own
    for k, x in enumerate(walk.solution.trajectory):
        off = math.dist(x, problem.closed_form(x0, walk.learning_rate, k))
        if not off <= bound:
            return Measure(off, bound)
        if off * worst.bound >= worst.observed * bound:
            worst = Measure(off, bound)
        work = norm(x) + walk.learning_rate * (steepest * norm(x) + offset)
        bound = shrink * bound + 8 * EPSILON * work
    return worst


CHECK = Check("D01", "every step on the closed form", measure)
