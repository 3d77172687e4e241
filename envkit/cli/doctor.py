"""`envkit doctor`: (its helper writes this)."""

from __future__ import annotations


def doctor() -> None:
    """(to come)."""
