"""uninstall keeps what the user wrote, wherever it stands, and leaves nothing of envkit's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


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
