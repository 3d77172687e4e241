"""What a trace says of lines and values without what may be a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from envkit import secrets


def call(variable: str, words: str) -> str:
    """How a line was reached (`add ~/bin at ~/.bashrc:6`), cut where a secret may follow.

    Where the traced variable is one itself, the first word and the place are told alone.
    """
    if not secrets.secret(variable):
        return secrets.line(words)
    found = re.fullmatch(r"(\S+) (.*?)( at \S+:\d+)?", words, flags=re.DOTALL)
    if not found or found[1] == "from" or words == "prompt hook":
        return words
    return f"{found[1]} {secrets.KEPT_BACK}{found[3] or ''}"


def note(variable: str, words: str) -> str:
    """What could not be seen; the line at which that was stands in brackets."""
    if not secrets.secret(variable):
        return secrets.line(words)
    return re.sub(r" \(.*\)", f" {secrets.KEPT_BACK}", words, flags=re.DOTALL)


def hidden(data: dict[str, Any]) -> dict[str, Any]:
    """A trace as JSON has it, without a secret's values."""
    variable = data["variable"]
    assignments, entries = data["assignments"], data["entries"]
    hide(variable, [data, *assignments, *data.get("steps", ())])
    for row in (*assignments, *entries):
        row["via"] = call(variable, row["via"])
    if secrets.secret(variable):
        data["entries"] = []
    data["notes"] = [note(variable, words) for words in data["notes"]]
    return data


def hide(variable: str, rows: Iterable[dict[str, Any]]) -> None:
    """Take a secret's values out of these; `hidden` says where there is one."""
    kept = secrets.secret(variable)
    for row in rows:
        for name in ("value", "before", "after"):
            given = row.get(name)
            if kept and given is not None:
                row[name], row["hidden"] = None, True
            elif given:
                row[name] = secrets.shown(variable, given)
        if kept:
            for name in ("added", "removed", "moved"):
                row.pop(name, None)
