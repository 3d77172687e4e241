"""`envkit order`: (its helper writes this)."""

from __future__ import annotations


def order() -> None:
    """(to come)."""
