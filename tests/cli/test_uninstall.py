"""uninstall keeps what the user wrote, wherever it stands, and leaves nothing of envkit's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
TIME = 1_500_000_000_123_456_789


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".bashrc").write_text("alias a=b\n")
    return home


@pytest.fixture
def envkit(home: Path, python: Path) -> Run:
    def run(command: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        more = ["--python", str(python), "--no-verify"] if command == "install" else []
        argv = [sys.executable, "-m", "envkit", command, "--yes", *more, *words]
        bare = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **variables}
        return subprocess.run(argv, env=bare, capture_output=True, text=True, check=False)

    return run


def test_a_line_within_the_block(envkit: Run, home: Path) -> None:
    assert envkit("install").returncode == 0
    path = home / ".bashrc"
    edited = path.read_text().replace("# <<< envkit", "export MINE=1\n# <<< envkit")
    path.write_text(edited)
    done = envkit("uninstall")
    assert done.returncode == 3
    assert "edited by hand" in done.stderr
    assert "+export MINE=1" in done.stderr
    assert "~/.bashrc" in done.stderr
    assert path.read_text() == edited
    assert envkit("uninstall", "--overwrite-drift").returncode == 0
    assert path.read_text() == "alias a=b\n"


def test_a_line_in_env_sh(envkit: Run, home: Path) -> None:
    assert envkit("install").returncode == 0
    own = home / ".config/envkit/env.sh"
    own.write_text(own.read_text() + "export MINE=1\n")
    done = envkit("uninstall")
    assert done.returncode == 3
    assert "~/.config/envkit/env.sh was edited by hand" in done.stderr
    assert own.exists()
    assert envkit("uninstall", "--overwrite-drift").returncode == 0
    assert not own.exists()


def test_another_config_folder_than_at_install(envkit: Run, home: Path) -> None:
    assert envkit("install", XDG_CONFIG_HOME=str(home / "cfg")).returncode == 0
    assert (home / "cfg/envkit/env.sh").exists()
    assert envkit("uninstall").returncode == 0
    assert (home / ".bashrc").read_text() == "alias a=b\n"
    assert not (home / "cfg").exists()


def test_already_so_names_what_is_not_reached(envkit: Run, home: Path) -> None:
    (home / ".bashrc").unlink()
    (home / ".bashrc").symlink_to("/dev/null")
    first = envkit("install")
    again = envkit("install")
    assert "Already so" in again.stdout
    for done in (first, again):
        assert "Not reached" in done.stdout
        assert "~/.bashrc" in done.stdout.split("Not reached", 1)[1]


def entries(home: Path) -> list[str]:
    """Every name in the home but envkit's own state."""
    names = sorted(str(path.relative_to(home)) for path in home.rglob("*"))
    return [name for name in names if not name.startswith(".local")]


def test_a_lost_state_folder(envkit: Run, home: Path) -> None:
    assert envkit("install").returncode == 0
    shutil.rmtree(home / ".local")
    done = envkit("uninstall")
    assert done.returncode == 0, done.stderr
    assert (home / ".bashrc").read_text() == "alias a=b\n"
    # Whether ~/.config and fish's folders were there before, nobody knows any more.
    assert not [name for name in entries(home) if "envkit" in name]
    assert [name for name in entries(home) if (home / name).is_file()] == [".bashrc"]


def test_a_lost_state_folder_and_another_config_folder(envkit: Run, home: Path) -> None:
    """The blocks name the file that they read."""
    for folder in (home / "cfg", home.parent / "cfg"):
        assert envkit("install", XDG_CONFIG_HOME=str(folder)).returncode == 0
        shutil.rmtree(home / ".local")
        done = envkit("uninstall")
        assert done.returncode == 0, done.stderr
        assert (home / ".bashrc").read_text() == "alias a=b\n"
        assert not (folder / "envkit").exists()


def test_a_file_under_our_name_that_nobody_knows(envkit: Run, home: Path) -> None:
    own = home / ".config/envkit/env.sh"
    own.parent.mkdir(parents=True)
    own.write_text("export MINE=1\n")
    done = envkit("uninstall")
    assert done.returncode == 3
    assert "-export MINE=1" in done.stderr
    assert own.exists()
    assert envkit("uninstall", "--overwrite-drift").returncode == 0
    assert not own.exists()


def test_twice_and_where_nothing_is(envkit: Run, home: Path) -> None:
    said = "Nothing of envkit's is in the startup files."
    assert said in envkit("uninstall").stdout
    assert entries(home) == [".bashrc"]
    assert envkit("install").returncode == 0
    assert envkit("uninstall").returncode == 0
    done = envkit("uninstall")
    assert (done.returncode, said in done.stdout) == (0, True)
    assert entries(home) == [".bashrc"]


def test_after_a_rollback(envkit: Run, home: Path) -> None:
    assert envkit("install").returncode == 0
    assert envkit("rollback").returncode == 0
    done = envkit("uninstall")
    assert "Nothing of envkit's" in done.stdout, done.stderr
    assert entries(home) == [".bashrc"]


def test_after_another_profile(envkit: Run, home: Path, tmp_path: Path) -> None:
    os.utime(home / ".bashrc", ns=(TIME, TIME))
    other = tmp_path / "other.env"
    other.write_text("MINE=1\nPATH=/opt/mine:${PATH}\n")
    assert envkit("install").returncode == 0
    done = envkit("install", str(other))
    assert done.returncode == 0, done.stderr
    assert "envkit other >>>" in (home / ".bashrc").read_text()
    assert envkit("uninstall").returncode == 0
    assert (home / ".bashrc").read_text() == "alias a=b\n"
    assert (home / ".bashrc").stat().st_mtime_ns == TIME
    assert entries(home) == [".bashrc"]


def test_folders_that_were_there_stay(envkit: Run, home: Path) -> None:
    for name in (".config/envkit", ".config/fish/conf.d"):
        (home / name).mkdir(parents=True)
    before = entries(home)
    assert envkit("install", "--shell", "fish").returncode == 0
    assert (home / ".config/fish/conf.d/envkit.fish").exists()
    assert envkit("uninstall").returncode == 0
    assert entries(home) == before


def test_all_files_that_are_in_the_way_are_told_at_once(envkit: Run, home: Path) -> None:
    assert envkit("install").returncode == 0
    changed = {}
    for name in (".bashrc", ".profile"):
        text = (home / name).read_text()
        changed[name] = text.replace("# <<< envkit", "  # <<< envkit")
        (home / name).write_text(changed[name])
    done = envkit("uninstall", "--overwrite-drift")
    assert done.returncode == 3
    for name, text in changed.items():
        assert f"~/{name}: line" in done.stderr
        assert (home / name).read_text() == text
    assert "+  # <<< envkit descent <<<" in done.stderr
