"""`envkit trace`: (its helper writes this)."""

from __future__ import annotations


def trace() -> None:
    """(to come)."""
