"""`envkit generate`: (its helper writes this)."""

from __future__ import annotations


def generate() -> None:
    """(to come)."""
