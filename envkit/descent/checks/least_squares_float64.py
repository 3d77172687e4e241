"""NumPy's float64 least squares, 4096 × 16, every step against the closed form.

The bound is 8 κ √d ε: the sums of a gradient round like √d of their terms, and a condition
number of κ makes that much of it again.
"""

from __future__ import annotations

from envkit.descent import least_squares
from envkit.descent.model import Check, Measure, Walk


def measure(walk: Walk) -> Measure | str:
    """The worst error of all steps, in parts of the minimum's length."""
    return least_squares.measure("float64")


CHECK = Check("D02", "NumPy least squares, float64", measure, backend="numpy")
