"""Interrupted write.

## What it finds

An envkit that was killed, or lost its power, while it wrote startup files: its journal is still
there, and no envkit is at work. The system's journal is looked at, too, where root asks.

## Why it matters

Each file is whole, but some may be new and others old, and files named `.NAME.envkit-ID.old` lie
beside them.

## Example

    # ~/.local/state/envkit/journal.json
    {"version": 1, "folders": [], "environment": null, "receipt": {
      "version": 2, "id": "20261124-101502", "status": "applied",
      "when": "2026-11-24T10:15:02+0000", "title": "install descent",
      "edits": []}}

## Fix

Run any envkit command that writes: before it does anything of its own, it finishes what was
interrupted or undoes it, whole, and says which. A file that somebody has written to since stays.

Evidence: https://github.com/NixOS/nix/issues/7069
"""

from __future__ import annotations

from collections.abc import Iterator

from envkit.facts.startup import Startup
from envkit.facts.written import Pending, Written
from envkit.finding import Finding, Fix, Rule
from envkit.model import Location


def check(written: Written, startup: Startup) -> Iterator[Finding]:
    """Yield one finding for each transaction that was interrupted."""
    for each in written.pending:
        readers = {name for path in each.files for name in startup.readers(path)}
        every = tuple(order.context for order in startup.orders)
        yield Finding(
            "EK117",
            "error",
            _message(each),
            Location(each.place, 1) if each.scope == "user" else None,
            tuple(name for name in every if name in readers) or every,
            fix=_fix(each),
        )


def _message(each: Pending) -> str:
    if each.problem:
        return f"{each.problem}."
    files = f"{len(each.files)} file{'' if len(each.files) == 1 else 's'}"
    return (
        f"An envkit ended while it wrote {files} ({each.title}, {each.when[:16].replace('T', ' ')})"
        f": {each.place} is still there. Some may be new and others old."
    )


def _fix(each: Pending) -> Fix:
    if each.problem:
        return Fix(f"look at the files named .*.envkit-*.old first; then remove {each.place}")
    command = "envkit uninstall" if each.title == "uninstall" else "envkit install"
    if each.scope == "system":
        command = f"sudo {command} --system"
    return Fix("any command that writes ends it first", (command,))


RULE = Rule("EK117", "error", check)
