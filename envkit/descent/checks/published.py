"""The numbers that were printed about this problem: its rows and its gradient.

Where all digits were printed `==` is meant, and the bound is 0. An array library may round
otherwise on the way, and gets the last few bits: 8ε for each step so far.
"""

from __future__ import annotations

import math

from envkit.descent.model import EPSILON, Check, Known, Measure, Walk
from envkit.descent.vector import norm


def measure(walk: Walk) -> Measure | str:
    """The printed number that is off by most for its digits."""
    trajectory = walk.solution.trajectory
    if not walk.as_published:
        return "another start or rate"
    rows = [known for known in walk.problem.known if known.step < len(trajectory)]
    measures = [
        Measure(math.dist(trajectory[row.step], row.x), _allowed(walk, row)) for row in rows
    ]
    if walk.problem.known_gradient:
        x, printed = walk.problem.known_gradient
        gradient = walk.backend.gradient(walk.problem)(walk.backend.array(x))
        off = math.dist(walk.backend.floats(gradient), printed)
        measures.append(Measure(off, 8 * EPSILON * (1 + norm(printed))))
    if not measures:
        return "no number was published"
    return max(measures, key=_nearness)


def _nearness(measure: Measure) -> float:
    """How much of its bound a measure takes up; beyond it, the whole of infinity."""
    if not measure.observed <= measure.bound:
        return math.inf
    return measure.observed / measure.bound if measure.bound else 0.0


def _allowed(walk: Walk, row: Known) -> float:
    exact = walk.backend.name == "plain" and not row.within
    return 0.0 if exact else row.within + 8 * EPSILON * (row.step + 1) * norm(row.x)


CHECK = Check("D25", "the published numbers", measure)
