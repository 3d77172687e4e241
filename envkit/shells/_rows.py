"""Rows that every shell's answer has: files that it does not come by, files beyond its end."""

from __future__ import annotations

from pathlib import Path

from envkit.model import Change, Order, Start
from envkit.reading import record
from envkit.reading.walk import Walk


def open_next(walk: Walk, path: Path, reader: str, reason: str) -> str:
    """The shell opens its next startup file, unless a file before it has ended the shell."""
    if walk.ended is None:
        return walk.start(path, reader, reason)
    at = walk.record.show(walk.ended_at) if walk.ended_at else "a file before it"
    what = "replaces the shell" if walk.ended.kind == "exec" else "ends the shell"
    why = f"{at} {what} before it; read if that line did not"
    change = Change("earlier", str(walk.ended_at)) if walk.ended_at else None
    pass_by(walk, path, reader, why, missing=True, change=change)
    return "skipped" if record.opened(walk.state.host, path)[0] != "missing" else "missing"


def pass_by(
    walk: Walk,
    path: Path,
    reader: str,
    reason: str,
    missing: bool = False,
    change: Change | None = None,
) -> None:
    """A file that the shell does not open: `skipped` where it exists, else no row, or `missing`."""
    if path in walk.record.known():
        return
    status, problem = record.opened(walk.state.host, path)
    if status != "missing":
        walk.record.add(path, "skipped", reason, reader, change=change)
    elif missing:
        walk.record.add(path, "missing", problem, reader)


def name_system_files(walk: Walk, start: Start, by: Path, reader: str) -> None:
    """What this platform has beside `by`, and the start did not come by: missing, not sourced."""
    for name in start.platform.system_files:
        path = Path(name)
        if path in walk.record.known():
            continue
        if "*" in path.name:
            folder = any(row.path.parent == path.parent for row in walk.record.files)
            if not folder and not walk.state.files(name):
                walk.record.add(path, "missing", "none here", reader)
        else:
            why = f"not sourced by {walk.record.show(by)} in this start"
            pass_by(walk, path, reader, why, missing=True, change=Change("sourced", str(by)))


def answer(walk: Walk, start: Start) -> Order:
    """The whole."""
    rows = tuple(sorted(walk.record.rows(), key=lambda row: row.logout))
    return Order(start.context, start.shell.name, rows, tuple(walk.record.events))
