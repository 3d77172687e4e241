"""Over all contexts: which files each reads, and for one file what would have to change.

What would is found by asking the model again with one thing changed; no shell is started.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from envkit import child, contexts, launch, order, otherwise
from envkit.host import Host
from envkit.model import Change, Context, Order, Platform, Shell, Start, StartupFile, Status


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class One:
    """A context, the start that it means here, its files; `absent`: why it is not there.

    `imitated`: why it can only be imitated on this machine, "" where it can be really started.
    """

    context: Context
    start: Start
    order: Order
    absent: str
    imitated: str


class Why(NamedTuple):
    """A file in one context: `place` among the files that are read (0: not read), and the reason.

    `change` is what alone would make it be read; `changes` where it takes more than one.
    """

    one: One
    status: Status
    place: int
    reason: str
    reader: str
    change: Change | None = None
    changes: tuple[Change, ...] = ()


def every(
    host: Host, shell: Shell | None, platform: Platform, build: str | None = None
) -> tuple[One, ...]:
    """Every context with the account's shell, or `shell`; those with a shell of their own keep it.

    UsageError where the account's own shell is not one that envkit knows.
    """
    found = []
    for context in contexts.every():
        own = shell if context.shell is None else None
        start = order.start_for(host, context, own, platform, build if own or not shell else None)
        absent = context.absent(host, platform) if context.absent else ""
        imitated = launch.why_not(host, start)
        files = otherwise.settled(host, start, order.order(host, start))
        found.append(One(context, start, files, absent, imitated))
    return tuple(found)


def path_of(host: Host, text: str, folder: Path) -> Path:
    """The file that a person means: `~`, relative to `folder` or else the home, or absolute."""
    if text == "~" or text.startswith("~/"):
        return Path(os.path.normpath(host.home / text[2:]))
    path = Path(text)
    if not path.is_absolute():
        there = Path(os.path.abspath(folder / path))
        if not os.path.lexists(there) or not _is_inside(host, there):
            return Path(os.path.normpath(host.home / path))
        path = there
    path = Path(os.path.normpath(path))
    if path.is_relative_to(host.home_at):
        return host.home / path.relative_to(host.home_at)
    if host.foreign and path.is_relative_to(host.root):
        return Path("/") / path.relative_to(host.root)
    return path


def _is_inside(host: Host, path: Path) -> bool:
    return path.is_relative_to(host.home_at) or path.is_relative_to(host.root)


def why(host: Host, path: Path, ones: tuple[One, ...]) -> tuple[Why, ...]:
    """For each context: whether `path` is read, and if not what would have to change."""
    with child.private_folder() as folder:
        folder.chmod(0o755)
        known: dict[object, Why] = {}
        found = []
        for one in ones:
            key = _key(one)
            if key not in known:
                known[key] = _why(host, path, one, ones, folder)
            found.append(known[key]._replace(one=one))
    return tuple(found)


def _key(one: One) -> object:
    """What decides the answer: contexts that start alike are asked about once."""
    how = one.start.invocation
    told = (how.login, how.interactive, how.command, how.remote, how.argv, how.stdin, how.end)
    environment = tuple(sorted(one.start.environment.items()))
    files = tuple((row.path, row.status) for row in one.order.files)
    return one.start.shell.name, told, environment, files


def _why(host: Host, path: Path, one: One, ones: tuple[One, ...], folder: Path) -> Why:
    row = _row(one.order, path)
    if row is not None and row.status == "read":
        files = (*one.order.before, *one.order.files)
        read = [each.path for each in files if each.status == "read"]
        return Why(one, "read", read.index(path) + 1, row.reason, row.reader)
    status: Status = row.status if row else "skipped"
    reader = row.reader if row else ""
    if one.start.shell.name == "none":
        return Why(one, status, 0, "no shell stands between: no startup file is read", reader)
    if status == "unreadable":
        return Why(one, status, 0, row.reason if row else "", reader)
    there = host.kind(path) not in ("missing", "dangling")
    machine = host if there else otherwise.with_new(host, path, folder)
    if not there and otherwise.reads(machine, one.start, path):
        text = "not there; it would be read" if status == "missing" else "it would be read"
        return Why(one, "missing", 0, text, reader)
    own = row.reason if row and row.status in ("hidden", "skipped") else _no_row(one, path, ones)
    if (
        row
        and row.change
        and there
        and otherwise.holds(host, one.start, path, (row.change,), folder)
    ):
        return Why(one, status, 0, own, reader, row.change, (row.change,))
    changes = otherwise.search(machine, one.start, path, one.order, folder)
    if changes and not (row and row.change is None and "read if" in own):
        own += "; read if " + " and ".join(otherwise.phrase(host, change) for change in changes)
    alone = changes[0] if len(changes) == 1 else None
    return Why(one, status if there else "missing", 0, own, reader, alone, changes)


def _row(found: Order, path: Path) -> StartupFile | None:
    rows = [row for row in (*found.before, *found.files) if row.path == path]
    return next((row for row in rows if row.status == "read"), rows[0] if rows else None)


def _no_row(one: One, path: Path, ones: tuple[One, ...]) -> str:
    """Why a start does not come by a file that another start comes by."""
    at = None
    for other in ones:
        row = _row(other.order, path)
        if row is not None and row.sourced_at is not None:
            at = row.sourced_at
            break
    if at is None:
        return f"{one.start.shell.title} does not look for it in this start"
    shown = _show(at.path, one)
    if not any(row.path == at.path and row.status == "read" for row in one.order.files):
        return f"{shown} reads it, and is not read itself"
    leaves = [e.where for e in one.order.events if e.kind == "leave" and e.where.path == at.path]
    before = [where.line for where in leaves if where.line < at.line]
    if before:
        return f"{shown}:{before[-1]} leaves the file before line {at.line}, which reads it"
    return f"{shown}:{at.line}, which would read it, is not come to"


def _show(path: Path, one: One) -> str:
    home = Path(one.start.environment.get("HOME", "/nowhere"))
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def others(host: Host, path: Path, platform: Platform, own: str) -> tuple[str, ...]:
    """The shells, other than `own`, that read such a file of that name when they start."""
    from envkit import discover, shells

    found = []
    with child.private_folder() as folder:
        folder.chmod(0o755)
        there = host.kind(path) not in ("missing", "dangling")
        machine = host if there else otherwise.with_new(host, path, folder)
        for name in discover.names("envkit.shells"):
            if name == own:
                continue
            start = order.start_for(
                host, contexts.get("login_terminal"), shells.get(name), platform
            )
            plain = start._replace(invocation=start.invocation._replace(login=False))
            if any(otherwise.reads(machine, each, path) for each in (start, plain)):
                found.append(name)
    return tuple(found)
