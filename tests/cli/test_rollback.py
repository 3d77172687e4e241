"""`envkit rollback` as a command: what it says first, how it refuses, and the way back again."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import apply, receipts
from envkit.host import Host
from envkit.plan import FileEdit, Plan


def argv(machine: Host, *words: str) -> list[str]:
    """The command line of a rollback in this home."""
    return [sys.executable, "-m", "envkit", "rollback", *words, "--home", str(machine.home)]


def envkit(machine: Host, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `envkit rollback`."""
    line = argv(machine, *words)
    return subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def write(machine: Host, name: str, text: str, title: str = "install descent") -> str:
    """Apply a plan; the receipt's id."""
    path = machine.home / name
    before = path.read_bytes() if path.exists() else None
    plan = Plan(title, (FileEdit(path, before, text.encode()),))
    return apply.apply(machine, plan).id


@pytest.fixture
def machine(host: Callable[..., Host]) -> Host:
    """A home with a file in it."""
    return host({".bashrc": "mine\n"})


def test_the_last_one(machine: Host) -> None:
    name = write(machine, ".bashrc", "mine\nours\n")
    done = envkit(machine, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert (machine.home / ".bashrc").read_text() == "mine\n"
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"Receipt {name}: install descent, 20")
    assert "-ours" in lines
    assert lines[-1] == f"To have it again:  envkit rollback {receipts.every(machine)[-1].id}"
    assert max(map(len, lines)) <= 80


def test_one_and_all_after_it_as_one_plan(machine: Host) -> None:
    first = write(machine, ".bashrc", "one\n")
    second = write(machine, ".new/file", "two\n", "install torch-cpu")
    third = write(machine, ".bashrc", "three\n")
    dry = envkit(machine, first, "--dry-run")
    assert dry.returncode == 0
    told = dry.stdout[: dry.stdout.index("---")]
    assert [told.index(one) for one in (third, second)] < [told.index("install torch-cpu")] * 2
    assert all(one in told for one in (first, second, third))
    assert (machine.home / ".bashrc").read_text() == "three\n"
    data = json.loads(envkit(machine, first, "--yes", "--json").stdout)
    assert data["taken_back"] == [third, second, first]
    assert (data["status"], data["receipt"]) == ("rolled back", first)
    assert len(data["plan"]["edits"]) == 2
    assert (machine.home / ".bashrc").read_text() == "mine\n"
    assert not (machine.home / ".new").exists()
    again = json.loads(envkit(machine, data["own_receipt"], "--yes", "--json").stdout)
    assert again["in_force_again"] == [first, second, third]
    assert (machine.home / ".bashrc").read_text() == "three\n"
    assert (machine.home / ".new/file").read_text() == "two\n"


def test_without_an_id_a_rollback_is_never_taken_back(machine: Host) -> None:
    write(machine, ".bashrc", "one\n")
    write(machine, ".bashrc", "two\n")
    for wanted, status in (("one\n", 0), ("mine\n", 0), ("mine\n", 2)):
        done = envkit(machine, "--yes")
        assert (done.returncode, (machine.home / ".bashrc").read_text()) == (status, wanted)
    assert "there is nothing to roll back" in done.stderr


def test_what_was_taken_back_says_how_to_have_it_again(machine: Host) -> None:
    name = write(machine, ".bashrc", "one\n")
    envkit(machine, "--yes")
    done = envkit(machine, name, "--yes")
    back = receipts.every(machine)[-1].id
    assert (done.returncode, done.stdout) == (2, "")
    assert f"receipt {name} is not in force: receipt {back} took it back" in done.stderr
    assert f"envkit rollback {back}" in done.stderr


