"""--session typed into a real shell on a terminal: nothing differs, then just what was typed."""

from __future__ import annotations

import json
import os
import pty
import sys
from pathlib import Path
from typing import Any

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from tests.real.test_trace_export import shell_words, until_closed

_ROOT = Path(__file__).parents[2]
# The context, what is read there, and how PATH and another variable are changed by hand.
_SHELLS = {
    "bash": ("terminal", ".bashrc", "PATH=/rc:$PATH; export A=1", "export PATH=/typed:$PATH B=2"),
    "zsh": ("terminal", ".zshrc", "path=(/rc $path); export A=1", "export PATH=/typed:$PATH B=2"),
    "fish": (
        *("terminal", ".config/fish/config.fish"),
        *("set -gx PATH /rc $PATH; set -gx A 1", "set -gx PATH /typed $PATH; set -gx B 2"),
    ),
    "dash": (
        *("login_terminal", ".profile"),
        *("PATH=/rc:$PATH; export A=1", "export PATH=/typed:$PATH B=2"),
    ),
    "ksh93": ("terminal", ".kshrc", "PATH=/rc:$PATH; export A=1", "export PATH=/typed:$PATH B=2"),
    "mksh": ("terminal", ".mkshrc", "PATH=/rc:$PATH; export A=1", "export PATH=/typed:$PATH B=2"),
    "tcsh": (
        *("terminal", ".tcshrc"),
        *("setenv PATH /rc:$PATH; setenv A 1", "setenv PATH /typed:$PATH; setenv B 2"),
    ),
}


def typed(home: Path, shell: str, lines: list[str]) -> None:
    """Type lines into the shell that the context starts, on a terminal."""
    host = Host.real(home)
    one = order.start_for(host, contexts.get(_SHELLS[shell][0]), shells.get(shell))
    program = shells.program(host, one.shell)
    assert program is not None
    argv0 = f"-{shell}" if one.invocation.login else shell
    environment = {**one.environment, "HISTFILE": "/dev/null"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home)
        os.execve(program, [argv0], environment)
    os.write(terminal, "\n".join([*lines, "exit", ""]).encode())
    until_closed(terminal)
    os.waitpid(pid, 0)


def ask(out: Path) -> str:
    python = f"/usr/bin/env PYTHONPATH={_ROOT} {sys.executable} -m envkit"
    return f"{python} trace --session --json > {out}"


def told(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.read_text())
    found["told"] = {
        one["variable"]: one["status"]
        for one in found["variables"]
        if not one["session"] and one["variable"] != "PYTHONPATH"
    }
    return found


@pytest.mark.parametrize(
    "shell",
    [
        name if name in ("bash", "fish") else pytest.param(name, marks=pytest.mark.full)
        for name in _SHELLS
    ],
)
def test_as_it_was_started(shell: str, tmp_path: Path) -> None:
    shell_words(shell)
    context, name, rc, change = _SHELLS[shell]
    home = tmp_path / "home"
    (home / name).parent.mkdir(parents=True)
    (home / name).write_text(rc + "\n")
    typed(home, shell, [ask(tmp_path / "0"), change, ask(tmp_path / "1")])
    found = told(tmp_path / "0")
    assert (found["context"], found["shell"]) == (context, shell)
    assert found["same"] is True, found
    assert found["told"] == {}
    found = told(tmp_path / "1")
    assert found["same"] is False
    differing = [one for one in found["entries"] if one["status"] != "same"]
    assert [(one["directory"], one["status"]) for one in differing] == [("/typed", "only here")]
    assert found["told"] == {"B": "only here"}
