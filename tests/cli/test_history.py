"""`envkit history`: what it says, in 80 columns and as JSON, of every kind of receipt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import apply, journal, receipts, rollback
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan

DATA = Path(__file__).parents[1] / "data/receipts"


def envkit(machine: Host, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `envkit history` on a home."""
    argv = [sys.executable, "-m", "envkit", "history", *words, "--home", str(machine.home)]
    return subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def rows(machine: Host, *words: str) -> list[dict[str, object]]:
    """Its receipts as JSON."""
    found = json.loads(envkit(machine, *words, "--json").stdout)["receipts"]
    assert isinstance(found, list)
    return found


def write(machine: Host, text: str, title: str = "install descent") -> str:
    """Apply a plan; the receipt's id."""
    rc = machine.home / ".bashrc"
    before = rc.read_bytes() if rc.exists() else None
    plan = Plan(title, (FileEdit(rc, before, text.encode(), reason="bash: terminals"),))
    return apply.apply(machine, plan).id


def back(machine: Host, name: str | None = None) -> str:
    """Roll back; the rollback's receipt."""
    plan = rollback.way(machine, name).plan
    return apply.apply(machine, plan, undoes=plan.undoes).id


def fail(machine: Host) -> str:
    """Apply a plan that a proof takes back; the receipt's id."""

    def condition() -> None:
        raise Refused("`bash -lic` no longer started\nsaid: \x1b[31mno")

    rc = machine.home / ".bashrc"
    plan = Plan("install descent", (FileEdit(rc, rc.read_bytes(), b"broken"),))
    with pytest.raises(Refused):
        apply.apply(machine, plan, condition=condition)
    return receipts.every(machine)[-1].id


def test_nothing_is_a_sentence(host: Callable[..., Host]) -> None:
    done = envkit(host())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "envkit has written nothing in ~ yet.\n"
    assert json.loads(envkit(host(), "--json").stdout) == {
        "version": 1,
        "receipts": [],
        "diff": None,
    }
    assert list(host().home.iterdir()) == []


def test_what_when_which_files_and_what_came_of_it(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "A=1\n"})
    first = write(machine, "one\n")
    second = write(machine, "two\n", "install torch-cpu")
    failed = fail(machine)
    undone = back(machine)
    done = envkit(machine)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b" not in done.stdout
    found = rows(machine)
    assert [one["id"] for one in found] == [undone, failed, second, first]
    assert [one["state"] for one in found] == ["rollback", "failed", "rolled back", "in force"]
    assert [one["next"] for one in found] == [False, False, False, True]
    assert found[0]["undoes"] == [second]
    assert found[2]["undone_by"] == undone
    assert "no longer started" in str(found[1]["problem"])
    assert found[3]["files"] == [
        {
            "path": str(machine.home / ".bashrc"),
            "action": "edit",
            "reason": "bash: terminals",
            "target": None,
        }
    ]
    text = done.stdout
    assert f"> {first}" in text
    assert f"took back {second}" in text
    assert f"taken back by {undone}" in text
    assert "failed, nothing of it stands: `bash -lic` no longer started" in text
    assert "~/.bashrc" in text


def test_a_rollback_that_is_rolled_back(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "A=1\n"})
    first = write(machine, "one\n")
    undone = back(machine)
    again = back(machine, undone)
    states = [(one["id"], one["state"], one["undone_by"]) for one in rows(machine)]
    assert states == [
        (again, "rollback", None),
        (undone, "rollback", again),
        (first, "in force", None),
    ]
    assert f"> {first}" in envkit(machine).stdout


def test_one_with_its_diff(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "secret=1\n" + "x\n" * 5})
    name = write(machine, "secret=1\n" + "x\n" * 5 + "ours\n")
    done = envkit(machine, name)
    assert done.returncode == 0
    assert "+ours" in done.stdout
    assert "secret" not in done.stdout
    assert "bash: terminals" in done.stdout
    assert done.stdout.endswith("To take it back:  envkit rollback\n")
    assert json.loads(envkit(machine, name, "--json").stdout)["diff"].endswith("+ours\n")