def test_refused_with_the_difference_where_somebody_wrote_since(machine: Host) -> None:
    name = write(machine, ".bashrc", "mine\nours\n")
    (machine.home / ".bashrc").write_text("mine\nours\nlater\n")
    for words in (("--yes",), ("--dry-run",), (name, "--yes", "--json")):
        done = envkit(machine, *words)
        assert (done.returncode, done.stdout) == (3, "")
        assert f"~/.bashrc: written to since receipt {name}" in done.stderr
        assert "\n+later\n" in done.stderr
        assert "envkit uninstall" in done.stderr
    assert (machine.home / ".bashrc").read_text() == "mine\nours\nlater\n"
    assert len(receipts.every(machine)) == 1


def test_refused_where_a_file_is_gone(machine: Host) -> None:
    name = write(machine, ".bashrc", "mine\nours\n")
    (machine.home / ".bashrc").unlink()
    done = envkit(machine, "--yes")
    assert done.returncode == 3
    assert f"~/.bashrc: gone since receipt {name}\n" in done.stderr
    assert not (machine.home / ".bashrc").exists()


def test_refused_where_somebody_wrote_between_two_with_a_way_out(machine: Host) -> None:
    first = write(machine, ".bashrc", "one\n")
    (machine.home / ".bashrc").write_text("one\nedited\n")
    second = write(machine, ".bashrc", "two\n")
    done = envkit(machine, first, "--yes")
    assert (done.returncode, done.stdout) == (3, "")
    assert f"written to since receipt {first}, before {second}" in done.stderr
    assert "\n+edited\n" in done.stderr
    assert f"envkit rollback {second} goes back until just after that" in done.stderr
    assert envkit(machine, second, "--yes").returncode == 0
    assert (machine.home / ".bashrc").read_text() == "one\nedited\n"


def test_a_file_that_became_a_link(machine: Host) -> None:
    write(machine, ".profile", "ours\n")
    (machine.home / "dotfiles").mkdir()
    (machine.home / ".profile").rename(machine.home / "dotfiles/profile")
    (machine.home / ".profile").symlink_to("dotfiles/profile")
    done = envkit(machine, "--yes")
    assert done.returncode == 3
    assert "~/.profile: leads to ~/dotfiles/profile since receipt" in done.stderr
    assert (machine.home / "dotfiles/profile").read_text() == "ours\n"


def test_a_link_that_leads_elsewhere_now(machine: Host) -> None:
    for name in ("one", "two"):
        (machine.home / name).write_text("mine\n")
    (machine.home / ".zshrc").symlink_to("one")
    write(machine, ".zshrc", "mine\nours\n")
    assert (machine.home / "one").read_text() == "mine\nours\n"
    (machine.home / ".zshrc").unlink()
    (machine.home / ".zshrc").symlink_to("two")
    (machine.home / "two").write_text("mine\nours\n")
    assert envkit(machine, "--yes").returncode == 3
    (machine.home / ".zshrc").unlink()
    (machine.home / ".zshrc").symlink_to("one")
    assert envkit(machine, "--yes").returncode == 0
    assert (machine.home / "one").read_text() == "mine\n"
    assert (machine.home / ".zshrc").is_symlink()


def test_time_mode_and_owner_of_what_was_there(machine: Host) -> None:
    rc = machine.home / ".bashrc"
    rc.chmod(0o640)
    os.utime(rc, ns=(1_600_000_000_123_456_789, 1_600_000_000_123_456_789))
    plan = Plan("uninstall", (FileEdit(rc, b"mine\n", None, 0o640),))
    apply.apply(machine, plan)
    write(machine, ".bashrc", "again\n")
    assert envkit(machine, receipts.every(machine)[0].id, "--yes").returncode == 0
    status = rc.stat()
    assert (status.st_mode & 0o7777, status.st_mtime_ns) == (0o640, 1_600_000_000_123_456_789)


def test_a_mode_that_somebody_gave_stays(machine: Host) -> None:
    write(machine, ".bashrc", "mine\nours\n")
    (machine.home / ".bashrc").chmod(0o600)
    assert envkit(machine, "--yes").returncode == 0
    assert (machine.home / ".bashrc").stat().st_mode & 0o7777 == 0o600


