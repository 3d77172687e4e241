"""What a transaction is about to do, on the disk before it does the first thing of it.

One file, `~/.local/state/envkit/journal.json`: there from before the first change until nothing
of the transaction is left to be done or undone. Who finds it, and nobody at work, finds a process
that was killed, or a power cut. It comes and goes by its name: it is never half there.
"""

from __future__ import annotations

import json
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from envkit import durable, lock
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Receipt
from envkit.receipts import form

VERSION = 1
# The shortest limit of a name that is met on a Linux file system (eCryptfs; others allow 255).
_NAME_MAX = 143


class Journal(NamedTuple):
    """A transaction: `receipt` is what it writes, and is to be saved when it ends.

    `folders` were not there before, outermost first. `environment`: a Python environment that it
    makes, None where it makes none, or only makes one new that is there.
    """

    receipt: Receipt
    folders: tuple[Path, ...] = ()
    environment: Path | None = None


class Change(NamedTuple):
    """One edit of a journal on this machine: the file, and the names that are its own meanwhile.

    `new` is what will be at `at`, or what was taken from there; `old` is what the plan saw.
    """

    edit: FileEdit
    at: Path
    new: Path
    old: Path


def begin(host: Host, journal: Journal) -> None:
    """Write the journal; it has reached the disk when this returns.

    Refused where it cannot be written, and where one is there: nothing else was changed then.
    """
    path = host.locate(place(host))
    beside = _beside(path)
    text = {
        "version": VERSION,
        "folders": [os.fspath(one) for one in journal.folders],
        "environment": journal.environment and os.fspath(journal.environment),
        "receipt": json.loads(form.dumps(journal.receipt)),
    }
    try:
        beside.unlink(missing_ok=True)
        durable.write_new(beside, json.dumps(text).encode(), 0o600)
        try:
            durable.appear(beside, path)
            durable.sync_folder(path.parent)
        except FileExistsError:
            raise
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
        finally:
            with suppress(OSError):
                beside.unlink()
    except FileExistsError:
        raise Refused(
            f"{host.show(place(host))} is there: another transaction has not ended",
            "envkit install, uninstall and rollback end it first",
        ) from None
    except OSError as error:
        raise Refused(
            f"no journal can be written in {host.show(host.state)}: {error.strerror}",
            "envkit writes nothing that it could not give back",
        ) from error


def read(host: Host) -> Journal | None:
    """The journal that is there; None where there is none.

    Refused where it cannot be read or understood; it stays.
    """
    path = place(host)
    try:
        data = json.loads(host.read(path))
        if data["version"] > VERSION:
            raise ValueError(f"version {data['version']}: written by a newer envkit")
        receipt = form.loads(json.dumps(data["receipt"]))
        folders = tuple(map(Path, data["folders"]))
        return Journal(receipt, folders, data["environment"] and Path(data["environment"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Refused(f"{host.show(path)} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        newer = "newer envkit" in str(error)
        raise Refused(
            f"{host.show(path)} is "
            + ("of a newer envkit" if newer else "damaged")
            + ":\na transaction was interrupted, and cannot be undone by this envkit",
            "where a startup file lacks something, its old text is beside it, in a file\n"
            "  named .NAME.envkit-ID.old; then remove the journal, and go on:\n"
            f"  rm {host.show(path)}",
        ) from error


def pending(host: Host) -> Journal | None:
    """A transaction that was interrupted: its journal is there, and nobody is at work.

    Refused as `read` is.
    """
    if read(host) is None or lock.holder(host) is not None:
        return None
    return read(host)  # it may have ended between the two


def end(host: Host) -> None:
    """Take the journal away for good: nothing is left to be done. OSError leaves it."""
    path = host.locate(place(host))
    path.unlink(missing_ok=True)
    _beside(path).unlink(missing_ok=True)
    durable.sync_folder(path.parent)


def sweep(host: Host) -> None:
    """Remove what was left of one that was never there: killed while it was written."""
    with suppress(OSError):
        _beside(host.locate(place(host))).unlink()


def place(host: Host) -> Path:
    """Where the journal lies, as the machine names it."""
    return host.state / "journal.json"


def changes(host: Host, receipt: Receipt) -> tuple[Change, ...]:
    """The files of a receipt as they lie here; edits without effect drop out."""
    return tuple(
        change(edit, host.locate(edit.target or edit.path), receipt.id)
        for edit in receipt.plan.edits
        if edit.before != edit.after
    )


def change(edit: FileEdit, at: Path, transaction: str) -> Change:
    """One change with the names beside it, which carry the id of the transaction."""
    stem = f".{at.name}.envkit-{transaction}"
    if len(os.fsencode(stem)) + 4 > _NAME_MAX:
        stem = f".{zlib.crc32(os.fsencode(at.name)):08x}.envkit-{transaction}"
    return Change(edit, at, at.with_name(f"{stem}.new"), at.with_name(f"{stem}.old"))


def _beside(path: Path) -> Path:
    return path.with_name(".journal.new")
