"""install --shell as a transaction on homes of zsh, fish and ksh: proved, or taken back whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real import shell_homes
from tests.real.shell_homes import Files
from tests.real.test_install_homes import contents, dates, envkit, some

WORSE: dict[str, tuple[str, Files, str]] = {
    "zsh says every command": ("zsh", {".zshenv": "setopt xtrace\n"}, "says what it did not"),
    "zsh: its own if": ("zsh", {".zshrc": "alias -g if=nope\nPATH=/x:$PATH\n"}, "what it did not"),
    "zsh counts its own lines": (
        "zsh",
        {".zshrc": '[[ "$(wc -l < ~/.zshrc)" -eq 2 ]] ||\n  exit 7\nPATH=/x:$PATH'},
        "no longer gets as far as its command",
    ),
    "fish counts its own lines": (
        "fish",
        {
            ".config/fish/config.fish": "set -gx PATH /x $PATH\n"
            "test (cat ~/.config/fish/config.fish | count) -eq 2; or exec false\n"
        },
        "no longer gets as far as its command",
    ),
    "fish drops a variable": (
        "fish",
        {
            ".config/fish/config.fish": "set -gx PATH /x $PATH\n"
            "test (cat ~/.config/fish/config.fish | count) -eq 2; and set -gx KEEP 1\n"
        },
        "lacks the variable KEEP",
    ),
    "ksh93 counts its own lines": (
        "ksh93",
        {".kshrc": '[ "$(wc -l < ~/.kshrc)" -eq 2 ] ||\n  exit 7\n'},
        "no longer gets as far as its command",
    ),
    "mksh counts its own lines": (
        "mksh",
        {".mkshrc": '[ "$(wc -l < ~/.mkshrc)" -eq 2 ] ||\n  exit 7\n'},
        "no longer gets as far as its command",
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.mark.parametrize("name", some(WORSE, "zsh says every command", "fish counts its own lines"))
def test_worse_than_before_is_taken_back(home: Path, python: Path, name: str) -> None:
    shell, files, words = WORSE[name]
    shell_homes.installed(shell)
    shell_homes.put(home, files)
    before = contents(home)
    done = envkit(home, "install", "--yes", "--python", python, "--shell", shell)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "rolled back" in done.stderr
    assert words in done.stderr
    assert contents(home) == before


def test_a_proved_install_and_all_of_it_back(home: Path, python: Path) -> None:
    for shell in shell_homes.SHELLS:
        shell_homes.installed(shell)
    shell_homes.put(home, shell_homes.HOMES["everything at once"])
    before = contents(home)
    shells = [word for shell in shell_homes.SHELLS for word in ("--shell", shell)]
    done = envkit(home, "install", "--yes", "--python", python, *shells)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every other shell that reads a startup file now finds it; not " in done.stdout or (
        "Every shell that reads a startup file now finds it." in done.stdout
    )
    table = done.stdout[done.stdout.index("  context") :]
    for title in ("zsh login", "zsh terminal", "zsh -c", "fish terminal", "ksh93 terminal"):
        assert f"  {title} *" in table
    rows = [row for row in table.splitlines() if "PATH=" not in row and str(python) not in row]
    assert all(len(row) <= 80 for row in rows)
    times = dates(home)
    again = envkit(home, "install", "--yes", "--python", python, *shells)
    assert (again.returncode, "Already so" in again.stdout) == (0, True)
    assert envkit(home, "install", "--check", "--python", python, *shells).returncode == 0
    assert dates(home) == times
    assert envkit(home, "uninstall", "--yes").returncode == 0
    assert contents(home) == before


def test_a_rollback_gives_all_back(home: Path, python: Path) -> None:
    shell_homes.installed("zsh")
    shell_homes.installed("fish")
    before = contents(home)
    words = ["--python", python, "--shell", "zsh", "--shell", "fish", "--no-verify"]
    assert envkit(home, "install", "--yes", *words).returncode == 0
    assert (home / ".config/fish/conf.d/envkit.fish").exists()
    assert envkit(home, "rollback", "--yes").returncode == 0
    assert contents(home) == before


def test_a_home_that_never_saw_fish_has_no_folder_of_its(home: Path, python: Path) -> None:
    shell_homes.installed("fish")
    words = ["--yes", "--python", python, "--shell", "fish"]
    assert envkit(home, "install", *words).returncode == 0
    assert not (home / ".local/share").exists()
    assert envkit(home, "uninstall", "--yes").returncode == 0
    assert not (home / ".config").exists()


@pytest.mark.parametrize(
    "name", ["env.fish", pytest.param("fish/conf.d/envkit.fish", marks=pytest.mark.full)]
)
def test_an_edit_by_hand_is_refused_with_its_difference(
    home: Path, python: Path, name: str
) -> None:
    shell_homes.installed("fish")
    words = ["--yes", "--no-verify", "--python", python, "--shell", "fish"]
    assert envkit(home, "install", *words).returncode == 0
    folder = home / ".config" if "/" in name else home / ".config/envkit"
    text = (folder / name).read_text()
    (folder / name).write_text(
        text.replace("\nif test", "\n# mine\nif test").replace("begin", "begin # mine")
    )
    refused = envkit(home, "uninstall", "--yes")
    assert refused.returncode == 3
    assert "was edited by hand" in refused.stderr
    assert "mine" in refused.stderr
    assert envkit(home, "uninstall", "--yes", "--overwrite-drift").returncode == 0
    assert not (folder / name).exists()


@pytest.mark.parametrize(
    ("shell", "status", "words"),
    [("tcsh", 2, "does not write for tcsh"), ("nosuch", 2, "unknown shell: nosuch")],
)
def test_shells_that_are_not_written_for(
    home: Path, python: Path, shell: str, status: int, words: str
) -> None:
    done = envkit(home, "install", "--yes", "--python", python, "--shell", shell)
    assert (done.returncode, words in done.stderr) == (status, True)
    assert contents(home) == {}
