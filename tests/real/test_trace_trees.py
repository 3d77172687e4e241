"""trace against the known answer: random trees of startup files, each line a folder of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.provenance import Trace
from envkit.trace import trace
from tests.real.startup_trees import Tree, switch_off
from tests.real.zsh_trees import ZshTree

_KINDS = {"bash": Tree, "zsh": ZshTree}
_TOPS = {
    "bash": {"terminal": ".bashrc", "ssh_command": ".bashrc", "login_terminal": ".bash_profile"},
    "zsh": {"terminal": ".zshrc", "ssh_command": ".zshenv", "login_terminal": ".zprofile"},
}
needs_zsh = pytest.mark.skipif(
    shutil.which("zsh") is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1",
    reason="there is no zsh here",
)


def check(home: Path, context: str, seed: int, off: bool = False, shell: str = "bash") -> None:
    """Write the tree of `seed` and hold the trace against it."""
    host = Host.real(home)
    start = order.start_for(host, contexts.get(context), shells.get(shell))
    before = [(name, "") for name in start.environment["PATH"].split(":")]
    tree = _KINDS[shell](seed, before, _TOPS[shell][context])
    if off:
        switch_off(tree, _TOPS[shell][context])
    for name, text in tree.texts().items():
        (home / name).write_text(text)
    found = trace(host, [start], "PATH")[0]
    try:
        assert answer(host, found) == tree.path
        assert found.value == ":".join(name for name, _ in tree.path)
        assert found.notes == ()
    except AssertionError:
        print(f"seed {seed}, {context}")
        for name, text in tree.texts().items():
            print(f"--- {name}\n{text}")
        raise
    finally:
        for name in tree.files:
            (home / name).unlink()


def answer(host: Host, found: Trace) -> list[tuple[str, str]]:
    """Entries and places as the tree has them: what is no file of the home was there before."""
    rows = []
    for entry in found.entries:
        where = entry.set_by
        ours = where is not None and host.home in where.path.parents
        rows.append((entry.directory, f"{where.path.name}:{where.line}" if where and ours else ""))
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_a_terminal(tmp_path: Path, seed: int) -> None:
    check(tmp_path, "terminal", seed)


@pytest.mark.parametrize("seed", range(3))
def test_switched_off_by_the_files(tmp_path: Path, seed: int) -> None:
    check(tmp_path, "terminal", seed, off=True)


@needs_zsh
@pytest.mark.parametrize("seed", range(9))
def test_zsh(tmp_path: Path, seed: int) -> None:
    context = ("terminal", "ssh_command", "login_terminal")[seed % 3]
    check(tmp_path, context, seed, off=seed % 5 == 0, shell="zsh")


@pytest.mark.parametrize("seed", range(100, 103))
def test_as_an_ordinary_user(users_home: Path, seed: int) -> None:
    check(users_home, "terminal", seed)


@needs_zsh
@pytest.mark.parametrize("seed", range(100, 103))
def test_zsh_as_an_ordinary_user(users_home: Path, seed: int) -> None:
    check(users_home, "terminal", seed, shell="zsh")


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1000, 1400))
def test_many_trees(tmp_path: Path, seed: int) -> None:
    check(tmp_path, ("terminal", "ssh_command")[seed % 2], seed, off=seed % 5 == 0)


@needs_zsh
@pytest.mark.full
@pytest.mark.parametrize("seed", range(1000, 1600))
def test_many_zsh_trees(tmp_path: Path, seed: int) -> None:
    context = ("terminal", "ssh_command", "login_terminal")[seed % 3]
    check(tmp_path, context, seed, off=seed % 5 == 0, shell="zsh")
