"""EK201: a colon too many."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable

import pytest

from envkit.rules.path.path_empty_entry import repaired

HEALTHY = {"empty": {}, "plain": {".bashrc": 'export PATH="$HOME/bin:$PATH"\n'}}
LOOKS_SICK = {
    "MANPATH": {".bashrc": "export MANPATH=/opt/man: INFOPATH=::/x\n"},
    "the variable is set": {".bashrc": 'GOBIN=/opt/go\nexport PATH="$PATH:$GOBIN"\n'},
    "put right later": {".bashrc": 'PATH=":$PATH"\nPATH="${PATH#:}"\n'},
    "only printed": {".bashrc": "x='PATH=:/bin'\n"},
    "for one command": {".bashrc": "PATH=: true\n(PATH=:/bin)\n"},
}
SICK = {
    "at the beginning": ({".bashrc": ':\nexport PATH=":$PATH"\n'}, 2),
    "at the end": ({".bashrc": 'PATH="$PATH:"\n'}, 1),
    "in the middle": ({".bashrc": ":\n:\nPATH=/opt/a::$PATH\n"}, 3),
    "an unset variable": ({".bashrc": 'export PATH="$PATH:$HOME/go/bin:$GOBIN"\n'}, 1),
    "the whole": ({".bashrc": "PATH=\n"}, 1),
    "unset": ({".bashrc": ":\nunset PATH\n"}, 2),
    "below other lines": (
        {".bashrc": 'PATH="$PATH:"\nPATH="/opt/a:$PATH"\nPATH="/opt/b:$PATH"\n'},
        1,
    ),
}


@pytest.mark.parametrize(
    "home", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine: Callable[..., object], home: dict[str, str]) -> None:
    assert examine(home, "EK201") == []


@pytest.mark.parametrize(("home", "line"), SICK.values(), ids=SICK)
def test_speaks(examine, home: dict[str, str], line: int) -> None:
    assert examine(home, "EK201") == [("error", f"~/.bashrc:{line}")]


LINES = [
    'PATH=":$PATH"',
    'PATH="$PATH:"',
    "PATH=$PATH:",
    'export PATH="$PATH:$HOME/go/bin:$EMPTY"',
    'export PATH="$EMPTY:$PATH"',
    'PATH="${EMPTY}:/opt/a::$PATH:$EMPTY:"',
    "PATH=/opt/a::$PATH",
    'PATH="$SET:$PATH"',
    'PATH="/x:$EMPTY:$SET:$PATH"',
    'PATH="$SET:$EMPTY:/y"',
]


@pytest.mark.parametrize("line", LINES)
def test_the_repaired_line_is_the_same_without_the_empty_entry(line: str) -> None:
    def path_after(text: str) -> list[str]:
        script = f'PATH=/usr/bin:/bin HOME=/h SET=/set; unset EMPTY; {text}; echo "$PATH"'
        return subprocess.check_output(["/bin/bash", "-c", script], text=True).strip().split(":")

    better = repaired(line)
    assert better, f"no repair for {shlex.quote(line)}"
    assert path_after(better) == [entry for entry in path_after(line) if entry]
    assert os.pathsep not in path_after(better)


@pytest.mark.parametrize("line", ['eval "$(x)"', "PATH=$(x):", "a; PATH=:", "PATH='$PATH:'"])
def test_a_line_that_is_not_understood_is_left_alone(line: str) -> None:
    assert repaired(line) == ""
