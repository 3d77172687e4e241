"""Children that run other people's code: own session, a time limit, nothing left behind.

Whatever a user's startup file does, envkit must come back. So each command gets a supervisor of its
own (`supervisor`), a fork of this process, which starts it, limits it and ends what it left. Output
goes to regular files and the result comes back when the supervisor itself ends: an agent that a
startup file started could hold a pipe of the command's open for ever, but never one of these.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import supervisor
from envkit.errors import Refused


class Command(NamedTuple):
    """What to execute: the file `program`, seen by the child as argv[0] of `argv`.

    `stdin`: pty (a terminal of its own, also for its output), pipe, socket, null or closed.
    `account` is (uid, gid, groups) to change to first, where root runs another account's files.
    """

    argv: tuple[str, ...]
    program: Path | str
    environment: Mapping[str, str]
    stdin: str = "null"
    limit: float = 10.0
    cwd: Path | None = None
    account: tuple[int, int, tuple[int, ...]] | None = None


class Outcome(NamedTuple):
    """How it ended. A negative `status` is a signal; on a pty all output is in `stdout`.

    `timed_out`: it ran into its limit, of time or of output. `leftovers`: the command lines of
    processes that were still there when it had ended; they have been ended, too.
    """

    status: int
    stdout: bytes
    stderr: bytes
    timed_out: bool
    seconds: float
    leftovers: tuple[str, ...] = ()


def run(command: Command) -> Outcome:
    """Run one command; see `run_all`."""
    return run_all((command,))[0]


def run_all(commands: Sequence[Command]) -> tuple[Outcome, ...]:
    """Run all commands, as many at once as there are processors; outcomes in their order.

    Refused where there is no room for their output, or no process can be started. Interrupted,
    ended or without its terminal, it ends every child before it lets go.
    """
    waiting = list(enumerate(commands))[::-1]
    running: dict[int, _Running] = {}
    outcomes: dict[int, Outcome] = {}
    if len(waiting) > 1:
        supervisor.load()
    with _signals_raise(), private_folder() as folder:
        try:
            while waiting or running:
                while waiting and len(running) < (os.cpu_count() or 1):
                    index, command = waiting.pop()
                    started = _start(command, folder / str(index), index)
                    running[started.result] = started
                for result in select.select(list(running), [], [])[0]:
                    ended = running.pop(result)  # from here on `_collect` stops it
                    outcomes[ended.index] = _collect(ended)
        finally:
            for started in running.values():
                _stop(started)
        _check_room(folder)
    return tuple(outcomes[index] for index in range(len(commands)))


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    """SIGTERM and SIGHUP (a closed window) leave as little behind as ^C does."""
    ours: list[int] = []

    def end(number: int, _: object) -> None:
        for each in ours:  # a second one would disturb the cleaning
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    with contextlib.suppress(ValueError):  # in a thread: only the main one can
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, end)
                ours.append(number)
    try:
        yield
    finally:
        for each in ours:
            signal.signal(each, signal.SIG_DFL)


@contextlib.contextmanager
def private_folder(owner: int = -1) -> Iterator[Path]:
    """A temporary folder that only `owner` (and root) can enter; removed with all that is in it.

    Refused where none can be made.
    """
    folder = _make_folder()
    try:
        if owner != -1:
            os.chown(folder, owner, -1)
        yield folder
    finally:
        _remove(folder)


class _Running:
    """A command under its supervisor: `result` is read, `alive` is held until it is to stop."""

    __slots__ = ("alive", "folder", "index", "pid", "result")

    def __init__(self, pid: int, result: int, alive: int, folder: Path, index: int) -> None:
        self.pid, self.result, self.alive = pid, result, alive
        self.folder, self.index = folder, index


def _start(command: Command, folder: Path, index: int) -> _Running:
    try:
        folder.mkdir(0o700)
        result, result_end = os.pipe()
        alive_end, alive = os.pipe()
        pid = os.fork()
    except OSError as error:
        raise Refused(f"cannot start {command.program}: {error.strerror}") from error
    if pid == 0:
        supervisor.supervise(command, folder, alive_end, result_end)
    os.close(result_end)
    os.close(alive_end)
    return _Running(pid, result, alive, folder, index)


def _stop(running: _Running) -> int:
    os.close(running.alive)
    os.close(running.result)
    return os.waitpid(running.pid, 0)[1]


def _collect(running: _Running) -> Outcome:
    message = b""
    while part := os.read(running.result, 65536):
        message += part
    ended = _stop(running)
    head, *leftovers = message.decode("utf-8", "surrogateescape").split("\0")
    if not head or head.startswith("!"):
        reason = head[1:] or f"its supervisor ended with status {ended}"
        raise Refused(
            f"a child process could not be run: {reason}",
            f"is there room in {running.folder.parent.parent}? TMPDIR=DIR names another folder",
        )
    status, timed_out, seconds = head.split()
    stdout, stderr = (_read(running.folder / name) for name in ("stdout", "stderr"))
    return Outcome(int(status), stdout, stderr, timed_out == "1", float(seconds), tuple(leftovers))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(supervisor.MAX_OUTPUT)


def _make_folder() -> Path:
    name = f"envkit-{os.getpid()}-{os.urandom(6).hex()}"
    problem = ""
    for parent in (os.environ.get("TMPDIR"), "/tmp", "/var/tmp"):
        if not parent:
            continue
        folder = Path(parent, name).absolute()
        try:
            folder.mkdir(0o700)
        except OSError as error:
            problem = problem or f"{parent}: {error.strerror}"
            continue
        return folder
    raise Refused(f"no temporary folder can be made in {problem}", "TMPDIR=DIR names another")


def _remove(folder: Path) -> None:
    # shutil.rmtree costs start-up time, and these folders are flat or nearly so.
    for below, folders, files in os.walk(folder, topdown=False):
        for name in files:
            with contextlib.suppress(OSError):
                Path(below, name).unlink()
        for name in folders:
            path = Path(below, name)
            with contextlib.suppress(OSError):
                path.unlink() if path.is_symlink() else path.rmdir()
    with contextlib.suppress(OSError):
        folder.rmdir()


def _check_room(folder: Path) -> None:
    """Refused where the file system is full: what the children wrote there may be cut off."""
    try:
        (folder / "room").write_bytes(b"\0" * 4096)
    except OSError as error:
        raise Refused(
            f"the temporary folder {folder.parent}: {error.strerror}", "TMPDIR=DIR names another"
        ) from error
