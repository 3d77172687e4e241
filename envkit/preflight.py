"""Everything that is checked before the first byte is written: can this plan be carried out whole?

Pure looking. What is refused here would otherwise stop a plan in the middle, or cost the user
something that cannot be given back: an owner, a link, a change that somebody made meanwhile.
"""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from envkit import stores, volumes
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan
from envkit.writable import Target as Target
from envkit.writable import examine, existing, record_place, refuse
from envkit.writable import is_link as is_link
from envkit.writable import look_at as look_at
from envkit.writable import ordinary as ordinary
from envkit.writable import still_as_planned as still_as_planned

_MARK = b"# >>> envkit "
# Those of UTF-32 first: they begin as those of UTF-16 do.
_MARKS = {
    b"\xff\xfe\0\0": "UTF-32LE",
    b"\0\0\xfe\xff": "UTF-32BE",
    b"\xff\xfe": "UTF-16LE",
    b"\xfe\xff": "UTF-16BE",
}


class Problems(list[Refused]):
    """What stands in the way of a plan, gathered so that it is told at once."""

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep a refusal in here, and go on."""
        try:
            yield
        except Refused as problem:
            self.append(problem)

    def tell(self) -> None:
        """Refused with all of them, each with its remedy; nothing where there is none."""
        every = tuple({each.message: each for each in self}.values())
        if len(every) == 1:
            raise every[0]
        if not every:
            return
        lines = ["nothing was written:"]
        for place, each in enumerate(every):
            lines += [f"  {line}" for line in each.message.split("\n")]
            # What is to be done about several in a row is said once, below them.
            if each.hint and each.hint not in (
                other.hint for other in every[place + 1 : place + 2]
            ):
                lines += [f"    {line}" for line in each.hint.split("\n")]
        raise Refused("\n".join(lines))


def check(host: Host, plan: Plan) -> tuple[Target, ...]:
    """The files that `plan` changes, each found fit to be changed; edits without effect drop out.

    Raises Refused with all that stands in the way, not only the first.
    """
    targets, problems = look(host, plan)
    problems.tell()
    return targets


def look(host: Host, plan: Plan) -> tuple[tuple[Target, ...], Problems]:
    """As `check`, with the problems as they are: for a planner that has found others, too."""
    targets: list[Target] = []
    problems = Problems()
    points = volumes.mount_points()
    changed = [edit for edit in plan.edits if edit.before != edit.after]
    for edit in changed:
        with problems.kept():
            targets.append(examine(host, edit, points))
    for edit in changed:
        with problems.kept():
            _shell_text(host, edit)
    problems += _twins(host, targets)
    if changed:
        with problems.kept():
            record_place(host, host.state / "receipts")
    if not problems:
        problems += _room(host, targets)
    return tuple(targets), problems


def ready(host: Host, plan: Plan) -> Plan:
    """The plan, found fit to be carried out, with what each of its files is; Refused as `check`."""
    return described(host, plan, check(host, plan))


def described(host: Host, plan: Plan, targets: Sequence[Target]) -> Plan:
    """The plan with what each of its files is, and who else looks after it.

    `targets` are those of `check`; edits that are not among them stay as they are.
    """
    known = {target.edit.path: target for target in targets}
    told = stores.notes(host, tuple(known))
    edits = []
    for edit in plan.edits:
        target = known.get(edit.path)
        if target is None:
            edits.append(edit)
            continue
        words = [one for one in told.get(edit.path, ()) if one not in edit.reason]
        reason = "; ".join(filter(None, (edit.reason, *words)))
        edits.append(replace(_described(host, target), reason=reason))
    return replace(plan, edits=tuple(edits))


def _described(host: Host, target: Target) -> FileEdit:
    edit = target.edit
    link = is_link(host, edit.path)
    kind = "absent" if target.status is None else "link" if link else "file"
    moved = link or stores.is_moved(host, edit.path, target.at)
    mode = None if target.status is None else stat.S_IMODE(target.status.st_mode)
    modified = edit.was_modified
    if target.status is not None and modified is None:
        modified = target.status.st_mtime_ns
    place = host.named(target.at) if moved else None
    return replace(edit, kind=kind, target=place, was_mode=mode, was_modified=modified)


def _shell_text(host: Host, edit: FileEdit) -> None:
    """Refuse a block to a file that no shell reads as it looks: UTF-16, UTF-32, NUL bytes.

    Any other byte is the user's own (Latin-1, say) and stays as it is. Out of such a file a block
    is taken nevertheless.
    """
    before, after = edit.before or b"", edit.after or b""
    if after.count(_MARK) < max(before.count(_MARK), 1):
        return
    name = next((name for mark, name in _MARKS.items() if before.startswith(mark)), "")
    line = before.count(b"\n", 0, before.find(b"\0")) + 1
    if name:
        words, hint = f"is in {name}, which no shell reads", f"iconv -f {name} -t UTF-8"
    elif b"\0" in before:
        words = f"has a NUL byte in line {line}: it is no text, or in UTF-16"
        hint = "take it out, or turn the file into UTF-8 with iconv"
    else:
        return
    raise refuse(host, edit.path, words, hint)


def _twins(host: Host, targets: Sequence[Target]) -> list[Refused]:
    seen: dict[Path, Path] = {}
    problems: list[Refused] = []
    for target in targets:
        if target.at in seen:
            words = f"is the same file as {host.show(seen[target.at])}, and both are in the plan"
            hint = "let one of the two names be a file of its own"
            problems.append(refuse(host, target.edit.path, words, hint))
        seen[target.at] = target.edit.path
    return problems


def _room(host: Host, targets: Sequence[Target]) -> Iterator[Refused]:
    """Everything that is written beside before the first rename, and the receipt twice over.

    The journal and the receipt hold all old and new text in base64 (four bytes for three).
    """
    edits = [target.edit for target in targets]
    texts = [text for edit in edits for text in (edit.before, edit.after) if text]
    record = sum(len(text) * 4 // 3 + 200 for text in texts) + 1000
    state = host.locate(host.state / "receipts/new")
    sizes = [(target.at, len(target.edit.after or b"")) for target in targets]
    sizes += [(state, record), (state, record)] if edits else []
    files: list[tuple[Path, int]] = []
    for place, size in sizes:
        folder = existing(place.parent)
        # A folder that is made on the way takes a block of its own.
        missing = len(place.parent.parts) - len(folder.parts)
        files += [(folder, size), *[(folder, 1)] * missing]
    for folder, words in volumes.lacking(files):
        what = f"No space left on device for {host.show(folder)}"
        yield Refused(f"{what}: {words}", "make room on that disk")


def refusal(host: Host, path: Path, error: OSError) -> Refused:
    """What an error of the system means for this file."""
    hints = {
        errno.ENOSPC: "make room on that disk",
        errno.EDQUOT: "make room within your quota",
        errno.EBUSY: "it is a mount point; edit the file that is mounted there",
        errno.EPERM: "lsattr says whether it is marked immutable",
        errno.EIO: "dmesg says what is wrong with that disk",
        errno.EROFS: "mount says whether the disk was made read-only after an error",
        errno.EACCES: "ls -ld says whose the file and its folder are",
    }
    words = f"cannot be written: {error.strerror}"
    return refuse(host, path, words, hints.get(error.errno or 0, "run it again"))


@contextmanager
def about(host: Host, path: Path) -> Iterator[None]:
    """Name the file in a refusal of what is done with its bytes alone."""
    try:
        yield
    except Refused as problem:
        hint = problem.hint.replace("FILE", host.show(path))
        raise Refused(f"{host.show(path)}: {problem.message}", hint) from problem
