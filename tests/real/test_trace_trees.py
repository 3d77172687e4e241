"""trace against the known answer: random trees of startup files, each line a folder of its own."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.provenance import Trace
from envkit.trace import trace


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


trees = _load("startup_trees")


def check(home: Path, context: str, seed: int, off: bool = False) -> None:
    """Write the tree of `seed` and hold the trace against it."""
    host = Host.real(home)
    start = order.start_for(host, contexts.get(context), shells.get("bash"))
    before = [(name, "") for name in start.environment["PATH"].split(":")]
    top = ".bashrc" if context != "login_terminal" else ".bash_profile"
    tree = trees.Tree(seed, before, top)
    if off:
        trees.switch_off(tree, top)
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


@pytest.mark.parametrize("seed", range(40))
def test_a_terminal(tmp_path: Path, seed: int) -> None:
    check(tmp_path, "terminal", seed)


@pytest.mark.parametrize("seed", range(10))
def test_switched_off_by_the_files(tmp_path: Path, seed: int) -> None:
    check(tmp_path, "terminal", seed, off=True)


@pytest.fixture
def users_home() -> Iterator[Path]:
    """A home that an ordinary user owns, reachable by that user."""
    if os.geteuid() != 0:
        pytest.skip("only root can ask about another account's home")
    home = Path(mkdtemp(prefix="envkit-home-", dir="/var/tmp"))
    os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    home.chmod(0o755)
    yield home
    shutil.rmtree(home)


@pytest.mark.parametrize("seed", range(100, 110))
def test_as_an_ordinary_user(users_home: Path, seed: int) -> None:
    check(users_home, "terminal", seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1000, 1400))
def test_many_trees(tmp_path: Path, seed: int) -> None:
    check(tmp_path, ("terminal", "ssh_command")[seed % 2], seed, off=seed % 5 == 0)
