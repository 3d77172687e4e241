"""Whether one file can be written: the way to it, what it is, whose it is, what it lies on.

Nothing is tried, since a trial would be a write. `preflight` puts together what is told here.
"""

from __future__ import annotations

import errno
import os
import pwd
import shlex
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from envkit import stores, volumes
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit

_MEND = "mend it or remove it"
_AWAY = "move it out of the way"


@dataclass(frozen=True, slots=True)
class Target:
    """One edit and the file that it comes down to: `at` lies on this machine, links followed."""

    edit: FileEdit
    at: Path
    status: os.stat_result | None


def examine(host: Host, edit: FileEdit, points: frozenset[bytes] | None) -> Target:
    """The file that an edit comes down to, found fit to be changed; Refused where it is not."""
    _folders(host, edit.path)
    target = _target(host, edit)
    if words := stores.refusal(host, edit.path, target.at):
        raise refuse(host, edit.path, *words)
    if target.status is not None:
        _ordinary(host, target, target.status)
    _owner(host, target)
    still_as_planned(host, target)
    _writable(host, target)
    if target.status is not None:
        _mounted(host, target, target.status, points)
    return target


def _target(host: Host, edit: FileEdit) -> Target:
    here = host.locate(edit.path)
    status = None
    try:
        status = here.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise refuse(host, edit.path, "is a link that leads to itself", _MEND) from error
        if error.errno != errno.ENOENT:
            words = f"cannot be reached: {error.strerror}"
            raise refuse(host, edit.path, words, look_at(host, here)) from error
        if is_link(host, edit.path):
            at = Path(os.path.realpath(here))
            if words_of_store := stores.refusal(host, edit.path, at):
                raise refuse(host, edit.path, *words_of_store) from error
            words = f"is a link to a file that does not exist ({host.show(at)})"
            raise refuse(host, edit.path, words, _MEND) from error
    return Target(edit, Path(os.path.realpath(here)), status)


def _folders(host: Host, path: Path) -> None:
    """The folders on the way are folders, or can be made; a dangling link is neither."""
    for folder in path.parents:
        here = host.locate(folder)
        try:
            mode = here.stat().st_mode
        except OSError as error:
            if error.errno == errno.ELOOP:
                if not is_link(host, folder):
                    continue  # one further out is the culprit
                raise refuse(host, folder, "is a link that leads to itself", _MEND) from error
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                words = f"cannot be reached: {error.strerror}"
                raise refuse(host, path.parent, words, look_at(host, here)) from error
            if is_link(host, folder):
                words = "is a link to a folder that does not exist"
                raise refuse(host, folder, words, _MEND) from error
            continue
        if not stat.S_ISDIR(mode):
            words = f"is {_what(mode)}, and a folder is needed there"
            raise refuse(host, folder, words, _AWAY)
        return


def _ordinary(host: Host, target: Target, status: os.stat_result) -> None:
    path, to = target.edit.path, "a link to " if is_link(host, target.edit.path) else ""
    if stat.S_ISDIR(status.st_mode):
        raise refuse(host, path, f"is {to}a folder, not a file", _AWAY)
    if not stat.S_ISREG(status.st_mode):
        words = f"is not an ordinary file, but {to}{_what(status.st_mode)} ({target.at})"
        raise refuse(host, path, words, _AWAY)


def _mounted(
    host: Host, target: Target, status: os.stat_result, points: frozenset[bytes] | None
) -> None:
    if volumes.is_mounted(target.at, status, points):
        raise refuse(
            host,
            target.edit.path,
            "is mounted from somewhere else, so it cannot be replaced in one step",
            "edit the file that is mounted there",
        )


def _what(mode: int) -> str:
    kinds = {
        stat.S_IFREG: "a file",
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "a device")


def _owner(host: Host, target: Target) -> None:
    """Refuse to leave a file of another owner than before: `sudo envkit install --user`."""
    me = os.geteuid()
    where = target.at if target.status is not None else existing(target.at.parent)
    owner = where.stat().st_uid
    if owner == me and me != 0:
        _group(host, target)
    if host.foreign and me == 0:
        return
    if me == 0 and host.uid != 0 and _is_below_home(host, target):
        # Also what belongs to root by now, as an earlier sudo left it.
        owner = host.uid
    if owner == me or (me != 0 and target.status is None):
        return  # a new file in a folder of somebody else's: _writable says whether it may be
    name = _name(owner)
    who = "root" if me == 0 else "you"
    hint = f"run this command as {name}"
    if host.scope == "system":
        hint = f"where it is to be the system's: chown root {_quoted(target.at)}"
    elif me != 0 and _is_below_home(host, target):
        hint = f"sudo chown {me} {_quoted(target.at)}"
    elif me != 0:
        hint = "let it be a file of your own, not a link to one of somebody else's"
    words = f"belongs to {name}; it would come to belong to {who}"
    raise refuse(host, target.edit.path, words, hint)


