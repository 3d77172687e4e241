"""`envkit contexts`: the table, one in full, JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def _run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(home), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "envkit", "contexts", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "ada"
    folder.mkdir()
    (folder / ".bashrc").write_text("A=1\n")
    return folder


@pytest.mark.parametrize("shell", ["bash", "nushell"])
def test_the_table_fits_and_marks_what_is_imitated(home: Path, shell: str) -> None:
    done = _run(home, "--shell", shell)
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "uwsm" in done.stdout
    row = next(line for line in done.stdout.splitlines() if line.strip().startswith("editor_zed"))
    assert "imitated" in row


def test_one_in_full(home: Path) -> None:
    done = _run(home, "ssh_command")
    assert done.returncode == 0, done.stderr
    # A path is not broken, however long the test's own is.
    assert all(len(line) <= 80 for line in done.stdout.splitlines() if str(home) not in line)
    assert "sshd, compiled in" in done.stdout
    assert "~/.bashrc" in done.stdout


def test_one_as_json(home: Path) -> None:
    data = json.loads(_run(home, "editor", "--json").stdout)
    assert data["name"] == "editor_vscode"
    assert data["imitated"] is True
    assert data["limit"] == 10
    assert {"variable", "value", "by", "where"} == set(data["given"][0])


def test_all_as_json(home: Path) -> None:
    data = json.loads(_run(home, "--json").stdout)
    assert data["version"] == 1
    assert [one["name"] for one in data["contexts"]][:2] == ["login_terminal", "terminal"]
    assert all(one["reproduced"] for one in data["contexts"])


def test_an_unknown_one(home: Path) -> None:
    done = _run(home, "dream")
    assert done.returncode == 2
    assert "unknown context: dream" in done.stderr


def test_an_unknown_platform_is_said_to_be_unknown(home: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    home.rename(root / "ada")
    home = Path("/ada")
    (root / "etc/os-release").write_text("ID=plan9\n")
    form = ("cron", "--root", str(root), "--home", "/ada", "--shell", "bash")
    done = _run(home, *form)
    assert "none that envkit knows; taken for Debian" in done.stderr
    done = _run(home, *form, "--json")
    data = json.loads(done.stdout)
    assert (data["platform"], data["platform_known"], done.stderr) == ("debian", False, "")
