"""`envkit which` as people and programs see it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

IMITATED = """
Each context is imitated: its shell, flags and variables, without what starts
it (sshd, cron); envkit contexts NAME says how.
"""
RC = """\
# a home on Debian
case $- in
  *i*) ;;
  *) return ;;
esac
alias ll='gone -l'
train() {
  torchrun "$@"
}
alias py='torchrun --help'
PATH=$HOME/venv/bin:$PATH:$HOME/other
"""


def envkit(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "envkit", "which", "--home", str(home), *words]
    env = {name: value for name, value in os.environ.items() if name not in ("TERM", "LANG")}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**env, "PYTHONUTF8": "1"}
    )


def program(path: Path, text: str = "#!/bin/sh\n", mode: int = 0o755) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "ada"
    program(folder / "venv/bin/torchrun")
    program(folder / "other/torchrun")
    program(folder / "other/unmarked", mode=0o644)
    program(folder / ".venvs/dl/bin/sunkenship")
    (folder / ".zshrc").write_text("path=(~/.venvs/dl/bin $path)\n")
    (folder / ".profile").write_text("PATH=$HOME/.venvs/dl/bin:$PATH\n")
    (folder / ".bash_profile").write_text("")
    (folder / "other/linked").symlink_to("../venv/bin/link")
    (folder / "venv/bin/link").symlink_to("torchrun")
    (folder / ".bashrc").write_text(RC)
    return folder


TERMINAL = ("--context", "terminal", "--shell", "bash")
BOTH = (*TERMINAL, "--context", "ssh_command")


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        pytest.param(
            ("torchrun", *TERMINAL),
            0,
            "torchrun in a terminal: ~/venv/bin/torchrun\n"
            "  put first by   ~/.bashrc:11\n"
            "  shadows        ~/other/torchrun   ~/.bashrc:11\n",
            id="a-file",
        ),
        pytest.param(
            ("torchrun", *BOTH),
            0,
            "torchrun in a terminal: ~/venv/bin/torchrun\n"
            "  put first by   ~/.bashrc:11\n"
            "  shadows        ~/other/torchrun   ~/.bashrc:11\n\n"
            "torchrun: not found in ssh host command\n"
            "  it is in ~/venv/bin, which ~/.bashrc:11 puts on PATH in a terminal only:\n"
            "    ssh host command: line 11 stands below the guard in line 2\n",
            id="below-the-guard",
        ),
        pytest.param(
            ("linked", *TERMINAL),
            0,
            "linked in a terminal: ~/other/linked\n"
            "  on PATH by   ~/.bashrc:11\n"
            "  leads to     ~/venv/bin/link -> ~/venv/bin/torchrun\n",
            id="links",
        ),
        pytest.param(
            ("ll", *TERMINAL),
            0,
            "ll in a terminal: an alias of bash: gone -l\n  defined by   ~/.bashrc:6\n",
            id="an-alias",
        ),
        pytest.param(
            ("py", *TERMINAL),
            0,
            "py in a terminal: an alias of bash: torchrun --help\n"
            "  defined by   ~/.bashrc:10\n"
            "  runs         ~/venv/bin/torchrun   ~/.bashrc:11\n",
            id="an-alias-of-another-program",
        ),
        pytest.param(
            ("train", *TERMINAL),
            0,
            "train in a terminal: a function of bash\n  defined by   ~/.bashrc:7\n",
            id="a-function",
        ),
        pytest.param(("if", *TERMINAL), 0, "if in a terminal: a keyword of bash\n", id="a-keyword"),
        pytest.param(
            ("unmarked", *TERMINAL),
            1,
            "unmarked: not found in a terminal\n"
            "  ~/other/unmarked is there, but its permissions do not let it be run\n",
            id="no-permission",
        ),
        pytest.param(
            ("sunkenship", *TERMINAL, "--context", "login_terminal"),
            1,
            "sunkenship: not found in a terminal, a login terminal\n"
            "  it is in ~/.venvs/dl/bin, which ~/.profile:1 puts on PATH in desktop session\n"
            "  only:\n"
            "    terminal: ~/.profile is not read there: read if it were a login shell and\n"
            "              ~/.bash_profile were gone\n"
            "    login terminal: ~/.profile is not read there: ~/.bash_profile comes first;\n"
            "                    bash reads only one of the three; read if ~/.bash_profile\n"
            "                    were gone\n"
            "  ~/.zshrc:1 would put ~/.venvs/dl/bin on PATH:\n"
            "    terminal, login terminal: it is a file of zsh\n",
            id="copies-and-lines-that-never-run",
        ),
        pytest.param(
            ("torchrn", *TERMINAL),
            1,
            "torchrn: not found in a terminal\n  like it: torchrun\n",
            id="nearest-name",
        ),
        pytest.param(
            ("ll", "train", "torchrun", "nowhere-at-all", *BOTH),
            1,
            "in a terminal\n"
            "  ll               an alias of bash: gone -l   ~/.bashrc:6\n"
            "  train            a function of bash          ~/.bashrc:7\n"
            "  torchrun         ~/venv/bin/torchrun         ~/.bashrc:11\n"
            "  nowhere-at-all   not found\n\n"
            "in ssh host command\n"
            "  ll               not found\n"
            "  train            not found\n"
            "  torchrun         not found\n"
            "  nowhere-at-all   not found\n\n"
            "nowhere-at-all: not found in a terminal, ssh host command\n\n"
            "Why it is not found somewhere: envkit which ll\n",
            id="a-table",
        ),
    ],
)
def test_text(home: Path, words: tuple[str, ...], status: int, text: str) -> None:
    done = envkit(home, *words)
    assert done.stdout == text + IMITATED
    assert (done.returncode, done.stderr) == (status, "")


def test_a_path_is_a_file(home: Path) -> None:
    done = envkit(home, str(home / "other/linked"), *TERMINAL)
    assert done.stdout.startswith("~/other/linked in a terminal\n")
    assert "  leads to   ~/venv/bin/link -> ~/venv/bin/torchrun\n" in done.stdout
    done = envkit(home, str(home / "other/unmarked"), *TERMINAL)
    assert done.returncode == 1
    assert "~/other/unmarked does not run: its permissions do not let it be run" in done.stdout


ODD = ("a b", "-x", "x\ny", "ä", "$HOME", "a'b", "a\\b", "*", "[x", '"', "a=b", "\x1b[1m")


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh", "fish", "ksh93", "mksh"])
def test_odd_names(home: Path, shell: str) -> None:
    line = "set -gx PATH $PATH ~/odd" if shell == "fish" else "PATH=$PATH:$HOME/odd"
    for name in ODD:
        program(home / "odd" / name)
    for file in (".bash_profile", ".zshrc", ".profile", ".config/fish/config.fish"):
        path = home / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{line}\n")
    done = envkit(home, "--context", "login_terminal", "--shell", shell, "--json", "--", *ODD)
    if "there is no" in done.stderr:
        pytest.skip(f"no {shell} here")
    rows = [each["contexts"][0] for each in json.loads(done.stdout)["names"]]
    assert [row["kind"] for row in rows] == ["file"] * len(ODD)
    assert [row["path"] for row in rows] == [f"{home}/odd/{name}" for name in ODD]
    text = envkit(home, "--context", "login_terminal", "--shell", shell, "--", *ODD).stdout
    assert all(line.isprintable() for line in text.splitlines())


@pytest.mark.parametrize(
    ("words", "status"),
    [(("",), 2), ((), 2), (("x", "--context", "nowhere"), 2), (("x", "--root", "/"), 1)],
)
def test_statuses(home: Path, words: tuple[str, ...], status: int) -> None:
    done = envkit(home, *words)
    assert done.returncode == status
    assert "Traceback" not in done.stderr


def test_another_machine_is_refused(home: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "root").mkdir(parents=True)
    command = [sys.executable, "-m", "envkit", "which", "--root", str(root), "python"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "nothing of it is executed" in done.stderr


def test_json(home: Path) -> None:
    names = json.loads(envkit(home, "torchrun", "ll", "nowhere", "--json", *BOTH).stdout)["names"]
    first: dict[str, Any] = names[0]["contexts"][0]
    assert first["path"] == f"{home}/venv/bin/torchrun"
    assert (first["entry"], first["position"]) == (f"{home}/venv/bin", 1)
    assert first["set_by"] == {"path": f"{home}/.bashrc", "line": 11}
    assert [each["path"] for each in first["shadows"]] == [f"{home}/other/torchrun"]
    assert names[0]["would"][0]["reason"] == "line 11 stands below the guard in line 2"
    alias = names[1]["contexts"][0]
    assert (alias["kind"], alias["path"], alias["text"]) == ("alias", None, "gone -l")
    assert alias["where"] == {"path": f"{home}/.bashrc", "line": 6}
    assert [each["found"] for each in names] == [True, True, False]


def test_a_secret_in_an_alias_is_not_printed(home: Path) -> None:
    (home / ".bashrc").write_text("alias hub='HF_TOKEN=hf_abc MODE=x client'\n")
    done = envkit(home, "hub", *TERMINAL)
    assert "an alias of bash: HF_TOKEN=(not shown) MODE=x client\n" in done.stdout
    assert "hf_abc" not in envkit(home, "hub", "--json", *TERMINAL).stdout
    (home / ".bashrc").write_text("alias hub='client --token hf_abc'\nexec true TOKEN=hf_abc\n")
    for words in (("hub",), ("hub", "tab"), ("hub", "--json")):
        done = envkit(home, *words, *TERMINAL)
        assert "hf_abc" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("unset PATH", "  PATH is not set in a terminal\n", id="unset"),
        pytest.param("PATH=", "  PATH is empty in a terminal\n", id="empty"),
    ],
)
def test_no_path(home: Path, line: str, words: str) -> None:
    (home / ".bashrc").write_text(f"{line}\n")
    done = envkit(home, "torchrun", *TERMINAL)
    assert (done.returncode, done.stdout[:34]) == (1, "torchrun: not found in a terminal\n")
    assert words in done.stdout


def test_a_tilde_within_path_is_for_bash_alone(home: Path) -> None:
    (home / ".bashrc").write_text("PATH='~/other':$PATH\n")
    done = envkit(home, "torchrun", *TERMINAL)
    assert "torchrun in a terminal: ~/other/torchrun\n" in done.stdout
    assert "bash alone expands the ~ in this entry of PATH" in done.stdout


def test_all_contexts_stay_within_80_columns(home: Path) -> None:
    for names in (("torchrun",), ("torchrun", "ll", "if", "nowhere")):
        done = envkit(home, "--all", "-v", "--shell", "bash", *names)
        assert max(map(len, done.stdout.splitlines())) <= 80


def test_nothing_but_its_own_folder_is_written(home: Path) -> None:
    before = {path: path.lstat().st_mtime_ns for path in home.rglob("*")}
    envkit(home, "torchrun", "python", *BOTH)
    assert {path: path.lstat().st_mtime_ns for path in home.rglob("*")} == before


def test_each_context_has_its_own_giver(home: Path) -> None:
    other = "PATH=$HOME/other:$PATH"
    rc = f"shopt -s expand_aliases\ncase $- in\n  *i*) {other} ;;\n  *) {other} ;;\nesac\n"
    (home / ".bashrc").write_text(f"{rc}alias run=linked\nPATH=$HOME/venv/bin:$PATH\n")
    givers = ["~/.bashrc:3 in a terminal", "~/.bashrc:4 in ssh host command"]
    lines = [" ".join(line.split()) for line in envkit(home, "torchrun", *BOTH).stdout.splitlines()]
    head = "torchrun in a terminal, ssh host command: ~/venv/bin/torchrun"
    assert lines[:5] == [head, "put first by ~/.bashrc:7", "shadows ~/other/torchrun", *givers]
    lines = [" ".join(line.split()) for line in envkit(home, "run", *BOTH).stdout.splitlines()]
    head = "run in a terminal, ssh host command: an alias of bash: linked"
    assert lines[:5] == [head, "defined by ~/.bashrc:6", "runs ~/other/linked", *givers]


def test_an_alias_that_runs_another_program_elsewhere(home: Path) -> None:
    rc = "shopt -s expand_aliases\nalias run='torchrun -x'\n"
    (home / ".bashrc").write_text(f"{rc}PATH=$HOME/other:$PATH\n{RC[RC.index('case') :]}")
    done = envkit(home, "run", *BOTH)
    assert "run in a terminal: an alias of bash: torchrun -x\n" in done.stdout
    assert "run in ssh host command: an alias of bash: torchrun -x\n" in done.stdout
    assert "  runs         ~/other/torchrun   ~/.bashrc:3\n" in done.stdout
    table = envkit(home, "run", "if", *BOTH)
    assert "in a terminal\n" in table.stdout
    assert "in ssh host command\n" in table.stdout


def test_copies_that_only_another_shell_has(home: Path) -> None:
    (home / ".profile").unlink()
    assert envkit(home, "sunkenship", *TERMINAL).stdout == (
        "sunkenship: not found in a terminal\n"
        "  off PATH:\n"
        "    ~/.venvs/dl/bin/sunkenship   virtual environment dl\n"
        "  ~/.zshrc:1 would put ~/.venvs/dl/bin on PATH:\n"
        "    terminal: it is a file of zsh\n" + IMITATED
    )


def test_the_line_counts_in_a_context_that_was_not_asked_about(home: Path) -> None:
    done = envkit(home, "torchrun", "--context", "script", "--json", "--shell", "bash")
    name = json.loads(done.stdout)["names"][0]
    line = name["would"][0]
    assert (line["path"], line["line"], line["contexts"]) == (f"{home}/.bashrc", 11, ["script"])
    assert line["reason"] == "no startup file is read there"
    assert "terminal" in line["elsewhere"]
    assert set(line["elsewhere"]) == set(name["other_contexts"])


def test_a_directory_by_its_path(home: Path) -> None:
    done = envkit(home, str(home / "other"), *TERMINAL)
    assert done.stdout == "~/other does not run: it is a directory\n" + IMITATED
    assert done.returncode == 1
