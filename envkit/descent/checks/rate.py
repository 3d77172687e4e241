"""The slowest mode of the error shrinks by 1 − αλ a step: the rate that theory gives.

The error is seen along the eigenvector whose factor is nearest to 1 (or beyond); the step is
measured until the error drowns in rounding, and the worst ratio counts. A walk that reaches the
minimum at another rate used another learning rate, or another gradient.
"""

from __future__ import annotations

from envkit.descent.model import EPSILON, Check, Measure, Walk
from envkit.descent.quadratic import modes
from envkit.descent.vector import dot, minus, norm

_NOISE = 1e4 * EPSILON  # below this part of |x| and |x*| an error's own rounding shows
_BOUND = 1e-2  # at the noise's edge a ratio of two errors is good to some 1e-3


def measure(walk: Walk) -> Measure | str:
    """How far a step's factor was from 1 - αλ, as part of it."""
    problem, trajectory = walk.problem, walk.solution.trajectory
    if problem.hessian is None or problem.minimum is None:
        return "no rate is known"
    minimum = problem.minimum
    eigenvalue, mode = max(modes(problem.hessian), key=lambda m: abs(1 - walk.learning_rate * m[0]))
    expected = 1 - walk.learning_rate * eigenvalue
    errors = [dot(mode, minus(x, minimum)) for x in trajectory]
    floor = [_NOISE * (norm(x) + norm(minimum)) for x in trajectory]
    pairs = [
        (before, after)
        for before, after, least in zip(errors[:-1], errors[1:], floor[:-1], strict=True)
        if abs(before) > least
    ]
    if not pairs or not expected:
        return "no such mode here"
    gaps = [abs(after / before / expected - 1) for before, after in pairs]
    return Measure(max(gaps, key=lambda gap: (gap != gap, gap)), _BOUND)


CHECK = Check("D05", "rate of the slowest mode", measure)
