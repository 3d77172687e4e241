"""`envkit verify`: its table, its JSON, its exit status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envkit import contexts

FIRST = 'PATH="$HOME/bin:$PATH"\n'
GOOD = {".profile": FIRST + 'if [ -n "$BASH" ]; then . ~/.bashrc; fi\n', ".bashrc": FIRST}
BARE = "/usr/local/bin:/usr/bin:/bin"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose `bin` holds a python and a python3."""
    folder = tmp_path / "home/bin"
    folder.mkdir(parents=True)
    for name in ("python", "python3"):
        (folder / name).symlink_to(Path(sys.executable).resolve())
    return folder.parent


def verify(home: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "envkit", "verify", "--home", str(home), *arguments],
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8", "SHELL": "/bin/bash"},
        timeout=120,
    )
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def shell_of_this_account() -> str:
    import pwd

    return Path(pwd.getpwuid(os.geteuid()).pw_shell).name


pytestmark = pytest.mark.skipif(
    shell_of_this_account() != "bash", reason="the account's own shell is not bash"
)


def test_a_good_home(home: Path, write: Callable[..., Path]) -> None:
    write(home, GOOD)
    status, out, err = verify(home)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["context", "python", "descent", "put", "first", "by"]
    for title, where in {
        "login terminal": "~/.bashrc:1",
        "terminal": "~/.bashrc:1",
        "ssh host command": "~/.bashrc:1",
        "sh login": "~/.profile:1",
    }.items():
        line = next(line for line in lines if line.strip().startswith(f"{title} *"))
        assert "~/bin/python " in line
        assert " ok " in line
        assert line.endswith(where)
    for title in ("script", "cron"):
        assert any(line.startswith(f"  {title} ") and "no startup file" in line for line in lines)
    assert f"PATH={home}/bin:/usr/bin:/bin" in out
    assert "* imitated: the shell, flags and variables" in out
    assert "Not on this machine: " in out
    assert lines[-1].startswith("Every shell that reads a startup file finds this Python 3.")


def test_json(home: Path, write: Callable[..., Path]) -> None:
    write(home, GOOD)
    status, out, _ = verify(home, "--json")
    data: Any = json.loads(out)
    assert status == 0
    assert data["version"] == 1
    names = [row["name"] for row in data["contexts"]]
    away = [each["name"] for each in data["absent"]]
    assert set(names) | set(away) == {*(one.name for one in contexts.every()), "sh_login"}
    assert not set(names) & set(away)
    for row in data["contexts"]:
        keys = {"name", "imitated", "python", "version", "result", "set_by", "seconds", "python3"}
        assert keys <= set(row)
    assert all(row["imitated"] for row in data["contexts"] if row["name"] == "terminal")
    login = data["contexts"][0]
    assert login["python"] == f"{home}/bin/python"
    assert login["set_by"] == {"path": f"{home}/.bashrc", "line": 1}
    assert data["contexts"][-1]["set_by"] is None


def test_a_context_that_fails(home: Path, write: Callable[..., Path]) -> None:
    write(home, {**GOOD, ".bashrc": "case $- in *i*) ;; *) return;; esac\n" + FIRST})
    status, out, _ = verify(home, "--context", "ssh_command", "--context", "terminal")
    if shutil.which("python", path=BARE):
        pytest.skip("this system has a python of its own")
    assert status == 1
    assert "no python on PATH" in out
    assert "The descent fails in 1 of 2 contexts that read startup files: ssh host command." in out


def test_a_context_that_no_file_reaches_does_not_fail(home: Path) -> None:
    status, out, _ = verify(home, "--context", "cron")
    assert status == 0
    assert "in the crontab: PATH=" in out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--context", "nowhere"], 2, "known: "),
        (["--limit", "0"], 2, "not above 0"),
        (["--root", "/usr"], 3, "another machine's file system"),
    ],
)
def test_refusals(home: Path, arguments: list[str], status: int, said: str) -> None:
    ended, out, err = verify(home, *arguments)
    assert (ended, out) == (status, "")
    assert said in err
    assert "Traceback" not in err


def test_a_long_place_loses_folders_in_its_middle(home: Path, write: Callable[..., Path]) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    name = ".config/fish/conf.d/a_tool_of_mine.fish"
    write(home, {**GOOD, name: "set -gx PATH ~/bin $PATH\n"})
    _, out, _ = verify(home)
    (told,) = (line for line in out.splitlines() if line.endswith(f" is ~/{name}:1"))
    short = told.split()[0]
    assert "/…/" in short
    rows = [line for line in out.splitlines() if line.endswith(short)]
    assert rows
    assert max(map(len, rows)) <= 80
