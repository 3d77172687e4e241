"""Which files get a block where several would do: the fewest changes, and the same ones again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import block, choice
from envkit.host import Host
from envkit.needs import Choice, Need

ENV, RC, LOGIN, PROFILE = ".zshenv", ".zshrc", ".zlogin", ".zprofile"
# start -> the files in which a block would do; the files that there are; the files chosen.
CASES: dict[str, tuple[dict[str, tuple[str, ...]], tuple[str, ...], set[str]]] = {
    "nothing": ({}, (), set()),
    "one way": ({"command": (ENV,)}, (), {ENV}),
    "one file serves two": ({"command": (ENV,), "terminal": (ENV, RC)}, (RC,), {ENV}),
    "a front in .zshrc": ({"command": (ENV,), "terminal": (RC,)}, (RC,), {ENV, RC}),
    "what is there before what is made": ({"login": (PROFILE, RC, LOGIN)}, (LOGIN,), {LOGIN}),
    "a new .zshrc last of all": ({"login": (RC, LOGIN)}, (), {LOGIN}),
    "two login files or one": (
        {"login command": (PROFILE, LOGIN), "login terminal": (RC, LOGIN)},
        (),
        {LOGIN},
    ),
}


def chosen(host: Host, wanted: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    choices = [
        Choice(start, tuple((Need(host.home / name, 0, 1, start),) for name in names))
        for start, names in wanted.items()
    ]
    return [(need.path.name, need.start) for need in choice.choose(host, choices)]


@pytest.mark.parametrize("name", CASES)
def test_the_fewest_changes(host: Callable[..., Host], name: str) -> None:
    wanted, there, files = CASES[name]
    machine = host(dict.fromkeys(there, "A=1\n"))
    found = chosen(machine, wanted)
    assert {path for path, _ in found} == files
    assert [start for _, start in found] == list(wanted)


@pytest.mark.parametrize("name", CASES)
def test_the_same_when_the_blocks_stand(host: Callable[..., Host], name: str) -> None:
    wanted, there, _ = CASES[name]
    machine = host(dict.fromkeys(there, "A=1\n"))
    before = chosen(machine, wanted)
    for path, _ in before:
        file = machine.home / path
        old = file.read_bytes() if file.exists() else b""
        file.write_bytes(block.put(old, "descent", b"if :; then :; fi\n"))
    assert chosen(machine, wanted) == before


def test_a_link_to_nowhere_comes_last(host: Callable[..., Host]) -> None:
    machine = host({})
    (machine.home / PROFILE).symlink_to("nowhere")
    assert chosen(machine, {"login": (PROFILE, RC)}) == [(RC, "login")]
    assert chosen(machine, {"login": (PROFILE,)}) == [(PROFILE, "login")]


def test_all_needs_of_a_way_are_kept(host: Callable[..., Host]) -> None:
    machine = host({RC: "A=1\n" * 9})
    path = machine.home / RC
    way = (Need(path, 0, 3, "terminal", 3), Need(path, 5, 10, "terminal"))
    assert choice.choose(machine, [Choice("terminal", (way,))]) == way
    assert Path(RC).name == RC
