"""EK205: folders that stand in PATH twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

HEALTHY = {"empty": {}, "plain": {".bashrc": 'PATH="$HOME/bin:$PATH"\n'}}
LOOKS_SICK = {
    "moved, not doubled": {
        ".bashrc": 'PATH="$HOME/bin:$PATH"\nPATH="/opt/a:$HOME/bin:${PATH#*:}"\n'
    },
    "only where it is missing": {
        ".bashrc": 'PATH="/opt/a:$PATH"\n'
        'case ":$PATH:" in *:/opt/a:*) ;; *) PATH="/opt/a:$PATH";; esac\n'
    },
    "a longer name": {".bashrc": "PATH=/opt/a:/opt/ab:$PATH\n"},
}
SICK = {
    "two lines": ({".bashrc": "PATH=/opt/a:$PATH\n:\nPATH=/opt/a:$PATH\n"}, ["~/.bashrc:1"]),
    "one line": ({".bashrc": "PATH=/opt/a:/opt/a:$PATH\n"}, ["~/.bashrc:1"]),
    "the system's once more": ({".bashrc": "PATH=$PATH:/usr/bin\n"}, ["~/.bashrc:1"]),
    "two files": (
        {".bashrc": ". ~/.more\nPATH=/opt/a:$PATH\n", ".more": "PATH=/opt/a:$PATH\n"},
        ["~/.bashrc:2"],
    ),
    "one file read twice": (
        {".bash_profile": ". ~/.bashrc\n. ~/.bashrc\n", ".bashrc": "PATH=/opt/a:$PATH\n"},
        ["~/.bashrc:1"],
    ),
}


@pytest.mark.parametrize(
    "home", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine: Callable[..., object], home: dict[str, str]) -> None:
    assert examine(home, "EK205") == []


@pytest.mark.parametrize(("home", "lines"), SICK.values(), ids=SICK)
def test_speaks(examine, home: dict[str, str], lines: list[str]) -> None:
    assert examine(home, "EK205") == [("info", line) for line in lines]


def test_names_both_lines_and_which_decides(examine) -> None:
    (finding,) = examine.report(SICK["two lines"][0], "EK205").findings
    assert "/opt/a is in PATH twice" in finding.message
    assert "~/.bashrc:3, which decides" in finding.message
    assert finding.fix.text == "delete ~/.bashrc:1"


def test_no_fix_is_a_skip_when_present_guard(examine) -> None:
    for home, _ in SICK.values():
        for finding in examine.report(home, "EK205").findings:
            assert "case" not in repr(finding.fix)
