"""The journal: there whole or not at all, for its owner alone, and known from one at work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import envkit
from envkit import journal, receipts
from envkit.apply import apply
from envkit.errors import Refused
from envkit.host import Host
from envkit.journal import Journal
from envkit.lock import held
from envkit.plan import FileEdit, Plan

ODD = Path("/home/\udce9 a/.bashrc")
PLAN = Plan(
    "install t",
    (
        FileEdit(ODD, b"\xff\0", b"", 0o600, "why", Path("/srv/x"), was_modified=5, modified=7),
        FileEdit(Path("/home/ada/.profile"), None, b"x"),
    ),
    (Path("/home/ada/.config"),),
)


def begun(machine: Host, environment: Path | None = None) -> Journal:
    (machine.state / "receipts").mkdir(parents=True)
    receipt = receipts.fresh(machine, PLAN)
    found = Journal(receipt, (Path("/home/ada/.config"),), environment)
    journal.begin(machine, found)
    return found


@pytest.mark.parametrize("environment", [None, Path("/home/ada/.local/share/envkit/envs/t")])
def test_what_is_begun_is_read(host: Callable[..., Host], environment: Path | None) -> None:
    machine = host()
    assert journal.read(machine) is None
    assert journal.pending(machine) is None
    found = begun(machine, environment)
    assert journal.read(machine) == found
    assert journal.pending(machine) == found
    place = machine.state / "journal.json"
    assert place.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in machine.state.iterdir()) == ["journal.json", "receipts"]
    journal.end(machine)
    assert [path.name for path in machine.state.iterdir()] == ["receipts"]
    assert journal.read(machine) is None
    journal.end(machine)


def test_one_at_work_is_not_pending(host: Callable[..., Host]) -> None:
    machine = host()
    begun(machine)
    with held(machine, "envkit install"):
        assert journal.pending(machine) is None
        assert journal.read(machine) is not None
    assert journal.pending(machine) is not None


def test_a_second_one_is_refused(host: Callable[..., Host]) -> None:
    machine = host()
    found = begun(machine)
    with pytest.raises(Refused, match="another transaction has not ended"):
        journal.begin(machine, found._replace(folders=()))
    assert journal.read(machine) == found


@pytest.mark.parametrize("call", ["open", "write", "fsync", "link"])
def test_where_it_cannot_be_written_nothing_is_begun(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    machine = host({".bashrc": "a"})
    real = getattr(os, call)

    def failing(*args: object, **more: object) -> object:
        here = args[0] if isinstance(args[0], int) else None
        name = str(Path(f"/proc/self/fd/{here}").readlink()) if here is not None else str(args[0])
        if "journal" in name:
            raise OSError(28, "No space left on device", name)
        return real(*args, **more)

    plan = Plan("t", (FileEdit(machine.home / ".bashrc", b"a", b"b"),))
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing)
        if call == "link":  # it is not needed
            assert apply(machine, plan).status == "applied"
            return
        with pytest.raises(Refused, match=r"no journal can be written in .*No space left"):
            apply(machine, plan)
    assert sorted(path.name for path in machine.home.iterdir()) == [".bashrc"]
    assert (machine.home / ".bashrc").read_text() == "a"


def test_it_is_there_before_anything_and_gone_after_everything(
    host: Callable[..., Host], tmp_path: Path
) -> None:
    """By the order of the system calls, as an audit hook of Python sees them."""
    machine = host({".bashrc": "a"})
    script = """
import sys
from pathlib import Path
from envkit.apply import apply
from envkit.host import Host
from envkit.plan import FileEdit, Plan
home = Path(sys.argv[1])
plan = Plan("t", (FileEdit(home / ".bashrc", b"a", b"b"), FileEdit(home / ".x/y", None, b"y")))
def hook(event, args):
    if event in ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir"):
        print(event, *args[:2])
    if event == "open" and args[2] & 64:
        print(event, args[0])
sys.addaudithook(hook)
apply(Host.real(home=home), plan)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(machine.home)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(envkit.__file__).parents[1])},
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    ours = [at for at, line in enumerate(lines) if "/journal.json" in line]
    others = [at for at, line in enumerate(lines) if "/.local" not in line]
    assert len(others) > 5, lines
    assert ours[0] < min(others), lines
    assert ours[-1] > max(others), lines
    assert lines[ours[-1]].startswith("os.remove"), lines
