"""EK117: a journal that nobody works on. Real processes, really killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from envkit import apply, block, doctor, journal, lock, receipts, recovery, rules
from envkit.host import Host
from envkit.plan import FileEdit, Plan

TEXT = block.put(b"", "descent", b"true\n", None)


def _plan(machine: Host) -> Plan:
    edits = [FileEdit(machine.home / name, None, TEXT) for name in (".bashrc", ".profile")]
    return Plan("install descent", tuple(edits))


def _install(machine: Host) -> None:
    apply.apply(machine, _plan(machine))


def _begin(machine: Host) -> None:
    """As it is when a process was killed after its first step."""
    receipts_folder = machine.state / "receipts"
    receipts_folder.mkdir(parents=True, mode=0o700)
    journal.begin(machine, journal.Journal(receipts.fresh(machine, _plan(machine))))


def _ended(machine: Host) -> None:
    _begin(machine)
    with lock.held(machine, "a test"):
        assert recovery.recover(machine)


def _killed(machine: Host) -> None:
    """A process that is killed while it waits for its proof."""
    code = (
        "import sys, time; from pathlib import Path; from envkit.host import Host;"
        "from envkit import apply; from envkit.plan import FileEdit, Plan;"
        "h = Host.real(home=Path(sys.argv[1])); e = FileEdit(h.home / '.bashrc', None, b'true\\n');"
        "apply.apply(h, Plan('install descent', (e,)),"
        " condition=lambda: (print(flush=True), time.sleep(60)))"
    )
    argv = [sys.executable, "-c", code, str(machine.home)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert (machine.home / ".bashrc").read_bytes() == b"true\n"


def _damaged(machine: Host) -> None:
    machine.state.mkdir(parents=True)
    (machine.state / "journal.json").write_text("{")


HEALTHY = {"nothing was ever written": lambda machine: None, "an install": _install}
LOOKS_SICK = {
    "one that the next command ended": _ended,
    "a file that only sounds like it": lambda machine: (
        machine.state.mkdir(parents=True),
        (machine.state / "journal.json.bak").write_text("{"),
    ),
}
SICK = {"begun": _begin, "killed": _killed, "damaged": _damaged}


def _examine(machine: Host) -> list[tuple[str, str, str]]:
    asked = doctor.request(machine, static=True, shell="bash")
    found = doctor.examine(asked, rules.select(["EK117"], ())).findings
    return [
        (one.severity, str(one.where), one.fix.commands[0] if one.fix and one.fix.commands else "")
        for one in found
    ]


@contextmanager
def _at_work(machine: Host) -> Iterator[None]:
    """Another process that holds the lock."""
    code = (
        "import sys, time; from pathlib import Path; from envkit.host import Host;"
        "from envkit import lock;\n"
        "with lock.held(Host.real(home=Path(sys.argv[1])), 'envkit install'):\n"
        "    print(flush=True); time.sleep(60)"
    )
    argv = [sys.executable, "-c", code, str(machine.home)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield
        process.kill()


@pytest.mark.parametrize(
    "make", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(host: Callable[..., Host], make: Callable[[Host], object]) -> None:
    machine = host()
    make(machine)
    assert _examine(machine) == []


def test_is_silent_while_somebody_is_at_work(host: Callable[..., Host]) -> None:
    machine = host()
    _begin(machine)
    with _at_work(machine):
        assert _examine(machine) == []
    assert len(_examine(machine)) == 1


@pytest.mark.parametrize("make", SICK.values(), ids=SICK)
def test_speaks(host: Callable[..., Host], make: Callable[[Host], object]) -> None:
    machine = host()
    make(machine)
    command = "" if make is _damaged else "envkit install"
    assert _examine(machine) == [("error", "~/.local/state/envkit/journal.json:1", command)]


def test_looks_below_root(host: Callable[..., Host]) -> None:
    machine = host({}, {"etc/os-release": "ID=debian\n"})
    place = machine.root / "var/lib/envkit"
    place.mkdir(parents=True)
    (place / "journal.json").write_text("{")
    assert [one[:2] for one in _examine(machine)] == [("error", "None")]


def test_says_when_and_what(host: Callable[..., Host]) -> None:
    machine = host()
    _begin(machine)
    asked = doctor.request(machine, static=True, shell="bash")
    (found,) = doctor.examine(asked, rules.select(["EK117"], ())).findings
    assert "2 files (install descent, " in found.message
    assert time.strftime("%Y-%m-%d") in found.message
    assert "login_terminal" in found.contexts


def test_home_is_only_read(host: Callable[..., Host]) -> None:
    machine = host()
    _begin(machine)
    before = {path: path.stat().st_mtime_ns for path in Path(machine.home).rglob("*")}
    _examine(machine)
    assert {path: path.stat().st_mtime_ns for path in Path(machine.home).rglob("*")} == before
