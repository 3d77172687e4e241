"""What envkit wrote, as its receipts tell it: what, when, which files, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from envkit import receipts
from envkit.host import Host
from envkit.plan import FileEdit, Receipt
from envkit.receipts import Stored, timeline

State = Literal["in force", "rolled back", "failed", "interrupted", "rollback", "unreadable"]


@dataclass(frozen=True, slots=True)
class Touched:
    """A file of a receipt. `action`: new, edit, remove; `target`: the real one behind a link."""

    path: Path
    action: str
    reason: str
    target: Path | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One receipt in its place in the history.

    `state`: what came of it (`rollback`: it took back those that `undoes` names). `undone_by`: the
    rollback that took it back. `problem`: why it failed, was interrupted, or cannot be read.
    `next`: whether `envkit rollback` would take this one back.
    """

    id: str
    when: str
    title: str
    status: str
    state: State
    files: tuple[Touched, ...]
    undoes: tuple[str, ...]
    undone_by: str | None
    problem: str
    next: bool


def history(host: Host) -> tuple[Entry, ...]:
    """Every receipt that is kept, newest first; Unreadable where their folder cannot be read."""
    found = receipts.stored(host)
    known = [each.receipt for each in found if each.receipt is not None]
    force = timeline.in_force(known)
    back = timeline.taken_back(known)
    done = {each.id for each in timeline.steps(known)}
    entries = []
    for each in reversed(found):
        if each.receipt is None:
            entries.append(_unknown(each))
            continue
        state = _state(each.receipt, force, done)
        # A later one that cannot be read stands in the way.
        last = bool(force) and each.id == force[-1]
        nothing_hides = not any(one.state == "unreadable" for one in entries)
        entries.append(_entry(each.receipt, state, back, last and nothing_hides))
    return tuple(entries)


def action(edit: FileEdit) -> str:
    """What happens to a file, in a word."""
    if edit.after is None:
        return "remove"
    return "new" if edit.before is None else "edit"


def _entry(receipt: Receipt, state: State, back: dict[str, str], is_next: bool) -> Entry:
    files = tuple(
        Touched(edit.path, action(edit), edit.reason, edit.target)
        for edit in receipt.plan.edits
        if edit.before != edit.after
    )
    return Entry(
        receipt.id,
        receipt.when,
        receipt.plan.title,
        receipt.status,
        state,
        files,
        receipt.undoes,
        back.get(receipt.id),
        receipt.reason,
        is_next,
    )


def _unknown(one: Stored) -> Entry:
    return Entry(one.id, "", "", "unreadable", "unreadable", (), (), None, one.problem, False)


def _state(receipt: Receipt, force: tuple[str, ...], done: set[str]) -> State:
    if receipt.id in force:
        return "in force"
    if receipt.id not in done and receipt.status in ("failed", "interrupted"):
        return "failed" if receipt.status == "failed" else "interrupted"
    return "rollback" if receipt.undoes else "rolled back"
