"""Which receipts go when there are too many, so that nothing which may be needed is lost.

Kept always: the first, which leads back to before envkit; and each that was the last to write some
file, since `drift` compares with it. A receipt that goes leaves, in the next one that wrote the
same file, the checksum of the text it found (`follows`): so a later rollback can tell what envkit
wrote in between from what somebody else did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from envkit.plan import FileEdit, Receipt
from envkit.receipts import timeline

#: How many receipts are kept.
MOST = 50


def digest(content: bytes | None) -> str:
    """The checksum of a text, "" for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def continues(earlier: FileEdit, later: FileEdit, receipt: Receipt) -> bool:
    """Whether `later`, an edit of `receipt`, found what `earlier` left, or what came of it."""
    if earlier.after == later.before:
        return True
    came = {name for path, name in receipt.follows if path == later.path}
    return digest(earlier.after) in came


def to_go(known: Sequence[Receipt], needed: Collection[str] = ()) -> list[Receipt]:
    """Those that go, in that order, so that at most MOST are left.

    `known`: oldest first. First those that wrote nothing, then those whose every file was written
    again later, then the oldest; never the first of all, the first applied one, one of `needed`.
    """
    done = timeline.steps(known)
    spared = {*needed, *(each.id for each in (*known[:1], *done[:1], *known[-1:]))}

    def order(each: Receipt) -> int:
        if each not in done:
            return 0
        return 1 if _superseded(each, done) else 2

    free = sorted((each for each in known if each.id not in spared), key=order)
    return free[: max(len(known) - MOST, 0)]


def bridged(gone: Receipt, known: Sequence[Receipt]) -> list[Receipt]:
    """The receipts that have to know more when `gone` goes, with what they have to know.

    `known`: oldest first. Where somebody else wrote between the two, nothing is handed on.
    """
    done = timeline.steps(known)
    if gone not in done:
        return []
    later = done[done.index(gone) + 1 :]
    changed: dict[str, Receipt] = {}
    for edit in gone.plan.edits:
        found = _next(edit.path, later)
        if found is None:
            continue
        heir, its = changed.get(found[0].id, found[0]), found[1]
        if continues(edit, its, heir):
            inherited = [name for path, name in gone.follows if path == edit.path]
            names = [(edit.path, name) for name in (*inherited, digest(edit.before))]
            folders = tuple(dict.fromkeys((*gone.folders, *heir.folders)))
            follows = tuple(dict.fromkeys((*heir.follows, *names)))
            changed[heir.id] = replace(heir, follows=follows, folders=folders)
    return list(changed.values())


def _superseded(each: Receipt, done: Sequence[Receipt]) -> bool:
    later = done[done.index(each) + 1 :]
    return all(_next(edit.path, later) is not None for edit in each.plan.edits)


def _next(path: Path, later: Sequence[Receipt]) -> tuple[Receipt, FileEdit] | None:
    for receipt in later:
        for edit in receipt.plan.edits:
            if edit.path == path:
                return receipt, edit
    return None
