"""What people write in the files of other shells, once read wrongly: real shells are the oracle.

The text is the file that each shell reads in every start below a home of its own, or that ENV
names for an interactive one; every file of the home logs its own name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from envkit import order
from envkit.host import Host

_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
_START = {
    "zsh": (("zsh", "-c", "true"), ".zshenv"),
    "fish": (("fish", "-c", "true"), ".config/fish/config.fish"),
    "tcsh": (("tcsh", "-c", "true"), ".tcshrc"),
    "dash": (("dash", "-i", "-c", "true"), "env"),
    "ash": (("ash", "-i", "-c", "true"), "env"),
    "ksh93": (("ksh", "-i", "-c", "true"), "env"),
    "mksh": (("mksh", "-i", "-c", "true"), "env"),
}
_PROGRAM = {"ash": "busybox"}
_POSIX = {
    "a trap of the end": "trap '. ~/.a' EXIT\n. ~/.b",
    "a trap of 0": "trap '. ~/.a' 0",
    "a trap taken back": "trap '. ~/.a' EXIT\ntrap - EXIT",
    "a trap, and exec": "trap '. ~/.a' EXIT\nexec /bin/true",
    "a trap, and exit": "trap '. ~/.a' EXIT\nexit 3",
    "hash": "hash nosuchprog 2>/dev/null || . ~/.a",
    "no such program": "nosuchprogram && . ~/.a\n. ~/.b",
    "a tilde without HOME": 'H=$HOME\nunset HOME\ncase ~ in /*) . "$H/.a";; esac',
    "no such program, or": "nosuchprogram || . ~/.a",
}
_BYTES = {
    "NUL": "source ~/.a\0\nsource ~/.b\n",
    "NUL in a word": "echo a\0b\nsource ~/.b",
    "NUL first": "\0\nsource ~/.b",
    "CRLF": "source ~/.a\r\nsource ~/.b\r\n",
    "a space that breaks no line": "\xa0source ~/.a\nsource ~/.b",
    "no last newline": "source ~/.a",
    "long comments": "# nothing\n" * 31_000 + "source ~/.b",
}
_ZSH = {
    "TRAPEXIT": "TRAPEXIT() { . ~/.a }",
    "zshexit": "zshexit() { . ~/.a }\n. ~/.b",
    "zshexit_functions": "q() { . ~/.a }\nzshexit_functions+=(q)",
    "a trap in a function": "f() { trap ':' EXIT }\nf\n. ~/.a",
    "lines of print": 'for f in ${(f)"$(print -l ~/.[ab])"}; do . $f; done',
    "ZSH_EVAL_CONTEXT": "[[ -n $ZSH_EVAL_CONTEXT ]] && . ~/.a",
    "posix_builtins": "setopt posix_builtins\n. ~/.nope\n. ~/.a",
}
_FISH = {
    "the version": 'test -n "$FISH_VERSION"; and source ~/.a',
    "the level": 'test "$SHLVL" = 1; or source ~/.a',
    "the folder": 'test -n "$PWD"; and source ~/.a',
    "the user": 'test -n "$USER"; and source ~/.a',
    "no root": 'test "$EUID" = nobody; or source ~/.a',
    "echo into source": 'echo "source ~/.a" | source\nsource ~/.b',
    "printf into source": 'printf "source ~/.a\\n" | source -',
    "cat into source": "cat ~/text | source",
    "a terminal": "isatty; or source ~/.a\ntest -t 0; or source ~/.b",
    "the end": "function bye --on-event fish_exit; source ~/.a; end\nsource ~/.b",
    "the end, by -e": "function bye -e fish_exit; source ~/.a; end; exit",
    "a trap": 'trap "source ~/.a" EXIT',
    "status of printf": "source ~/.a; or source ~/.b",
}
_TCSH = {
    "USER": "if ($?USER == 0) exit\nsource ~/.a",
    "LOGNAME": 'if ("$LOGNAME" == "$user") source ~/.a',
    "which": "which nosuch >& /dev/null || source ~/.a\nwhich tcsh >& /dev/null && source ~/.b",
    "set of a command": "set x=`hostname` y=3\nif ($y == 3) source ~/.a",
    "counting from nothing": "@ n++\nif ($n == 1) source ~/.a",
    "no $0": "if ($?0) source ~/.a\nsource ~/.b",
    "two files": "source ~/.[ab]\nsource ~/.b",
}
CASES = [(shell, *case) for shell in ("dash", "ash", "ksh93", "mksh") for case in _POSIX.items()]
for _shell in _START:
    _dot = "source" if _shell in ("tcsh", "fish") else "."
    CASES += [(_shell, name, text.replace("source", _dot)) for name, text in _BYTES.items()]
CASES += [("zsh", *case) for case in {**_POSIX, **_ZSH}.items()]
CASES += [("fish", *case) for case in _FISH.items()]
CASES += [("tcsh", *case) for case in _TCSH.items()]


@pytest.mark.parametrize(("shell", "name", "text"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES])
def test_text(tmp_path: Path, shell: str, name: str, text: str) -> None:
    program = shutil.which(_PROGRAM.get(shell, shell))
    if program is None and not _REQUIRED:
        pytest.skip(f"no {shell}")
    home, log = tmp_path / "home", tmp_path / "log"
    argv, file = _START[shell]
    (home / file).parent.mkdir(parents=True)
    (home / "text").write_text("source ~/.a\n")
    for path, content in ((home / ".a", ""), (home / ".b", ""), (home / file, text)):
        path.write_text(f"echo {path} >>{log}\n{content}", newline="")
    log.write_text("")
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PWD": str(home)}
    environment |= {"ENV": str(home / file)} if file == "env" else {}
    subprocess.run(
        argv, executable=program, env=environment, cwd=home, capture_output=True, check=False
    )
    machine = Host.real(home=home)
    rows = order.order(machine, order.literal(machine, shell, argv, "null", environment)).files
    predicted = [str(row.path) for row in rows if row.status == "read" and home in row.path.parents]
    assert [path for path in predicted if path != str(home / "text")] == log.read_text().split()
