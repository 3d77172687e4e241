"""`envkit explain`: (its helper writes this)."""

from __future__ import annotations


def explain() -> None:
    """(to come)."""
