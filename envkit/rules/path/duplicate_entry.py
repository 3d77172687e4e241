"""Duplicate entry in PATH.

## What it finds

A folder that stands in PATH twice, with the two lines that put it there; the second never counts.
Two names of one folder (`/bin` is `/usr/bin` on most systems) are mentioned only where one of your
own lines added the second name. What `/etc` does is left to the administrator.

## Why it matters

It is harmless by itself. It tells that a line runs twice, or that two tools do the same thing, and
it makes it hard to see which line decides.

## Example

    # ~/.bashrc
    export PATH="$HOME/bin:$PATH"
    export PATH="$HOME/bin:$PATH"

## Fix

Delete the line whose entry comes second. A test that skips the edit when the folder is already
there is no cure: whoever reorders PATH in between decides, and the line can no longer put it right.

Evidence: https://github.com/tmux/tmux/issues/1497
"""

from __future__ import annotations

from collections.abc import Iterator

from envkit.facts.startup import Startup
from envkit.facts.traces import Traces
from envkit.model import Finding, Fix, Location, PathEntry, Rule, Trace


def check(traces: Traces, startup: Startup) -> Iterator[Finding]:
    """Yield one finding for each entry of a user's line that stands in PATH already."""
    for trace in traces.traces:
        first: dict[str, int] = {}
        for index, entry in enumerate(trace.entries):
            before = first.setdefault(entry.directory, index)
            if before == index and entry.same_as is not None:
                before = entry.same_as
            if before != index and entry.directory:
                yield from _findings(trace, trace.entries[before], entry, startup)


def _findings(
    trace: Trace, front: PathEntry, back: PathEntry, startup: Startup
) -> Iterator[Finding]:
    own = [entry.set_by for entry in (back, front) if _is_users(entry.set_by, startup)]
    if not own:
        return
    same = front.directory == back.directory
    if not same and not _is_users(back.set_by, startup):
        return
    others = f"{front.set_by or 'what the shell was given'}"
    if front.set_by == back.set_by and back.set_by is not None:
        times = sum(change.where == back.set_by for change in trace.assignments)
        twice = "it runs twice" if times > 1 else "the line names it twice"
        message = f"{back.set_by} puts {back.directory} into PATH twice: {twice}."
        fix = Fix(f"see that {back.set_by.path} is read once" if times > 1 else f"{back.set_by}")
    elif same:
        message = (
            f"{back.directory} is in PATH twice: from {others}, which decides, and from "
            f"{back.set_by or 'what the shell was given'}, which adds nothing."
        )
        fix = _fix(front, back, startup)
    else:
        message = (
            f"{back.directory} from {back.set_by} is {front.directory} from {others}: one folder."
        )
        fix = Fix(f"{back.set_by} can go")
    yield Finding("EK205", "info", message, own[0], (trace.context,), fix=fix)


def _fix(front: PathEntry, back: PathEntry, startup: Startup) -> Fix:
    if _is_own_line(back.set_by, startup):
        return Fix(f"delete {back.set_by}")
    if _is_own_line(front.set_by, startup):
        return Fix(
            f"delete {front.set_by}, if {back.directory} need not stand in front of all that is "
            "between the two"
        )
    return Fix("source only one of the two files")


def _is_users(where: Location | None, startup: Startup) -> bool:
    return where is not None and startup.is_users(where.path)


def _is_own_line(where: Location | None, startup: Startup) -> bool:
    return where is not None and where.path in startup.own_files


RULE = Rule("EK205", "info", check)
