"""The record of what was written: one JSON file for each plan, enough to reverse it.

Receipts lie in `~/.local/state/envkit/receipts` (XDG respected), in folders that only their owner
may enter: they hold whole startup files, and people keep tokens in those. `form` is how one is
written, `timeline` what they say together, `pruning` which go when there are too many.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from envkit import durable
from envkit.errors import Refused, Unreadable, UsageError
from envkit.host import Host
from envkit.plan import Plan, Receipt
from envkit.receipts import pruning, timeline
from envkit.receipts.form import VERSION, NewerVersion
from envkit.receipts.form import dumps as dumps
from envkit.receipts.form import loads as loads


def begin(host: Host, plan: Plan) -> tuple[Receipt, tuple[Path, ...]]:
    """Save a receipt of a plan that is about to be written; with the folders made for it.

    Its id is its own, whoever else begins at this moment. Raises Refused where it cannot be saved.
    """
    while True:
        receipt = fresh(host, plan)
        try:
            return receipt, save(host, receipt, new=True)
        except FileExistsError:
            continue


def fresh(host: Host, plan: Plan) -> Receipt:
    """A receipt with an id greater than all others.

    The id is the local time; where the clock was set back, the last id goes on counting.
    """
    now = time.localtime()
    stem = time.strftime("%Y%m%d-%H%M%S", now)
    known = _ids(host)
    if known and timeline.rank(stem) <= timeline.rank(known[-1]):
        day, second, count = timeline.rank(known[-1])
        stem = f"{day:08}-{second:06}-{max(count, 1) + 1}"
    when = time.strftime("%Y-%m-%dT%H:%M:%S%z", now)
    return Receipt(stem, VERSION, when, "interrupted", plan)


def folder(host: Host) -> Path:
    """Where the receipts lie, as the machine names it."""
    return host.state / "receipts"


def save(host: Host, receipt: Receipt, new: bool = False) -> tuple[Path, ...]:
    """Write a receipt, whole or not at all; the folders that had to be made, outermost first.

    Raises Refused where it cannot be written, FileExistsError where it should be `new` and is not.
    """
    place = host.locate(folder(host))
    name, beside = place / f"{receipt.id}.json", place / f".{receipt.id}.{os.getpid()}.new"
    made: tuple[Path, ...] = ()
    try:
        made += durable.make_folders(place.parent.parent)
        made += durable.make_folders(place, 0o700)
        beside.unlink(missing_ok=True)
        durable.write_new(beside, dumps(receipt), 0o600)
        try:
            if new:
                durable.appear(beside, name)
            else:
                beside.rename(name)
            with suppress(OSError):
                durable.sync_folder(place)
        finally:
            with suppress(OSError):
                beside.unlink()
    except FileExistsError:
        raise
    except OSError as error:
        durable.remove_folders(made[::-1])
        raise Refused(
            f"no receipt can be written in {host.show(folder(host))}: {error.strerror}",
            "envkit writes nothing that it could not give back",
        ) from error
    return made


def finish(
    host: Host,
    receipt: Receipt,
    status: Literal["applied", "failed", "interrupted"],
    reason: str = "",
    needed: Collection[str] = (),
) -> Receipt:
    """Save how it ended; after a success the oldest go, those `needed` never.

    Raises Refused where the receipt cannot be saved; that old ones cannot go is no failure.
    """
    done = replace(receipt, status=status, reason=reason)
    save(host, done)
    if status == "applied":
        prune(host, needed)
    return done


def remove(host: Host, receipt: Receipt, made: tuple[Path, ...] = ()) -> None:
    """Take a receipt away, and the folders that `save` made for it."""
    with suppress(OSError):
        (host.locate(folder(host)) / f"{receipt.id}.json").unlink()
    durable.remove_folders(made[::-1])


def sweep(host: Host) -> None:
    """Remove what a process left that was killed while it saved a receipt; under the lock."""
    place = host.locate(folder(host))
    with suppress(OSError):
        for path in place.glob(".*.new"):
            path.unlink()


class Stored(NamedTuple):
    """A receipt as it lies there: `receipt` is None where it cannot be read, and `problem` why.

    `newer`: a later envkit wrote it.
    """

    id: str
    receipt: Receipt | None
    problem: str = ""
    newer: bool = False


def load(host: Host, name: str) -> Receipt:
    """The receipt called `name`; UsageError where there is none, Unreadable where it is damaged."""
    _open(host)
    known = _ids(host)
    if name not in known:
        hint = f"known: {', '.join(known[-5:])}" if known else "nothing was ever applied here"
        raise UsageError(f"no receipt {host.show(name)}", hint)
    found = _stored(host, name)
    if found.receipt is None:
        raise unreadable(host, found)
    return found.receipt


def unreadable(host: Host, one: Stored) -> Unreadable:
    """What is raised where a receipt is needed that cannot be read, with the way out."""
    path = host.show(folder(host) / f"{one.id}.json")
    if one.newer:
        return Unreadable(f"{path}: {one.problem}", "use that envkit; this one leaves it alone")
    return Unreadable(
        f"{path} is not a receipt: {one.problem}", f"to do without it: mv {path} /tmp"
    )


def stored(host: Host) -> tuple[Stored, ...]:
    """All receipts, oldest first, also those that cannot be read; Unreadable if the folder is."""
    try:
        place = host.locate(folder(host))
        closed = place.is_dir() and not os.access(place, os.R_OK | os.X_OK)
    except PermissionError:  # a folder above it is closed
        closed = host.scope == "system"
        if not closed:
            raise
    if closed:
        path = host.show(folder(host))
        roots = host.scope == "system" and os.geteuid() != 0
        hint = "sudo envkit history --system" if roots else f"chmod 700 {path}"
        raise Unreadable(f"{path} cannot be read", hint)
    return tuple(_stored(host, name) for name in _ids(host))


def every(host: Host) -> tuple[Receipt, ...]:
    """All receipts that can be read, oldest first."""
    found = (_stored(host, name).receipt for name in _ids(host))
    return tuple(each for each in found if each is not None)


def latest(host: Host) -> Receipt | None:
    """The last receipt that is in force, no rollback's; None where there is none.

    Unreadable where a later one cannot be read: nobody knows what that one wrote.
    """
    found = stored(host)
    known = [each.receipt for each in found if each.receipt is not None]
    names = timeline.in_force(known)
    for each in reversed(found):
        if each.receipt is None:
            raise unreadable(host, each)
        if names and each.id == names[-1]:
            return each.receipt
    return None


def prune(host: Host, needed: Collection[str] = ()) -> None:
    """Keep at most `pruning.MOST` receipts, those `needed` among them; whatever fails is left.

    Nothing goes while there is one of a newer version: what it means is not known here.
    """
    with suppress(OSError, Refused, Unreadable):
        found = stored(host)
        known = [each.receipt for each in found if each.receipt is not None]
        if any(each.newer for each in found):
            return
        for name in pruning.to_go(known, needed):
            gone = next(each for each in known if each.id == name)
            heir = pruning.heir(gone, known)
            if heir is not None:
                save(host, heir)
                known = [heir if each.id == heir.id else each for each in known]
            (host.locate(folder(host)) / f"{name}.json").unlink()
            known = [each for each in known if each.id != name]


def _open(host: Host) -> None:
    """Unreadable where the folder is closed: nobody knows what lies in it."""
    place = host.locate(folder(host))
    if place.is_dir() and not os.access(place, os.R_OK | os.X_OK):
        raise Unreadable(
            f"{host.show(folder(host))} cannot be read", f"chmod 700 {host.show(folder(host))}"
        )


def _stored(host: Host, name: str) -> Stored:
    try:
        found = loads(host.read(folder(host) / f"{name}.json"))
    except NewerVersion as error:
        return Stored(name, None, str(error), newer=True)
    except OSError as error:
        return Stored(name, None, error.strerror or str(error))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return Stored(name, None, f"damaged ({_words(error)})")
    if found.id != name:
        return Stored(name, None, f"damaged (it says that it is {found.id})")
    return Stored(name, found)


def _words(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error).split("\n")[0]


def _ids(host: Host) -> list[str]:
    names = (name[:-5] for name in host.entries(folder(host)) if name.endswith(".json"))
    return sorted(filter(timeline.is_name, names), key=timeline.rank)
