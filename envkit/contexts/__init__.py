"""The ways in which a process comes to have its environment: one file each, ending in CONTEXT."""

from __future__ import annotations

from typing import cast

from envkit import discover
from envkit.model import Context, Platform

# The order in which they are told: what a person meets first, first.
_FIRST = ("login_terminal", "terminal", "ssh_command", "script", "cron")


def get(name: str) -> Context:
    """The context of that name; UsageError with the known names where there is none."""
    return cast(Context, discover.get(__name__, "CONTEXT", name))


def every() -> tuple[Context, ...]:
    """All contexts: the common ones in their order, then any others by name."""
    known: tuple[Context, ...] = discover.every(__name__, "CONTEXT")
    first = {name: place for place, name in enumerate(_FIRST)}
    return tuple(sorted(known, key=lambda one: first.get(one.name, len(first))))


def default(platform: Platform) -> Context:
    """A terminal as this platform opens it."""
    return get("login_terminal" if platform.terminal_is_login else "terminal")
