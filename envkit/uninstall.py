"""What `envkit uninstall` writes, as a plan: today's files without what is envkit's own.

It does not need a receipt: what is ours is known by its markers, a file that envkit made says so
in its block, and a block names the environment file that it reads. Receipts add what bytes cannot
tell: files and folders that were named once, which folders were there before, and the time of a
text that is now to be again exactly what it was.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from envkit import block, drift, language, order, platforms, preflight, reach, receipts, targets
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan, Receipt
from envkit.profile.interpreter import SYSTEM_ENVIRONMENTS
from envkit.receipts import timeline

#: In the block of a file that was not there before: so uninstall knows, even without a receipt.
MADE_HERE = b"# envkit made this file; envkit uninstall removes it when nothing else is in it.\n"

# The file that a block reads, where its name needs no quoting; else a receipt knows it.
_READS = re.compile(rb'"\$(HOME)/([^"\\$`\n]+)"|-r \'?(/[^"\'\\$`;\]\n]+?)\'?(?: \]|;)')


def uninstall_plan(host: Host, overwrite_drift: bool = False) -> Plan:
    """Today's files without what is envkit's own; empty where nothing is.

    Looks into every startup file of the account and every file that a receipt names. One that
    cannot be read is passed over where receipts say that it was never written to. Refused, with
    the difference and for all files at once, where markers are broken, and where what is ours was
    edited by hand; `overwrite_drift` lets go what stands between whole markers, never more.
    """
    problems = preflight.Problems()
    past = timeline.steps(receipts.every(host))
    states = _states(host, past)
    own = list(drift.environments(host))
    edits: list[FileEdit | None] = []
    for path in _candidates(host, past):
        known = states.get(_real(host, path), ())
        # What nobody may read, envkit has not written to, as far as the receipts go back.
        if path in own or (past and not known and host.kind(path) == "unreadable"):
            continue
        with problems.kept():
            edits.append(_without_blocks(host, path, known, overwrite_drift))
            own += (read for read in _read_by(host, edits[-1]) if read not in own)
    environments: list[FileEdit | None] = []
    for path in own:
        with problems.kept():
            known = states.get(_real(host, path), ())
            environments.append(_without_environment(host, path, known, overwrite_drift))
    problems.tell()
    log = _without_environment(host, host.state / "record/log.sh", (), overwrite_drift=True)
    every = (*environments, *edits, log)
    result = Plan("uninstall", tuple(edit for edit in every if edit is not None))
    if not result.edits:
        return result
    result = replace(result, folders=_own_folders(past, own))
    return preflight.ready(host, result)


def environments_left(host: Host) -> tuple[Path, ...]:
    """The Python environments that envkit made, and leaves to whoever may have filled them."""
    folder = SYSTEM_ENVIRONMENTS if host.scope == "system" else host.data / "envs"
    return tuple(folder / name for name in host.entries(folder))


def made_here(found: Sequence[block.Block]) -> bool:
    """Whether the file with these blocks is one that envkit made."""
    return any(each.body.startswith(MADE_HERE.rstrip(b"\n")) for each in found)


def read_file(host: Host, path: Path) -> bytes | None:
    """The bytes of an ordinary file, None where there is none; Refused where it cannot be read."""
    # Reading a pipe would wait for ever; a name too long is no file.
    if not os.path.isfile(host.locate(path)):  # noqa: PTH113
        return None
    try:
        return host.read(path)
    except OSError as error:
        words = f"{host.show(path)} cannot be read: {error.strerror}"
        raise Refused(words, preflight.look_at(host, host.locate(path))) from error


def _candidates(host: Host, past: Sequence[Receipt]) -> Iterator[Path]:
    """Files that may hold a block, each real file once: those of a receipt, and those in use.

    That is every startup file of the shells by its name, and what else their starts read.
    """
    if host.scope == "system":
        from envkit.system import places

        yield from places.known(host, platforms.detect(host))
        return
    names = [host.home / name for name in reach.NAMES]
    names += [host.config.parent / "fish" / name for name in reach.FISH]
    # Also of shells that are gone by now.
    starts = reach.starts(host, platforms.detect(host), targets.every())
    orders = [order.order(host, start) for start in starts]
    read = [row.path for one in orders for row in one.files if row.scope == "user"]
    named = [edit.path for receipt in past for edit in receipt.plan.edits]
    seen: set[str] = set()
    for path in (*names, *read, *named):
        real = _real(host, path)
        if real not in seen:
            seen.add(real)
            yield path


def _without_environment(
    host: Host, path: Path, known: Sequence[FileEdit], overwrite_drift: bool
) -> FileEdit | None:
    before = read_file(host, path)
    if before is None:
        return None
    if not overwrite_drift:
        drift.refuse_environment(host, path, before)
    mode = host.locate(path).stat().st_mode & 0o7777
    return FileEdit(path, before, None, mode, "the environment itself")


def _read_by(host: Host, edit: FileEdit | None) -> Iterator[Path]:
    """The environment files that the blocks of a file read: XDG_CONFIG_HOME may have moved."""
    for each in block.find_all((edit and edit.before) or b""):
        for inside, below, whole in _READS.findall(each.body):
            named = os.fsdecode(below if inside else whole)
            path = host.home / named if inside else Path(named)
            if path.name not in language.FILES or path.parent.name != "envkit":
                continue
            if (read_file(host, path) or b"").startswith(drift.HEADER):
                yield path


def _without_blocks(
    host: Host, path: Path, states: Sequence[FileEdit], overwrite_drift: bool
) -> FileEdit | None:
    before = read_file(host, path)
    if before is None:
        return None
    with preflight.about(host, path):
        try:
            found = block.find_all(before)
        except Refused as problem:
            since = _since(host, path, before, states)
            words = problem.message.partition(":\n")[0] + since if since else problem.message
            raise Refused(words, problem.hint) from problem
        if not found:
            return None
        if not overwrite_drift:
            drift.refuse_blocks(host, path, found, language.of_file(path))
        after: bytes | None = block.drop(before, original=_original(states))
    if not after and made_here(found):
        after = None
    mode = host.locate(path).stat().st_mode & 0o7777 if after is None else None
    modified = _modified(states, before, after)
    reason = "envkit's block" if after else "made by envkit"
    return FileEdit(path, before, after, mode, reason, modified=modified)


# -- what the receipts know -----------------------------------------------------------------------


def _states(host: Host, past: Sequence[Receipt]) -> dict[str, tuple[FileEdit, ...]]:
    """What envkit has done to each file that is really there, newest first."""
    states: dict[str, tuple[FileEdit, ...]] = {}
    for receipt in past:
        for edit in receipt.plan.edits:
            real = _real(host, edit.path)
            states[real] = (edit, *states.get(real, ()))
    return states


def _original(states: Sequence[FileEdit]) -> bytes | None:
    """The last text of a file that is known to have stood without a block."""
    for edit in states:
        for text in (edit.after, edit.before):
            if text is not None and b">>> envkit " not in text:
                return text
    return None


def _modified(states: Sequence[FileEdit], now: bytes, bare: bytes | None) -> int | None:
    """When `bare` was written, where nobody but envkit has written since; several times perhaps."""
    for edit in states:
        if edit.after != now:
            continue
        if edit.before == bare:
            return edit.was_modified
        if edit.before is None:
            return None
        now = edit.before
    return None


def _since(host: Host, path: Path, now: bytes, states: Sequence[FileEdit]) -> str:
    """What was changed since envkit wrote it, as a diff; nothing where no receipt tells."""
    if not states or states[0].after is None:
        return ""
    name = Path(host.show(path))
    return ":\n" + Plan("", (FileEdit(name, states[0].after, now),)).diff().rstrip("\n")


def _own_folders(past: Sequence[Receipt], own: Sequence[Path]) -> tuple[Path, ...]:
    """Folders that go when they are empty: those that envkit made, none that were there before.

    envkit's own go too where no receipt tells.
    """
    homes = {path.parent for path in own}
    made: set[Path] = set()
    stood: set[Path] = set()
    for receipt in past:
        made = (made - set(receipt.plan.folders)) | set(receipt.folders)
        stood -= made
        created = {edit.path.parent for edit in receipt.plan.edits if edit.before is None}
        stood |= (created & homes) - made
    ours = homes - stood
    folders = made | ours | {folder / "profiles" for folder in ours}
    return tuple(sorted(folders, key=lambda folder: (-len(folder.parts), folder)))


def _real(host: Host, path: Path) -> str:
    return os.path.realpath(host.locate(path))
