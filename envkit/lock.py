"""One writer at a time: a lock on one file that says who holds it (flock(2)).

The kernel gives it back when its holder ends, however that happens, so it can never be stale. The
file goes with the lock: nothing of it stays in the home. A child of ours never holds it: the
descriptor is closed on exec, and `supervisor` closes it in each fork.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from envkit import durable
from envkit.errors import Refused
from envkit.host import Host

#: How long another writer is waited for, in seconds.
PATIENCE = 60.0

_TICK = 0.05
_AT_ONCE = 0.3  # a wait that nobody has to be told of
# File systems that know no locks (some network and FUSE ones): there the process named counts.
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


class Holder(NamedTuple):
    """Who holds the lock: its process and its command."""

    pid: int
    command: str

    def __str__(self) -> str:
        return f"`{self.command}`, process {self.pid}" if self.pid else "another envkit"


class Unwritable(Refused):
    """The state folder cannot be written: nothing can be, so nobody has to be kept out."""


@contextmanager
def held(
    host: Host,
    command: str,
    waiting: Callable[[Holder], None] = lambda holder: None,
    patience: float = PATIENCE,
) -> Iterator[None]:
    """Hold the lock of this host's state folder; `waiting` is called once, when it has to wait.

    Refused, with the holder's name, when `patience` (seconds) is over, or where what has the name
    of the lock is none; Unwritable where the folder cannot be written.
    """
    path = host.locate(host.state / "lock")
    handle, made = _taken(host, path, command, waiting, patience)
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(handle)
        durable.remove_folders(made)


def _taken(
    host: Host, path: Path, command: str, waiting: Callable[[Holder], None], patience: float
) -> tuple[int, tuple[Path, ...]]:
    """The locked file, and the folders that were made for it, innermost first."""
    made: tuple[Path, ...] = ()
    tries = 100
    while True:
        tries -= 1
        try:
            made = durable.make_folders(path.parent) or made
            handle = _acquire(path, command, waiting, patience)
            return handle, tuple(path.parents)[: _sign(handle, path, command, len(made))]
        except OSError as error:
            # Another writer may just have taken the empty folder away.
            if isinstance(error, (FileNotFoundError, FileExistsError)) and tries:
                continue
            durable.remove_folders(made[::-1])
            if os.path.lexists(path) and os.access(path.parent, os.W_OK | os.X_OK):
                # Nobody would be kept out, and everybody could write.
                raise Refused(
                    f"{host.show(path)} is no lock of yours: {error.strerror}",
                    "move it out of the way",
                ) from error
            raise Unwritable(
                f"{host.show(host.state)} cannot be written: {error.strerror}",
                "envkit writes nothing that it could not give back",
            ) from error


def holder(host: Host) -> Holder | None:
    """Who holds the lock at this moment; None where nobody does."""
    try:
        handle = os.open(host.locate(host.state / "lock"), os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        who = _told(handle)
        return who if error.errno not in _NO_LOCKS or _alive(who) else None
    finally:
        os.close(handle)
    return None


def _acquire(path: Path, command: str, waiting: Callable[[Holder], None], patience: float) -> int:
    """The open and locked file; Refused when it takes too long."""
    began, told = time.monotonic(), False
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            if _try(handle, path):
                return handle
            who = _told(handle)
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        waited = time.monotonic() - began
        if waited > patience:
            hint = "wait for it, or end it" + (f": kill {who.pid}" if who.pid else "")
            if _is_stopped(who):
                hint = f"it is stopped (^Z, perhaps); let it go on: kill -CONT {who.pid}"
            words = f"{who} is writing, and has not ended within {patience:.0f} s"
            raise Refused(words, hint)
        if not told and waited > _AT_ONCE:
            waiting(who)
            told = True
        time.sleep(_TICK)


def _try(handle: int, path: Path) -> bool:
    """Whether the lock is ours: taken, and not of a file whose name is gone by now."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return not _alive(_told(handle))
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        return False
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _alive(who: Holder) -> bool:
    """Whether another process of this machine holds a lock that the file system knows not of."""
    if not who.pid or who.pid == os.getpid():
        return False
    try:
        os.kill(who.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is there, and somebody else's
        pass
    return True


def _is_stopped(who: Holder) -> bool:
    """Whether a signal has stopped it, so that none but SIGCONT and SIGKILL reach it; on Linux."""
    try:
        text = Path(f"/proc/{who.pid}/stat").read_bytes()
    except OSError:
        return False
    return text.rpartition(b") ")[2][:1] == b"T"


def _sign(handle: int, path: Path, command: str, made: int) -> int:
    """Say who holds it, and how many folders were made for it; a full disk keeps nobody out.

    Returns how many go with it: one that was killed had no time to take its own away.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        made = max(made, int(json.loads(os.pread(handle, 4096, 0))["made"]))
    with suppress(OSError):
        durable.give_to_owner_of(path.parent, path)
        os.ftruncate(handle, 0)
        text = json.dumps({"pid": os.getpid(), "command": command, "made": made})
        os.pwrite(handle, text.encode(), 0)
    return made


def _told(handle: int) -> Holder:
    try:
        data = json.loads(os.pread(handle, 4096, 0))
        return Holder(int(data["pid"]), str(data["command"]))
    except (OSError, ValueError, KeyError, TypeError):  # it has not signed yet
        return Holder(0, "")
