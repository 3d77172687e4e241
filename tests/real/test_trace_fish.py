"""trace against the real fish: entry by entry, line by line, and the value to the byte."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from envkit import contexts, order, shells, trace
from envkit.host import Host
from envkit.provenance import Trace
from tests.real import fish_trees

_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
pytestmark = pytest.mark.skipif(
    not shutil.which("fish") and not _REQUIRED, reason="fish is not installed"
)
_USER = ".config/fish/"
_UNIVERSAL = "# This file contains fish universal variable definitions.\n# VERSION: 3.0\n"


def _home(folder: Path, files: dict[str, str]) -> Host:
    home = folder / "home"
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (home / ".local/share/fish/generated_completions").mkdir(parents=True, exist_ok=True)
    return Host.real(home=home)


def _trace(host: Host, context: str, variable: str = "PATH", limit: float = 20.0) -> Trace:
    start = order.start_for(host, contexts.get(context), shells.get("fish"))
    return trace.trace(host, (start,), variable, limit)[0]


def _really(host: Host, context: str) -> str | None:
    """PATH as a program has it that such a fish starts; on a prompt its event has been."""
    start = order.start_for(host, contexts.get(context), shells.get("fish"))
    out = host.home / "out"
    prompt = "functions -e __fish_on_interactive; emit fish_prompt; "
    text = f"{prompt if start.invocation.interactive else ''}/usr/bin/env -0 >{out}"
    subprocess.run(
        start.shell.argv(start.invocation, text),
        executable=shutil.which("fish"),
        env=dict(start.environment),
        cwd=host.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    pairs = (pair.partition("=") for pair in os.fsdecode(out.read_bytes()).split("\0"))
    out.unlink()
    return {name: value for name, _, value in pairs}.get("PATH")


def _contents(host: Host) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in host.home.rglob("*") if path.is_file()}


def _wrong(host: Host, made: fish_trees.Tree, found: Trace) -> Iterator[str]:
    for entry in found.entries:
        if entry.directory in made.planted:
            name, line = made.planted[entry.directory]
            if str(entry.set_by) != f"{host.home}/{name}:{line}":
                yield f"{entry.directory}: {entry.set_by} ({entry.via}), truly {name}:{line}"


@pytest.mark.parametrize(
    "seeds", [range(4), pytest.param(range(1000, 1200), marks=pytest.mark.full)]
)
def test_random_trees(tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        home = tmp_path / str(seed) / "home"
        made = fish_trees.tree(seed, home)
        fish_trees.write(made, home)
        host = Host.real(home=home)
        before = _contents(host)
        context = ("terminal", "login_terminal", "ssh_command", "cron")[seed % 4]
        found = _trace(host, context)
        assert list(_wrong(host, made, found)) == [], f"seed {seed}"
        assert found.notes == ()
        assert _contents(host) == before, f"seed {seed}: a file of the home has changed"
        assert found.value == _really(host, context), f"seed {seed}"


# What a home has, and the line that each entry comes from; `~` is the home.
HOMES: dict[str, tuple[dict[str, str], dict[str, str | None]]] = {
    "a plain home": (
        {f"{_USER}config.fish": "set -gx PATH /a $PATH\n"},
        {"/a": f"{_USER}config.fish:1"},
    ),
    "nothing of the user's": ({}, {"/usr/bin": None}),
    "exit ends a file": (
        {f"{_USER}conf.d/a.fish": "set -p PATH /a\nexit\nset -p PATH /n\n"},
        {"/a": f"{_USER}conf.d/a.fish:1"},
    ),
    "a syntax error runs no line": (
        {
            f"{_USER}conf.d/a.fish": "set -p PATH /n\nif true\n",
            f"{_USER}config.fish": "set -p PATH /a\n",
        },
        {"/a": f"{_USER}config.fish:1"},
    ),
    "unset and set anew": (
        {f"{_USER}config.fish": "set -e PATH\nset -gx PATH /x /usr/bin\n"},
        {"/x": f"{_USER}config.fish:2", "/usr/bin": f"{_USER}config.fish:2"},
    ),
    "functions that shadow": (
        {
            f"{_USER}config.fish": (
                "function source\n    builtin source $argv\nend\n"
                "function fish_add_path\n    set -p PATH $argv\nend\n"
                "fish_add_path /a\nsource ~/x.fish\n"
                "function echo; set -p PATH /e; end\necho hi\n"
            ),
            "x.fish": "set -p PATH /x\n",
        },
        {
            "/a": f"{_USER}config.fish:5",
            "/x": "x.fish:1",
            "/e": f"{_USER}config.fish:9",
        },
    ),
    "the folder of the file": (
        {f"{_USER}config.fish": "set -p PATH (status dirname)/bin\n"},
        {f"~/{_USER}bin": f"{_USER}config.fish:1"},
    ),
    "a universal fish_user_paths": (
        {
            f"{_USER}fish_variables": f"{_UNIVERSAL}SETUVAR fish_user_paths:/u/a\\x1e/u/b\n",
            f"{_USER}config.fish": "set -p PATH /a\n",
        },
        {
            "/a": f"{_USER}config.fish:1",
            "/u/a": f"{_USER}fish_variables:3",
            "/u/b": f"{_USER}fish_variables:3",
        },
    ),
    "a start that writes universal variables": (
        {
            f"{_USER}fish_variables": f"{_UNIVERSAL}SETUVAR X:1\n",
            f"{_USER}config.fish": "fish_add_path /usr/local\nset -U X 2\n",
        },
        {"/usr/local": f"{_USER}config.fish:1"},
    ),
    "a prompt hook that a tool prints": (
        {
            "tool": "function __hook --on-event fish_prompt\n"
            "    echo 'set -gx PATH /hook $PATH' | source\nend\n",
            f"{_USER}config.fish": "true\ncat ~/tool | source\n",
        },
        {"/hook": f"{_USER}config.fish:2"},
    ),
    "a prompt function": (
        {f"{_USER}functions/fish_prompt.fish": "function fish_prompt\n    set -p PATH /p\nend\n"},
        {"/p": f"{_USER}functions/fish_prompt.fish:1"},
    ),
    "read": (
        {f"{_USER}config.fish": "echo /r:/s | read -gx PATH\n"},
        {"/r": f"{_USER}config.fish:1", "/s": f"{_USER}config.fish:1"},
    ),
    "bytes that are no text": (
        {f"{_USER}config.fish": "set -gx PATH /\\xff '/a b' $PATH\n"},
        {"/\udcff": f"{_USER}config.fish:1", "/a b": f"{_USER}config.fish:1"},
    ),
    "moved by fish_add_path": (
        {
            f"{_USER}config.fish": "set -p PATH /usr/share\nset -p PATH /a\n"
            "fish_add_path -Pm --append /usr/share\n"
        },
        {"/usr/share": f"{_USER}config.fish:1", "/a": f"{_USER}config.fish:2"},
    ),
}


@pytest.mark.parametrize("name", HOMES)
@pytest.mark.parametrize("context", ["terminal", "login_terminal"])
def test_home(tmp_path: Path, name: str, context: str) -> None:
    files, expected = HOMES[name]
    host = _home(tmp_path, files)
    before = _contents(host)
    found = _trace(host, context)
    assert _contents(host) == before
    by = {entry.directory.replace(f"{host.home}/", "~/"): entry.set_by for entry in found.entries}
    said = {
        folder: where and str(where).removeprefix(f"{host.home}/") for folder, where in by.items()
    }
    assert {folder: said[folder] for folder in expected} == expected
    assert "/n" not in said
    if "prompt function" not in name:
        assert found.value == _really(host, context)


def test_who_moved_an_entry(tmp_path: Path) -> None:
    host = _home(tmp_path, HOMES["moved by fish_add_path"][0])
    entry = _trace(host, "terminal").entries[-1]
    assert (entry.directory, str(entry.moved_by)) == (
        "/usr/share",
        f"{host.home}/{_USER}config.fish:3",
    )


def test_how_to_erase_what_is_universal(tmp_path: Path) -> None:
    host = _home(tmp_path, HOMES["a universal fish_user_paths"][0])
    notes = _trace(host, "terminal").notes
    assert any("set --erase --universal fish_user_paths[2]" in note for note in notes)


def test_any_variable(tmp_path: Path) -> None:
    files = {
        f"{_USER}fish_variables": f"{_UNIVERSAL}SETUVAR --export EDITOR:vim\n",
        f"{_USER}config.fish": "set -gx A one\nset -gx MANPATH /m $MANPATH\nset -gx A two words\n",
    }
    host = _home(tmp_path, files)
    one, editor = _trace(host, "terminal", "A"), _trace(host, "terminal", "EDITOR")
    assert one.value == "two words"
    assert [str(each.where).rpartition(":")[2] for each in one.assignments] == ["1", "3"]
    assert editor.value == "vim"
    assert str(editor.assignments[0].where) == f"{host.home}/{_USER}fish_variables:3"
    man = _trace(host, "terminal", "MANPATH")
    assert str(man.entries[0].set_by) == f"{host.home}/{_USER}config.fish:2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set -p PATH /a\nexec true\n", "config.fish:2 (exec true)"),
        (
            "set -p PATH /a\nwhile true; sleep 0.01; end\n",
            "was still at ~/.config/fish/config.fish:1 (set -p PATH /a) or a later line;",
        ),
        (
            "set -p PATH /a\nkill -9 $fish_pid\n",
            "left its startup files at ~/.config/fish/config.fish:1 (set -p PATH /a) or a later",
        ),
    ],
    ids=["exec", "an endless loop", "killed"],
)
def test_a_start_that_does_not_end_well(tmp_path: Path, text: str, said: str) -> None:
    host = _home(tmp_path, {f"{_USER}config.fish": text})
    found = _trace(host, "terminal", limit=2.0)
    assert found.entries[0].directory == "/a"
    assert str(found.entries[0].set_by) == f"{host.home}/{_USER}config.fish:1"
    assert any(said in note for note in found.notes)


def test_a_question_before_any_line(tmp_path: Path) -> None:
    """Which line asks is not seen, and none is named."""
    host = _home(tmp_path, {f"{_USER}config.fish": "read answer\nset -p PATH /a\n"})
    note = _trace(host, "terminal", limit=1.5).notes[0]
    assert "fish was still at a line before any that sets the variable" in note


def test_what_is_left_running_is_ended(tmp_path: Path) -> None:
    host = _home(
        tmp_path, {f"{_USER}config.fish": "sh -c 'setsid sleep 3817 >/dev/null 2>&1 &'; sleep .5\n"}
    )
    found = _trace(host, "terminal")
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "sleep 3817" not in left
    assert any("sleep" in note for note in found.notes)
