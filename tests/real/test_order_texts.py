"""Startup texts that were once read wrongly: what a real shell reads, against the prediction.

The text is the file that BASH_ENV (bash) or ENV (an interactive dash) names, so that no file of
/etc takes part and no privilege is needed. Every file below the home logs its own name.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import order
from envkit.host import Host

TEXTS = {
    "a file": ". ~/.a",
    "test of an unset number": "[ $NOPE -eq 1815 ] && . ~/.a\n. ~/.b",
    "test of an unset word": "if [ $NOPE = x ]; then . ~/.a; fi\n. ~/.b",
    "a folder changed in a subshell": "cd ~\n(cd ~/d && true)\n. ./.a",
    "cd -": "cd ~\ncd ~/d\ncd - >/dev/null\n. ./.a",
    "cd ..": "cd ~/d\ncd ..\n. ./.a",
    "a name with ..": ". ~/d/../.a",
    "two fields by IFS": 'L=~/.a:~/.b; IFS=:; for f in $L; do . "$f"; done',
    "an empty field by IFS": "L=x::y; IFS=:; set -- $L; [ $# = 3 ] && . ~/.a",
    "IFS with a blank": "L=' x , y '; IFS=' ,'; set -- $L; [ $# = 2 ] && . ~/.a",
    "an alias": "shopt -s expand_aliases 2>/dev/null\nalias s='. ~/.a'\ns\n. ~/.b",
    "an alias on its own line": "alias s='. ~/.a'; s 2>/dev/null\n. ~/.b",
    "an alias of a name": "shopt -s expand_aliases 2>/dev/null\nalias s=.\ns ~/.a",
    "no alias any more": (
        "shopt -s expand_aliases 2>/dev/null\nalias s='. ~/.a'\nunalias s\ns\n. ~/.b"
    ),
    "a quoted alias": "shopt -s expand_aliases 2>/dev/null\nalias s='. ~/.a'\n\\s\n. ~/.b",
    "an alias of an alias": "shopt -s expand_aliases 2>/dev/null\nalias s='t ' t='. ' u=~/.a\ns u",
    "an alias in a condition": (
        "shopt -s expand_aliases 2>/dev/null\nalias yes_=true\nif yes_; then . ~/.a; fi"
    ),
    "an alias of return": "shopt -s expand_aliases 2>/dev/null\nalias l=return\nl\n. ~/.a",
    "nounset in a test": '[ -n "${NOPE-}" ] && . ~/.a\n. ~/.b',
}
BASH = {
    "the folder of this file": '. "$(dirname "${BASH_SOURCE[0]}")/.a"',
    "the folder by expansion": '. "${BASH_SOURCE%/*}/.a"',
    "the folder by cd and pwd": (
        'D="$(cd "$(dirname "${BASH_SOURCE[0]}")" >/dev/null 2>&1 && pwd)"; . "$D/.a"'
    ),
    "of a sourced file": ". ~/d/here",
    "an alias that is off": "shopt -u expand_aliases\nalias s='. ~/.a'\ns\n. ~/.b",
    "an alias in a function": "shopt -s expand_aliases\nalias s='. ~/.a'\nf() { s; }\nf",
    "a function before its alias": "shopt -s expand_aliases\nf() { s; }\nalias s='. ~/.a'\nf",
    "an escape of two digits": ". ~/$'\\x2ea'",
    "an octal escape": ". ~/$'\\056a'",
    "a code point": ". ~/$'\\u002ea'",
    "NUL": ". ~/$'.a\\0b'",
    "dotglob": "shopt -s dotglob; for f in ~/d/*; do [ $f = ~/d/here ] || . $f; done",
    "no dotglob": "for f in ~/d/*; do . $f; done",
    "a trap of the end": "trap '. ~/.a' EXIT\n. ~/.b",
    "a trap of 0": "trap '. ~/.a' 0",
    "a trap, and exit": "trap '. ~/.a' EXIT\nexit",
    "a trap taken back": "trap '. ~/.a' EXIT\ntrap - EXIT",
    "a trap ignored": "trap '. ~/.a' EXIT\ntrap '' EXIT",
    "a trap of a function": "bye() { . ~/.a; }\ntrap bye EXIT",
    "a trap, and exec": "trap '. ~/.a' EXIT\nexec true",
    "a trap, and set -e": "trap '. ~/.a' EXIT\nset -e\nfalse",
    "a trap of a signal": "trap '. ~/.a' INT\n. ~/.b",
    "nullglob": "shopt -s nullglob; for f in ~/nope/*.sh; do . ~/.a; done\n. ~/.b",
    "a range": "for i in {1..2}; do . ~/.n$i; done",
    "a range backwards": "for i in {2..1}; do . ~/.n$i; done",
    "no such array": 'for f in "${nope[@]}"; do . ~/.a; done\n. ~/.b',
    "pushd and popd": "cd ~; pushd d >/dev/null; . ./.a; popd >/dev/null; . ./.a",
    "declare -F of nothing": "if declare -F foo >/dev/null; then . ~/.a; else . ~/.b; fi",
    "declare -F of something": "foo() { :; }\nif declare -F foo >/dev/null; then . ~/.a; fi",
    "builtin": "builtin . ~/.b",
}
DASH = {
    "no source": "source ~/.a 2>/dev/null\n. ~/.b",
    "no builtin": "builtin . ~/.a 2>/dev/null\n. ~/.b",
    "no arguments": ". ~/.x ~/.a",
    "no UID": '[ "$UID" -eq 0 ] 2>/dev/null && . ~/.a\n. ~/.b',
}
CASES = [("bash", name, text) for name, text in {**TEXTS, **BASH}.items()]
CASES += [("dash", name, text) for name, text in {**TEXTS, **DASH}.items()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home, log = tmp_path / "home", tmp_path / "log"
    (home / "d").mkdir(parents=True)
    for name in (".a", ".b", ".n1", ".n2", "d/.a"):
        (home / name).write_text(f"echo {home / name} >>{log}\n")
    (home / "d/here").write_text(
        f'echo {home}/d/here >>{log}\n. "$(dirname "${{BASH_SOURCE[0]}}")/.a"\n'
    )
    (home / ".x").write_text(f'echo {home}/.x >>{log}\n[ -z "${{1-}}" ] || . "$1"\n')
    log.write_text("")
    return home


@pytest.mark.parametrize(("shell", "name", "text"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES])
def test_text(home: Path, shell: str, name: str, text: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell}")
    log = home.parent / "log"
    (home / "env").write_text(f"echo {home}/env >>{log}\n{text}\n")
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PWD": str(home)}
    environment["BASH_ENV" if shell == "bash" else "ENV"] = str(home / "env")
    argv = ("bash", "-c", ":") if shell == "bash" else ("dash", "-i", "-c", ":")
    subprocess.run(
        argv, executable=program, env=environment, cwd=home, capture_output=True, check=False
    )
    machine = Host.real(home=home)
    rows = order.order(machine, order.literal(machine, shell, argv, "null", environment)).files
    predicted = [str(row.path) for row in rows if row.status == "read"]
    assert predicted == log.read_text().split()
    assert all(row.certain for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        '. "$(ls ~/.a)"',
        'fs=(~/.a ~/.b); for f in "${fs[@]}"; do . "$f"; done',
        '. "${!r}"',
        "while read -r f; do . ~/$f; done <~/list",
        "trap '. ~/.a' ERR\nfalse",
        "trap '. ~/.a' RETURN",
        "( trap '. ~/.a' EXIT )",
    ],
)
def test_what_cannot_be_told_is_said(host: Callable[..., Host], text: str) -> None:
    machine = host({"env": text + "\n", ".a": "", ".b": "", "list": ".a\n"})
    environment = {"HOME": str(machine.home), "PATH": "/usr/bin:/bin"}
    environment["BASH_ENV"] = str(machine.home / "env")
    start = order.literal(machine, "bash", ("bash", "-c", ":"), "null", environment)
    assert not all(row.certain for row in order.order(machine, start).files)
