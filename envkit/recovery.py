"""Undo or finish what a journal tells of: after a failure, or after a process that was killed.

What is to be done is read from the files themselves, never remembered: each step can be repeated,
and this may be killed as well. A file that somebody has written to since stays as they left it.
No byte is lost that envkit did not write itself.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from envkit import durable, journal, receipts
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.journal import Change, Journal
from envkit.plan import Receipt

#: The reason in the receipt of one that was killed; without any it is one of an older envkit.
KILLED = "ended before it was done; the next envkit put all back"


class Undone(NamedTuple):
    """`stays`: files that somebody wrote to since, or names that hold their text.

    `lost`: what the system did not let us put back, a sentence for each.
    """

    stays: tuple[Path, ...]
    lost: tuple[str, ...]


def recover(host: Host) -> str | None:
    """End what was interrupted, and say what was done; None where nothing was. Under the lock.

    Refused where the system does not let us; then the journal stays for the next one.
    """
    receipts.sweep(host)
    found = journal.read(host)
    if found is None:
        journal.sweep(host)
        return _older(host)
    words, count = name(found.receipt), len(found.receipt.plan.edits)
    files = f"{count} file{'s' if count != 1 else ''}"
    if stands(host, found.receipt):
        try:
            kept = finish(host, found)
        except OSError as error:
            raise Refused(f"{words} was interrupted, and cannot be finished: {error}") from error
        return f"{words} was interrupted; it was finished" + _stay(host, kept)
    undone = undo(host, found)
    if undone.lost:
        raise Refused(
            f"{words} was interrupted, and cannot be undone yet:\n  " + "\n  ".join(undone.lost),
            f"the old texts are in {host.show(journal.place(host))}, too",
        )
    try:
        close(host, found, replace(found.receipt, status="interrupted", reason=KILLED))
    except OSError as error:
        raise Refused(f"{words} was interrupted, and cannot be ended: {error}") from error
    are = "is as it was" if count == 1 else "are as they were"
    text = f"{words} was interrupted; it was undone"
    return text + (_stay(host, undone.stays) if undone.stays else f": {files} {are}")


def stands(host: Host, receipt: Receipt) -> bool:
    """Whether a transaction came to its point of no return: its receipt says so."""
    try:
        return receipts.load(host, receipt.id).status == "applied"
    except UsageError:
        return False


def undo(host: Host, found: Journal) -> Undone:
    """Put everything back that can be: files, the environment, folders. The journal stays."""
    stays: list[Path] = []
    lost: list[str] = []
    for one in reversed(journal.changes(host, found.receipt)):
        try:
            if not _put_back(one):
                stays.append(one.edit.path)
            stays += _drop_names(one)
        except OSError as error:
            kept = f"; its old text is in {host.show(one.old)}" if one.old.exists() else ""
            lost.append(f"{host.show(one.edit.path)}: {error.strerror}{kept}")
    made = found.environment
    if made is not None and host.data / "envs" in made.parents:
        shutil.rmtree(host.locate(made), ignore_errors=True)
        if os.path.lexists(host.locate(made)):
            lost.append(f"{host.show(made)} cannot be removed")
    try:
        _remove_folders(host, found.folders[::-1])
    except OSError as error:
        lost.append(f"{host.show(error.filename)}: {error.strerror}")
    return Undone(tuple(stays), tuple(lost))


def finish(host: Host, found: Journal) -> tuple[Path, ...]:
    """What is left to do once the receipt says applied; names that hold somebody's text stay.

    OSError leaves the journal, and the next one goes on.
    """
    kept: list[Path] = []
    for one in journal.changes(host, found.receipt):
        kept += _drop_names(one)
    _remove_folders(host, found.receipt.plan.folders)
    journal.end(host)
    return tuple(kept)


def close(host: Host, found: Journal, receipt: Receipt) -> None:
    """All is put back: leave the receipt that says so, and end the journal. OSError leaves it."""
    with suppress(Refused):  # a full disk must not keep us from ending
        receipts.save(host, receipt)
    journal.end(host)
    receipts.prune(host)
    with suppress(OSError):  # those of the state, which nobody made anew
        _remove_folders(host, found.folders[::-1])


def _put_back(one: Change) -> bool:
    """Give a file its old text, where it has the new one; False where it has another."""
    if not _ordinary(one.at):
        return False
    now, before, after = _bytes(one.at), one.edit.before, one.edit.after
    if now == before:
        return True
    if now != after:
        return False
    if before is None:
        return _take_away(one)
    source = one.old
    taken = _bytes(one.new)
    staged = after is not None and after.startswith(taken or b"")
    if taken is not None and (taken == before or not staged):
        source = one.new  # what stood there when it was replaced: somebody's, if not the old
    elif not source.exists():
        _write_again(one, source)
    if now is None:
        durable.appear(source, one.at)
        return True
    try:
        durable.exchange(source, one.at)
    except OSError:  # the old text is worth a try the plain way
        source.rename(one.at)
        return True
    if _bytes(source) in (None, after):
        return True
    durable.exchange(source, one.at)  # saved after the look: it stays
    return False


def _take_away(one: Change) -> bool:
    """Remove a file that was made; False where somebody saved it after the look, and it stays."""
    if os.path.lexists(one.old):  # killed in here before: what lies there is told
        one.at.unlink()
        return True
    try:
        one.at.rename(one.old)
    except OSError:  # looked at a moment ago: it is ours
        one.at.unlink()
        return True
    if _bytes(one.old) == one.edit.after:
        return True
    with suppress(FileExistsError):  # saved once more; both stay
        durable.appear(one.old, one.at)
    return False


def _write_again(one: Change, path: Path) -> None:
    """The old file from the journal's bytes: where even its second name is gone."""
    edit = one.edit
    with suppress(FileNotFoundError):
        one.new.unlink()  # staged, and not in use
    mode = stat.S_IMODE(one.at.stat().st_mode) if one.at.exists() else edit.mode
    durable.write_new(one.new, edit.before or b"", mode, edit.was_modified)
    one.new.rename(path)


