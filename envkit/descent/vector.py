"""Vectors as tuples of floats: the few words that the formulas need."""

from __future__ import annotations

import math

from envkit.descent.model import Vector


def dot(u: Vector, v: Vector) -> float:
    """The scalar product."""
    return sum(a * b for a, b in zip(u, v, strict=True))


def minus(u: Vector, v: Vector) -> Vector:
    """u - v."""
    return tuple(a - b for a, b in zip(u, v, strict=True))


def times(factor: float, v: Vector) -> Vector:
    """A number times a vector."""
    return tuple(factor * a for a in v)


def norm(v: Vector) -> float:
    """The Euclidean length; it does not overflow before it must."""
    return math.hypot(*v)
