"""`envkit descent`: (its helper writes this)."""

from __future__ import annotations


def descent() -> None:
    """(to come)."""
