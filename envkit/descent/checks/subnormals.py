"""Numbers below 2.2e-308 are kept: nothing flushes subnormals to zero.

A library that was built with -ffast-math switches that on for the whole process when it is
imported (symengine#1453), and small gradients vanish without a word. Asked after the backend was
imported and has walked.
"""

from __future__ import annotations

import sys

from envkit.descent.model import Check, Measure, Walk


def measure(walk: Walk) -> Measure | str:
    """How many of the smallest numbers, halved down to 5e-324, became zero."""
    backend = walk.backend
    tiny = sys.float_info.min
    lost = 0
    for _ in range(52):
        lost += tiny * 0.5 == 0
        tiny = tiny * 0.5 or tiny
    # The backend's own arithmetic, too: 0 - 0.5 * 2^-1022.
    small = backend.step(backend.array((0.0,)), backend.array((sys.float_info.min,)), 0.5)
    lost += backend.floats(small)[0] == 0
    return Measure(float(lost), 0.0)


CHECK = Check("D04", "subnormal numbers are kept", measure)
