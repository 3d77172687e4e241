"""`envkit order` from outside: the literal form, JSON, exit statuses, the text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine made of text, with a home inside it."""
    files = {
        "etc/passwd": "ada:x:1000:1000::/home/ada:/bin/bash\n",
        "etc/profile": "x=1\n",
        "etc/bash.bashrc": "x=1\n",
        "home/ada/.bash_profile": "x=1\n",
        "home/ada/.bashrc": "x=1\n",
    }
    for name, text in files.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "root"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "envkit", "order", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _read(root: Path, *arguments: str) -> list[str]:
    done = _run("--root", str(root), "--home", "/home/ada", "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["version"] == 1
    assert {"context", "shell", "files"} <= answer.keys()
    return [row["path"] for row in answer["files"] if row["status"] == "read"]


def test_the_form_of_held_out_starts(root: Path) -> None:
    form = ("--shell", "bash", "--build", "debian", "--stdin", "socket", "--clear-env")
    env = ("--env", "HOME=/home/ada", "--env", "SSH_CLIENT=1 2 3")
    assert _read(root, *form, *env, "--", "bash", "-c", "true") == [
        "/etc/bash.bashrc",
        "/home/ada/.bashrc",
    ]
    assert _read(root, *form, *env, "--", "-bash", "-c", "true") == [
        "/etc/profile",
        "/home/ada/.bash_profile",
    ]
    assert _read(root, *form, *env, "--env", "SHLVL=1", "--", "bash", "-c", "true") == []


def test_without_home_the_passwd_entry_counts(root: Path) -> None:
    login = ("--clear-env", "--build", "debian", "--", "bash", "-lc", "true")
    assert _read(root, *login)[-1] == "/home/ada/.bash_profile"


def test_the_home_may_lie_outside_of_the_root(root: Path, tmp_path: Path) -> None:
    (tmp_path / "u").mkdir()
    (tmp_path / "u/.profile").write_text("x=1\n")
    home = ("--home", str(tmp_path / "u"), "--root", str(root), "--json", "--shell", "dash")
    done = _run(*home, "--clear-env", "--env", f"HOME={tmp_path}/u", "--", "-sh", "-c", "x")
    rows = [row for row in json.loads(done.stdout)["files"] if row["status"] == "read"]
    assert [row["path"] for row in rows] == ["/etc/profile", f"{tmp_path}/u/.profile"]


def test_all_contexts(root: Path) -> None:
    done = _run("--root", str(root), "--home", "/home/ada", "--all", "--json")
    names = [one["context"] for one in json.loads(done.stdout)["contexts"]]
    assert names[:2] == ["login_terminal", "terminal"]
    assert "cron" in names


def test_the_text_fits_into_80_columns(root: Path) -> None:
    done = _run("--root", str(root), "--home", "/home/ada", "--all")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "  1  read       /etc/profile" in done.stdout
    assert "no startup file is read here; in the crontab: PATH=" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--context", "dream"), "cron, "),
        (("--platform", "plan9"), "known: alpine, arch, debian"),
        (("--shell", "nosh"), "bash"),
        (("--build", "nonsense", "--", "bash"), "known: debian"),
        (("--stdin", "tap", "--", "bash"), "known: pty"),
        (("--end", "boom", "--", "bash"), "known: exit"),
        (("--env", "X", "--", "bash"), "NAME=VALUE"),
        (("--", "emacs"), "--shell"),
        (("--context", "cron", "--", "bash"), "--context"),
        (("--root", "/nowhere/at/all"), "not a folder"),
    ],
)
def test_what_cannot_be_meant_is_told(arguments: tuple[str, ...], message: str) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
