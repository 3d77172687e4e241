"""EK108: files that their shell cannot parse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

GUARD = "case $- in *i*) ;; *) return;; esac\n"
HEALTHY = {"empty": {}, "plain": {".bashrc": "if true; then\n  :\nfi\n", ".profile": "x=1\n"}}
LOOKS_SICK = {
    "extglob switched on before it is used": {
        ".bashrc": "shopt -s extglob\ncase $x in @(a|b)) ;; !(c)) ;; esac\n"
    },
    "bash's own words in bash's own file": {
        ".bash_profile": "a=(1 2)\n[[ $a == 1 ]] && f() { :; }\ncat < <(true)\n"
    },
    "in a text": {
        ".bashrc": "cat >/dev/null <<'END'\nif fi (( ' \"\nEND\necho 'if (' >/dev/null\n"
    },
    "no newline at the end": {".bashrc": "true"},
}
SICK = {
    "an unexpected word": ({".bashrc": ":\nfi\n"}, [("error", "~/.bashrc:2")]),
    "never closed": ({".bashrc": ":\n:\nif true; then\n  :\n"}, [("error", "~/.bashrc:3")]),
    "below a guard": ({".bashrc": GUARD + "(\n"}, [("error", "~/.bashrc:2")]),
    "a quotation mark": ({".bashrc": ":\nx='\n"}, [("error", "~/.bashrc:2")]),
    "a login file": ({".bash_profile": "}\n"}, [("error", "~/.bash_profile:1")]),
    "a sourced file": (
        {".bashrc": ". ~/.more\n", ".more": ":\ndone\n"},
        [("error", "~/.more:2")],
    ),
    "for sh only": ({".profile": ":\na=(1 2)\n"}, [("warning", "~/.profile:2")]),
}


@pytest.mark.parametrize(
    "home", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine: Callable[..., object], home: dict[str, str]) -> None:
    assert examine(home, "EK108") == []


@pytest.mark.parametrize(("home", "expected"), SICK.values(), ids=SICK)
def test_speaks(examine, home: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert examine(home, "EK108") == expected


def test_where_dash_is_the_login_shell(examine) -> None:
    report = examine.report({".profile": ":\na=(1 2)\n"}, "EK108", shell="dash")
    (finding,) = report.findings
    assert (finding.severity, str(finding.where)) == ("error", "~/.profile:2")
    assert finding.contexts == ("login_terminal",)


def test_unproved_is_a_warning(examine) -> None:
    home = {".bashrc": ":\nfi\n"}
    assert examine(home, "EK108", static=True) == [("warning", "~/.bashrc:2")]


def test_names_who_reads_it_and_what_bash_says(examine) -> None:
    (finding,) = examine.report({".bashrc": "fi\n"}, "EK108").findings
    assert finding.contexts == ("terminal", "ssh_command")
    assert "syntax error" in finding.observed
