"""`envkit uninstall`: (its helper writes this)."""

from __future__ import annotations


def uninstall() -> None:
    """(to come)."""
