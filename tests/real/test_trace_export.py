"""What --export prints gives a real shell exactly the fresh value, to the byte."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from envkit.errors import Refused
from envkit.session import repair

_ROOT = Path(__file__).parents[2]

VALUES: Mapping[str, str | None] = {
    "plain": "/a:/b",
    "blanks": "/a b:/c  d:/e\t",
    "single": "/it's:/a''b:'",
    "double": '/a"b":"',
    "dollar": "/$HOME:/$(id):/`id`:/${x}:$",
    "backslash": "/a\\b:/c\\\\d:/e\\n:/\\Xff:/\\':/x\\",
    "newline": "/a\nb:/c\n",
    "return": "/a\r:/b\x7f\x1b[0m",
    "empty entries": ":/a::/b:",
    "empty": "",
    "colon": ":",
    "unicode": "/ü€😀:/日本",
    "bytes": os.fsdecode(b"/\xff\xfe:/\x81\x82\x83\x88\x01\x02a:/caf\xe9:/\xc3"),
    "dashes": "-n:/a:-e",
    "bang": "/a!b:!!:/!$:\\!",
    "patterns": "/*:/?[a]:~:~root:/~x:{a,b}:=ls",
    "signs": "#a:/b#;c&d|e>f<g(h)%i^j=k",
    "long": ":".join(f"/long/{number}" for number in range(300)),
    "unset": None,
}
# The words that start a shell without its files, and those that make it read a program's output.
SHELLS = {
    "bash": (("bash", "--norc"), 'eval "$({})"'),
    "zsh": (("zsh", "-f"), 'eval "$({})"'),
    "fish": (("fish", "-N"), "{} | source"),
    "dash": (("dash",), 'eval "$({})"'),
    "ksh93": (("ksh93",), 'eval "$({})"'),
    "mksh": (("mksh",), 'eval "$({})"'),
    "ash": (("busybox", "sh"), 'eval "$({})"'),
    "tcsh": (("tcsh", "-f"), 'eval "`{}`"'),
}


def sampled(*names: str) -> list[Any]:
    """All shells; but for these, in the big run alone."""
    full = pytest.mark.full
    return [name if name in names else pytest.param(name, marks=full) for name in SHELLS]


def shell_words(shell: str) -> tuple[str, ...]:
    words = SHELLS[shell][0]
    if shutil.which(words[0]) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"no {words[0]} here")
    return words


def read(shell: str, command: str) -> str:
    """The line that makes the shell read what `command` prints."""
    return SHELLS[shell][1].replace("{}", command)


def variables(content: bytes) -> dict[bytes, bytes]:
    pairs = (pair.partition(b"=") for pair in content.split(b"\0"))
    return {name: value for name, equals, value in pairs if equals}


def as_bytes(value: str | None) -> bytes | None:
    return None if value is None else os.fsencode(value)


@pytest.mark.parametrize(
    "variable", ["PATH", *(pytest.param(name, marks=pytest.mark.full) for name in ("MANPATH", "X"))]
)
@pytest.mark.parametrize("shell", SHELLS)
def test_every_value(shell: str, variable: str, tmp_path: Path) -> None:
    words = shell_words(shell)
    text = tmp_path / "text"
    for name, value in VALUES.items():
        if shell == "tcsh" and value is not None and "\n" in value:
            with pytest.raises(Refused):
                repair.text(shell, variable, value)
            continue
        text.write_bytes(repair.text(shell, variable, value))
        line = read(shell, f"/bin/cat {text}") + "; /usr/bin/env -0"
        done = subprocess.run(
            [*words, "-c", line],
            env={"PATH": "/usr/bin:/old", "X": "old", "MANPATH": "/o::x", "HOME": str(tmp_path)},
            capture_output=True,
            check=False,
        )
        expected = as_bytes(value)
        if shell == "fish" and variable == "PATH" and value is not None:
            # In any fish an empty entry of PATH is a dot; so it is in the fresh one.
            expected = b":".join(one or b"." for one in os.fsencode(value).split(b":"))
        assert variables(done.stdout).get(variable.encode()) == expected, name
        assert done.stderr == b"", name


@pytest.mark.parametrize("shell", sampled("bash", "zsh", "tcsh"))
def test_typed_at_a_prompt(shell: str, tmp_path: Path) -> None:
    """An interactive shell has history expansion: `!` in a value is none of it."""
    words = shell_words(shell)
    typed = []
    for name in ("bang", "single", "bytes", "backslash", "dollar"):
        text, out = tmp_path / f"{name}.text", tmp_path / f"{name}.out"
        text.write_bytes(repair.text(shell, "X", VALUES[name]))
        typed.append(f"{read(shell, f'/bin/cat {text}')}; /usr/bin/env -0 > {out}")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "dumb"}
    environment |= {"LC_ALL": "C.UTF-8", "HISTFILE": "/dev/null"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(words[0], [*words, "-i"], environment)
    os.write(terminal, "\n".join([*typed, "exit", ""]).encode())
    until_closed(terminal)
    os.waitpid(pid, 0)
    for name in ("bang", "single", "bytes", "backslash", "dollar"):
        found = variables((tmp_path / f"{name}.out").read_bytes())
        assert found.get(b"X") == as_bytes(VALUES[name]), name


def until_closed(terminal: int, limit: float = 30) -> None:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            try:
                if not os.read(terminal, 65536):
                    break
            except OSError:
                break
    os.close(terminal)


# What a fresh start of each shell reads, and how that file gives PATH a hostile value.
HOMES = {
    "bash": ("terminal", ".bashrc", "export PATH="),
    "zsh": ("terminal", ".zshrc", "export PATH="),
    "fish": ("terminal", ".config/fish/config.fish", ""),
    "dash": ("login_terminal", ".profile", "export PATH="),
    "ksh93": ("terminal", ".kshrc", "export PATH="),
    "mksh": ("terminal", ".mkshrc", "export PATH="),
    "ash": ("login_terminal", ".profile", "export PATH="),
    "tcsh": ("terminal", ".tcshrc", "setenv PATH "),
}
_FRESH = "/usr/bin:/bin:/it's:/$HOME:/a b:/ü"


def make_home(folder: Path, shell: str) -> Path:
    """A home in which a fresh start of the shell has `_FRESH`, and no OLD."""
    _, name, words = HOMES[shell]
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if shell == "fish":
        entries = " ".join('"' + one.replace("$", "\\$") + '"' for one in _FRESH.split(":"))
        file.write_text(f"set -gx PATH {entries}\n")
    else:
        file.write_text(f"{words}{shlex.quote(_FRESH)}\n")
    return folder


def call(home: Path, shell: str, *words: str) -> str:
    """A command line that asks envkit, with a Python that PATH does not name."""
    python = [sys.executable, "-m", "envkit", "trace", *words, "--context", HOMES[shell][0]]
    return shlex.join(["/usr/bin/env", f"PYTHONPATH={_ROOT}", *python])


@pytest.mark.parametrize("shell", sampled("bash", "zsh", "fish", "dash"))
def test_the_callers_path(shell: str, tmp_path: Path) -> None:
    """The shell is told from the process that calls; PATH and a variable that is to go."""
    words, home = shell_words(shell), make_home(tmp_path, shell)
    lines = [read(shell, call(home, shell, name, "--export")) for name in ("PATH", "OLD")]
    done = subprocess.run(
        [*words, "-c", "; ".join([*lines, "/usr/bin/env -0"])],
        env={"PATH": "/usr/bin:/old::/bin", "OLD": "x", "HOME": str(home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=False,
    )
    found = variables(done.stdout)
    assert found[b"PATH"] == _FRESH.encode(), done.stderr.decode()
    assert b"OLD" not in found
    assert b"goes off PATH: /old" in done.stderr


@pytest.mark.parametrize(
    ("shell", "text"),
    [
        ("bash", "export PATH=/rc:/bin\nPROMPT_COMMAND='PATH=/hook:$PATH'\n"),
        ("zsh", "export PATH=/rc:/bin\nprecmd() { PATH=/hook:$PATH }\n"),
    ],
)
def test_what_a_first_prompt_does_counts(shell: str, text: str, tmp_path: Path) -> None:
    """A shell that is typed into has run its hooks: so has the fresh one."""
    words = shell_words(shell)
    (tmp_path / HOMES[shell][1]).write_text(text)
    line = read(shell, call(tmp_path, shell, "--export")) + '; echo "$PATH"'
    done = subprocess.run(
        [*words, "-c", line],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "/hook:/rc:/bin\n", done.stderr


def test_an_active_environment_goes(tmp_path: Path) -> None:
    words, home = shell_words("bash"), make_home(tmp_path, "bash")
    line = read("bash", call(home, "bash", "--export")) + '; echo "$PATH"'
    done = subprocess.run(
        [*words, "-c", line],
        env={"PATH": f"/v/bin:{_FRESH}", "VIRTUAL_ENV": "/v", "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"{_FRESH}\n"
    assert "goes off PATH: /v/bin (the active virtual environment (VIRTUAL_ENV))" in done.stderr
    assert "deactivate" in done.stderr


def test_nothing_to_repair(tmp_path: Path) -> None:
    shell_words("bash")
    home = make_home(tmp_path, "bash")
    done = subprocess.run(
        ["bash", "--norc", "-c", call(home, "bash", "--export") + "; :"],
        env={"PATH": _FRESH, "HOME": str(home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing to repair" in done.stderr


@pytest.mark.parametrize(
    ("text", "words", "reason"),
    [
        ("exit 1\n", (), "nothing to repair with"),
        ("sleep 30\n", ("--limit", "0.5"), "did not end within 0.5 s"),
        ("export A_TOKEN=x\n", ("A_TOKEN",), "may hold a secret"),
        ("readonly PATH\n", ("X;id",), "no name of a variable"),
    ],
)
def test_refused(text: str, words: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    """Nothing on stdout that a shell could take for a repair."""
    shell_words("bash")
    (tmp_path / ".bashrc").write_text(text)
    done = subprocess.run(
        ["bash", "--norc", "-c", call(tmp_path, "bash", *words, "--export") + "; exit $?"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode in (2, 3), done.stdout) == (True, ""), done.stderr
    assert reason in done.stderr
