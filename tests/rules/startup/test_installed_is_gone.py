"""EK118: what the receipts say, and what is there. Plans really applied."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import apply, block, doctor, rollback, rules
from envkit.host import Host
from envkit.plan import FileEdit, Plan

RC = b"alias a=b\n"
ENV = b"export A=1\n"


def _with_block(text: bytes, name: str = "descent") -> bytes:
    return block.put(text, name, b"true\n", None)


def _install(machine: Host, name: str = "descent") -> None:
    rc, env = machine.home / ".bashrc", machine.config / "env.sh"
    rc.write_bytes(RC)
    edits = (FileEdit(env, None, ENV), FileEdit(rc, RC, _with_block(RC)))
    apply.apply(machine, Plan(f"install {name}", edits))


def _uninstall(machine: Host) -> None:
    _install(machine)
    rc, env = machine.home / ".bashrc", machine.config / "env.sh"
    edits = (FileEdit(env, ENV, None, 0o644), FileEdit(rc, _with_block(RC), RC))
    apply.apply(machine, Plan("uninstall", edits))


def _then(change: Callable[[Host], object], name: str = "descent") -> Callable[[Host], None]:
    def make(machine: Host) -> None:
        _install(machine, name)
        change(machine)

    return make


def _rolled_back(machine: Host) -> None:
    plan = rollback.way(machine).plan
    apply.apply(machine, plan, undoes=plan.undoes)


def _record(machine: Host) -> None:
    rc = machine.home / ".bashrc"
    plan = Plan("record the next real start", (FileEdit(rc, None, _with_block(b"", "record")),))
    apply.apply(machine, plan)
    rc.write_bytes(b"")


def _rc(text: bytes) -> Callable[[Host], object]:
    return lambda machine: (machine.home / ".bashrc").write_bytes(text)


HEALTHY = {
    "nothing was ever written": lambda machine: None,
    "an install": _install,
    "an uninstall": _uninstall,
    "a rollback": _then(_rolled_back),
}
LOOKS_SICK = {
    "lines of one's own around the block": _then(_rc(b"A=1\n" + _with_block(RC) + b"B=2\n")),
    "a block of another profile": _then(_rc(_with_block(RC, "other"))),
    "a marker that somebody broke, which install tells": _then(
        _rc(_with_block(RC).replace(b"# <<<", b"# <<"))
    ),
    "the block of a record, which goes by itself": _record,
}
SICK = {
    "the block is gone": (_then(_rc(RC)), "~/.bashrc:1", "envkit install"),
    "the file is gone": (
        _then(lambda machine: (machine.home / ".bashrc").unlink()),
        "~/.bashrc:1",
        "envkit install",
    ),
    "it is a link to nothing": (
        _then(
            lambda machine: (
                (machine.home / ".bashrc").unlink(),
                (machine.home / ".bashrc").symlink_to("nowhere"),
            )
        ),
        "~/.bashrc:1",
        "envkit install",
    ),
    "env.sh is gone": (
        _then(lambda machine: (machine.config / "env.sh").unlink()),
        "~/.config/envkit/env.sh:1",
        "envkit install",
    ),
    "env.sh was edited": (
        _then(lambda machine: (machine.config / "env.sh").write_bytes(b"export A=2\n")),
        "~/.config/envkit/env.sh:1",
        "envkit install --overwrite-drift",
    ),
    "another profile's block is gone": (
        _then(_rc(RC), "torch-cpu"),
        "~/.bashrc:1",
        "envkit install torch-cpu",
    ),
}


def _examine(machine: Host) -> doctor.Report:
    asked = doctor.request(machine, static=True, shell="bash")
    return doctor.examine(asked, rules.select(["EK118"], ()))


@pytest.mark.parametrize(
    "make", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(host: Callable[..., Host], make: Callable[[Host], object]) -> None:
    machine = host()
    make(machine)
    report = _examine(machine)
    assert (report.findings, report.skipped, report.checks) == ((), (), 1)


@pytest.mark.parametrize(("make", "where", "command"), SICK.values(), ids=SICK)
def test_speaks(
    host: Callable[..., Host], make: Callable[[Host], object], where: str, command: str
) -> None:
    machine = host()
    make(machine)
    (found,) = _examine(machine).findings
    assert (found.severity, str(found.where)) == ("warning", where)
    assert found.fix and found.fix.commands == (command,)


def test_the_systems_are_a_warning_and_not_a_note(host: Callable[..., Host]) -> None:
    machine = host({}, {"etc/bash.bashrc": "# Debian's\n", "etc/os-release": "ID=debian\n"})
    system, path = machine.for_system(), Path("/etc/bash.bashrc")
    before = machine.read(path)
    plan = Plan("install --system descent", (FileEdit(path, before, _with_block(before)),))
    apply.apply(system, plan)
    assert _examine(machine).findings == ()
    machine.locate(path).write_bytes(before)  # an update puts its own file back
    (found,) = _examine(machine).findings
    assert (found.severity, found.where) == ("warning", None)
    assert found.message.startswith("/etc/bash.bashrc no longer has the block")
    assert "an update" in found.message
    assert found.fix and found.fix.commands == ("sudo envkit install --system",)


def test_a_receipt_of_a_newer_envkit_is_a_reason_to_skip(host: Callable[..., Host]) -> None:
    machine = host()
    _install(machine)
    (machine.state / "receipts/20991231-000000.json").write_text('{"version": 99}')
    (machine.home / ".bashrc").write_bytes(RC)
    report = _examine(machine)
    assert report.findings == ()
    assert "written by a newer envkit" in report.skipped[0].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_receipts_that_cannot_be_read_are_a_reason_to_skip(host: Callable[..., Host]) -> None:
    machine = host()
    _install(machine)
    (machine.state / "receipts").chmod(0)
    assert "cannot be read" in _examine(machine).skipped[0].reason
