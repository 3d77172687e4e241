"""What envkit wrote, and what is no longer so: for this account and, where one may look, for all.

Only receipts and the files that they name are read; nothing is started. While another envkit is at
work, or one was interrupted, the files are on their way: then only the latter is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from envkit import block, journal, language, lock, receipts
from envkit.errors import EnvkitError, Refused, Unreadable
from envkit.facts import CannotTell, Request
from envkit.finding import Fact
from envkit.host import Host
from envkit.plan import FileEdit, Receipt
from envkit.receipts import timeline

Scope = Literal["user", "system"]
# A block of the recorder's is meant to go by itself.
_PASSING = ("record", "record-left", "record-end")


@dataclass(frozen=True, slots=True)
class Pending:
    """A transaction that was interrupted. `title`: its plan's; `problem`: why it cannot be read."""

    place: Path
    scope: Scope
    title: str
    when: str
    files: tuple[Path, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A file that is not as the receipt `id` left it. `profile`: what was installed last.

    `what`: its block is gone, the whole file is, or somebody wrote to what is envkit's own.
    """

    path: Path
    scope: Scope
    what: Literal["block", "file", "drift"]
    id: str
    profile: str


@dataclass(frozen=True, slots=True)
class Written:
    """What is not as envkit left it."""

    pending: tuple[Pending, ...]
    lost: tuple[Lost, ...]


def gather(request: Request) -> Written:
    """Read the journal and the receipts of both scopes, and the files that were written."""
    host = request.host
    pending: list[Pending] = []
    lost: list[Lost] = []
    for one, scope in ((host, "user"), (host.for_system(), "system")):
        if lock.holder(one) is not None:
            continue
        try:
            found = _pending(one)
            pending += found
            if not found:
                lost += _lost(one)
        except Unreadable as error:
            if scope == "user":
                raise CannotTell(error.message) from error
            # Only root may look at the system's: `sudo envkit doctor` tells.
    return Written(tuple(pending), tuple(lost))


def _pending(host: Host) -> list[Pending]:
    place, scope = journal.place(host), _scope(host)
    if scope == "system" and host.kind(place) == "unreadable":
        raise Unreadable(f"{place} cannot be read")
    try:
        found = journal.pending(host)
    except Refused as error:
        return [Pending(place, scope, "", "", (), error.message)]
    if found is None:
        return []
    plan = found.receipt.plan
    files = tuple(edit.path for edit in plan.edits)
    return [Pending(place, scope, plan.title, found.receipt.when, files, "")]


def _lost(host: Host) -> Iterator[Lost]:
    stored = receipts.stored(host)
    unknown = next((each for each in stored if each.newer), None)
    if unknown is not None:
        raise receipts.unreadable(host, unknown)
    steps = timeline.steps([each.receipt for each in stored if each.receipt is not None])
    last: dict[Path, tuple[Receipt, FileEdit]] = {}
    for receipt in steps:
        last |= {edit.path: (receipt, edit) for edit in (*receipt.folded, *receipt.plan.edits)}
    titles = [each.plan.title.split() for each in steps if each.plan.title.startswith("install ")]
    profile = titles[-1][-1] if titles else ""
    for path, (receipt, edit) in last.items():
        what = _what(host, path, edit.after)
        if what is not None:
            yield Lost(path, _scope(host), what, receipt.id, profile)


def _what(
    host: Host, path: Path, written: bytes | None
) -> Literal["block", "file", "drift"] | None:
    """What is not as it was written; None where all is, or nothing of envkit's was there."""
    own = path.name in language.FILES and path.parent.name == "envkit"
    if written is None or not (own or _has_block(written)):
        return None
    kind = host.kind(path)
    if kind in ("missing", "dangling"):
        return "file"
    if kind != "file":
        return None
    try:
        now = host.read(path)
    except OSError:
        return None
    if own:
        return "drift" if now != written else None
    return None if _has_block(now) else "block"


def _has_block(content: bytes) -> bool:
    """Whether envkit's lines are in it; markers that somebody broke are, too."""
    try:
        return any(each.name not in _PASSING for each in block.find_all(content))
    except EnvkitError:
        return True


def _scope(host: Host) -> Scope:
    return "system" if host.scope == "system" else "user"


FACT = Fact(Written, gather)
