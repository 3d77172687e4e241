"""The lock: one at a time, by the holder's name, never stale, nothing left, no child has it."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import envkit
from envkit import child, lock
from envkit.errors import Refused
from envkit.host import Host
from envkit.lock import Holder, held

ROOT = os.geteuid() == 0
NOBODY = 65534
SOURCE = {**os.environ, "PYTHONPATH": str(Path(envkit.__file__).parents[1])}
HOLDS = """
import sys, time
from pathlib import Path
from envkit.host import Host
from envkit.lock import held
with held(Host.real(home=Path(sys.argv[1])), "envkit install --yes"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(host: Callable[..., Host]) -> Callable[[Host], subprocess.Popen[str]]:
    """Start another process that holds the lock until its stdin ends."""

    def start(machine: Host) -> subprocess.Popen[str]:
        argv = [sys.executable, "-c", HOLDS, str(machine.home)]
        process = subprocess.Popen(
            argv, env=SOURCE, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    return start


def names(machine: Host) -> list[str]:
    return sorted(str(path.relative_to(machine.home)) for path in machine.home.rglob("*"))


def test_nothing_of_it_stays(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": ""})
    with held(machine, "envkit install"):
        assert ".local/state/envkit/lock" in names(machine)
        assert lock.holder(machine) == Holder(os.getpid(), "envkit install")
    assert names(machine) == [".bashrc"]
    assert lock.holder(machine) is None


def test_what_was_made_while_it_was_held_stays(host: Callable[..., Host]) -> None:
    machine = host()
    with held(machine, "envkit install"):
        (machine.state / "receipts").mkdir()
    assert names(machine)[-1] == ".local/state/envkit/receipts"


def test_an_error_inside_gives_it_back(host: Callable[..., Host]) -> None:
    machine = host()
    with pytest.raises(KeyError), held(machine, "envkit install"):
        raise KeyError
    assert names(machine) == []


def test_another_writer_is_waited_for_and_named(
    host: Callable[..., Host], other: Callable[[Host], subprocess.Popen[str]]
) -> None:
    machine = host()
    process = other(machine)
    told: list[Holder] = []

    def waiting(holder: Holder) -> None:
        told.append(holder)
        process.communicate("")

    with held(machine, "envkit uninstall", waiting):
        assert lock.holder(machine) == Holder(os.getpid(), "envkit uninstall")
    assert told == [Holder(process.pid, "envkit install --yes")]
    assert str(told[0]) == f"`envkit install --yes`, process {process.pid}"
    assert names(machine) == []


def test_who_waits_too_long_gives_up_by_name(
    host: Callable[..., Host], other: Callable[[Host], subprocess.Popen[str]]
) -> None:
    machine = host()
    process = other(machine)
    before = names(machine)
    words = f"`envkit install --yes`, process {process.pid} is writing"
    with pytest.raises(Refused, match=words) as got, held(machine, "envkit", patience=0.2):
        raise AssertionError
    assert got.value.hint == f"wait for it, or end it: kill {process.pid}"
    assert names(machine) == before
    process.communicate("")
    assert names(machine) == []


def test_who_was_killed_holds_nothing(
    host: Callable[..., Host], other: Callable[[Host], subprocess.Popen[str]]
) -> None:
    machine = host()
    process = other(machine)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert ".local/state/envkit/lock" in names(machine)
    assert lock.holder(machine) is None
    with held(machine, "envkit install", patience=0.0):
        pass
    assert names(machine) == []


def test_folders_of_one_that_was_killed_stay_where_they_stood_before(
    host: Callable[..., Host], other: Callable[[Host], subprocess.Popen[str]]
) -> None:
    machine = host()
    (machine.home / ".local").mkdir()
    for _ in range(2):
        process = other(machine)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with held(machine, "envkit install", patience=0.0):
        pass
    assert names(machine) == [".local"]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells it")
def test_who_was_stopped_is_told_as_such(
    host: Callable[..., Host], other: Callable[[Host], subprocess.Popen[str]]
) -> None:
    machine = host()
    process = other(machine)
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    with pytest.raises(Refused) as got, held(machine, "envkit", patience=0.0):
        raise AssertionError
    assert got.value.hint.endswith(f"let it go on: kill -CONT {process.pid}")
    process.send_signal(signal.SIGCONT)
    process.communicate("")


def test_many_at_once_are_one_after_another(host: Callable[..., Host]) -> None:
    machine, inside, most = host(), [0], [0]

    def work() -> None:
        for _ in range(5):
            with held(machine, "envkit install"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    # Who waited keeps the folder from going with the one that made it.
    assert [path for path in machine.home.rglob("*") if not path.is_dir()] == []


def test_no_child_holds_it_not_even_a_daemon(host: Callable[..., Host], tmp_path: Path) -> None:
    """A daemon that a startup file started outlives its shell, and would keep the lock."""
    machine = host()
    script = "exec setsid sh -c 'ls -l /proc/self/fd /proc/$PPID/fd; echo locks; cat /proc/locks'"
    inode = ""
    with held(machine, "envkit install"):
        status = (machine.state / "lock").stat()
        device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}"
        inode = f" {device}:{status.st_ino} "  # proc_locks(5)
        shell = child.Command(("sh", "-c", script), "/bin/sh", {"PATH": os.environ["PATH"]})
        outcome = child.run(shell)
        asked = machine.ask(["sh", "-c", "ls -l /proc/self/fd"])
    said = (outcome.stdout + outcome.stderr).decode()
    assert "locks" in said, said
    for text in (said.partition("locks")[0], str(asked)):
        assert str(machine.state) not in text
    held_by = [line.split()[4] for line in said.partition("locks")[2].splitlines() if inode in line]
    assert held_by in ([str(os.getpid())], []), said  # some containers hide /proc/locks


def test_a_read_only_home_is_told_as_such(host: Callable[..., Host]) -> None:
    machine = host({".local": "a file"})
    with pytest.raises(lock.Unwritable, match=r"~/\.local/state/envkit cannot be written"):
        held(machine, "envkit install").__enter__()
    assert names(machine) == [".local"]


def test_a_folder_that_is_a_dangling_link_does_not_wait_for_ever(
    host: Callable[..., Host],
) -> None:
    machine = host()
    (machine.home / ".local").symlink_to("nowhere")
    with pytest.raises(lock.Unwritable):
        held(machine, "envkit install").__enter__()
    assert names(machine) == [".local"]


def test_a_link_in_the_place_of_the_lock_is_not_followed(host: Callable[..., Host]) -> None:
    """And is no folder that cannot be written, where nobody has to be kept out."""
    machine = host({"precious": "text", ".local/state/envkit/x": ""})
    (machine.state / "lock").symlink_to(machine.home / "precious")
    with pytest.raises(Refused, match="envkit/lock is no lock of yours") as refusal:
        held(machine, "envkit install").__enter__()
    assert not isinstance(refusal.value, lock.Unwritable)
    assert (machine.home / "precious").read_text() == "text"


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks(
    host: Callable[..., Host],
    other: Callable[[Host], subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
) -> None:
    machine = host()
    process = other(machine)

    def flock(handle: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    assert lock.holder(machine) == Holder(process.pid, "envkit install --yes")
    with pytest.raises(Refused, match="is writing"), held(machine, "envkit", patience=0.0):
        raise AssertionError
    process.communicate("")
    assert lock.holder(machine) is None
    with held(machine, "envkit", patience=0.0):
        pass


@pytest.mark.skipif(not ROOT, reason="another's home needs root")
def test_in_anothers_home_it_belongs_to_that_person(host: Callable[..., Host]) -> None:
    machine = host()
    os.chown(machine.home, NOBODY, NOBODY)
    with held(machine, "envkit install"):
        owners = {path.lstat().st_uid for path in machine.home.rglob("*")}
    assert owners == {NOBODY}
    assert names(machine) == []
