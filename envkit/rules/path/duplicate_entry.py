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
from envkit.finding import Finding, Fix, Rule
from envkit.model import Location
from envkit.provenance import PathEntry, Trace


def check(traces: Traces, startup: Startup) -> Iterator[Finding]:
    """Yield one finding for each entry of a user's line that stands in PATH already."""
    for trace in traces.traces:
        first: dict[str, int] = {}
        for index, entry in enumerate(trace.entries):
            front = first.setdefault(entry.directory, index)
            if front == index and entry.same_as is not None:
                front = entry.same_as - 1  # entries are counted from 1
            if front != index and entry.directory:
                yield from _judge(_Pair(trace, front, index, startup))


class _Pair:
    """Two entries of one folder: `front` is the one that is found, `back` never counts."""

    def __init__(self, trace: Trace, front: int, back: int, startup: Startup) -> None:
        self.trace, self.startup = trace, startup
        self.front, self.back = trace.entries[front], trace.entries[back]
        self.adjacent = all(
            entry.directory == self.front.directory for entry in trace.entries[front:back]
        )

    def is_users(self, entry: PathEntry) -> bool:
        """Whether a line below the home directory put it there."""
        return entry.set_by is not None and self.startup.is_users(entry.set_by.path)

    def is_own_line(self, entry: PathEntry) -> bool:
        """Whether that line stands in one of the shell's own files, not in some tool's."""
        return entry.set_by is not None and entry.set_by.path in self.startup.own_files

    def removal(self, entry: PathEntry) -> str:
        """How to be rid of an entry: its line, or its part of it."""
        alone = sum(other.set_by == entry.set_by for other in self.trace.entries) == 1
        return (
            f"delete {entry.set_by}" if alone else f"take {entry.directory} out of {entry.set_by}"
        )


def _judge(pair: _Pair) -> Iterator[Finding]:
    front, back = pair.front, pair.back
    if front.directory == back.directory:
        if back.set_by is not None and front.set_by == back.set_by:
            if pair.is_users(back):
                yield _by_one_line(pair, back.set_by)
        elif pair.is_users(back) or pair.is_users(front):
            yield _by_two_lines(pair)
    elif pair.is_users(back):
        message = (
            f"{back.directory} is another name of {front.directory}, which is in PATH already."
        )
        yield _finding(pair, message, back.set_by, pair.removal(back))


def _by_one_line(pair: _Pair, where: Location) -> Finding:
    if sum(change.where == where for change in pair.trace.assignments) > 1:
        message = f"{where} puts {pair.back.directory} into PATH twice: the line runs twice."
        return _finding(pair, message, where, f"see that {where.path} is read once")
    message = f"{where} puts {pair.back.directory} into PATH twice: the line names it twice."
    return _finding(pair, message, where, f"{where}: name it once")


def _by_two_lines(pair: _Pair) -> Finding:
    front, back = pair.front, pair.back
    given = "what the shell was given"
    message = (
        f"{back.directory} is in PATH twice: from {front.set_by or given}, which decides, and "
        f"from {back.set_by or given}, which adds nothing."
    )
    if pair.is_own_line(back) or not pair.is_own_line(front):
        mine = back if pair.is_users(back) else front
        return _finding(pair, message, mine.set_by, pair.removal(mine))
    fix = pair.removal(front)
    if not pair.adjacent:
        fix += ", unless it has to stand in front of what is between the two"
    return _finding(pair, message, front.set_by, fix)


def _finding(pair: _Pair, message: str, where: Location | None, fix: str) -> Finding:
    return Finding("EK205", "info", message, where, (pair.trace.context,), fix=Fix(fix))


RULE = Rule("EK205", "info", check)
