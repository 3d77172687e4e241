"""What folders hold, and who else may write there: the facts that not every trace has to tell."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from envkit.host import Host
from envkit.provenance import PathEntry


def counted(host: Host, listed: Sequence[PathEntry], most: int) -> Iterator[PathEntry]:
    """Give the entries with the number of executables; equal folders are looked into once."""
    found: list[int | None] = []
    for entry in listed:
        if entry.same_as is not None:
            found.append(found[entry.same_as - 1])
        else:
            path = host.home / entry.directory
            found.append(count(host, path, most) if entry.exists else None)
        yield entry._replace(executables=found[-1])


def count(host: Host, path: Path, most: int = 0) -> int | None:
    """The number of programs in a folder, no more than `most`; None where it cannot be read.

    As root about another account's home, permission bits answer: root may read and run all.
    """
    may: Callable[[str | Path, int], bool] = os.access
    number = 0
    if os.geteuid() == 0 and host.uid != 0:
        may = _bits(host)
        if not may(path, os.R_OK) or not all(may(one, os.X_OK) for one in path.resolve().parents):
            return None
        if not may(path, os.X_OK):
            return 0
    try:
        with os.scandir(path) as rows:
            for row in rows:
                if row.is_file() and may(row.path, os.X_OK):
                    number += 1
                    if number == most:
                        break
    except OSError:
        return None
    return number


def _bits(host: Host) -> Callable[[str | Path, int], bool]:
    """What the account may do, by permission bits (path_resolution(7))."""
    groups = _groups(host.uid)

    def may(path: str | Path, bit: int) -> bool:
        try:
            status = Path(path).stat()
        except OSError:
            return False
        mode = status.st_mode
        if status.st_uid == host.uid:
            mode >>= 6
        elif status.st_gid in groups:
            mode >>= 3
        return bool(mode & bit)

    return may


def has_others(host: Host, group: int) -> bool:
    """Whether somebody else than this account and root is in a group, or nobody knows it."""
    return _has_others(host.user, host.uid, group)


@cache
def _has_others(user: str, uid: int, group: int) -> bool:
    import grp
    import pwd

    try:
        known = grp.getgrgid(group)
    except KeyError:
        return True
    if set(known.gr_mem) - {user, "root"}:
        return True
    if known.gr_name == user:
        return False  # the account's own; to list all accounts may take a directory server long
    return any(one.pw_gid == group and one.pw_uid not in (0, uid) for one in pwd.getpwall())


@cache
def _groups(uid: int) -> tuple[int, ...]:
    import pwd

    try:
        account = pwd.getpwuid(uid)
    except KeyError:
        return ()
    return tuple(os.getgrouplist(account.pw_name, account.pw_gid))


def missing(path: Path) -> str:
    """Say what an entry is that is no folder."""
    try:
        status = path.stat()
    except PermissionError:
        return "cannot be reached"
    except (OSError, ValueError):
        return "a link to nowhere" if path.is_symlink() else "does not exist"
    return "" if stat.S_ISDIR(status.st_mode) else "is no folder"
