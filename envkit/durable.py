"""The three writes that everything else is made of: new folders, a new file, a synced folder.

Each belongs to whom the folder around it belongs, so that root leaves nothing of its own in
somebody's home, and each has reached the disk when the function returns (fsync(2), NOTES).
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path


def make_folders(path: Path, mode: int = 0o777) -> tuple[Path, ...]:
    """Make a folder and its missing parents; those made, outermost first.

    Raises OSError; what was made by then is taken away again.
    """
    missing: list[Path] = []
    for folder in (path, *path.parents):
        if os.path.lexists(folder):
            break
        missing.append(folder)
    made: list[Path] = []
    try:
        for folder in reversed(missing):
            folder.mkdir(mode)
            made.append(folder)
            give_to_owner_of(folder.parent, folder)
            sync_folder(folder.parent)
    except OSError:
        remove_folders(tuple(reversed(made)))
        raise
    return tuple(made)


def remove_folders(paths: tuple[Path, ...]) -> None:
    """Remove these folders in this order, where they are empty; the others stay."""
    for path in paths:
        with suppress(OSError):
            path.rmdir()


def write_new(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file that must not exist yet; OSError leaves none.

    Without a mode it is an ordinary one, 0644 less what the umask forbids.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    handle = os.open(path, flags, 0o644 if mode is None else 0o600)
    try:
        give_to_owner_of(path.parent, path)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if mode is not None:
            os.fchmod(handle, mode)
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
