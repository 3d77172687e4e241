"""`trace --context A --context B` and `--all`: on homes whose differences are known beforehand."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from envkit.cli import trace_contexts
from tests.cli import trace_command

TWO = ("--shell", "bash", "--context", "terminal", "--context", "login-terminal")


def _home(home: Path, terminal: list[str], login: list[str]) -> None:
    """Files in which each context gets its list, an entry a line."""
    for name, listed in ((".bashrc", terminal), (".bash_profile", login)):
        rows = [f"PATH={listed[0]}", *(f"PATH=$PATH:{one}" for one in listed[1:])]
        trace_command.write(home, {name: "\n".join(rows) + "\n"})


def test_alike_is_one_sentence(tmp_path: Path) -> None:
    _home(tmp_path, ["/usr/bin", "/bin"], ["/usr/bin", "/bin"])
    done = trace_command.run(tmp_path, *TWO)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "PATH is the same in terminal, login terminal"
    assert trace_command.data(tmp_path, *TWO)["differences"] == []


def test_unset_in_both_is_alike(tmp_path: Path) -> None:
    done = trace_command.run(tmp_path, "NOPE", *TWO)
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "NOPE is not set in terminal, login terminal",
    )


def test_what_differs_and_the_lines(tmp_path: Path) -> None:
    _home(tmp_path, ["/usr/bin", "/t/a", "/bin"], ["/usr/bin", "/bin", "/t/b", "/usr/bin"])
    done = trace_command.run(tmp_path, *TWO)
    assert done.returncode == 1
    assert done.stdout.splitlines()[:9] == [
        "PATH differs in 3 entries",
        "",
        "  only in a terminal",
        "    /t/a   ~/.bashrc:2",
        "",
        "  only in a login terminal",
        "    /t/b       ~/.bash_profile:3",
        "    /usr/bin   ~/.bash_profile:4   another copy",
        "",
    ]


def test_another_order_is_told(tmp_path: Path) -> None:
    _home(tmp_path, ["/t/a", "/usr/bin", "/bin"], ["/usr/bin", "/bin", "/t/a"])
    done = trace_command.run(tmp_path, *TWO)
    assert done.returncode == 1
    assert done.stdout.splitlines()[:5] == [
        "PATH has the same 3 entries in another order",
        "",
        "  in another place",
        "    /t/a   1 of 3 in a terminal         ~/.bashrc:1",
        "           3 of 3 in a login terminal   ~/.bash_profile:3",
    ]


def test_who_took_an_entry_away(tmp_path: Path) -> None:
    _home(tmp_path, ["/t/a", "/usr/bin"], ["/t/a", "/usr/bin"])
    with (tmp_path / ".bash_profile").open("a") as file:
        file.write("PATH=${PATH#/t/a:}\n")
    done = trace_command.run(tmp_path, *TWO)
    assert "taken away in a login terminal by ~/.bash_profile:3" in " ".join(done.stdout.split())
    (one,) = trace_command.data(tmp_path, *TWO, status=1)["differences"]
    assert [each.get("removed_by", {}).get("line") for each in one["contexts"]] == [None, 3]
    assert [each["position"] for each in one["contexts"]] == [1, None]


def test_another_variable(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": "CUDA=/a\n", ".bash_profile": "true\nCUDA=/b\n"})
    done = trace_command.run(tmp_path, "CUDA", *TWO)
    assert done.returncode == 1
    assert done.stdout.splitlines()[:4] == [
        "CUDA differs",
        "",
        "    terminal         /a   ~/.bashrc:1",
        "    login terminal   /b   ~/.bash_profile:2",
    ]


def test_a_context_without_files_is_said(tmp_path: Path) -> None:
    words = ("--shell", "bash", "--context", "cron", "--context", "script")
    done = trace_command.run(tmp_path, *words)
    assert "cron reads no startup file; its PATH is given by " in done.stdout


def _still(first: list[str], other: list[str]) -> int:
    """How many of the same entries can keep their order: the longest, by trying all."""
    for size in range(len(first), 0, -1):
        for chosen in combinations(first, size):
            if [one for one in other if one in chosen] == list(chosen):
                return size
    return 0


@pytest.mark.parametrize("seed", range(3))
def test_random_lists(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    names = [f"/t/{letter}" for letter in "abcdefgh"]
    terminal, login = (random.sample(names, random.randint(3, 8)) for _ in range(2))
    _home(tmp_path, terminal, login)
    found = trace_command.data(tmp_path, *TWO, status=int(terminal != login))["differences"]
    lacking = [one for one in found if one["kind"] == "entry"]
    assert {one["directory"] for one in lacking} == set(terminal) ^ set(login)
    for one in found:
        for listed, each in zip((terminal, login), one["contexts"], strict=True):
            there = one["directory"] in listed
            line = listed.index(one["directory"]) + 1 if there else None
            assert each["position"] == line
            assert (each["set_by"] or {}).get("line") == line
    both = [one for one in terminal if one in login]
    turned = [one for one in found if one["kind"] == "order"]
    assert len(turned) == len(both) - _still(both, [one for one in login if one in both])


def test_all(tmp_path: Path) -> None:
    _home(tmp_path, ["/usr/bin", "/t/a"], ["/usr/bin", "/t/b"])
    found = trace_command.data(tmp_path, "--all", "--shell", "bash")
    entries = {one["directory"]: one["contexts"] for one in found["entries"]}
    have = {each["context"]: each["set_by"] for each in entries["/t/a"]}
    assert have["terminal"] == {"path": f"{tmp_path}/.bashrc", "line": 2}
    assert not {"login_terminal", "cron", "script"} & set(have)
    assert {"login_terminal", "ssh_login"} <= {each["context"] for each in entries["/t/b"]}
    told = {one["context"] for one in found["contexts"]}
    assert {"macos_gui", "launchd"} <= {one["context"] for one in found["left_out"]}
    assert not told & {one["context"] for one in found["left_out"]}


def test_all_as_text(tmp_path: Path) -> None:
    _home(tmp_path, ["/usr/bin", "/t/a"], ["/usr/bin", "/t/b"])
    done = trace_command.run(tmp_path, "--all", "--shell", "bash")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(len(line) <= 80 for line in done.stdout.splitlines()), done.stdout
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if "/t/" in line}
    assert rows["/t/a"][-1] == "~/.bashrc:2"
    assert rows["/t/b"][-1] == "~/.bash_profile:2"
    assert "not told: " in done.stdout


def test_all_where_the_shell_cannot_be_traced(tmp_path: Path) -> None:
    """csh cannot say its lines; the contexts that have a shell of their own are told."""
    found = trace_command.data(tmp_path, "--all", "--shell", "tcsh")
    left = {one["context"]: one["reason"] for one in found["left_out"]}
    assert "cannot be traced" in left["terminal"]
    assert "cron" in {one["context"] for one in found["contexts"]}


def test_none_that_can_be_traced(tmp_path: Path) -> None:
    words = ("--shell", "tcsh", "--context", "terminal", "--context", "login-terminal")
    done = trace_command.run(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be traced" in done.stderr


def test_a_context_that_is_not_on_this_machine_is_said(tmp_path: Path) -> None:
    words = ("--shell", "bash", "--context", "macos-gui", "--context", "terminal")
    done = trace_command.run(tmp_path, *words)
    assert "not on this machine: macOS program (macOS alone has launchd)" in done.stdout
    one = trace_command.run(tmp_path, *words[:-2])
    assert "Not on this machine: macOS alone has launchd" in one.stdout


def test_what_could_not_be_seen_is_told_once(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": "PATH=/t/a:$PATH\nexit 0\n"})
    words = ("--shell", "bash", "--context", "terminal", "--context", "ssh-command")
    done = trace_command.run(tmp_path, *words, "--context", "cron")
    said = " ".join(done.stdout.split())
    assert "! terminal, ssh host command: bash left its startup files at ~/.bashrc:2" in said


def test_one_long_row_leaves_the_others_as_they_are() -> None:
    rows = [("/a", "~/.bashrc:1", "x"), ("/b", f"~/{'long' * 20}:1", ""), ("/c", "~/.bashrc:2", "")]
    assert trace_contexts.table(rows).split("\n") == [
        "    /a   ~/.bashrc:1   x",
        "    /b",
        f"        ~/{'long' * 20}:1",
        "    /c   ~/.bashrc:2",
    ]
