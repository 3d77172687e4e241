"""`envkit trace --session` as people and programs see it, called by real shells."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from envkit.host import Host

_ROOT = Path(__file__).parents[2]


def session(
    home: Path, *words: str, caller: tuple[str, ...] = ("bash", "--norc", "-c"), **env: str
) -> subprocess.CompletedProcess[str]:
    python = [sys.executable, "-m", "envkit", "trace", *words, "--session"]
    line = shlex.join(["/usr/bin/env", f"PYTHONPATH={_ROOT}", *python])
    return subprocess.run(
        [*caller, f"{line}; exit $?"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8", **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".bashrc").write_text(
        "export PATH=$HOME/bin:/usr/bin:/bin\nexport EDITOR=vim API_TOKEN=hidden\n"
    )
    return tmp_path


def test_the_same(home: Path) -> None:
    done = session(home, PATH=f"{home}/bin:/usr/bin:/bin", EDITOR="vim")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("PATH here against a fresh bash (terminal): the same\n")
    assert "--export" not in done.stdout


def test_as_text(home: Path) -> None:
    done = session(home, PATH=f"{home}/v/bin:/bin:/usr/bin:/typed", VIRTUAL_ENV=f"{home}/v")
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[:8] == [
        "PATH here against a fresh bash (terminal): 2 only here, 1 only there, 1 moved",
        "",
        "  1         ~/v/bin   only here    the active virtual environment (VIRTUAL_ENV)",
        "  2 not 3   /bin      moved        ~/.bashrc:1",
        "  4         /typed    only here    by hand, or by what started this shell",
        "  -         ~/bin     only there   ~/.bashrc:1",
        "",
        "Other variables:",
    ]
    assert 'eval "$(envkit trace --export)"' in done.stdout
    assert "hidden" not in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_as_json(home: Path) -> None:
    done = session(home, "--json", PATH="/usr/bin:/bin:/typed", API_TOKEN="t")
    found = json.loads(done.stdout)
    assert (found["variable"], found["context"], found["shell"]) == ("PATH", "terminal", "bash")
    assert (found["same"], done.returncode) == (False, 1)
    assert [(one["directory"], one["status"]) for one in found["entries"]] == [
        ("/usr/bin", "same"),
        ("/bin", "same"),
        ("/typed", "only here"),
        (f"{home}/bin", "only there"),
    ]
    assert found["entries"][3]["set_by"] == {"path": f"{home}/.bashrc", "line": 1}
    others = {one["variable"]: one for one in found["variables"]}
    assert (others["EDITOR"]["status"], others["EDITOR"]["fresh"]) == ("only there", "vim")
    assert (others["API_TOKEN"]["here"], others["API_TOKEN"]["fresh"]) == ("(not shown)",) * 2


def test_a_value(home: Path) -> None:
    done = session(home, "EDITOR", EDITOR="nano")
    assert done.returncode == 1
    assert done.stdout.startswith("EDITOR here against a fresh bash (terminal): other value\n")
    assert "  here     nano\n  fresh    vim\n  set by   ~/.bashrc:2\n" in done.stdout
    assert session(home, "EDITOR", EDITOR="vim").returncode == 0
    assert session(home, "NEVER_SET").returncode == 0


def test_a_secret_is_compared_and_not_shown(home: Path) -> None:
    done = session(home, "API_TOKEN", API_TOKEN="mine")
    assert done.returncode == 1
    assert "hidden" not in done.stdout
    assert "mine" not in done.stdout


@pytest.mark.parametrize("text", ["exec sleep 0\n", "sleep 20\n"])
def test_unknown_is_said(home: Path, text: str) -> None:
    (home / ".bashrc").write_text(text)
    done = session(home, "--limit", "0.7")
    assert done.returncode == 3
    assert "unknown" in done.stdout.splitlines()[0]
    found = json.loads(session(home, "--limit", "0.7", "--json").stdout)
    assert found["same"] is None
    assert found["reason"]
    assert {one["status"] for one in found["entries"]} == {"unknown"}
    assert found["variables"] == []


def test_what_a_login_reads(home: Path) -> None:
    """A terminal on a desktop inherits it."""
    (home / ".profile").write_text("PATH=$HOME/.cargo/bin:$PATH\n")
    done = session(home, "--json", PATH=f"{home}/bin:/usr/bin:/bin:{home}/.cargo/bin")
    entry = json.loads(done.stdout)["entries"][3]
    assert (entry["status"], entry["by"]) == ("only here", "read before, by bash (login_terminal)")
    assert entry["set_by"] == {"path": f"{home}/.profile", "line": 1}


def test_another_context(home: Path) -> None:
    done = session(home, "--json", "--context", "ssh_command")
    assert json.loads(done.stdout)["context"] == "ssh_command"
    done = session(home, "--context", "cron", "--context", "script")
    assert (done.returncode, "one --context" in done.stderr) == (2, True)


def test_a_login_shell_is_compared_with_one(home: Path) -> None:
    (home / ".profile").write_text("export WHO=profile\n")
    done = subprocess.run(
        ["bash", "-l"],
        input=f"PYTHONPATH={_ROOT} {sys.executable} -m envkit trace WHO --session --json",
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)
    assert (found["context"], found["same"]) == ("login_terminal", True)
    assert found["context_because"] == "this is a login shell"


def test_a_shell_that_was_asked_for_is_the_callers(home: Path) -> None:
    done = session(home, "--json", caller=("dash", "-c"))
    assert json.loads(done.stdout)["shell"] == "dash"


def test_a_shell_within_another(home: Path) -> None:
    """What the account's own shell has read is not typed by hand."""
    (home / ".zshrc").write_text("")
    if not Path("/usr/bin/zsh").exists() or Host.real(home).login_shell.name != "bash":
        pytest.skip("no zsh here, or an account whose shell is not bash")
    done = session(
        home,
        "--json",
        "--context",
        "terminal",
        caller=("zsh", "-f", "-c"),
        PATH=f"{home}/bin:/usr/bin:/bin",
    )
    entry = json.loads(done.stdout)["entries"][0]
    assert (entry["status"], entry["by"]) == ("only here", "read before, by bash (terminal)")
    assert entry["set_by"] == {"path": f"{home}/.bashrc", "line": 1}


def test_lists_of_other_variables_are_told_with_a_tilde(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("PATH=$HOME/bin:$PATH\n")
    done = session(tmp_path, "LANG", "--shell", "bash", "--context", "terminal")
    assert "- ~/bin" in done.stdout
    assert f"{tmp_path}/bin" not in done.stdout
