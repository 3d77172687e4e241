"""The process between envkit and a child: it starts, limits and ends it, and all that it left.

It runs in a fork and never returns. On Linux it is a child subreaper (prctl(2)): a daemon that a
startup file starts becomes its child when its own parent has ended, whatever session it made for
itself, and so is found. Elsewhere only the child's process group can be ended.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from envkit import leftovers

if TYPE_CHECKING:
    from envkit.child import Command

MAX_OUTPUT = 64 * 1024 * 1024  # a file that prints for ever must not fill the disk
_TICK = 0.25


def supervise(command: Command, folder: Path, alive: int, result: int) -> NoReturn:
    """Run `command` with its output in `folder`; the result is written to the descriptor `result`.

    The result is `status timed_out seconds`, then the leftovers, separated by NUL; or `!` and a
    reason. The end of `alive` means that envkit is gone, or wants no more of this.
    """
    message = "!"
    try:
        os.setsid()  # a Ctrl-C at the terminal is envkit's: it decides
        _close_all_but(alive, result)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        _become_subreaper()
        message = _run(command, folder, alive)
    except OSError as error:
        message = f"!{error}"
    finally:
        with contextlib.suppress(OSError):
            os.write(result, message.encode("utf-8", "surrogateescape"))
        os._exit(0)


def _run(command: Command, folder: Path, alive: int) -> str:
    child_ended = _wake_on_child()
    out = _output(folder / "stdout", command)
    err = _output(folder / "stderr", command)
    master, slave = _terminal(command) if command.stdin == "pty" else (-1, -1)
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _execute(command, slave, out, err)
    if slave != -1:
        os.close(slave)
    status = None
    watched = [alive, child_ended] + ([master] if master != -1 else [])
    while status is None and time.monotonic() - began < command.limit and not _too_much(out, err):
        rest = began + command.limit - time.monotonic()
        ready = select.select(watched, [], [], max(0.0, min(rest, _TICK)))[0]
        if alive in ready:
            break
        if child_ended in ready:
            os.read(child_ended, 512)
        if master in ready and not _drain(master, out):
            watched.remove(master)
        status = _reap(pid)
    seconds = time.monotonic() - began
    left = leftovers.end(pid, status is None)
    if master in watched:
        _drain(master, out)
    timed_out = status is None
    if status is None:
        status = -signal.SIGKILL
    return "\0".join([f"{status} {timed_out:d} {seconds:.6f}", *left])


def _execute(command: Command, slave: int, out: int, err: int) -> NoReturn:
    """In the child: streams, account, folder, default signals; then the program."""
    try:
        os.setsid()
        if slave != -1:
            import fcntl
            import termios

            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            out = err = slave
        # The new standard streams must not overwrite one another on their way to 0, 1 and 2.
        out, err = (_above_streams(stream) for stream in (out, err))
        stdin = slave if slave != -1 else _stdin(command.stdin)
        if stdin == -1:
            os.close(0)
        else:
            os.dup2(stdin, 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.closerange(3, _highest())
        if command.account is not None:
            uid, gid, groups = command.account
            os.setgroups(groups)
            os.setgid(gid)
            os.setuid(uid)
        try:
            os.chdir(command.cwd or "/")
        except OSError:
            os.chdir("/")  # as sshd and login do
        _default_signals()
        os.execve(command.program, command.argv, dict(command.environment))
    except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
        reason = getattr(error, "strerror", None) or str(error)
        with contextlib.suppress(OSError):
            os.write(2, f"envkit: {command.program}: {reason}\n".encode())
    finally:
        os._exit(127)


def _stdin(kind: str) -> int:
    """A descriptor for the child's stdin at its end from the start; -1: closed."""
    if kind == "closed":
        return -1
    if kind == "pipe":
        end, other = os.pipe()
        os.close(other)
        return end
    if kind == "socket":
        import socket

        mine, other_end = socket.socketpair()
        other_end.close()
        return mine.detach()
    return os.open(os.devnull, os.O_RDONLY)


def _terminal(command: Command) -> tuple[int, int]:
    import fcntl
    import struct
    import termios

    master, slave = os.openpty()
    # Of 14 lines: from 15 on, zsh-newuser-install waits for a key in a home without files of zsh.
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 14, 80, 0, 0))
    os.set_blocking(master, False)
    if command.account is not None:
        os.fchown(slave, command.account[0], -1)  # as login does: the user may open its name
    return master, slave


def _output(path: Path, command: Command) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
    descriptor = os.open(path, flags, 0o600)
    if command.account is not None:
        os.fchown(descriptor, command.account[0], -1)  # `echo > /dev/stderr` opens it again
    return descriptor


def _drain(master: int, out: int) -> bool:
    """Copy what the terminal has; False once it is gone."""
    while True:
        try:
            data = os.read(master, 65536)
        except BlockingIOError:
            return True
        except OSError:  # EIO: the last process on the terminal has closed it
            return False
        if not data:
            return False
        os.write(out, data)
        if os.fstat(out).st_size > MAX_OUTPUT:
            return True


def _too_much(out: int, err: int) -> bool:
    return os.fstat(out).st_size + os.fstat(err).st_size > MAX_OUTPUT


def _reap(pid: int) -> int | None:
    """The child's exit status if it has ended, and the ends of orphans that came to us."""
    try:
        ended, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return None
    return os.waitstatus_to_exitcode(status) if ended else None


def _wake_on_child() -> int:
    """A descriptor that becomes readable when a child ends."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    return woken


def load() -> None:
    """Load what every supervisor needs, once before several are forked: each would, by itself."""
    if sys.platform == "linux":
        import ctypes  # noqa: F401


def _become_subreaper() -> None:
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError):  # a libc without prctl: as on other systems
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _default_signals() -> None:
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _above_streams(descriptor: int) -> int:
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)


def _close_all_but(*kept: int) -> None:
    low = 3
    for descriptor in sorted(kept):
        os.closerange(low, descriptor)
        low = max(low, descriptor + 1)
    os.closerange(low, _highest())


def _highest() -> int:
    import resource

    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 65536 if soft == resource.RLIM_INFINITY else max(soft, 65536)
