"""`envkit verify`: (its helper writes this)."""

from __future__ import annotations


def verify() -> None:
    """(to come)."""
