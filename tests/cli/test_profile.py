"""`envkit profile list`, `show`, `check`: what they print and how they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def envkit(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "envkit", "profile", *words],
        env={"PATH": os.defpath, "HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "ada"
    (folder / ".config/envkit/profiles").mkdir(parents=True)
    (folder / ".config/envkit/profiles/mine.env").write_text(
        "ENVKIT_TITLE='my own'\nPATH=${HOME}/bin:${PATH}:/opt/z\nA=1\nB=\n"
    )
    (folder / "broken.env").write_text("A=1\n\nPATH=/x\nB=${NO}\n")
    return folder


def test_list(home: Path) -> None:
    shown = envkit(home, "list")
    lines = shown.stdout.splitlines()
    assert (shown.returncode, shown.stderr) == (0, "")
    assert [line.split()[0] for line in lines[:4]] == ["descent", "mine", "numpy", "torch-cpu"]
    assert "(the default)" in lines[0]
    assert "my own (~/.config/envkit/profiles/mine.env)" in lines[1]
    assert max(map(len, lines)) <= 80


def test_list_as_json(home: Path) -> None:
    data = json.loads(envkit(home, "list", "--json").stdout)
    assert (data["version"], data["default"]) == (1, "descent")
    assert data["profiles"][1] == {
        "name": "mine",
        "title": "my own",
        "source": str(home / ".config/envkit/profiles/mine.env"),
    }


def test_show(home: Path) -> None:
    lines = envkit(home, "show", "mine").stdout.splitlines()
    assert lines[:2] == ["mine: my own", "read from ~/.config/envkit/profiles/mine.env"]
    assert [line.split() for line in lines[3:]] == [
        ["PATH", "in", "front", "~/bin"],
        ["PATH", "at", "the", "end", "/opt/z"],
        ["A", "is", "1"],
        ["B", "is", "(empty)"],
    ]


def test_show_names_the_python_and_what_it_needs(home: Path) -> None:
    shown = envkit(home, "show", "numpy", "--python", sys.prefix).stdout
    if sys.prefix != sys.base_prefix:
        assert f"Python  {sys.prefix}/bin/python" in shown
        assert "because --python names it" in shown
    assert "-m pip install numpy" in shown


def test_show_as_json(home: Path) -> None:
    data = json.loads(envkit(home, "show", "mine", "--json").stdout)
    assert data["path_prepend"] == [str(home / "bin")]
    assert data["variables"] == [["A", "1"], ["B", ""]]
    assert data["python"] is None


@pytest.mark.parametrize("words", [["show", "nump"], ["check", "nump"]], ids=" ".join)
def test_unknown_names(home: Path, words: list[str]) -> None:
    shown = envkit(home, *words)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "did you mean numpy? known: descent, mine, numpy, torch-cpu" in shown.stderr


@pytest.mark.parametrize("name", ["descent", "numpy", "torch-cpu", "mine"])
def test_check_a_good_one(home: Path, name: str) -> None:
    shown = envkit(home, "check", name)
    assert shown.returncode == 0
    assert shown.stdout.startswith("No problems found in ")
    assert json.loads(envkit(home, "check", name, "--json").stdout)["findings"] == []


def test_check_a_broken_one(home: Path) -> None:
    shown = envkit(home, "check", "broken.env")
    assert shown.returncode == 1
    heads = [line for line in shown.stdout.splitlines() if not line.startswith(" ")]
    assert [head.split(" ")[0] for head in heads] == ["broken.env:3:", "broken.env:4:"]
    assert "error: ${NO} is not set" in heads[1]
    data = json.loads(envkit(home, "check", "broken.env", "--json").stdout)
    assert [one["where"] for one in data["findings"]] == [
        {"path": "broken.env", "line": 3},
        {"path": "broken.env", "line": 4},
    ]


def test_a_broken_one_is_not_shown(home: Path) -> None:
    shown = envkit(home, "show", "broken.env")
    assert (shown.returncode, shown.stdout) == (3, "")
    assert "broken.env:3: " in shown.stderr


@pytest.mark.parametrize("python", ["/nope", "/bin/false"])
def test_a_python_that_is_none(home: Path, python: str) -> None:
    shown = envkit(home, "show", "descent", "--python", python)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert f"--python {python}" in shown.stderr
