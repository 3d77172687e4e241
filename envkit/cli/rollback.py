"""`envkit rollback`: (its helper writes this)."""

from __future__ import annotations


def rollback() -> None:
    """(to come)."""