def test_no_token_beside_what_changed_is_printed(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": "export API_TOKEN=hunter2\n"})
    name = write(machine, "export API_TOKEN=hunter2\nours\n")
    done = envkit(machine, name)
    assert "hunter2" not in done.stdout
    assert "+ours" in done.stdout
    line = [sys.executable, "-m", "envkit", "rollback", "--dry-run", "--home", str(machine.home)]
    assert "hunter2" not in subprocess.run(line, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ["\udce9rc", "new\nline", "\x1b[31mred"])
def test_a_name_that_a_terminal_would_obey(host: Callable[..., Host], name: str) -> None:
    machine = host()
    apply.apply(machine, Plan("odd", (FileEdit(machine.home / name, None, b"1\n"),)))
    for words in ((), (receipts.every(machine)[0].id,)):
        done = envkit(machine, *words)
        assert (done.returncode, done.stderr) == (0, "")
        assert "\x1b" not in done.stdout
    assert json.loads(envkit(machine, "--json").stdout)["receipts"][0]["next"] is True


def test_an_unknown_one(host: Callable[..., Host]) -> None:
    machine = host({".bashrc": ""})
    name = write(machine, "one\n")
    done = envkit(machine, "20200101-000000")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"known: {name}" in done.stderr


def test_a_damaged_one_and_a_newer_one_are_told_and_the_others_are_there(
    host: Callable[..., Host],
) -> None:
    machine = host({".bashrc": ""})
    name = write(machine, "one\n")
    place = machine.state / "receipts"
    (place / "20991231-000000.json").write_text('{"version": 99}')
    (place / "20991231-000001.json").write_text("{")
    done = envkit(machine)
    assert done.returncode == 0
    assert "cannot be read: damaged" in done.stdout
    assert "Nothing of it is in force" not in done.stdout
    assert "`envkit rollback` stops at " in done.stdout
    assert "written by a newer envkit" in done.stdout
    found = rows(machine)
    assert [one["state"] for one in found] == ["unreadable", "unreadable", "in force"]
    assert [one["next"] for one in found] == [False, False, False]
    for each in ("20991231-000000", "20991231-000001"):
        assert envkit(machine, each).returncode == 3
    assert envkit(machine, name).returncode == 0
    assert sorted(path.name for path in place.iterdir())[-1] == "20991231-000001.json"


@pytest.mark.parametrize("text", [None, "{"])
def test_one_that_was_interrupted_is_told(host: Callable[..., Host], text: str | None) -> None:
    machine = host({".bashrc": "old"})
    name = write(machine, "new")
    journal.begin(machine, journal.Journal(receipts.load(machine, name)))
    if text is not None:
        (machine.state / "journal.json").write_text(text)
    done = envkit(machine)
    assert (done.returncode, name in done.stdout) == (0, True)
    assert "was interrupted" in done.stderr


def test_a_folder_that_cannot_be_read(users_home: Path) -> None:
    machine = Host.real(home=users_home)
    place = machine.state / "receipts"
    place.mkdir(parents=True)
    place.chmod(0)
    code = (
        "import os, pwd, sys; os.setuid(pwd.getpwnam('nobody').pw_uid);"
        "from envkit import cli; sys.argv[1:] = ['history', '--home', sys.argv[1]];"
        "sys.exit(cli.run())"
    )
    argv = [sys.executable, "-c", "import envkit.cli, envkit.history;" + code, str(users_home)]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert "chmod 700" in done.stderr


@pytest.mark.parametrize("source", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_every_receipt_that_was_ever_written(host: Callable[..., Host], source: Path) -> None:
    machine = host()
    place = machine.state / "receipts"
    place.mkdir(parents=True)
    name = json.loads(source.read_text())["id"]
    shutil.copy(source, place / f"{name}.json")
    for words in ((), (name,)):
        done = envkit(machine, *words)
        assert (done.returncode, done.stderr) == (0, "")
        assert name in done.stdout
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_systems(host: Callable[..., Host], tmp_path: Path) -> None:
    machine = host({}, {"etc/bashrc": "", "etc/os-release": "ID=fedora\n"})
    plan = Plan("install --system descent", (FileEdit(Path("/etc/bashrc"), b"", b"ours\n"),))
    name = apply.apply(machine.for_system(), plan).id
    argv = [sys.executable, "-m", "envkit", "history", "--root", str(machine.root)]
    argv += ["--home", "/home/ada"]
    done = subprocess.run([*argv, "--system"], capture_output=True, text=True)
    assert f"> {name}" in done.stdout
    assert "/etc/bashrc" in done.stdout
    assert "written nothing" in subprocess.run(argv, capture_output=True, text=True).stdout
