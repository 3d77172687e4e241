"""EK101: which homes hide a login file whose effect is missed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

GUARD = "case $- in *i*) ;; *) return;; esac\n"
HEALTHY = {
    "no login file": {},
    "a .profile alone": {".profile": "export EDITOR=vim\n"},
    "sourced by name": {
        ".bash_profile": "[ -r ~/.profile ] && . ~/.profile\n",
        ".profile": "export EDITOR=vim\n",
    },
}
LOOKS_SICK = {
    "sourced through a variable": {
        ".bash_profile": 'f=profile\n. "$HOME/.$f"\n',
        ".profile": 'export EDITOR=vim\nexport PATH="$HOME/bin:$PATH"\n',
    },
    "sourced in a loop": {
        ".bash_profile": "for f in profile bashrc; do [ -r ~/.$f ] && . ~/.$f; done\n",
        ".profile": "export EDITOR=vim\n",
    },
    "the winner repeats its exports": {
        ".bash_profile": 'export EDITOR=emacs PATH="$HOME/bin:$PATH"\n',
        ".profile": 'export PATH="$HOME/bin:$PATH"\nexport EDITOR=vim\n',
    },
    "the hidden one does nothing but what the winner does": {
        ".bash_profile": ". ~/.bashrc\n",
        ".profile": 'if [ -n "$BASH_VERSION" ]; then . ~/.bashrc; fi\n',
        ".bashrc": GUARD + "export LANG=C.UTF-8\n",
    },
    "the hidden one is empty": {".bash_profile": "export A=1\n", ".profile": "# nothing\n"},
    "the hidden one sources the winner": {
        ".bash_profile": "export A=1\n",
        ".bash_login": ". ~/.bash_profile\n",
    },
}
SICK = {
    "a variable": {".bash_profile": "export A=1\n", ".profile": "export EDITOR=vim\n"},
    "an entry of PATH": {".bash_profile": "", ".profile": 'PATH="$HOME/bin:$PATH"\n'},
    "the second of three": {".bash_login": "", ".profile": "export LC_TIME=C\n"},
    "through .bashrc": {
        ".bash_profile": "# made by an installer\n",
        ".profile": ". ~/.bashrc\n",
        ".bashrc": GUARD + "export PROJECTS=/srv\n",
    },
    "the hidden one prints and returns": {
        ".bash_profile": "",
        ".profile": "echo hello\nexport NAME=ada\nreturn 3\n",
    },
}


@pytest.mark.parametrize(
    "home", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine: Callable[..., object], home: dict[str, str]) -> None:
    assert examine(home, "EK101") == []


@pytest.mark.parametrize("home", SICK.values(), ids=SICK)
def test_speaks(examine: Callable[..., object], home: dict[str, str]) -> None:
    winner = next(name for name in (".bash_profile", ".bash_login") if name in home)
    assert examine(home, "EK101") == [("error", f"~/{winner}:1")]


def test_says_what_is_lost_and_how_to_get_it_back(examine) -> None:
    home = {
        ".bash_profile": "export A=1\n",
        ".profile": 'export EDITOR=vim LANG=de_DE\nPATH="$HOME/.local/bin:$PATH"\n',
    }
    (finding,) = examine.report(home, "EK101").findings
    assert finding.observed == "Lost in login shells: EDITOR, LANG, ~/.local/bin on PATH"
    assert finding.contexts == ("login_terminal",)
    assert finding.fix.text == "add to ~/.bash_profile:1"
    assert finding.fix.commands == ("[ -r ~/.profile ] && . ~/.profile",)


def test_what_cannot_be_proved_is_said(examine) -> None:
    report = examine.report({".bash_profile": "", ".profile": "export A=1\nexit 1\n"}, "EK101")
    assert report.findings == ()
    assert [one.code for one in report.skipped] == ["EK101"]
    assert "~/.profile leaves the shell" in report.skipped[0].reason


def test_never_advises_a_loop(examine) -> None:
    home = {
        ".bash_profile": '[ -n "$seen" ] && return; seen=1\n',
        ".profile": "export EDITOR=vim\n. ~/.bash_profile\n",
    }
    (finding,) = examine.report(home, "EK101").findings
    assert finding.fix.commands == ()
    assert "do not source it" in finding.fix.text


@pytest.mark.parametrize(
    "home", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_unproved_is_silent_where_the_proof_is_silent(examine, home: dict[str, str]) -> None:
    assert all(severity == "warning" for severity, _ in examine(home, "EK101", static=True))


def test_unproved_is_a_warning(examine) -> None:
    assert examine(SICK["a variable"], "EK101", static=True) == [("warning", "~/.bash_profile:1")]
