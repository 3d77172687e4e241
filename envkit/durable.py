"""The writes that everything else is made of: new folders, a new file, one like another, a sync.

Each belongs to whom the folder around it belongs, so that root leaves nothing of its own in
somebody's home, and each has reached the disk when the function returns (fsync(2), NOTES).
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HERE = -100  # AT_FDCWD of Linux
# Of the file's content or of the system's own: never copied.
_NOT_COPIED = ("security.ima", "security.evm", "trusted.overlay.")


def make_folders(path: Path, mode: int = 0o777) -> tuple[Path, ...]:
    """Make a folder and its missing parents; those made, outermost first.

    Raises OSError; what was made by then is taken away again.
    """
    made: list[Path] = []
    try:
        for folder in missing(path):
            folder.mkdir(mode)
            made.append(folder)
            give_to_owner_of(folder.parent, folder)
            sync_folder(folder.parent)
    except OSError:
        remove_folders(tuple(reversed(made)))
        raise
    return tuple(made)


def missing(path: Path) -> tuple[Path, ...]:
    """This folder and those above it that are not there, outermost first."""
    found: list[Path] = []
    for folder in (path, *path.parents):
        if os.path.lexists(folder):
            break
        found.append(folder)
    return tuple(found[::-1])


def remove_folders(paths: tuple[Path, ...]) -> None:
    """Remove these folders in this order, where they are empty; the others stay."""
    for path in paths:
        with suppress(OSError):
            path.rmdir()


def write_new(
    path: Path, content: bytes, mode: int | None = None, modified: int | None = None
) -> None:
    """Write a file that must not exist yet; OSError leaves none.

    Without a mode it is an ordinary one, 0644 less what the umask forbids. `modified`: the time
    that it is given, in nanoseconds.
    """
    with _made(path, content, 0o644 if mode is None else 0o600, modified) as handle:
        if mode is not None:
            os.fchmod(handle, mode)


def keep_old(at: Path, content: bytes, old: Path) -> None:
    """A second name for a file; a copy, where the file system or its owner allows none."""
    try:
        old.hardlink_to(at)
    except FileExistsError:
        raise
    except OSError:
        write_like(at, content, old, modified=at.stat().st_mtime_ns)


def write_like(
    at: Path, content: bytes, path: Path, mode: int | None = None, modified: int | None = None
) -> None:
    """Write a file that is like the one `at` in all but its content, and its mode if one is given.

    OSError where it cannot be made so.
    """
    status = at.stat()
    with _made(path, content, 0o600, modified) as handle:
        here = os.fstat(handle)
        if (here.st_uid, here.st_gid) != (status.st_uid, status.st_gid):
            os.fchown(handle, status.st_uid, status.st_gid)
        _drop_attributes(at, path)
        _copy_attributes(at, path, own=True)  # to a read-only file nobody may add one (xattr(7))
        # After chown, which clears set-user-id bits; before the ACL, whose mask is in the mode.
        path.chmod(status.st_mode & 0o7777 if mode is None else mode)
        _copy_attributes(at, path, own=False)


@contextmanager
def _made(path: Path, content: bytes, mode: int, modified: int | None) -> Iterator[int]:
    """A new file, to be given its mode and the rest; then it is synced: the text and all of that.

    OSError leaves none.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        give_to_owner_of(path.parent, path)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        yield handle
        if modified is not None:
            os.utime(path, ns=(os.fstat(handle).st_atime_ns, modified))
        os.fsync(handle)
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(handle)


def appear(new: Path, at: Path) -> None:
    """Give a new file its name, but never take the name from a file that came meanwhile.

    Raises FileExistsError then. `new` may keep its first name, too.
    """
    try:
        at.hardlink_to(new)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(at):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(at)) from None
        new.rename(at)


def exchange(new: Path, at: Path) -> None:
    """Give a new file the name of another, which gets the new one's name.

    So nobody's file is lost that took the name in the last moment. Where the system cannot, the
    old one is replaced, and the new one's name is gone (renameat2(2); renamex_np(2) on macOS).
    """
    names = os.fsencode(new), os.fsencode(at)
    try:
        import ctypes  # not in every Python: it is built without where libffi was missing

        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            status = libc.renamex_np(*names, 2)
        else:
            status = libc.renameat2(_HERE, names[0], _HERE, names[1], 2)
    except (ImportError, AttributeError, OSError):  # or an older libc
        new.rename(at)
        return
    number = ctypes.get_errno()
    if status == 0:
        return
    if number not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP):
        raise OSError(number, os.strerror(number), str(new), None, str(at))
    new.rename(at)  # a file system, or a kernel, that cannot exchange


def sync_folder(path: Path) -> None:
    """Make what was renamed, made or removed in this folder last through a power cut."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        return  # a folder that may be written but not read; there is no other way to sync it
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems
            raise
    finally:
        os.close(handle)


def give_to_owner_of(folder: Path, path: Path) -> None:
    """What root makes in somebody's folder is that person's; OSError where it cannot be."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _drop_attributes(source: Path, target: Path) -> None:
    """Take away what a new file got from its folder (a default ACL) and the old one has not."""
    for name in set(_attributes(target)) - set(_attributes(source)):
        if not name.startswith("security."):
            os.removexattr(target, name)


def _copy_attributes(source: Path, target: Path, own: bool) -> None:
    """Extended attributes: the user's own, or the others, ACLs and security labels (xattr(7))."""
    for name in _attributes(source):
        if name.startswith(_NOT_COPIED) or name.startswith("user.") is not own:
            continue
        value = os.getxattr(source, name)
        with suppress(OSError):
            if os.getxattr(target, name) == value:
                continue
        os.setxattr(target, name, value)


def _attributes(path: Path) -> list[str]:
    """The names of what there is; nothing on macOS, nor on a file system that has none."""
    if not hasattr(os, "listxattr"):
        return []
    try:
        return os.listxattr(path)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return []
        raise
