"""Carry out a plan, whole or not at all; the only module that writes users' files.

In four steps, each a function of its own:

1. `preflight.check`: everything is looked at; nothing is written.
2. `_stage`: each new file is written beside the old one, with its mode, owner and extended
   attributes, and synced; the old one gets a second name beside it. All that takes room on the
   disk happens here, while every startup file still is what it was.
3. `_commit`: renames, nothing else. Each file is whole at every moment, old or new.
4. `_record` and `_finish`: the receipt says "applied", then the second names go.

Any failure, and an interrupt between two files, takes back what was done: the old file itself
returns under its name, with its inode and its times. A receipt with status "interrupted" and the
whole plan lies on the disk before step 2, and the names beside carry its id, so that a process
which was killed can be told from one that is at work.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from envkit import durable, preflight, receipts
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import Plan, Receipt
from envkit.preflight import Target

# Of the file's content or of the system's own: never copied.
_NOT_COPIED = ("security.ima", "security.evm", "trusted.overlay.")
_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@dataclass(slots=True)
class _Work:
    """What was done so far, so that it can be taken back."""

    id: str
    made: list[Path] = field(default_factory=list)
    staged: list[Target] = field(default_factory=list)
    committed: list[Target] = field(default_factory=list)

    def new(self, target: Target) -> Path:
        return target.at.with_name(f".{target.at.name}.envkit-{self.id}.new")

    def old(self, target: Target) -> Path:
        return target.at.with_name(f".{target.at.name}.envkit-{self.id}.old")


def apply(
    host: Host, plan: Plan, undoes: Receipt | None = None, interruptible: bool = True
) -> Receipt:
    """Write all of `plan` and return its receipt; with `undoes`, that receipt is taken back.

    Not `interruptible`: a signal waits until all is written.

    Raises Refused, with every file as it was, and KeyboardInterrupt likewise. Where even putting
    back fails, the message says where the old text lies.
    """
    targets = preflight.check(host, plan)
    with _signals_wait():
        receipt, journal = receipts.begin(host, plan)
        work = _Work(receipt.id)
        try:
            look = _interrupted if interruptible else lambda: None
            _stage(host, targets, work, look)
            _commit(host, targets, work, look)
            receipt = _record(host, replace(receipt, folders=_named(host, work)), undoes)
        except BaseException as failure:
            _take_back(host, work, receipt, journal, failure)
            raise
        _finish(host, plan, work)
    return receipt


def undo_plan(receipt: Receipt) -> Plan:
    """The plan that takes a receipt back: the files, and the folders that were made for them."""
    return replace(receipt.plan.reversed(), folders=receipt.folders[::-1])


def _stage(host: Host, targets: tuple[Target, ...], work: _Work, look: Callable[[], None]) -> None:
    for target in targets:
        look()
        try:
            work.made += durable.make_folders(target.at.parent)
            work.staged.append(target)
            if target.status is not None:
                _keep_old(target, work.old(target))
            if target.edit.after is not None:
                _write_like(target, target.edit.after, work.new(target))
        except OSError as error:
            raise preflight.refusal(host, target.edit.path, error) from error


def _commit(host: Host, targets: tuple[Target, ...], work: _Work, look: Callable[[], None]) -> None:
    for target in targets:
        look()
        preflight.still_as_planned(host, target)
        try:
            if target.edit.after is None:
                target.at.unlink()
            elif target.status is None:
                durable.appear(work.new(target), target.at)
            else:
                work.new(target).rename(target.at)
            work.committed.append(target)
            durable.sync_folder(target.at.parent)
        except OSError as error:
            raise preflight.refusal(host, target.edit.path, error) from error
        _nothing_fell_between(host, target, work)
    look()


def _nothing_fell_between(host: Host, target: Target, work: _Work) -> None:
    """An editor that had the old file open may have written to it after the comparison."""
    old = work.old(target)
    if target.status is not None and old.read_bytes() != target.edit.before:
        preflight.still_as_planned(host, replace(target, at=old))


def _record(host: Host, receipt: Receipt, undoes: Receipt | None) -> Receipt:
    """The point of no return: from here on the plan counts as applied."""
    if undoes is None:
        done = replace(receipt, status="applied")
        receipts.save(host, done)
        return done
    done = replace(undoes, status="rolled back")
    receipts.save(host, done)
    receipts.remove(host, receipt)
    return done


def _finish(host: Host, plan: Plan, work: _Work) -> None:
    _clear(work)
    durable.remove_folders(tuple(map(host.locate, plan.folders)))


def _clear(work: _Work) -> None:
    for target in work.staged:
        for path in (work.new(target), work.old(target)):
            with suppress(OSError):
                path.unlink()


def _take_back(
    host: Host, work: _Work, receipt: Receipt, journal: tuple[Path, ...], failure: BaseException
) -> None:
    """Put everything back; Refused where the system does not let us, with what lies where."""
    lost: list[str] = []
    for target in reversed(work.committed):
        try:
            _put_back(target, work)
        except OSError as error:
            old = work.old(target)
            kept = f"; its old text is in {host.show(old)}" if target.status is not None else ""
            lost.append(f"{host.show(target.edit.path)}: {error.strerror}{kept}")
    if lost:
        with suppress(Refused):
            receipts.save(host, replace(receipt, status="failed"))
        raise Refused(
            f"{failure}; and not everything could be put back:\n  " + "\n  ".join(lost),
            f"the receipt {receipt.id} holds the old text, too",
        ) from failure
    _clear(work)
    durable.remove_folders(tuple(work.made[::-1]))
    receipts.remove(host, receipt, journal)


def _put_back(target: Target, work: _Work) -> None:
    if os.path.lexists(target.at) and target.at.read_bytes() not in (
        target.edit.after,
        target.edit.before,
    ):
        raise OSError(errno.EBUSY, "somebody has written to it since")
    if target.status is not None:
        work.old(target).rename(target.at)
    elif target.at.read_bytes() == target.edit.after:
        target.at.unlink()
    durable.sync_folder(target.at.parent)


def _keep_old(target: Target, old: Path) -> None:
    """A second name for the old file; a copy, where the file system or its owner allows none."""
    try:
        old.hardlink_to(target.at)
    except FileExistsError:
        raise
    except OSError:
        _write_like(target, target.edit.before or b"", old)
        assert target.status is not None
        os.utime(old, ns=(target.status.st_atime_ns, target.status.st_mtime_ns))


def _write_like(target: Target, content: bytes, path: Path) -> None:
    """Write a file that is like the old one in all but its content."""
    status, edit = target.status, target.edit
    if status is None:
        durable.write_new(path, content, edit.mode)
        return
    durable.write_new(path, content, 0o600)
    here = path.stat()
    if (here.st_uid, here.st_gid) != (status.st_uid, status.st_gid):
        os.chown(path, status.st_uid, status.st_gid)
    _drop_attributes(target.at, path)
    # After chown, which clears set-user-id bits; before the ACL, whose mask is in the mode.
    path.chmod(status.st_mode & 0o7777 if edit.mode is None else edit.mode)
    _copy_attributes(target.at, path)


def _drop_attributes(source: Path, target: Path) -> None:
    """Take away what a new file got from its folder (a default ACL) and the old one has not."""
    if hasattr(os, "listxattr"):
        for name in set(os.listxattr(target)) - set(os.listxattr(source)):
            if not name.startswith("security."):
                os.removexattr(target, name)


def _copy_attributes(source: Path, target: Path) -> None:
    """Extended attributes, ACLs and security labels among them (xattr(7)); not on macOS."""
    if not hasattr(os, "listxattr"):
        return
    for name in os.listxattr(source):
        if name.startswith(_NOT_COPIED):
            continue
        value = os.getxattr(source, name)
        with suppress(OSError):
            if os.getxattr(target, name) == value:
                continue
        os.setxattr(target, name, value)


def _named(host: Host, work: _Work) -> tuple[Path, ...]:
    """The folders that were made, as the machine names them."""
    if not host.foreign:
        return tuple(work.made)
    return tuple(Path("/") / path.relative_to(host.root) for path in work.made)


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Keep an interrupt until a moment between two files; `_interrupted` looks for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupted() -> None:
    if signal.sigpending() & _SIGNALS:
        raise KeyboardInterrupt
