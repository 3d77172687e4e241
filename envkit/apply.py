"""Carry out a plan, whole or not at all; the only module that writes users' files.

In steps, each a function of its own:

1. `preflight.check`: everything is looked at; nothing is written.
2. `journal.begin`: what is going to be done is on the disk before the first thing of it.
3. `_make`: the Python environment, where the plan needs one.
4. `_stage`: each new file is written beside the old one, with its mode, owner and extended
   attributes, and synced; the old one gets a second name beside it. All that takes room on the
   disk happens here, while every startup file still is what it was.
5. `_commit`: renames, nothing else. Each file is whole at every moment, old or new.
6. `condition`: is it good so? An install starts every shell here.
7. `_record`: the receipt says "applied". Then the second names go, and at last the journal.

Any failure before 7, an interrupt among them, takes back what was done: the old file itself
returns under its name, with its inode and its times. A process that is killed leaves its journal,
and the next command that writes does the same for it (`recovery`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from envkit import durable, interrupts, journal, preflight, receipts, recovery
from envkit.errors import Refused, Unreadable
from envkit.host import Host
from envkit.journal import Change, Journal
from envkit.plan import FileEdit, Plan, Receipt
from envkit.preflight import Target


class Making(NamedTuple):
    """A Python environment that is part of a transaction: its folder, and what makes it."""

    folder: Path
    make: Callable[[], None]


class _Step(NamedTuple):
    """A file to be written: as it was found, and as the journal names it."""

    target: Target
    change: Change


def apply(
    host: Host,
    plan: Plan,
    undoes: tuple[str, ...] | Receipt = (),
    environment: Making | None = None,
    condition: Callable[[], None] = lambda: None,
) -> Receipt:
    """Write all of `plan` and return its receipt; `undoes`: the receipts that it takes back.

    `condition` raises where the result must not stay. It and `environment.make` may be
    interrupted at any moment; else an interrupt waits until the next file.

    Raises Refused, and whatever `condition` raises, with every file as it was, and
    KeyboardInterrupt (SystemExit for SIGTERM and SIGHUP) likewise. Where even putting back fails,
    the message says where the old text lies, and the next command that writes tries again.
    """
    targets = preflight.check(host, plan)
    ids = (undoes.id,) if isinstance(undoes, Receipt) else undoes or plan.undoes
    with interrupts.wait() as look:
        made = _state_folders(host)
        try:
            found, steps = _planned(host, plan, targets, environment, ids, made)
            journal.begin(host, found)
        except BaseException:
            durable.remove_folders(made[::-1])
            raise
        receipt = replace(found.receipt, status="applied")
        try:
            _make(host, environment)
            _stage(host, steps, look)
            _commit(host, steps, look)
            with interrupts.come():
                condition()
            for step in steps:
                _nothing_fell_between(host, step)
            look()
            receipt = _record(host, receipt)
        except BaseException as failure:
            if not _stands(host, receipt):
                _take_back(host, found, failure)
                raise
        return _finish(host, found, receipt)


def undo_plan(receipt: Receipt) -> Plan:
    """The plan that takes a receipt back: the files, and the folders that were made for them."""
    return replace(receipt.plan.reversed(), folders=receipt.folders[::-1])


def _state_folders(host: Host) -> tuple[Path, ...]:
    """The folders of journal and receipts; those that were made for them, outermost first."""
    place = host.locate(receipts.folder(host))
    made: tuple[Path, ...] = ()
    try:
        made = durable.make_folders(place.parent)
        return made + durable.make_folders(place, 0o700)
    except OSError as error:
        durable.remove_folders(made[::-1])
        raise Refused(
            f"no receipt can be written in {host.show(host.state)}: {error.strerror}",
            "envkit writes nothing that it could not give back",
        ) from error


def _planned(
    host: Host,
    plan: Plan,
    targets: tuple[Target, ...],
    environment: Making | None,
    undoes: tuple[str, ...],
    made: tuple[Path, ...],
) -> tuple[Journal, tuple[_Step, ...]]:
    """The journal, and the same as what is to be done here."""
    known = {target.edit.path: _known(host, target) for target in targets}
    edits = tuple(known.get(edit.path, edit) for edit in plan.edits)
    receipt = receipts.fresh(host, replace(plan, edits=edits))
    folders = dict.fromkeys(one for target in targets for one in durable.missing(target.at.parent))
    making: Path | None = None
    first: tuple[Path, ...] = ()
    if environment is not None and not os.path.lexists(host.locate(environment.folder)):
        making, first = environment.folder, durable.missing(host.locate(environment.folder).parent)
    receipt = replace(
        receipt,
        folders=tuple(host.named(one) for one in folders if one not in first),
        undoes=undoes,
    )
    every = tuple(host.named(one) for one in (*made, *first)) + receipt.folders
    steps = tuple(
        _Step(target, journal.change(known[target.edit.path], target.at, receipt.id))
        for target in targets
    )
    return Journal(receipt, every, making), steps


def _known(host: Host, target: Target) -> FileEdit:
    """The edit with what is needed to give the file back: where it is, its mode, its time."""
    edit, status = target.edit, target.status
    if host.locate(edit.path) != target.at:
        edit = replace(edit, target=host.named(target.at))
    if status is None:
        return edit
    mode = stat.S_IMODE(status.st_mode) if edit.after is None else edit.mode
    return replace(edit, was_modified=status.st_mtime_ns, mode=mode)


def _make(host: Host, environment: Making | None) -> None:
    if environment is None:
        return
    above = environment.folder.parent
    try:
        durable.make_folders(host.locate(above))
    except OSError as error:
        raise Refused(f"{host.show(above)} cannot be made: {error.strerror}") from error
    with interrupts.come():
        environment.make()


def _stage(host: Host, steps: tuple[_Step, ...], look: Callable[[], None]) -> None:
    for target, change in steps:
        look()
        try:
            durable.make_folders(target.at.parent)
            if target.status is not None:
                durable.keep_old(target.at, target.edit.before or b"", change.old)
                _is_the_old(host, target, change.old)
            if target.edit.after is not None:
                _write(target, target.edit.after, change.new)
            durable.sync_folder(target.at.parent)
        except OSError as error:
            raise preflight.refusal(host, target.edit.path, error) from error


def _is_the_old(host: Host, target: Target, second: Path) -> None:
    """Refused where somebody saved just before; their text keeps its own name, and no other."""
    try:
        preflight.still_as_planned(host, replace(target, at=second))
    except Refused:
        second.unlink()
        raise


def _write(target: Target, content: bytes, path: Path) -> None:
    edit = target.edit
    if target.status is None:
        durable.write_new(path, content, edit.mode, edit.modified)
    else:
        durable.write_like(target.at, content, path, edit.mode, edit.modified)


def _commit(host: Host, steps: tuple[_Step, ...], look: Callable[[], None]) -> None:
    for step in steps:
        target, change = step
        look()
        preflight.still_as_planned(host, target)
        try:
            if target.edit.after is None:
                target.at.rename(change.new)
            elif target.status is None:
                durable.appear(change.new, target.at)
            else:
                durable.exchange(change.new, target.at)
            durable.sync_folder(target.at.parent)
        except FileExistsError:
            preflight.still_as_planned(host, target)
            raise
        except OSError as error:
            raise preflight.refusal(host, target.edit.path, error) from error
        _nothing_fell_between(host, step)


def _nothing_fell_between(host: Host, step: _Step) -> None:
    """An editor may have saved after the comparison: into the old file, or in its place.

    Refused then; what it wrote returns under the file's name when all is taken back.
    """
    target, change = step
    for name in (change.old, change.new):
        if target.status is not None and os.path.lexists(name):
            preflight.still_as_planned(host, replace(target, at=name))


def _record(host: Host, receipt: Receipt) -> Receipt:
    """The point of no return: from here on the plan counts as applied."""
    receipts.save(host, receipt)
    return receipt


def _stands(host: Host, receipt: Receipt) -> bool:
    """Whether the receipt was saved; no signal comes in between, so a closed folder holds none."""
    with suppress(Unreadable):
        return recovery.stands(host, receipt)
    return False


def _finish(host: Host, found: Journal, receipt: Receipt) -> Receipt:
    """Tidy up. What fails here is left to the next command: all files are as they should be."""
    try:
        kept = recovery.finish(host, found)
    except OSError:
        return receipt
    if kept:
        names = ", ".join(host.show(path) for path in kept)
        receipt = replace(receipt, reason=f"somebody saved meanwhile; the text is in {names}")
        with suppress(Refused):
            receipts.save(host, receipt)
    receipts.prune(host)
    return receipt


def _take_back(host: Host, found: Journal, failure: BaseException) -> None:
    """Put everything back; Refused where the system does not let us, with what lies where."""
    why = str(failure) if isinstance(failure, Refused) else type(failure).__name__
    ended = replace(found.receipt, status="failed", reason=why)
    if isinstance(failure, (KeyboardInterrupt, SystemExit)):
        ended = replace(ended, status="interrupted", reason="interrupted; all was put back")
    undone = recovery.undo(host, found)
    if not undone.lost:
        with suppress(OSError):  # else the next command ends it
            recovery.close(host, found, ended)
        return
    with suppress(Refused):
        receipts.save(host, replace(ended, status="failed"))
    raise Refused(
        f"{why}; and not everything could be put back:\n  " + "\n  ".join(undone.lost),
        "the next envkit command that writes tries it again;"
        f" {host.show(journal.place(host))} holds the old text, too",
    ) from failure
