"""`envkit install`: (its helper writes this)."""

from __future__ import annotations


def install() -> None:
    """(to come)."""
