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
@pytest.mark.parametrize("seed", range(12))
def test_trees(tmp_path: Path, shell: str, seed: int) -> None:
    check_tree(tmp_path, shell, seed)


@pytest.mark.full
@both
def test_many_trees(tmp_path: Path, shell: str) -> None:
    for seed in range(1000, 2000):
        check_tree(tmp_path, shell, seed)
