"""The command line of a start, as its context itself has it."""

from __future__ import annotations

from envkit.model import Invocation


def own(how: Invocation, name: str, command: tuple[str, ...]) -> tuple[str, ...]:
    """A literal one as it is given; `command` where a command is run; else the shell's name."""
    if how.argv:
        return how.argv
    if how.command:
        return command
    return (f"-{name}",) if how.login else (name,)