def _drop_names(one: Change) -> list[Path]:
    """Remove the second names; one that holds what nobody knows stays, and is told."""
    kept = []
    for beside in (one.new, one.old):
        content = _bytes(beside)
        if content is None:
            continue
        known = (text for text in (one.edit.before, one.edit.after) if text is not None)
        # Killed while it was written, it holds but the first part.
        if any(text.startswith(content) for text in known) or _same(beside, one.at):
            beside.unlink()
        else:
            kept.append(beside)
    if one.at.parent.is_dir():
        durable.sync_folder(one.at.parent)
    return kept


def _same(one: Path, other: Path) -> bool:
    return os.path.lexists(other) and os.path.samestat(one.lstat(), other.lstat())


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if os.path.lexists(path) else None


def _ordinary(path: Path) -> bool:
    """A file, or nothing yet; a link or a folder was put there by somebody else."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True


def _remove_folders(host: Host, folders: Iterable[Path]) -> None:
    """Remove those that are empty; OSError where a disk fails, and the next try may do it."""
    for path in folders:
        try:
            host.locate(path).rmdir()
            durable.sync_folder(host.locate(path).parent)
        except OSError as error:
            if error.errno in (errno.EIO, errno.ENOSPC, errno.EDQUOT):
                raise


def name(receipt: Receipt) -> str:
    """A transaction in words: what it was, and when it began."""
    word = receipt.plan.title.partition(" ")[0]
    kind = {"install": "an install", "uninstall": "an uninstall", "record": "a record"}
    kind |= {"rollback": "a rollback", "undo:": "a rollback", "the": "the end of a record"}
    return f"{kind.get(word, f'`{receipt.plan.title}`')} of {receipt.when[11:19]}"


def _stay(host: Host, paths: Iterable[Path]) -> str:
    names = ", ".join(host.show(path) for path in paths)
    return f"; somebody wrote since to {names}, which stays so" if names else ""


def _older(host: Host) -> str | None:
    """One of an envkit without a journal: its receipt says interrupted, and gives no reason."""
    every = receipts.every(host)
    said = []
    for at, receipt in enumerate(every):
        if receipt.status != "interrupted" or receipt.reason:
            continue
        last = not any(one.status == "applied" for one in every[at + 1 :])
        found = Journal(receipt, receipt.folders)
        if last:
            undone = undo(host, found)
        else:  # the files are those of a later one by now
            changes = journal.changes(host, receipt)
            undone = Undone(tuple(path for one in changes for path in _drop_names(one)), ())
        if undone.lost:
            raise Refused(
                f"{name(receipt)} was interrupted, and cannot be undone yet:\n  "
                + "\n  ".join(undone.lost)
            )
        receipts.save(host, replace(receipt, reason=KILLED))
        said.append(f"{name(receipt)} was interrupted; it was undone{_stay(host, undone.stays)}")
    return "\n".join(said) or None
