"""Other versions of bash: the form for 3.2, on this machine's bash, and real ones named by the way.

ENVKIT_TEST_BASH32 and ENVKIT_TEST_BASH53 name binaries of those versions; without them their tests
are skipped. The traps, and what is right, are those of `test_trace_traps`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.model import Shell
from envkit.trace import trace
from envkit.tracing import old_bash
from tests.real.startup_trees import Tree
from tests.real.test_trace_traps import TRAPS, Trap
from tests.real.test_trace_trees import answer

# What bash 3.2 has not, so that PATH comes out otherwise there: not for the tracer to say.
LATER = {
    "lastpipe",
    "nameref",
    "source of a tool",
    "global declaration",
    "case in a substitution",
}
# bash 5.3 does not heed -e, nor an ERR trap, in a file that is read under `!`.
NOT_HEEDED = {"ERR trap", "error under set -e"}
SAMPLE = [trap for index, trap in enumerate(TRAPS) if index % 13 == 0 or "DEBUG" in trap.name]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.2.57", True),
        ("4.0.44", True),
        ("4.1.17", False),
        ("4.4.23", False),
        ("5.2.15", False),
        ("10.0", False),
        ("", False),
    ],
)
def test_which_versions_are_old(version: str, expected: bool) -> None:
    assert old_bash.is_old(version) is expected


@pytest.mark.parametrize("trap", SAMPLE, ids=[trap.name for trap in SAMPLE])
def test_the_form_for_old_ones(trap: Trap, host: Callable[..., Host]) -> None:
    check(trap, host, "3.2.57")


@pytest.mark.full
@pytest.mark.parametrize("trap", TRAPS, ids=[trap.name for trap in TRAPS])
def test_the_form_for_old_ones_in_all_traps(trap: Trap, host: Callable[..., Host]) -> None:
    check(trap, host, "3.2.57")


@pytest.mark.parametrize("trap", TRAPS, ids=[trap.name for trap in TRAPS])
@pytest.mark.parametrize("name", ["ENVKIT_TEST_BASH32", "ENVKIT_TEST_BASH53"])
def test_a_real_one(
    name: str, trap: Trap, host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    binary(name, monkeypatch)
    if name.endswith("32") and trap.name in LATER:
        pytest.skip("bash 3.2 has no such thing")
    if name.endswith("53") and trap.name in NOT_HEEDED:
        pytest.skip("docs/tracing.md: what it does not see")
    check(trap, host, "")


@pytest.mark.parametrize("seed", range(30))
def test_random_trees_in_bash_3_2(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary("ENVKIT_TEST_BASH32", monkeypatch)
    grow(seed, tmp_path, "")


@pytest.mark.parametrize("seed", range(4))
def test_random_trees_in_the_old_form(seed: int, tmp_path: Path) -> None:
    grow(seed, tmp_path, "3.2.57")


@pytest.mark.full
@pytest.mark.parametrize("seed", range(3000, 3200))
def test_many_trees_in_the_old_form(seed: int, tmp_path: Path) -> None:
    grow(seed, tmp_path, "3.2.57")


def binary(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let bash be the binary that the variable names; skip without."""
    path = os.environ.get(name)
    if not path:
        pytest.skip(f"{name} names no binary")
    real = shells.program

    def program(host: Host, shell: Shell) -> Path | None:
        return Path(path) if shell.name == "bash" else real(host, shell)

    monkeypatch.setattr(shells, "program", program)


def check(trap: Trap, host: Callable[..., Host], version: str) -> None:
    """Hold one trap; `version` is what the tracer is to take bash for, "" what it is."""
    links = {name: text[2:] for name, text in trap.files.items() if text.startswith("->")}
    machine = host(files={name: trap.files[name] for name in trap.files.keys() - links.keys()})
    for name, target in links.items():
        (machine.home / name).symlink_to(target)
    for name in trap.files:
        if trap.files[name].startswith("#!"):
            (machine.home / name).chmod(0o755)
    start = order.start_for(machine, contexts.get(trap.context), shells.get("bash"))
    start = start._replace(version=version or start.version)
    found = trace(machine, [start], "PATH")[0]
    places: dict[str, str] = {}
    for entry in found.entries:
        where = os.path.relpath(str(entry.set_by), machine.home) if entry.set_by else "inherited"
        places.setdefault(entry.directory, where)
    assert {name: places.get(name) for name in trap.expected} == dict(trap.expected), found.notes
    assert not trap.clean or found.notes == ()


def grow(seed: int, home: Path, version: str) -> None:
    """Hold one random tree."""
    host = Host.real(home)
    start = order.start_for(host, contexts.get("terminal"), shells.get("bash"))
    start = start._replace(version=version or start.version)
    tree = Tree(seed, [(name, "") for name in start.environment["PATH"].split(":")], ".bashrc")
    for name, text in tree.texts().items():
        (home / name).write_text(text)
    found = trace(host, [start], "PATH")[0]
    if not version and any("<(" in text for text in tree.texts().values()):
        pytest.skip("bash 3.2 reads nothing from `source <(…)`")
    assert answer(host, found) == tree.path
    assert found.value == ":".join(name for name, _ in tree.path)
    assert found.notes == ()
