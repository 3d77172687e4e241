"""The text of `envkit order --why FILE`: where it is read, and what would change that."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from envkit.cli import output
from envkit.host import Host
from envkit.why import Why

_STYLES = {"read": "good", "hidden": "warning", "unreadable": "error"}
_ORDER = ("read", "unreadable", "hidden", "skipped", "missing")
_CONTEXTS_AT, _REASON_AT, _WIDTH = 14, 42, 80


def text(host: Host, path: Path, found: tuple[Why, ...], others: tuple[str, ...]) -> str:
    """The whole answer."""
    here = [one for one in found if not one.one.absent]
    read = [one for one in here if one.status == "read"]
    shown = host.show(path)
    shell = next((one.one.start.shell.title for one in here if not one.one.context.shell), "")
    if read:
        head = f"{shown} is read in {len(read)} of {len(here)} contexts ({shell})"
    else:
        head = f"{shown} is read in none of {len(here)} contexts ({shell})"
        own = [one for one in here if one.one.context.shell is None]
        if others and not any(map(_can_be_read, own)):
            head += f"; it is a file of {', '.join(others)}"
        elif not any(map(_can_be_read, here)):
            head += ": a startup file would have to source it"
    lines = textwrap.wrap(head, _WIDTH, break_on_hyphens=False)
    lines = [output.style(line, "strong") for line in lines] + [""]
    groups: dict[tuple[str, str], list[Why]] = {}
    for one in sorted(here, key=_rank):
        groups.setdefault((one.status, _reason(one)), []).append(one)
    for (status, reason), members in groups.items():
        lines += _group(status, reason, members)
    if any(one.one.imitated for one in here):
        lines += ["", "*: can only be imitated here"]
    return "\n".join(lines)


def _can_be_read(one: Why) -> bool:
    """Whether a shell would read it, were it, or something else, otherwise."""
    return bool(one.changes) or one.status == "unreadable" or "would be read" in one.reason


def _rank(one: Why) -> int:
    """What is read first, what has no shell last."""
    return len(_ORDER) if one.one.start.shell.name == "none" else _ORDER.index(one.status)


def _reason(one: Why) -> str:
    if one.status != "read":
        return one.reason
    return f"{_nth(one.place)}: {one.reason}"


def _nth(place: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10 if place % 100 not in (11, 12, 13) else 0)
    return f"{place}{ending or 'th'}"


def _group(status: str, reason: str, members: list[Why]) -> Iterator[str]:
    names = ", ".join(each.one.context.title + "*" * bool(each.one.imitated) for each in members)
    left = textwrap.wrap(names, _REASON_AT - _CONTEXTS_AT - 2, break_on_hyphens=False)
    right = textwrap.wrap(
        reason, _WIDTH - _REASON_AT, break_on_hyphens=False, break_long_words=False
    )
    for at in range(max(len(left), len(right))):
        word = output.style(f"{status:12}", _STYLES.get(status, "dim")) if at == 0 else " " * 12
        name = left[at] if at < len(left) else ""
        why = right[at] if at < len(right) else ""
        yield f"  {word}{name:{_REASON_AT - _CONTEXTS_AT}}{why}".rstrip()
