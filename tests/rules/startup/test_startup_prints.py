"""EK104: output in shells that nobody looks at, and the line that wrote it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.real import shell_homes

GUARD = "case $- in *i*) ;; *) return;; esac\n"
HEALTHY = {
    "empty": {},
    "says nothing": {".bashrc": "alias l=ls\n: echo hello\n"},
    "below a guard": {".bashrc": GUARD + "echo hello\n"},
}
LOOKS_SICK = {
    "interactive only": {".bashrc": '[[ $- == *i* ]] && echo "welcome back"\n'},
    "to a file": {".bashrc": "echo hello > ~/log\necho oops 2>/dev/null >&2\n"},
    "captured": {".bashrc": "x=$(echo hello)\n"},
    "in a login file": {".profile": "echo hello\n"},
    "what EK108 reports": {".bashrc": "fi\n"},
    "defined, not called": {".bashrc": "greet() { echo hello; }\n"},
}
SICK = {
    "echo": ({".bashrc": "\necho hello\n"}, [("error", "~/.bashrc:2")]),
    "stderr": ({".bashrc": ":\n:\nls /no-such-thing\n"}, [("warning", "~/.bashrc:3")]),
    "a function": (
        {".bashrc": "greet() {\n  date\n  echo hello\n}\n:\ngreet >/dev/null\nprintf 'x\\n'\n"},
        [("error", "~/.bashrc:7")],
    ),
    "a sourced file": (
        {".bashrc": ". ~/.more\n", ".more": ":\necho hello\n"},
        [("error", "~/.more:2")],
    ),
    "what eval ran": (
        {".bashrc": ":\neval \"$(printf 'true\\ntrue\\necho hello')\"\n"},
        [("error", "~/.bashrc:2")],
    ),
    "a program": ({".bashrc": "x=1\n/bin/echo hello\n"}, [("error", "~/.bashrc:2")]),
    "several": (
        {".bashrc": "echo one\ntrue\necho two\nnosuchcommand\n"},
        [("error", "~/.bashrc:1"), ("error", "~/.bashrc:3"), ("warning", "~/.bashrc:4")],
    ),
    "text of many lines beside it": (
        {".bashrc": "x='a\nb\nc'\nif [[ $x == 'a\nb' ]]; then :; fi\necho 'a\nb'\n"},
        [("error", "~/.bashrc:6")],
    ),
    "what differs each time": (
        {".bashrc": "x=1\necho $$ $RANDOM\n:\necho $RANDOM\n"},
        [("error", "~/.bashrc:2"), ("error", "~/.bashrc:4")],
    ),
    "words that differ each time": (
        {".bashrc": "x=$(mktemp -u)\ntrue\necho $x\n"},
        [("error", "~/.bashrc:3")],
    ),
    "a subshell": ({".bashrc": "true\n(:; echo hello)\n"}, [("error", "~/.bashrc:2")]),
    "no newline at the end": (
        {".bashrc": "printf a\nprintf b\n"},
        [("error", "~/.bashrc:1"), ("error", "~/.bashrc:2")],
    ),
    "an agent": (
        {".bashrc": "eval \"$(echo 'X=1; echo Agent pid '$$)\"\n"},
        [("error", "~/.bashrc:1")],
    ),
    "a setting of the terminal": ({".bashrc": ":\nstty -ixon\n"}, [("warning", "~/.bashrc:2")]),
    "ends by exit": ({".bashrc": "echo bye\nexit 0\n"}, [("error", "~/.bashrc:1")]),
}


@pytest.mark.parametrize(
    "home", [*HEALTHY.values(), *LOOKS_SICK.values()], ids=[*HEALTHY, *LOOKS_SICK]
)
def test_is_silent(examine: Callable[..., object], home: dict[str, str]) -> None:
    assert examine(home, "EK104") == []


@pytest.mark.parametrize(("home", "expected"), SICK.values(), ids=SICK)
def test_speaks(examine, home: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert examine(home, "EK104") == expected


FIXES = {
    'echo "welcome back"': '[[ $- == *i* ]] && echo "welcome back"',
    "if true; then echo hello; fi": "[[ $- == *i* ]] && …",
    "echo 'one\ntwo'": "[[ $- == *i* ]] && …",
    "echo hello; X=1": "[[ $- == *i* ]] && …",
    'echo "a; b"': '[[ $- == *i* ]] && echo "a; b"',
    "stty -ixon": "[[ $- == *i* ]] && stty -ixon",
}


@pytest.mark.parametrize(("line", "better"), FIXES.items(), ids=FIXES)
def test_the_fix_silences_it(examine, line: str, better: str) -> None:
    (finding,) = examine.report({".bashrc": line + "\n"}, "EK104").findings
    assert finding.fix.commands == (better,)
    if "…" not in better:
        assert examine({".bashrc": better + "\n"}, "EK104") == []


# Another shell: bash cannot say which line it was, since it reads these files its own way.
OTHERS = {
    "zsh: a syntax error": (
        "zsh",
        {".zshenv": "PATH=/opt/a:$PATH\nif (( \n"},
        "on stderr",  # the name of the file is long here
        "correct the line that the shell names",
    ),
    "fish: a syntax error": (
        "fish",
        {".config/fish/config.fish": "if true\n"},
        "Missing end",
        "correct the line that the shell names",
    ),
    "fish: a greeting": (
        "fish",
        {".config/fish/config.fish": "echo hello\n"},
        '"hello"',
        "status is-interactive; and …",
    ),
    "zsh: a greeting": ("zsh", {".zshenv": "print -l hello\n"}, '"hello"', "[[ $- == *i* ]] && …"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_shells(examine, name: str) -> None:
    shell, home, said, fix = OTHERS[name]
    shell_homes.installed(shell)
    (finding,) = examine.report(home, "EK104", shell=shell).findings
    assert finding.where is None
    assert said in finding.message
    assert fix in " ".join((finding.fix.text, *finding.fix.commands))


def test_a_secret_is_never_quoted(examine) -> None:
    home = {".bashrc": "echo HF_TOKEN=hf_0123456789abcdef\n"}
    (finding,) = examine.report(home, "EK104").findings
    assert "0123456789abcdef" not in repr(finding)
