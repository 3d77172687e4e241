"""The planted homes: --everywhere finds exactly their lines, and says why the others do not run.

A line of a comment, a here-document, a text, a subshell or before a command is none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.planted_homes import Home
from tests.real.test_order import pytestmark, root  # noqa: F401
from tests.real.test_trace_planted import FULL, answers

RC, Z, FISH_RC = "~/.bashrc:", "~/.zshrc:", "~/.config/fish/config.fish:"

# Lines of the user's files that leave nothing in PATH: they ran and were undone, or what would let
# them run.
MORE: dict[str, dict[str, dict[str, str]]] = {
    "bash": {
        ".profile hidden": {"~/.profile:1": "gone"},
        "false branch": {RC + "2": "true"},
        "return guard": {RC + "4": "earlier"},
        "unset PATH, set anew": {RC + "1": "ran", RC + "2": "ran"},
        "zsh: typeset -U path, path=(), path+=()": {Z + "5": "ran"},
        "zsh: ZDOTDIR set in ~/.zshenv": {Z + "1": "earlier"},
        "BASH_ENV with -c": {RC + "1": "interactive"},
        "unreadable .bash_profile": {"~/.profile:1": "gone"},
    },
    "zsh": {
        "the files of other shells": {"~/.profile:1": "shell", RC + "1": "shell"},
        "/etc/zsh/zprofile replaces PATH": {"~/.zshenv:1": "ran"},
        "false branch": {Z + "2": "true"},
        "return guard": {Z + "3": "earlier"},
        "unset PATH, set anew": {Z + "1": "ran", Z + "2": "ran"},
    },
    "fish": {
        "the files of other shells": {"~/.profile:1": "shell", "~/.bash_profile:1": "shell"},
        "false branch": {FISH_RC + "2": "true"},
        "return guard": {FISH_RC + "3": "earlier"},
        "erased, set anew": {FISH_RC + "1": "ran", FISH_RC + "2": "ran"},
        "one element": {FISH_RC + "2": "ran"},
    },
}


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("bash", "root"),
        ("zsh", "ada"),
        *(pytest.param("bash", who, marks=FULL) for who in ("self", "ada")),
        *(pytest.param("zsh", who, marks=FULL) for who in ("root", "self")),
        *(pytest.param("fish", who, marks=FULL) for who in ("root", "self", "ada")),
    ],
)
def test_exactly_the_planted_lines(root: Path, kind: str, who: str) -> None:  # noqa: F811
    wrong = []
    for home, answer in answers(root, kind, who, "everywhere"):
        wrong += [f"{home.name}: {text}" for text in _wrong(kind, home, answer, who)]
    assert wrong == [], "\n".join(wrong)


def _wrong(kind: str, home: Home, answer: list[list[Any]], who: str) -> Iterator[str]:
    planted = home.as_root if who == "root" and home.as_root is not None else home.planted
    wanted = {place: "ran" for _, place in planted if place.startswith("~")}
    wanted |= MORE[kind].get(home.name, {})
    if who == "ada":  # root can read what she cannot
        wanted |= {f"~/{name}:1": "readable" for name in home.unreadable}
    found = {place: what for place, what, _ in answer if place.startswith("~")}
    if found != wanted:
        yield f"{found}, planted {wanted}"
    ran = {place for place, what, _ in answer if what == "ran"}
    if lost := {place for _, place in planted if place.startswith("/etc")} - ran:
        yield f"{lost} not found"
    silent = [place for place, what, _ in answer if what == ""]
    if silent:
        yield f"{silent}: no reason that could be put to the test"