def _is_below_home(host: Host, target: Target) -> bool:
    return Path(os.path.realpath(host.home_at)) in target.at.parents


def _group(host: Host, target: Target) -> None:
    """Refuse a file whose group nobody but root can give to the one that takes its place."""
    if target.status is None or target.status.st_gid in (os.getegid(), *os.getgroups()):
        return
    folder = target.at.parent.stat()
    # New files have the folder's group there (chown(2); the BSDs always).
    inherited = folder.st_mode & stat.S_ISGID or sys.platform != "linux"
    if not inherited or folder.st_gid != target.status.st_gid:
        words = "belongs to a group that you are not in, so a new file cannot be given to it"
        hint = f"chgrp {os.getegid()} {_quoted(target.at)}"
        raise refuse(host, target.edit.path, words, hint)


def _writable(host: Host, target: Target) -> None:
    folder, path = existing(target.at.parent), target.edit.path
    places = (folder, target.at) if target.status is not None else (folder,)
    for place in places:
        if volumes.is_read_only(place):
            words = f"lies on a read-only file system ({host.show(folder)})"
            raise refuse(host, path, words, f"findmnt --target {_quoted(place)} says which")
    for place in places:
        if word := volumes.flag(place):
            words = f"cannot be written: {host.show(place)} is {word}"
            raise refuse(host, path, words, _unflag(place, word))
    if not os.access(folder, os.W_OK | os.X_OK):
        words = f"cannot be written: no permission in {host.show(folder)}"
        raise refuse(host, path, words, look_at(host, folder))


def _unflag(place: Path, word: str) -> str:
    if sys.platform != "linux":
        flags = "nouchg,noschg" if word == "immutable" else "nouappnd,nosappnd"
        return f"sudo chflags {flags} {_quoted(place)}"
    return f"sudo chattr -{'i' if word == 'immutable' else 'a'} {_quoted(place)}"


def ordinary(host: Host, path: Path) -> None:
    """Refused where a startup file's name is taken by what is no file.

    A link to /dev/null is none of that: people mask a file so.
    """
    here = host.locate(path)
    try:
        status = here.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise refuse(host, path, "is a link that leads to itself", _MEND) from error
        return
    at = Path(os.path.realpath(here))
    if at != Path("/dev/null"):
        _ordinary(host, Target(FileEdit(path, None, None), at, status), status)


def record_place(host: Host, folder: Path) -> None:
    """Refused where no new file can be written into this folder, made if need be."""
    _folders(host, folder / "new")
    at = Path(os.path.realpath(host.locate(folder / "new")))
    target = Target(FileEdit(folder, None, b""), at, None)
    _owner(host, target)
    _writable(host, target)


def still_as_planned(host: Host, target: Target) -> None:
    """Compare a file with what the plan saw; Refused where somebody wrote to it meanwhile."""
    try:
        now = target.at.read_bytes() if os.path.lexists(target.at) else None
    except OSError as error:
        words = f"cannot be read: {error.strerror}"
        raise refuse(host, target.edit.path, words, look_at(host, target.at)) from error
    if now != target.edit.before:
        raise refuse(
            host,
            target.edit.path,
            "is not as it was when the plan was made",
            "nothing of it is lost; run the command again",
        )


def existing(folder: Path) -> Path:
    """The nearest folder of this one and its parents that is there."""
    while not os.path.lexists(folder):
        folder = folder.parent
    return folder


def is_link(host: Host, path: Path) -> bool:
    """Whether the name itself is a link."""
    return (host.locate(path.parent) / path.name).is_symlink()


def refuse(host: Host, path: Path, words: str, hint: str = "") -> Refused:
    """What is wrong with a file, in words that follow its name."""
    return Refused(f"{host.show(path)} {words}", hint)


def look_at(host: Host, place: Path) -> str:
    """What to do about a place that is closed: open it, have it given back, or ask whose it is."""
    folder = _nearest(place)
    if folder is None:
        return f"ls -ld {_quoted(place)} says whose it is"
    owner = folder.stat().st_uid
    if owner == os.geteuid():
        return f"chmod u+rwX {_quoted(folder)}"
    home = Path(os.path.realpath(host.home_at))
    if home in folder.parents:
        return f"it belongs to {_name(owner)}: sudo chown -R {os.geteuid()} {_quoted(folder)}"
    return f"ls -ld {_quoted(folder)}: it belongs to {_name(owner)}"


def _nearest(place: Path) -> Path | None:
    """The innermost folder on the way that can be looked at."""
    for folder in (place, *place.parents):
        try:
            folder.stat()
        except OSError:
            continue
        return folder
    return None


def _name(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return f"uid {owner}"


def _quoted(place: Path) -> str:
    return shlex.quote(str(place))
