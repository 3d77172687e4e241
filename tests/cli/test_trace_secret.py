"""No value of a secret-like name is printed, in no view of a trace."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from envkit import secrets
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
    assert secrets.line(text) == told


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


GIVEN = [
    'add "token: s3cr"',
    '{"token":"s3cr"}',
    "curl -H 'X-Api-Key: s3cr'",
    "curl -H 'Authorization: Bearer s3cr'",
    "login --password s3cr",
    'X_SECRET[a b]="s3cr"',
    "${X_SECRET:=s3cr}",
    "${X_SECRET-s3cr}",
    '"X_SECRET"="s3cr"',
    "X_SECRET+=s3cr",
    "read X_SECRET<<<s3cr",
    '[ "${X_TOKEN}" != s3cr ]',
    "[[ $X_TOKEN =~ s3cr ]]",
    "case $X_TOKEN in s3cr) ;; esac",
    "X_TOKEN=#s3cr",
    "X_TOKEN=&s3cr",
    "X_TOKEN=($'s3cr')",
    "typeset -x X_TOKEN'='s3cr",
]


@pytest.mark.parametrize("text", GIVEN)
def test_a_secret_follows_in_many_spellings(text: str) -> None:
    assert "s3cr" not in secrets.line(text)


QUIET = [
    '[ -n "$X_TOKEN" ] && export A=1',
    "export X_TOKEN # later",
    "[ -r ~/.token ] && . ~/.token",
    "PATH=$HOME/secrets:$PATH",
    'if [ -z "$X_TOKEN" ]; then',
    "X_TOKEN=(not shown) MODE=x client",
]


@pytest.mark.parametrize("text", QUIET)
def test_a_name_alone_cuts_nothing(text: str) -> None:
    assert secrets.line(text) == text


HOMES = {
    "bash": ".bashrc",
    "zsh": ".zshrc",
    "ksh93": ".kshrc",
    "mksh": ".mkshrc",
    "fish": ".config/fish/config.fish",
}
HELD = (
    f"add() {{ PATH=$PATH:$1; }}\nadd /t/a --token={SECRET}\nexport GITHUB_TOKEN={SECRET}\n"
    'add /t/b "$GITHUB_TOKEN"\nadd /t/c "${GITHUB_TOKEN}"; exec true "$GITHUB_TOKEN"\n'
    f"[ $GITHUB_TOKEN = {SECRET}x ] && PATH=/t/d:$PATH GITHUB_TOKEN={SECRET}y\n"
)
HELD_FISH = (
    "function add; set -gx PATH $PATH $argv[1]; end\n"
    f"set -gx GITHUB_TOKEN {SECRET}\nadd /t/a --token={SECRET}\nadd /t/b $GITHUB_TOKEN\n"
    f"test $GITHUB_TOKEN = {SECRET}; and exec true $GITHUB_TOKEN\n"
)


@pytest.mark.parametrize("shell", HOMES)
def test_what_a_name_came_to_is_not_told(tmp_path: Path, shell: str) -> None:
    """Calls and notes of a shell that gives commands expanded have the text in their place."""
    if shutil.which(shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"{shell} is not on this machine")
    trace_command.write(tmp_path, {HOMES[shell]: HELD_FISH if shell == "fish" else HELD})
    one = ("PATH", "--context", "terminal", "--shell", shell)
    for view in ((), ("--everywhere",), ("--session",), ("--json",), ("--everywhere", "--json")):
        done = trace_command.run(tmp_path, *one, *view)
        assert done.stdout, done.stderr
        assert SECRET not in done.stdout + done.stderr
        assert "/t/b" in done.stdout or "--session" in view or "--everywhere" in view
