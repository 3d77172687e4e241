"""trace of ksh93 and mksh: random trees entry by entry, and homes that hide from a tracer."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.provenance import Trace
from envkit.trace import trace
from tests.real.ksh_trees import KshTree, MkshTree

_KINDS = {"ksh93": (KshTree, ".kshrc"), "mksh": (MkshTree, ".mkshrc")}
_NONE = [name for name in _KINDS if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(
    bool(_NONE) and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1",
    reason=f"not here: {', '.join(_NONE)}",
)
both = pytest.mark.parametrize("shell", _KINDS)


def traced(home: Path, shell: str, context: str = "terminal", variable: str = "PATH") -> Trace:
    """A trace in that home."""
    host = Host.real(home)
    start = order.start_for(host, contexts.get(context), shells.get(shell))
    return trace(host, [start], variable, 5.0)[0]


def lines(home: Path, found: Trace) -> list[tuple[str, str]]:
    """Entries and places; "" for what no file of the home set."""
    return [
        (
            entry.directory,
            f"{entry.set_by.path.name}:{entry.set_by.line}"
            if entry.set_by is not None and home in entry.set_by.path.parents
            else "",
        )
        for entry in found.entries
    ]


def check_tree(home: Path, shell: str, seed: int) -> None:
    """Write the tree of `seed` and hold the trace against it."""
    kind, top = _KINDS[shell]
    host = Host.real(home)
    start = order.start_for(host, contexts.get("terminal"), shells.get(shell))
    tree = kind(seed, [(name, "") for name in start.environment["PATH"].split(":")], top)
    for name, text in tree.texts().items():
        (home / name).write_text(text)
    found = trace(host, [start], "PATH")[0]
    for name in tree.files:
        (home / name).unlink()
    shown = "\n".join(f"--- {name}\n{text}" for name, text in tree.texts().items())
    assert lines(home, found) == tree.path, f"seed {seed}\n{shown}"
    assert found.value == ":".join(name for name, _ in tree.path)
    assert found.notes == ()


@both
@pytest.mark.parametrize("seed", range(8))
def test_trees(tmp_path: Path, shell: str, seed: int) -> None:
    check_tree(tmp_path, shell, seed)


@pytest.mark.full
@both
def test_many_trees(tmp_path: Path, shell: str) -> None:
    for seed in range(1000, 2000):
        check_tree(tmp_path, shell, seed)


FIRST, LAST = "PATH=/first:$PATH\n", "PATH=/last:$PATH\n"
# What hides from a tracer, and what the home's lines have set then: directory -> line.
HOMES: dict[str, tuple[str, dict[str, int]]] = {
    "plain": (FIRST + LAST, {"/last": 2, "/first": 1}),
    "read-only PS4": (f"readonly PS4\n{FIRST}{LAST}", {"/last": 3, "/first": 2}),
    "a PS4 of its own": (f"{FIRST}PS4='[$SECONDS] '\n{LAST}", {"/last": 3, "/first": 1}),
    "PS4 in line 1": (
        "PS4=+; export PS4=x\nf() {\n  PATH=$1:$PATH\n}\nf /a; f /b\nunset PS4\n. ~/leaf\n" + LAST,
        {"/last": 8, "leaf /leaf": 1, "/b": 3, "/a": 3},
    ),
    "PS4 in a file": (f". ~/ps4; {FIRST}{LAST}", {"/last": 2, "/first": 1}),
    "a DEBUG trap": (f"{FIRST}trap 'x=$LINENO' DEBUG\n{LAST}", {"/last": 3, "/first": 1}),
    "an ERR trap": (f"trap : ERR\nfalse\n{LAST}", {"/last": 3}),
    "set -eu": (f"set -eu\n{FIRST}{LAST}", {"/last": 3, "/first": 2}),
    "errors to nowhere": (f"exec 2>/dev/null\n{FIRST}{LAST}", {"/last": 3, "/first": 2}),
    "errors closed": (f"exec 2>&- 9>&-\n{FIRST}{LAST}", {"/last": 3, "/first": 2}),
    "a group's errors": ("{ PATH=/first:$PATH; } 2>/dev/null\n", {"/first": 1}),
    "a syntax error": (f"{FIRST}if\n{LAST}", {"/first": 1}),
    "unset": (f"unset PATH\n{FIRST}", {"/first": 2, "": 2}),
    "read-only": (f"{FIRST}readonly PATH\n", {"/first": 1}),
    "IFS": (f"IFS=:\n{FIRST}", {"/first": 2}),
    "an alias": ("alias src='. ~/leaf'\nsrc\n" + LAST, {"/last": 3, "leaf /leaf": 1}),
    "its own unalias": (f"unalias() {{ :; }}\n{LAST}", {"/last": 2}),
    "a here-document": (f"cat <<E >/dev/null\n$PATH\nE\n{LAST}", {"/last": 4}),
    "several lines": (f"PATH=\\\n/first:\\\n$PATH\n{LAST}", {"/last": 4, "/first": 1}),
    "an eval in a function": ('f() {\neval "PATH=\\"$1:\\$PATH\\""\n}\nf /first\n', {"/first": 2}),
    "a file in a function": ("f() { . ~/leaf; }\nf\n", {"leaf /leaf": 1}),
    "spaces and quotes": ('PATH="/a b:/c\'d:$PATH"\n', {"/a b": 1, "/c'd": 1}),
    "no ASCII": ("PATH=/é:/日本:$PATH\n", {"/é": 1, "/日本": 1}),
    "a computed command without errors": (
        'A=1 C=command\nif "$C" export "PATH=/first:$PATH" 2>&-; then\nA=2\nfi\n' + LAST,
        {"/last": 5, "/first": 2},
    ),
    "background": (f". ~/leaf &\nwait\n{LAST}", {"/last": 3}),
}


@both
@pytest.mark.parametrize("name", HOMES)
def test_homes_that_hide(tmp_path: Path, shell: str, name: str) -> None:
    text, expected = HOMES[name]
    top = _KINDS[shell][1]
    (tmp_path / top).write_text(text)
    (tmp_path / "leaf").write_text("PATH=/leaf:$PATH\n")
    (tmp_path / "ps4").write_text("PS4='[$SECONDS] '; PS1='#'\n")
    found = traced(tmp_path, shell)
    places = {directory: where for directory, where in lines(tmp_path, found) if where}
    wanted = {}
    for key, line in expected.items():
        file, _, directory = key.rpartition(" ") if key.startswith("leaf ") else (top, "", key)
        wanted[directory] = f"{file}:{line}"
    assert places == wanted
    assert found.notes == ()


@both
@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"{FIRST}exit 0\n{LAST}", "left its startup files at ~/{top}:2 (exit 0)"),
        (f"{FIRST}exec true\n{LAST}", "left its startup files at ~/{top}:2"),
        (f"{FIRST}while :; do :; done\n", "was still at ~/{top}:2"),
        (f"{FIRST}sleep 71 &\n", "left running by the startup files, and ended"),
    ],
    ids=["exit", "exec", "loop", "daemon"],
)
def test_ends_are_told(tmp_path: Path, shell: str, text: str, note: str) -> None:
    top = _KINDS[shell][1]
    (tmp_path / top).write_text(text)
    host = Host.real(tmp_path)
    start = order.start_for(host, contexts.get("terminal"), shells.get(shell))
    found = trace(host, [start], "PATH", 1.5)[0]
    assert note.format(top=top) in "\n".join(found.notes)
    assert ("/first", f"{top}:1") in lines(tmp_path, found)


def test_mksh_says_what_it_could_not_see(tmp_path: Path) -> None:
    """Nothing stops a file that says `set +x` to mksh: the value is right, the lines not told."""
    (tmp_path / ".mkshrc").write_text(f"{FIRST}set +x\n{LAST}")
    found = traced(tmp_path, "mksh")
    assert found.value is not None
    assert found.value.startswith("/last:/first:")
    assert "came to another value" in found.notes[0]
    assert lines(tmp_path, found)[:2] == [("/last", ""), ("/first", ".mkshrc:1")]


@both
def test_another_variable(tmp_path: Path, shell: str) -> None:
    (tmp_path / _KINDS[shell][1]).write_text("A=1\nexport A\nA=${A}2\n")
    found = traced(tmp_path, shell, variable="A")
    assert found.value == "12"
    assert [one.where.line for one in found.assignments if one.where] == [1, 3]


@both
def test_a_login_shell(tmp_path: Path, shell: str) -> None:
    (tmp_path / ".profile").write_text("PATH=/login:$PATH\nENV=~/rc\nexport ENV\n")
    (tmp_path / "rc").write_text("PATH=/rc:$PATH\n")
    found = traced(tmp_path, shell, "login_terminal")
    assert lines(tmp_path, found)[:2] == [("/rc", "rc:1"), ("/login", ".profile:1")]
    assert found.notes == ()


@both
def test_history_is_left_alone(tmp_path: Path, shell: str) -> None:
    """Both write to the file that HISTFILE names, and shorten it, even with -c."""
    old = b"\x81\x01echo one\n\0echo two\n\0" if shell == "ksh93" else b"\xab\xcd\xff\0\0\0\1echo\0"
    (tmp_path / "history").write_bytes(old)
    (tmp_path / _KINDS[shell][1]).write_text(f"HISTSIZE=2\nHISTFILE=~/history\n{LAST}")
    assert ("/last", f"{_KINDS[shell][1]}:3") in lines(tmp_path, traced(tmp_path, shell))
    assert (tmp_path / "history").read_bytes() == old
    assert not (tmp_path / ".sh_history").exists()


@both
def test_one_relative_name_of_two_files(tmp_path: Path, shell: str) -> None:
    top = _KINDS[shell][1]
    (tmp_path / top).write_text("cd ~/d; . ./env\ncd ~/e\n. ./env\ncd ~/d; . ./env\n")
    for name, text in (("d", "\nPATH=/a:$PATH\n"), ("e", "cd /\n:\nPATH=/b:$PATH\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "env").write_text(text)
    found = traced(tmp_path, shell)
    assert [str(one.set_by) for one in found.entries[:3]] == [
        *(f"{tmp_path}/d/env:2", f"{tmp_path}/e/env:3", f"{tmp_path}/d/env:2")
    ]
