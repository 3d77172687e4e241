"""Everything that is checked before the first byte is written: can this plan be carried out whole?

Pure looking. What is refused here would otherwise stop a plan in the middle, or cost the user
something that cannot be given back: an owner, a link, a change that somebody made meanwhile.
"""

from __future__ import annotations

import errno
import os
import pwd
import shlex
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan

_MEND = "mend it or remove it"


@dataclass(frozen=True, slots=True)
class Target:
    """One edit and the file that it comes down to: `at` lies on this machine, links followed."""

    edit: FileEdit
    at: Path
    status: os.stat_result | None


def check(host: Host, plan: Plan) -> tuple[Target, ...]:
    """The files that `plan` changes, each found fit to be changed; edits without effect drop out.

    Raises Refused with all that stands in the way, not only the first.
    """
    targets: list[Target] = []
    problems: list[Refused] = []
    for edit in plan.edits:
        if edit.before == edit.after:
            continue
        try:
            targets.append(_examine(host, edit))
        except Refused as problem:
            problems.append(problem)
    problems += _twins(host, targets)
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Refused(
            "nothing was written:\n" + "\n".join(f"  {each.message}" for each in problems),
            "\n  ".join(dict.fromkeys(each.hint for each in problems if each.hint)),
        )
    return tuple(targets)


def still_as_planned(host: Host, target: Target) -> None:
    """Compare a file with what the plan saw; Refused where somebody wrote to it meanwhile."""
    try:
        now = target.at.read_bytes() if os.path.lexists(target.at) else None
    except OSError as error:
        raise _refuse(host, target.edit.path, f"cannot be read: {error.strerror}") from error
    if now != target.edit.before:
        raise _refuse(
            host,
            target.edit.path,
            "is not as it was when the plan was made",
            "nothing of it is lost; run the command again",
        )


def _examine(host: Host, edit: FileEdit) -> Target:
    _folders(host, edit.path)
    here = host.locate(edit.path)
    try:
        status = here.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _refuse(host, edit.path, "is a link that leads to itself", _MEND) from error
        if error.errno != errno.ENOENT:
            raise _refuse(host, edit.path, f"cannot be reached: {error.strerror}") from error
        if is_link(host, edit.path):
            words = "is a link to a file that does not exist"
            raise _refuse(host, edit.path, words, _MEND) from error
        status = None
    target = Target(edit, Path(os.path.realpath(here)), status)
    if status is not None:
        _ordinary(host, target, status)
    _owner(host, target)
    still_as_planned(host, target)
    _writable(host, target)
    return target


def _folders(host: Host, path: Path) -> None:
    """The folders on the way are folders, or can be made; a dangling link is neither."""
    for folder in path.parents:
        here = host.locate(folder)
        if here.is_dir():
            return
        if here.exists():
            raise _refuse(host, folder, "is a file, and a folder is needed there")
        if is_link(host, folder):
            raise _refuse(host, folder, "is a link to a folder that does not exist", _MEND)


def _ordinary(host: Host, target: Target, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise _refuse(host, target.edit.path, "is a folder, not a file", "move it out of the way")
    if not stat.S_ISREG(status.st_mode):
        raise _refuse(host, target.edit.path, f"is not an ordinary file ({target.at})")
    if status.st_dev != target.at.parent.stat().st_dev:
        raise _refuse(
            host,
            target.edit.path,
            "is mounted from somewhere else, so it cannot be replaced in one step",
            "edit the file that is mounted there",
        )


def _owner(host: Host, target: Target) -> None:
    """Refuse to leave a file of another owner than before: `sudo envkit install --user`."""
    me = os.geteuid()
    where = target.at if target.status is not None else _existing(target.at.parent)
    owner = where.stat().st_uid
    if owner == me and me != 0:
        _group(host, target)
    if owner == me or (host.foreign and me == 0):
        return
    if me != 0 and target.status is None:
        return  # a new file in a folder of somebody else's: _writable says whether it may be
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"uid {owner}"
    who = "root" if me == 0 else "you"
    raise _refuse(
        host,
        target.edit.path,
        f"belongs to {name}; it would come to belong to {who}",
        f"run this command as {name}" if me == 0 else f"sudo chown {me} {target.at}",
    )


def _group(host: Host, target: Target) -> None:
    """Refuse a file whose group nobody but root can give to the one that takes its place."""
    if target.status is None or target.status.st_gid in (os.getegid(), *os.getgroups()):
        return
    folder = target.at.parent.stat()
    # New files have the folder's group there (chown(2); the BSDs always).
    inherited = folder.st_mode & stat.S_ISGID or sys.platform != "linux"
    if not inherited or folder.st_gid != target.status.st_gid:
        words = "belongs to a group that you are not in, so a new file cannot be given to it"
        hint = f"chgrp {os.getegid()} {shlex.quote(str(target.at))}"
        raise _refuse(host, target.edit.path, words, hint)


def _writable(host: Host, target: Target) -> None:
    folder = _existing(target.at.parent)
    for place in (folder, target.at) if target.status is not None else (folder,):
        if os.statvfs(place).f_flag & os.ST_RDONLY:
            raise _refuse(host, target.edit.path, "lies on a read-only file system")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _refuse(
            host,
            target.edit.path,
            f"cannot be written: no permission in {host.show(folder)}",
            f"ls -ld {folder} says whose it is",
        )


def _existing(folder: Path) -> Path:
    """The nearest folder of this one and its parents that is there."""
    while not os.path.lexists(folder):
        folder = folder.parent
    return folder


def _twins(host: Host, targets: Sequence[Target]) -> list[Refused]:
    seen: dict[Path, Path] = {}
    problems: list[Refused] = []
    for target in targets:
        if target.at in seen:
            words = f"is the same file as {host.show(seen[target.at])}, and both are in the plan"
            problems.append(_refuse(host, target.edit.path, words))
        seen[target.at] = target.edit.path
    return problems


def refusal(host: Host, path: Path, error: OSError) -> Refused:
    """What an error of the system means for this file."""
    hints = {
        errno.ENOSPC: "make room on that disk",
        errno.EDQUOT: "make room within your quota",
        errno.EBUSY: "it is a mount point; edit the file that is mounted there",
        errno.EPERM: "lsattr says whether it is marked immutable",
    }
    words = f"cannot be written: {error.strerror}"
    return _refuse(host, path, words, hints.get(error.errno or 0, ""))


@contextmanager
def about(host: Host, path: Path) -> Iterator[None]:
    """Name the file in a refusal of what is done with its bytes alone."""
    try:
        yield
    except Refused as problem:
        hint = problem.hint.replace("FILE", host.show(path))
        raise Refused(f"{host.show(path)}: {problem.message}", hint) from problem


def is_link(host: Host, path: Path) -> bool:
    """Whether the name itself is a link."""
    return (host.locate(path.parent) / path.name).is_symlink()


def _refuse(host: Host, path: Path, words: str, hint: str = "") -> Refused:
    return Refused(f"{host.show(path)} {words}", hint)
