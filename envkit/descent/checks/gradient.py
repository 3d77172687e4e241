"""The gradient is what central differences of J give, all along the way.

With a nudge of ε^⅓ both errors of a central difference, rounding (εJ over the nudge) and
curvature (the nudge squared), are about ε^⅔ = 3.7e-11 of the size of J and its gradient; the
bound is 8 times that. At most 200 places are asked.
"""

from __future__ import annotations

from envkit.descent.model import EPSILON, Check, Measure, Problem, Vector, Walk
from envkit.descent.vector import minus, norm

_NUDGE = EPSILON ** (1 / 3)
_PLACES = 200


def measure(walk: Walk) -> Measure | str:
    """The largest difference, as part of the size of J and its gradient there."""
    problem, backend = walk.problem, walk.backend
    gradient = backend.gradient(problem)
    trajectory = walk.solution.trajectory
    worst = 0.0
    for x in trajectory[:: len(trajectory) // _PLACES + 1]:
        exact = backend.floats(gradient(backend.array(x)))
        felt = central_differences(problem, x)
        size = max(1.0, abs(problem.fun(x)), norm(exact))
        off = norm(minus(exact, felt)) / size
        if not off <= worst:
            worst = off
    return Measure(worst, 8 * EPSILON ** (2 / 3))


def central_differences(problem: Problem, x: Vector) -> Vector:
    """(J(x + h) - J(x - h)) / 2h along each axis."""
    slopes = []
    for i in range(len(x)):
        nudge = _NUDGE * max(1.0, abs(x[i]))
        ahead, behind = x[i] + nudge, x[i] - nudge
        rise = problem.fun((*x[:i], ahead, *x[i + 1 :])) - problem.fun(
            (*x[:i], behind, *x[i + 1 :])
        )
        slopes.append(rise / (ahead - behind))  # the nudge as it was rounded
    return tuple(slopes)


CHECK = Check("D24", "gradient against central differences", measure)
