"""EK103: what a terminal has and `ssh host command` has not, because of a guard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GUARD = "case $- in *i*) ;; *) return;; esac\n"
SKEL = Path("/etc/skel/.bashrc")
HEALTHY = {
    "empty": {},
    "no guard": {".bashrc": "export CUDA_HOME=/usr/local/cuda\n"},
    "exports above the guard": {
        ".bashrc": 'export CUDA_HOME=/opt/cuda\nPATH="$HOME/bin:$PATH"\n' + GUARD + "alias l=ls\n"
    },
}
LOOKS_SICK = {
    "set in .profile, too": {
        ".profile": 'export CUDA_HOME=/opt/cuda\nexport PATH="$HOME/bin:$PATH"\n. ~/.bashrc\n',
        ".bashrc": GUARD + 'export CUDA_HOME=/opt/cuda\nexport PATH="$HOME/bin:$PATH"\n',
    },
    "put on PATH by a loop in .profile, too": {
        ".profile": "for d in a b; do PATH=/opt/$d/bin:$PATH; done\n",
        ".bashrc": GUARD + "export PATH=/opt/a/bin:$PATH\n",
    },
    "for terminals only": {
        ".bashrc": GUARD
        + "export EDITOR=vim PAGER=less LESS=-R HISTSIZE=9 GPG_TTY=$(tty) PS1='$ '\n"
        + "export LS_COLORS=x GREP_COLORS=y HISTCONTROL=ignoreboth MANPAGER=less\n"
    },
    "repeated below the guard": {
        ".bashrc": "export JAVA_HOME=/opt/java\n" + GUARD + "export JAVA_HOME=/opt/java\n"
    },
    "not exported": {".bashrc": GUARD + "project=/srv\n"},
    "never run": {".bashrc": GUARD + "if false; then export CUDA_HOME=/x; fi\n"},
    "on purpose": {".bashrc": "if [[ $- == *i* ]]; then export THEME=dark; fi\n"},
}
SICK = {
    "case": ({".bashrc": GUARD + "export CUDA_HOME=/opt/cuda\n"}, 2),
    "PS1": ({".bashrc": '[ -z "$PS1" ] && return\nPATH="$HOME/bin:$PATH"\n'}, 2),
    "[[": ({".bashrc": "[[ $- != *i* ]] && return\nalias l=ls\nexport A_LICENSE=9\n"}, 3),
    "eval": ({".bashrc": GUARD + "eval \"$(echo 'PATH=/opt/tool/bin:$PATH')\"\n"}, 2),
    "a sourced file": (
        {".bashrc": GUARD + "\n. ~/.tool\n", ".tool": "\n\nexport PATH=/opt/tool/bin:$PATH\n"},
        3,
    ),
}
if SKEL.exists():
    text = SKEL.read_text()
    HEALTHY["Debian's own"] = {".bashrc": text}
    SICK["below Debian's own"] = (
        {".bashrc": text + "export PATH=/opt/x/bin:$PATH\n"},
        text.count("\n") + 1,
    )


@pytest.mark.parametrize(
    "home", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine: Callable[..., object], home: dict[str, str]) -> None:
    assert examine(home, "EK103") == []


@pytest.mark.parametrize(("home", "line"), SICK.values(), ids=SICK)
def test_speaks(examine: Callable[..., object], home: dict[str, str], line: int) -> None:
    assert examine(home, "EK103") == [("warning", f"~/.bashrc:{line}")]


def test_names_what_and_where(examine) -> None:
    home = {".bashrc": GUARD + "export CUDA_HOME=/opt/cuda\nalias l=ls\nPATH=$HOME/dl/bin:$PATH\n"}
    (finding,) = examine.report(home, "EK103").findings
    assert finding.observed == ("In terminals only: CUDA_HOME (line 2), ~/dl/bin on PATH (line 4)")
    assert finding.fix.text == "move lines 2, 4 of ~/.bashrc above the guard at line 1"
    assert finding.contexts == ("ssh_command",)
