"""`envkit generate`: what it prints, what it writes, how it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def envkit(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "envkit", "generate", *words],
        env={"PATH": os.defpath, "HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "ada").mkdir()
    (tmp_path / "mine.env").write_text("PATH=/py/bin:${PATH}\nA=1\n")
    return tmp_path / "ada"


def test_a_bare_home_in_priority_order(home: Path) -> None:
    shown = envkit(home, "../mine.env", "--user")
    assert (shown.returncode, shown.stderr) == (0, "")
    heads = [line for line in shown.stdout.splitlines() if line.startswith("# ==> ")]
    assert heads == ["# ==> ~/.bash_profile", "# ==> ~/.bashrc", "# ==> ~/.config/envkit/env.sh"]
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("scope", ["--user", "--system"])
def test_the_whole_output_is_shell_text(home: Path, scope: str) -> None:
    shown = envkit(home, "../mine.env", scope, "--platform", "redhat")
    done = subprocess.run(
        ["bash", "-eu", "-c", shown.stdout + '\necho "$PATH $A"'],
        env={"HOME": str(home), "PATH": "/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("/py/bin:/bin 1\n", "")


def test_json(home: Path) -> None:
    data = json.loads(envkit(home, "../mine.env", "--json").stdout)
    assert (data["version"], data["profile"], data["scope"]) == (1, "mine", "user")
    assert [file["path"] for file in data["files"]] == [
        str(home / ".bash_profile"),
        str(home / ".bashrc"),
        str(home / ".config/envkit/env.sh"),
    ]
    assert all(file["content"] and file["status"] == "new" for file in data["files"])
    assert (data["python"], data["written"]) == (None, [])


def test_output(home: Path) -> None:
    shown = envkit(home, "../mine.env", "--output", "out")
    assert shown.returncode == 0
    assert sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()) == [
        "out/home/.bash_profile",
        "out/home/.bashrc",
        "out/home/.config/envkit/env.sh",
    ]
    (home / "out/home/.bashrc").write_text("mine\n")
    again = envkit(home, "../mine.env", "--output", "out")
    assert (again.returncode, again.stdout) == (3, "")
    assert "out/home/.bashrc" in again.stderr


def test_the_default_profile_says_how_its_python_is_made(home: Path) -> None:
    shown = envkit(home, "--python", f"{sys.base_prefix}/bin/python3")
    assert shown.returncode == 0
    assert "-m venv ~/.local/share/envkit/envs/descent" in shown.stderr
    assert f"={home}/.local/share/envkit/envs/descent/bin " in shown.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["--user", "--system"],
        ["nosuchprofile"],
        ["--platform", "nosuchsystem"],
        ["--shell", "nosuchshell"],
        ["--python", "/nope"],
    ],
    ids=" ".join,
)
def test_usage(home: Path, words: list[str]) -> None:
    shown = envkit(home, *words)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.startswith("envkit: ")