@pytest.mark.parametrize(
    ("text", "words"),
    [('{"version": 99}', "written by a newer envkit"), ("{", "is not a receipt: damaged")],
)
def test_a_later_one_that_cannot_be_read_stands_in_the_way(
    machine: Host, text: str, words: str
) -> None:
    name = write(machine, ".bashrc", "one\n")
    (machine.state / "receipts/20991231-000000.json").write_text(text)
    for asked in ((), (name,)):
        done = envkit(machine, *asked, "--yes")
        assert (done.returncode, done.stdout) == (3, "")
        assert words in done.stderr
    assert (machine.home / ".bashrc").read_text() == "one\n"
    assert (machine.state / "receipts/20991231-000000.json").read_text() == text


def test_a_failed_one_changed_nothing(machine: Host) -> None:
    plan = Plan("install descent", (FileEdit(machine.home / ".bashrc", b"mine\n", b"x\n"),))
    receipt, _ = receipts.begin(machine, plan)
    receipts.finish(machine, receipt, "failed", "no room")
    done = envkit(machine, receipt.id, "--yes")
    assert (done.returncode, "it failed" in done.stderr) == (2, True)


def test_version_1_is_taken_back(machine: Host) -> None:
    place = machine.state / "receipts"
    place.mkdir(parents=True)
    text = {
        "version": 1,
        "id": "20261101-101502",
        "when": "2026-11-01T10:15:02+0000",
        "status": "applied",
        "title": "install descent",
        "edits": [
            {"path": f"{machine.home}/.bashrc", "before": "bWluZQo=", "after": "b3Vycwo="},
            {"path": f"{machine.home}/.zshenv", "before": None, "after": "b3Vycwo=", "mode": None},
        ],
        "removes": [],
        "folders": [],
    }
    (place / "20261101-101502.json").write_text(json.dumps(text))
    for name in (".bashrc", ".zshenv"):
        (machine.home / name).write_text("ours\n")
    assert envkit(machine, "--yes").returncode == 0
    assert (machine.home / ".bashrc").read_text() == "mine\n"
    assert not (machine.home / ".zshenv").exists()


@pytest.mark.parametrize(("answer", "status"), [(b"y\n", 0), (b"n\n", 1), (b"\x03", 130)])
def test_it_says_what_it_takes_back_and_asks(machine: Host, answer: bytes, status: int) -> None:
    first = write(machine, ".bashrc", "one\n")
    write(machine, ".bashrc", "two\n")
    pid, terminal = pty.fork()
    if pid == 0:
        line = argv(machine, first)
        os.execv(line[0], line)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(terminal, 4096)
    os.write(terminal, answer)
    try:
        while part := os.read(terminal, 4096):
            said += part
    except OSError:  # Linux: the other end is gone
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == status, said.decode()
    assert b"Give back 1 file? [y/N]" in said
    assert said.index(b"Taken back, newest first") < said.index(b"[y/N]")
    assert (machine.home / ".bashrc").read_text() == ("mine\n" if status == 0 else "two\n")


def test_the_systems_below_root(host: Callable[..., Host]) -> None:
    machine = host({}, {"etc/bashrc": "theirs\n", "etc/os-release": "ID=fedora\n"})
    path = Path("/etc/bashrc")
    plan = Plan("install --system descent", (FileEdit(path, b"theirs\n", b"theirs\nours\n"),))
    apply.apply(machine.for_system(), plan)
    (machine.root / "root").mkdir()
    line = [sys.executable, "-m", "envkit", "rollback", "--system", "--yes"]
    done = subprocess.run(
        [*line, "--root", str(machine.root)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if os.geteuid() != 0:
        assert done.returncode == 3
        return
    assert done.returncode == 0, done.stderr
    assert machine.read(path) == b"theirs\n"
    assert done.stdout.endswith(" --system\n")


def test_both_scopes(machine: Host) -> None:
    assert envkit(machine, "--user", "--system", "--yes").returncode == 2
