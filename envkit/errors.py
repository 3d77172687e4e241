"""What envkit expects to go wrong: one class, a remedy in each, and an exit status."""

from __future__ import annotations


class EnvkitError(Exception):
    """Something that the user can put right; `hint` says how."""

    exit_status = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(EnvkitError):
    """The command line, or a name in it, cannot be meant: exit 2."""

    exit_status = 2


class Refused(EnvkitError):
    """Nothing was written, or everything was put back: exit 3."""


class Unreadable(EnvkitError):
    """A file that is needed cannot be read or understood: exit 3."""
