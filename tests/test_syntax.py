"""The parser: statements with their lines, and the shells' own word on what is shell code."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from envkit import syntax
from envkit.reading.nodes import Node

_DOTFILES = """\
# a comment with a 'quote
case $- in
    *i*) ;;
      *) return;;
esac
PATH="$HOME/bin:\\
$PATH"
cat <<'EOF' && . /tmp/after
. /not/this
esac
EOF
f() { local x=$1; }  # not a statement more
if [ -r ~/.more ]; then . ~/.more; fi; x=1
"""


def test_a_statement_has_its_first_and_last_line() -> None:
    assert syntax.statements(_DOTFILES.encode()) == (
        (2, 5),
        (6, 7),
        (8, 11),
        (12, 12),
        (13, 13),
        (13, 13),
    )


def _kinds(text: str, dialect: str = "bash") -> list[str]:
    return [node.kind for node in syntax.parse(text.encode(), dialect).parts]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("\n# only a comment", []),
        ("a; b & c", ["command", "subshell", "command"]),
        ("a && b || c", ["or"]),
        ("! a | b", ["not"]),
        ("[[ $x == (a|b)* && -n y ]]", ["test"]),
        ("[[ $x =~ ^(a|b)\\ c$ ]] && y", ["and"]),
        ("(( a > 1 )) || b", ["or"]),
        ("((a); b)", ["subshell"]),
        ("x=$(case a in a) echo ')';; esac)", ["command"]),
        ("a=(1 2 # three\n 3); b+=()", ["command", "command"]),
        ("f () { a; }; function g { b; }; function h () ( c )", ["function"] * 3),
        ("for ((i=0; i<3; i++)); do a; done", ["while"]),
        ("for x; do a; done; select y in 1 2; do b; done", ["for", "for"]),
        ("until a; do b; done <<< x", ["until"]),
        ("case x in (a|'b c') y;& *) z;;& esac", ["case"]),
        ("diff <(a) >(b) &> c", ["command"]),
        ("x=$'it\\'s' y", ["command"]),
        ("time -p a", ["command"]),
        ("{ a; } > b 2>&1", ["group"]),
        ('"$(a "b" \'c)\' )" d', ["command"]),
    ],
)
def test_bash(text: str, kinds: list[str]) -> None:
    assert _kinds(text) == kinds


@pytest.mark.parametrize(
    ("text", "dialect", "kinds"),
    [
        ("a\nif then fi\nb", "bash", ["command", "broken"]),
        ("a\nif true; then b\n", "bash", ["command", "broken"]),
        ("a\nb; c )", "bash", ["command", "broken"]),
        ("a\necho 'x", "bash", ["command", "broken"]),
        ("a\nfor x in y; do\n# nothing\ndone", "dash", ["command", "broken"]),
        ("a\nb <(c)", "dash", ["command", "broken"]),
        ("a\nb=(c)", "dash", ["command", "broken"]),
        ("case x in a) b;& esac", "dash", ["broken"]),
        ("a &> b", "dash", ["subshell", "command"]),
        ("[[ a ]]", "dash", ["command"]),
        ("(( a ))", "dash", ["subshell"]),
    ],
)
def test_what_is_no_shell_code_ends_the_file(text: str, dialect: str, kinds: list[str]) -> None:
    assert _kinds(text, dialect) == kinds


def test_the_line_of_a_syntax_error() -> None:
    assert syntax.syntax_error(b"a\nif x\nthen (\nfi\n") == 2
    assert syntax.syntax_error(b"a\n") is None


def _files() -> list[Path]:
    """Shell programs that every Debian has; elsewhere there may be none."""
    folders = (
        "/usr/share/bash-completion/completions",
        "/etc/init.d",
        "/etc/profile.d",
        "/usr/bin",
    )
    found = [path for folder in folders for path in sorted(Path(folder).glob("*"))]
    return [path for path in found if path.is_file() and path.stat().st_size < 60_000]


def _dialect(content: bytes) -> str:
    head = content.split(b"\n", 1)[0]
    if head.startswith((b"#!/bin/sh", b"#! /bin/sh")):
        return "dash"
    return "bash" if b"bash" in head or not head.startswith(b"#!") else ""


@pytest.mark.parametrize("every", [12, pytest.param(1, marks=pytest.mark.full)])
def test_real_programs_parse_as_the_shells_say(every: int) -> None:
    if not shutil.which("bash") or not shutil.which("dash"):
        pytest.skip("bash and dash are not both here")
    wrong = []
    for path in _files()[::every]:
        content = path.read_bytes()
        dialect = _dialect(content)
        if not dialect or b"\0" in content:
            continue
        options = ["-O", "extglob"] if dialect == "bash" else []
        told = subprocess.run([dialect, *options, "-n", path], capture_output=True, check=False)
        if (syntax.syntax_error(content, dialect) is None) != (told.returncode == 0):
            wrong.append(path)
    assert wrong == []


def test_a_text_nested_too_deep_is_not_a_crash() -> None:
    node: Node = syntax.parse(b"(" * 5000)
    assert [part.kind for part in node.parts] == ["broken"]
