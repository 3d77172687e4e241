"""NumPy's float32 least squares, 4096 × 16, every step against the closed form.

Done in half the width, so that the bound, 8 κ √d ε, is that of float32: arithmetic that is
silently cut short further (TF32, bfloat16) is off by a hundred times as much.
"""

from __future__ import annotations

from envkit.descent import least_squares
from envkit.descent.model import Check, Measure, Walk


def measure(walk: Walk) -> Measure | str:
    """The worst error of all steps, in parts of the minimum's length."""
    return least_squares.measure("float32")


CHECK = Check("D03", "NumPy least squares, float32", measure, backend="numpy")
