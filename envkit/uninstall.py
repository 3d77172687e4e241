"""What `envkit uninstall` writes, as a plan: today's files without what is envkit's own.

It does not need a receipt: what is ours is known by its markers, and a file that envkit made says
so in its block. Receipts only add files and folders that were named once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from envkit import block, drift, language, order, platforms, preflight, reach, receipts
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan

#: In the block of a file that was not there before: so uninstall knows, even without a receipt.
MADE_HERE = b"# envkit made this file; envkit uninstall removes it when nothing else is in it.\n"


def uninstall_plan(host: Host, overwrite_drift: bool = False) -> Plan:
    """Today's files without what is envkit's own; empty where nothing is.

    Looks into every startup file of the account and every file that a receipt names. Refused
    where markers are broken, and where what is ours was edited by hand.
    """
    own = drift.environments(host)
    edits = [_without_environment(host, path, overwrite_drift) for path in own]
    edits += [
        _without_blocks(host, path, overwrite_drift)
        for path in _candidates(host)
        if path not in own
    ]
    edits.append(_without_environment(host, host.state / "record/log.sh", overwrite_drift=True))
    result = Plan("uninstall", tuple(edit for edit in edits if edit is not None))
    if not result.edits:
        return result
    result = replace(result, folders=_own_folders(host))
    preflight.check(host, result)
    return result


def environments_left(host: Host) -> tuple[Path, ...]:
    """The Python environments that envkit made, and leaves to whoever may have filled them."""
    folder = host.data / "envs"
    return tuple(folder / name for name in host.entries(folder))


def _candidates(host: Host) -> Iterator[Path]:
    """Files that may hold a block, each real file once: those of a receipt, and those in use.

    That is every startup file of the shells by its name, and what else their starts read.
    """
    names = [host.home / name for name in reach.NAMES]
    names += [host.config.parent / "fish" / name for name in reach.FISH]
    starts = reach.starts(host, platforms.detect(host), reach.targets(host))
    orders = [order.order(host, start) for start in starts]
    read = [row.path for one in orders for row in one.files if row.scope == "user"]
    named = [edit.path for receipt in receipts.every(host) for edit in receipt.plan.edits]
    seen: set[str] = set()
    for path in (*names, *read, *named):
        real = os.path.realpath(host.locate(path))
        if real not in seen:
            seen.add(real)
            yield path


def _without_environment(host: Host, path: Path, overwrite_drift: bool) -> FileEdit | None:
    before = read_file(host, path)
    if before is None:
        return None
    if not overwrite_drift:
        drift.refuse_environment(host, path, before)
    mode = host.locate(path).stat().st_mode & 0o7777
    return FileEdit(path, before, None, mode, "the environment itself")


def _without_blocks(host: Host, path: Path, overwrite_drift: bool) -> FileEdit | None:
    before = read_file(host, path)
    if before is None:
        return None
    with preflight.about(host, path):
        found = block.find_all(before)
        if not overwrite_drift:
            drift.refuse_blocks(host, path, found, language.of_file(path))
        after: bytes | None = block.drop(before)
    if not found:
        return None
    if not after and any(each.body.startswith(MADE_HERE) for each in found):
        after = None
    mode = host.locate(path).stat().st_mode & 0o7777 if after is None else None
    return FileEdit(path, before, after, mode, "envkit's block" if after else "made by envkit")


def _own_folders(host: Host) -> tuple[Path, ...]:
    """Folders that go when they are empty: envkit's own, and those that it made on the way."""
    made = [folder for receipt in receipts.every(host) for folder in receipt.folders]
    own = {path.parent for path in drift.environments(host)}
    folders = {*(folder / "profiles" for folder in own), *own, *made}
    return tuple(sorted(folders, key=lambda folder: -len(folder.parts)))


def read_file(host: Host, path: Path) -> bytes | None:
    """The bytes of an ordinary file, None where there is none; Refused where it cannot be read."""
    if not host.locate(path).is_file():  # reading a pipe would wait for ever
        return None
    try:
        return host.read(path)
    except OSError as error:
        raise Refused(f"{host.show(path)} cannot be read: {error.strerror}") from error
