"""The way back to the state before a receipt, as one plan; and what stands in its way.

What is taken back is the receipt and all that came after it. Each file is looked at as a chain of
texts, from what the first of those receipts found to what is there now: where a link of the chain
does not fit, somebody else wrote to the file, and nothing is taken back. Then only the two ends of
the chain count, so that one plan does it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from envkit import preflight, receipts
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.plan import FileEdit, Plan, Receipt
from envkit.receipts import timeline
from envkit.uninstall import read_file


class Gap(NamedTuple):
    """Where somebody else wrote: from what receipt `since` left to what `until` found.

    `until` is "" where it is what is there now. `leads`: where the file's name leads now, if that
    is what changed.
    """

    edit: FileEdit
    since: str
    until: str
    leads: Path | None = None


class Way(NamedTuple):
    """The way back to before the receipt `to`. `gaps`: why it cannot be gone.

    `taken`: the receipts that are in force no more then, newest first; `again`: those that are in
    force again, oldest first.
    """

    to: Receipt
    plan: Plan
    taken: tuple[Receipt, ...]
    again: tuple[Receipt, ...]
    gaps: tuple[Gap, ...]


class _Part(NamedTuple):
    """One edit of a receipt."""

    receipt: Receipt
    edit: FileEdit


def way(host: Host, name: str | None = None) -> Way:
    """The way back to before the receipt `name`; to before the last one in force, if left out.

    UsageError where there is no such receipt, or nothing to take back; Unreadable where a receipt
    that would have to be taken back, too, cannot be read.
    """
    last = receipts.latest(host) if name is None else receipts.load(host, name)
    if last is None:
        raise UsageError("there is nothing to roll back", "nothing that was applied is in force")
    found = receipts.stored(host)
    later = found[[each.id for each in found].index(last.id) :]
    for each in later:
        if each.receipt is None:
            raise receipts.unreadable(host, each)
    known = [each.receipt for each in found if each.receipt is not None]
    steps = [each for each in timeline.steps(known) if each.id in {one.id for one in later}]
    chains = _chains(host, steps)
    edits = tuple(edit for chain in chains if (edit := _net(chain, last.id)) is not None)
    _worth_it(known, last, edits)
    now, then = timeline.in_force(known), timeline.in_force(known, before=last.id)
    taken = tuple(each for each in known[::-1] if each.id in now and each.id not in then)
    again = tuple(each for each in known if each.id in then and each.id not in now)
    undoes = tuple(dict.fromkeys((last.id, *(each.id for each in taken[::-1]))))
    made = {folder for each in steps for folder in each.folders}
    folders = tuple(sorted(made, key=lambda folder: (-len(folder.parts), folder)))
    plan = Plan(f"rollback of {last.id}", edits, folders, undoes=undoes)
    gaps = tuple(gap for chain in chains for gap in _gaps(host, chain))
    return Way(last, plan, taken, again, gaps)


def reachable(host: Host, gaps: Sequence[Gap]) -> str:
    """The oldest receipt to before which one can still go, after the last of these; "" if none."""
    if not gaps or not all(gap.until for gap in gaps):
        return ""
    name = max((gap.until for gap in gaps), key=timeline.rank)
    try:
        return "" if way(host, name).gaps else name
    except UsageError:
        return ""


def moved_on(host: Host, plan: Plan) -> Plan:
    """What was written since, as edits from what `plan` expects to what is there; empty if none."""
    edits = [FileEdit(edit.path, edit.before, read_file(host, edit.path)) for edit in plan.edits]
    return Plan("since", tuple(edit for edit in edits if edit.before != edit.after))


def _worth_it(known: Sequence[Receipt], to: Receipt, edits: Sequence[FileEdit]) -> None:
    """UsageError where all is as it was before that receipt, with the reason."""
    if to not in timeline.steps(known):
        which = "it failed" if to.status == "failed" else f"it is {to.status}"
        raise UsageError(
            f"receipt {to.id} is not in force: {which}", "it changed nothing that could be undone"
        )
    if edits or to.id in timeline.in_force(known):
        return
    by = timeline.taken_back(known).get(to.id)
    hint = f"to have it again, take that back: envkit rollback {by}" if by else ""
    taken = f"receipt {by} took it back" if by else "all is as it was before"
    raise UsageError(f"receipt {to.id} is not in force: {taken}", hint)


def _chains(host: Host, steps: Sequence[Receipt]) -> list[list[_Part]]:
    """The edits of each real file, oldest first; the files in the order of the newest receipts."""
    chains: dict[str, list[_Part]] = {}
    for receipt in reversed(steps):
        # What was folded into the first of all came before it.
        folded = receipt.folded if receipt is not steps[0] else ()
        for edit in (*receipt.plan.edits, *reversed(folded)):
            if edit.before != edit.after:
                real = os.path.realpath(host.locate(edit.path))
                chains.setdefault(real, []).insert(0, _Part(receipt, edit))
    return list(chains.values())


def _net(chain: Sequence[_Part], name: str) -> FileEdit | None:
    """One edit from the chain's end to its beginning; None where they are the same."""
    first, last = chain[0].edit, chain[-1].edit
    if first.before == last.after:
        return None
    return FileEdit(
        last.path,
        last.after,
        first.before,
        _mode(chain),
        f"as before {name}",
        last.target,
        modified=first.was_modified,
    )


def _mode(chain: Sequence[_Part]) -> int | None:
    """The mode to give back, where envkit took it away: else it is the file's own, or somebody's.

    Version 1 tells it only of a file that was deleted: then it is the mode that it had.
    """
    first = chain[0].edit
    if first.before is None:
        return chain[-1].edit.mode
    deleted = next((each.edit for each in chain if each.edit.after is None), None)
    if deleted is not None:
        return deleted.mode if first.was_mode is None else first.was_mode
    return first.was_mode if any(each.edit.mode is not None for each in chain) else None


def _gaps(host: Host, chain: Sequence[_Part]) -> Iterator[Gap]:
    for one, two in pairwise(chain):
        if one.edit.after != two.edit.before:
            edit = FileEdit(two.edit.path, one.edit.after, two.edit.before)
            yield Gap(edit, one.receipt.id, two.receipt.id)
    receipt, edit = chain[-1]
    try:
        now = read_file(host, edit.path)
    except Refused:  # then preflight says it, with the remedy
        return
    if now != edit.after:
        yield Gap(FileEdit(edit.path, edit.after, now), receipt.id, "")
    elif now is not None and (leads := _leads_elsewhere(host, edit)) is not None:
        yield Gap(FileEdit(edit.path, now, now), receipt.id, "", leads)


def _leads_elsewhere(host: Host, edit: FileEdit) -> Path | None:
    """Where a name leads now, if it was a file then and is a link now, or leads elsewhere."""
    here = host.locate(edit.path)
    real = Path(os.path.realpath(here))
    if edit.target is not None:
        known = {os.path.realpath(edit.target), os.path.realpath(host.locate(edit.target))}
        return None if str(real) in known else real
    was_none = edit.kind in ("file", "absent") or edit.before is None
    return real if was_none and preflight.is_link(host, edit.path) else None
