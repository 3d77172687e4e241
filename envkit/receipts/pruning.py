"""Which receipts go when there are too many, so that nothing which may be needed is lost.

Kept always: the first, which leads back to before envkit. What one did that goes is folded into the
next step, so that a rollback over both still gives back each text, and still sees where somebody
else wrote in between. Those that were the last to write some file go last of all, since `drift`
compares with them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from envkit.plan import FileEdit, Receipt
from envkit.receipts import timeline

#: How many receipts are kept.
MOST = 50


def to_go(known: Sequence[Receipt], needed: Collection[str] = ()) -> list[str]:
    """The ids of those that go, in that order, so that at most MOST are left.

    `known`: oldest first. First those that wrote nothing, then those whose every file was written
    again later, then the oldest; never the first of all, the first step, one of `needed`.
    """
    done = timeline.steps(known)
    spared = {*needed, *(each.id for each in (*known[:1], *done[:1], *done[-1:], *known[-1:]))}
    places = {each.id: at for at, each in enumerate(done)}

    def order(each: Receipt) -> int:
        if each.id not in places:
            return 0
        later = {edit.path for one in done[places[each.id] + 1 :] for edit in one.plan.edits}
        return 1 if all(edit.path in later for edit in each.plan.edits) else 2

    free = sorted((each for each in known if each.id not in spared), key=order)
    return [each.id for each in free[: max(len(known) - MOST, 0)]]


def heir(gone: Receipt, known: Sequence[Receipt]) -> Receipt | None:
    """The next step after `gone`, with what that one did folded into it; None if it did nothing."""
    steps = timeline.steps(known)
    if gone not in steps or gone == steps[-1]:
        return None
    nearest = steps[steps.index(gone) + 1]
    standing = tuple(name for name in timeline.standing(steps, nearest.id) if name != gone.id)
    edits = fold((*gone.folded, *gone.plan.edits, *nearest.folded))
    folders = tuple(dict.fromkeys((*gone.folders, *nearest.folders)))
    return replace(nearest, folded=edits, folders=folders, gone=gone.id, standing=standing)


def fold(edits: Sequence[FileEdit]) -> tuple[FileEdit, ...]:
    """The same edits with those joined that follow each other in one file."""
    folded: list[FileEdit] = []
    for edit in edits:
        at = next((n for n, one in reversed([*enumerate(folded)]) if one.path == edit.path), None)
        if at is not None and folded[at].after == edit.before:
            first = folded[at]
            mode = first.mode if edit.mode is None else edit.mode
            folded[at] = replace(first, after=edit.after, mode=mode, modified=edit.modified)
        else:
            folded.append(edit)
    return tuple(edit for edit in folded if edit.before != edit.after)
