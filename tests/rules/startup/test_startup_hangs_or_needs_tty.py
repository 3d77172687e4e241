"""EK105: shells that never come to their first command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

GUARD = "case $- in *i*) ;; *) return;; esac\n"
HEALTHY = {"empty": {}, "quick": {".bashrc": "sleep 0.01\n"}}
LOOKS_SICK = {
    "reads nothing from /dev/null": {".bashrc": "[[ $- == *i* ]] || read answer\n"},
    "a daemon stays behind": {".bashrc": "sleep 1000 &\n"},
    "on a terminal, with a limit": {".bashrc": GUARD + "[[ -t 0 ]] && read -t 0.1 answer\n"},
}
SICK = {
    "everywhere": ({".bashrc": ":\nsleep 1000\n"}, [("error", "~/.bashrc:2")]),
    "in a sourced file": (
        {".bashrc": ". ~/.more\n", ".more": "while :; do\n  sleep 1\ndone\n"},
        [("error", "~/.more:2")],
    ),
    "a question in terminals": (
        {".bashrc": GUARD + "read -p 'Which one? ' answer\n"},
        [("info", "~/.bashrc:2")],
    ),
    "a question in all shells": (
        {".bashrc": ":\nread -p 'Which one? ' answer\n"},
        [("warning", "~/.bashrc:2")],
    ),
    "another program in its place, in terminals": (
        {".bashrc": GUARD + "[ -t 0 ] && exec cat\n"},
        [("info", "~/.bashrc:2")],
    ),
}


@pytest.mark.parametrize(
    "home", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine: Callable[..., object], home: dict[str, str]) -> None:
    assert examine(home, "EK105") == []


@pytest.mark.parametrize(("home", "expected"), SICK.values(), ids=SICK)
def test_speaks(examine, home: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert examine(home, "EK105", limit=1.0) == expected


def test_what_could_not_be_seen_is_said(examine) -> None:
    report = examine.report({".bashrc": "sleep 1000\n"}, "EK2", limit=1)
    assert report.findings == ()
    assert {skipped.code for skipped in report.skipped} == {"EK201", "EK205"}
    assert any("within 1 s" in skipped.reason for skipped in report.skipped)
