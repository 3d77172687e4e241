"""`envkit trace` as people and programs see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def envkit(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "envkit", "trace", "--home", str(home), *words]
    env = {name: value for name, value in os.environ.items() if name not in ("TERM", "LANG")}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**env, "PYTHONUTF8": "1"}
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "ada"
    (folder / "bin").mkdir(parents=True)
    (folder / "env").write_text("PATH=$HOME/bin:$PATH\n")
    (folder / ".bashrc").write_text(
        "add() {\n  PATH=$PATH:$1\n}\nPATH=/usr/bin:/bin\n. ~/env\nadd ~/go/bin\n"
        "eval \"$(echo 'PATH=/usr/local/bin:$PATH')\"\nPATH=$PATH::$HOME/bin\n"
        "export CUDA=/cuda\n"
    )
    return folder


MARK = """
  * imitated: an interactive shell on a pseudo-terminal of its own, from a bare
              environment
"""


def test_path_as_text(home: Path) -> None:
    done = envkit(home, "--context", "terminal", "--shell", "bash")
    assert done.stdout.splitlines() == [
        "PATH in a terminal, 7 entries",
        "",
        "  1   /usr/local/bin   ~/.bashrc:7   eval of `echo 'PATH=/usr/local/bin:$PATH'`",
        "  2   ~/bin            ~/env:1       from ~/.bashrc:5; no program in it",
        "  3   /usr/bin         ~/.bashrc:4",
        "  4   /bin             ~/.bashrc:4   the same folder as 3 (merged /usr)",
        "  5   ~/go/bin         ~/.bashrc:2   add ~/go/bin at ~/.bashrc:6; does not exist",
        "  6   (empty)          ~/.bashrc:8   means: the current folder",
        "  7   ~/bin            ~/.bashrc:8   again: 2",
        *MARK.splitlines(),
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_a_value_as_text(home: Path) -> None:
    done = envkit(home, "CUDA", "--context", "terminal", "--shell", "bash")
    assert done.stdout == "CUDA in a terminal = /cuda\n\n  set by   ~/.bashrc:9\n" + MARK


def test_unset_is_fine(home: Path) -> None:
    done = envkit(home, "NOPE", "--context", "terminal", "--shell", "bash")
    assert (done.returncode, done.stdout) == (0, "NOPE is not set in a terminal\n" + MARK)


def test_inherited_and_no_file(home: Path) -> None:
    done = envkit(home, "--context", "script", "--shell", "bash")
    assert "inherited" in done.stdout
    assert "no startup file is read here" in done.stdout


def test_80_columns_and_no_colour(home: Path) -> None:
    (home / ".bashrc").write_text(f"PATH=/t/{'x' * 100}:$PATH\nPATH=/t/a:$PATH\n")
    done = envkit(home, "--context", "terminal", "--shell", "bash")
    assert "\x1b" not in done.stdout
    assert all(len(row) <= 80 for row in done.stdout.splitlines() if "xxx" not in row)
    assert "~/.bashrc:1" in done.stdout


def test_80_columns_where_files_lie_deep(home: Path) -> None:
    """A wide place beside a wide folder of another row, and a call that lies as deep."""
    deep = home / ".oh-my-zsh/plugins/deep-in-there"
    deep.mkdir(parents=True)
    (deep / "deep.plugin.sh").write_text("add() {\n  PATH=$1:$PATH\n}\n. ${BASH_SOURCE%/*}/it\n")
    (deep / "it").write_text("add /t/a\nPATH=/t/b:$PATH\n")
    text = f"PATH=/t/{'y' * 20}:$PATH\n. {deep}/deep.plugin.sh\n"
    (home / ".bashrc").write_text(text)
    done = envkit(home, "--context", "terminal", "--shell", "bash")
    assert all(len(row) <= 80 for row in done.stdout.splitlines()), done.stdout
    assert "~/.oh-my-zsh/plugins/deep-in-there/deep.plugin.sh:2" in done.stdout


def test_json(home: Path) -> None:
    done = envkit(home, "--json", "--context", "terminal", "--shell", "bash")
    data = json.loads(done.stdout)
    assert data["version"] == 1
    assert (data["context"], data["shell"], data["variable"]) == ("terminal", "bash", "PATH")
    assert data["value"] == ":".join(entry["directory"] for entry in data["entries"])
    assert data["entries"][1]["set_by"] == {"path": f"{home}/env", "line": 1}
    assert data["entries"][6]["same_as"] == 2
    assert data["assignments"][-1]["where"] == {"path": f"{home}/.bashrc", "line": 8}
    assert {file["status"] for file in data["files"] if file["path"].endswith(".bashrc")} == {
        "read"
    }


def test_several_contexts_as_json(home: Path) -> None:
    words = ("--context", "cron", "--context", "ssh-command", "--json")
    data = json.loads(envkit(home, *words, "--shell", "bash").stdout)
    assert [each["context"] for each in data["contexts"]] == ["cron", "ssh_command"]


STATUS = [
    (("--context", "nope"), 2, "unknown context"),
    (("--shell", "nope"), 2, "unknown shell"),
    (("--platform", "nope"), 2, "unknown platform"),
    (("--platform", "macos", "--shell", "bash"), 3, "runs the shells of this machine"),
    (("A-B",), 2, "no name of a variable"),
    (("--limit", "0"), 2, "limit"),
]


@pytest.mark.parametrize(("words", "status", "text"), STATUS, ids=[" ".join(r[0]) for r in STATUS])
def test_exit_status(home: Path, words: tuple[str, ...], status: int, text: str) -> None:
    done = envkit(home, *words)
    assert done.returncode == status
    assert text in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_foreign_root_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root/root").mkdir(parents=True)
    command = [sys.executable, "-m", "envkit", "trace", "--root", str(tmp_path / "root")]
    command += ["--shell", "bash"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "another machine's file system" in done.stderr


def test_over_the_limit_it_says_where(home: Path) -> None:
    (home / ".bashrc").write_text("PATH=/t/a:$PATH\nsleep 1000\n")
    done = envkit(home, "--limit", "1.5", "--context", "terminal", "--shell", "bash")
    assert "~/.bashrc:2 (sleep 1000)" in " ".join(done.stdout.split())
    assert done.returncode == 0


def test_what_the_traced_start_does_not_show_is_unknown(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    text = '[ -z "$BASH_XTRACEFD" ] && PATH=/hidden:$PATH\nPATH=/seen:$PATH\n'
    (home / ".bash_profile").write_text(text)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "envkit", "trace", "--shell", "bash"),
            *("--context", "login_terminal", "--home", str(home)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = {
        line.split()[1]: line for line in done.stdout.splitlines() if line[:3].strip().isdigit()
    }
    assert "unknown" in rows["/hidden"]
    assert "inherited" not in rows["/hidden"]
    assert "~/.bash_profile:2" in rows["/seen"]
