"""The commit condition of an install: no start of a shell is worse than it was before.

*Worse* is: it no longer starts within its limit, ends with another status, says something on
stderr that it did not, lacks a variable or an entry of PATH that it had. A changed order or speed
is not; nor is what was broken before. Every start is measured twice before and once after: what
differs between two starts of the same shell (a session's number in a folder's name) proves
nothing, and numbers are not compared at all, since a block moves the lines below it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

from envkit import footprints
from envkit import start as starts_room
from envkit.host import Host
from envkit.model import Start
from envkit.start import Environment

# What a shell itself says on a terminal, where its errors and all other output are one stream.
_SHELL_SPEAKS = re.compile(
    rb"(?:^|[/ -])(?:ba|da|k|z|mk|fi)?sh: |: line #|: #: "
    rb"|z(?:shrc|shenv|profile|login):#: |\[#\]: |\(line #\): "
)
# ksh93 leaves it out of what it says of a file's first line.
_WHICH_LINE = re.compile(rb"line #: ")
# Two fish that start at once in a home without their folders: the one that comes second to make
# them says so, in three lines (path.cpp, maybe_issue_path_warning).
_AT_ONCE = re.compile(rb"^warning-path: ")
# A number, or a random name in hexadecimal: of one session alone.
_CHANGING = re.compile(rb"[0-9a-f]{8,}|[0-9]+")
_COLON_LISTS = ("PATH", "MANPATH", "LD_LIBRARY_PATH", "PYTHONPATH")
# Different in every process, whatever the startup files do.
_OWN = frozenset(("_", "SHLVL", "PWD", "OLDPWD", "COLUMNS", "LINES"))

Measure = tuple[Environment, ...]


def before(host: Host, starts: Sequence[Start], limit: float = 10.0) -> tuple[Measure, ...]:
    """Two measures of each start, as the machine is now."""
    with footprints.none_left(host, starts):
        measured = starts_room.environments(host, [*starts, *starts], limit)
    return tuple(zip(measured[: len(starts)], measured[len(starts) :], strict=True))


def after(host: Host, starts: Sequence[Start], limit: float = 10.0) -> tuple[Environment, ...]:
    """One measure of each start, as the machine has become."""
    with footprints.none_left(host, starts):
        return starts_room.environments(host, starts, limit)


def worse(
    starts: Sequence[Start], measures: Sequence[Measure], after: Sequence[Environment]
) -> tuple[str, ...]:
    """What got worse since `before`, a sentence for each start; nothing where all is well."""
    found = []
    for start, measure, now in zip(starts, measures, after, strict=True):
        reason = next(compare(start, measure, now), None)
        if reason is not None:
            found.append(f"{_command(start)} {reason}")
    return tuple(found)


def changed(
    starts: Sequence[Start], measures: Sequence[Measure], after: Sequence[Environment]
) -> tuple[str, ...]:
    """What is not worse, but is to be known: another order in PATH, another speed."""
    notes = []
    for start, measure, now in zip(starts, measures, after, strict=True):
        slowest = max(one.outcome.seconds for one in measure)
        if now.outcome.seconds > 2 * slowest + 0.2:
            took = f"{now.outcome.seconds:.1f} s, before {slowest:.1f} s"
            notes.append(f"{_command(start)} took {took}")
        old, new = (_order(one.variables) for one in (measure[0], now))
        moved = [entry for entry in new if entry in old]
        common = [entry for entry in old if entry in moved]
        first = next((pair for pair in zip(moved, common, strict=True) if pair[0] != pair[1]), None)
        if first is not None:
            notes.append(f"{_command(start)} has {first[0]} before {first[1]} in PATH now")
    return tuple(notes)


def _order(variables: dict[str, str] | None) -> list[str]:
    return list(dict.fromkeys((variables or {}).get("PATH", "").split(":")))


def compare(start: Start, measure: Measure, now: Environment) -> Iterator[str]:
    """What is worse in one start now than in all of its measures before."""
    if all(one.outcome.timed_out for one in measure):
        return
    if now.outcome.timed_out:
        yield f"no longer starts within its limit{_last_words(now)}"
    elif all(one.reached for one in measure) and not now.reached:
        yield f"no longer gets as far as its command{_last_words(now)}"
    statuses = {one.outcome.status for one in measure}
    if len(statuses) == 1 and now.outcome.status not in {0, *statuses}:
        yield f"ends with status {now.outcome.status}, not {statuses.pop()}{_last_words(now)}"
    said = {_WHICH_LINE.sub(b"", mask) for one in measure for mask in _lines(one, start)}
    complaints = _complaints(now, start).items()
    new = [line for mask, line in complaints if _WHICH_LINE.sub(b"", mask) not in said]
    if new:
        # The longest says most: of `set -x` the first line is but a quote.
        yield f"says what it did not: {max(new[:5], key=len).decode('utf-8', 'replace')}"
    if now.variables is not None:
        yield from _lost(measure, now.variables)


def _lost(measure: Measure, now: dict[str, str]) -> Iterator[str]:
    known = [one.variables for one in measure if one.variables is not None]
    if len(known) < len(measure):
        return
    for name in sorted(set.intersection(*map(set, known)) - set(now) - _OWN):
        yield f"lacks the variable {name}"
    for name in _COLON_LISTS:
        had = set.intersection(*(set(_entries(one.get(name, ""))) for one in known))
        gone = sorted(had - set(_entries(now.get(name, ""))))
        if gone and name in now:
            yield f"lacks the entry {_entries(known[0][name])[gone[0]] or '(empty)'} of {name}"


def _entries(value: str) -> dict[bytes, str]:
    """The entries of a list, by what they are when a session's own numbers are left out."""
    entries = value.split(":") if value else []
    return {_CHANGING.sub(b"#", os.fsencode(entry)): entry for entry in entries}


def _lines(one: Environment, start: Start) -> dict[bytes, bytes]:
    """Lines of stderr by what they are without numbers; on a terminal those of all output."""
    text = one.outcome.stdout if start.invocation.stdin == "pty" else one.outcome.stderr
    lines = {_CHANGING.sub(b"#", line.strip()): line.strip() for line in text.splitlines()}
    lines.pop(b"", None)
    return {mask: line for mask, line in lines.items() if not _AT_ONCE.search(line)}


def _complaints(one: Environment, start: Start) -> dict[bytes, bytes]:
    """Lines of stderr; on a terminal those that a shell itself says."""
    lines = _lines(one, start)
    if start.invocation.stdin == "pty":
        return {mask: line for mask, line in lines.items() if _SHELL_SPEAKS.search(mask)}
    return lines


def _last_words(now: Environment) -> str:
    lines = (now.outcome.stderr or now.outcome.stdout).decode("utf-8", "replace").splitlines()
    spoken = [line.strip() for line in lines if line.strip()]
    return f" ({spoken[-1][:120]})" if spoken else ""


def _command(start: Start) -> str:
    argv = start.shell.argv(start.invocation, "…")
    return f"`{' '.join(argv)}`"
