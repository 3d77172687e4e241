"""No value of a secret-like name is printed, in no view of a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from envkit.cli import trace_secret
from tests.cli import trace_command

SECRET = "s3cr3t-v4lue"
RC = (
    f'export GITHUB_TOKEN={SECRET}\nput() {{ eval "$1=$2"; }}\nput GITHUB_TOKEN {SECRET}2\n'
    f"export PROXY=http://me:{SECRET}@host/\neval 'GITHUB_TOKEN={SECRET}3; PATH=/t/a:$PATH'\n"
)
VIEWS = [
    (),
    ("-v",),
    ("--steps", "-v"),
    ("--follow", "-v"),
    ("--time",),
    ("--all", "-v"),
    ("--context", "terminal", "--context", "cron"),
]


@pytest.mark.parametrize("view", VIEWS, ids=[" ".join(view) or "plain" for view in VIEWS])
def test_no_view_shows_it(tmp_path: Path, view: tuple[str, ...]) -> None:
    trace_command.write(tmp_path, {".bashrc": RC})
    one = () if "--context" in view or "--all" in view else ("--context", "terminal")
    asked = [("GITHUB_TOKEN",), ("GITHUB_TOKEN", "--json"), ("PATH", "--json")]
    if view in ((), ("--steps", "-v"), ("--follow", "-v")):
        asked += [("PROXY",), ("PROXY", "--json")]
    for words in asked:
        done = trace_command.run(tmp_path, *words, *view, *one, "--shell", "bash")
        assert done.returncode in (0, 1), done.stderr
        assert words[0] in done.stdout or "--time" in view
        assert SECRET not in done.stdout + done.stderr


def test_that_it_is_set_and_by_which_line(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": RC})
    words = ("GITHUB_TOKEN", "--context", "terminal", "--shell", "bash")
    done = trace_command.run(tmp_path, *words)
    assert done.stdout.splitlines()[:3] == [
        "GITHUB_TOKEN in a terminal = (not shown)",
        "",
        "  set by   ~/.bashrc:5   eval (not shown)",
    ]
    found = trace_command.data(tmp_path, *words)
    assert (found["value"], found["hidden"], found["entries"]) == (None, True, [])
    assert [one["hidden"] for one in found["assignments"]] == [True] * 3


def test_one_that_is_not_set_hides_nothing(tmp_path: Path) -> None:
    found = trace_command.data(tmp_path, "API_KEY", "--context", "script", "--shell", "bash")
    assert found["value"] is None
    assert "hidden" not in found


LINES = [
    ("PATH=/t/a:$PATH", "PATH=/t/a:$PATH"),
    ("export GITHUB_TOKEN=abc", "export GITHUB_TOKEN=(not shown)"),
    ("set -gx GITHUB_TOKEN abc", "set -gx GITHUB_TOKEN (not shown)"),
    ("A=1 MY_PASSWORD=abc make", "A=1 MY_PASSWORD=(not shown)"),
    ("export GITHUB_TOKEN", "export GITHUB_TOKEN"),
    ("unset GITHUB_TOKEN; A=", "unset GITHUB_TOKEN; A="),
    (". ~/.secrets/env", ". ~/.secrets/env"),
    ("git clone https://me:abc@host/x", "git clone https://me:(not shown)@host/x"),
]


@pytest.mark.parametrize(("text", "told"), LINES, ids=[row[0] for row in LINES])
def test_lines_are_cut_where_a_secret_follows(text: str, told: str) -> None:
    assert trace_secret.line(text) == told


def test_a_note_tells_where_but_not_what(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": f"GITHUB_TOKEN={SECRET}\nexec true {SECRET}\n"})
    words = ("GITHUB_TOKEN", "--context", "terminal", "--shell", "bash")
    done = trace_command.run(tmp_path, *words)
    said = " ".join(done.stdout.split())
    assert "bash left its startup files at ~/.bashrc:2 (not shown); what stands after it" in said
    assert SECRET not in done.stdout + trace_command.run(tmp_path, *words, "--json").stdout


CALLS = [
    ("GITHUB_TOKEN", "put GITHUB_TOKEN abc at ~/.bashrc:6", "put (not shown) at ~/.bashrc:6"),
    ("GITHUB_TOKEN", 'eval "$(op read abc)"', "eval (not shown)"),
    ("GITHUB_TOKEN", "from ~/.bashrc:6", "from ~/.bashrc:6"),
    ("GITHUB_TOKEN", "prompt hook", "prompt hook"),
    ("PATH", "add ~/bin at ~/.bashrc:6", "add ~/bin at ~/.bashrc:6"),
    ("PATH", "put GITHUB_TOKEN abc at ~/.bashrc:6", "put GITHUB_TOKEN (not shown)"),
]


@pytest.mark.parametrize(("variable", "via", "told"), CALLS)
def test_calls_are_cut(variable: str, via: str, told: str) -> None:
    assert trace_secret.call(variable, via) == told
