"""What a file system allows: mount points, read-only ones, flags of a file, room.

Looked at, never tried: a trial would be a write.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import stat
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

# ioctl_iflags(2): _IOR('f', 1, long). The direction's bits differ by architecture.
_OTHER_BITS = ("ppc", "powerpc", "mips", "sparc", "alpha")
_SIZE = struct.calcsize("l")
_GETFLAGS = (0x40006601 if platform.machine().startswith(_OTHER_BITS) else 0x80006601) | _SIZE << 16
_FLAGS = {0x10: "immutable", 0x20: "append-only"}  # FS_IMMUTABLE_FL, FS_APPEND_FL
_ESCAPE = re.compile(rb"\\([0-7]{3})")


def mount_points() -> frozenset[bytes] | None:
    """Where something is mounted (proc_pid_mountinfo(5)); None where nobody tells."""
    try:
        text = Path("/proc/self/mountinfo").read_bytes()
    except OSError:
        return None
    fields = (line.split(b" ", 5) for line in text.splitlines())
    # A blank, a tab, a newline and a backslash are written in octal.
    return frozenset(
        _ESCAPE.sub(lambda found: bytes([int(found[1], 8)]), field[4])
        for field in fields
        if len(field) > 5
    )


def is_mounted(path: Path, status: os.stat_result, points: frozenset[bytes] | None) -> bool:
    """Whether this file (its real path) is a mount point: rename(2) cannot put another there.

    The device tells it only where the mounts are not told: in an overlay, a file of another layer
    has another device than its folder, and can be replaced.
    """
    if points is not None:
        return os.fsencode(path) in points
    return status.st_dev != path.parent.stat().st_dev


def is_read_only(path: Path) -> bool:
    """Whether this mount of the file system takes no writes (statvfs(3))."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def flag(path: Path) -> str:
    """`immutable` or `append-only` where even the owner may not replace it; else nothing.

    chattr(1) on Linux, chflags(2) on macOS and the BSDs; a file that cannot be opened tells none.
    """
    if sys.platform != "linux":
        flags = getattr(path.stat(), "st_flags", 0)
        if flags & (stat.UF_IMMUTABLE | stat.SF_IMMUTABLE):
            return "immutable"
        return "append-only" if flags & (stat.UF_APPEND | stat.SF_APPEND) else ""
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        answer = fcntl.ioctl(handle, _GETFLAGS, bytes(_SIZE))
    except OSError:  # a file system without such flags
        return ""
    finally:
        os.close(handle)
    (flags,) = struct.unpack_from("I", answer)
    return next((word for bit, word in _FLAGS.items() if flags & bit), "")


def lacking(files: Sequence[tuple[Path, int]]) -> Iterator[tuple[Path, str]]:
    """What these new files (folder, size) would not find room for: the folder, and how much.

    A quota is not seen here; one that is full is an error while everything is still as it was.
    """
    largest, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    disks: dict[int, list[tuple[Path, int]]] = {}
    for folder, size in files:
        if largest != resource.RLIM_INFINITY and size > largest:
            yield folder, f"a file of {size} bytes is needed, and ulimit -f allows {largest}"
        disks.setdefault(folder.stat().st_dev, []).append((folder, size))
    for each in disks.values():
        folder, root = each[0][0], os.geteuid() == 0
        told = os.statvfs(folder)
        if not told.f_blocks:
            continue  # a file system that counts nothing
        block = told.f_frsize or told.f_bsize or 1
        needed = sum(-(-size // block) * block for _, size in each)
        free = (told.f_bfree if root else told.f_bavail) * block
        if needed > free:
            yield folder, f"{_kilo(needed)} are needed, and {_kilo(free)} are free"
        elif told.f_files and len(each) > (told.f_ffree if root else told.f_favail):
            yield folder, f"{len(each)} new files are needed, and the disk has no room for so many"


def _kilo(size: int) -> str:
    return f"{-(-size // 1024)} kB"
