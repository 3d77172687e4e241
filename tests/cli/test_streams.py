"""Standard streams that are closed, full or gone: a clear status, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ENVKIT = f"{sys.executable} -m envkit"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("{} --version", 0),
        ("{} order >/dev/null", 0),
        ("{} order <&-", 0),
        ("{} --version >&-", 3),
        ("{} --version >/dev/full", 3),
        ("{} --help >&-", 3),
        ("{} --help >/dev/full", 3),
        ("{} order --help >/dev/full", 3),
        ("{} order >&-", 3),
        ("{} order >&- 2>&-", 3),
        ("{} order --json >/dev/full", 3),
        ("{} profile list >/dev/full", 3),
        ("{} frobnicate", 2),
        ("{} order --frobnicate", 2),
        ("{} order --context nowhere", 2),
        ("{} order --home /nonexistent", 2),
        ("{} order --root /nonexistent", 2),
    ],
)
def test_status(line: str, status: int, tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", line.format(ENVKIT)],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert status == 0 or "2>&-" in line or done.stderr.strip(), "it says why"


def test_a_closed_pipe(tmp_path: Path) -> None:
    line = f"{ENVKIT} order --all | head -c 0; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split()[-1] in {"0", "141"}
    assert "Traceback" not in done.stderr


def test_ctrl_c_while_envkit_is_still_being_imported() -> None:
    text = """
import sys
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == "envkit.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
from envkit.__main__ import main
main()
"""
    command = [sys.executable, "-c", text]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_ctrl_c_within_an_eval_ends_with_130(tmp_path: Path) -> None:
    """CPython would kill the process by SIGINT, though the interrupt was handled."""
    (tmp_path / "interrupted.py").write_text(
        """
from envkit import cli
from envkit.__main__ import main
def stop():
    raise KeyboardInterrupt
def run():
    try:
        eval("stop()")
    except KeyboardInterrupt:
        return 130
cli.run = run
main()
"""
    )
    command = [sys.executable, "-m", "interrupted"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 130


@pytest.mark.parametrize("line", ["order", "trace", "doctor", "install --dry-run", "order --json"])
def test_a_path_that_the_locale_has_not(line: str, tmp_path: Path) -> None:
    """Also where Python takes file names for ASCII, a startup file's are bytes."""
    (tmp_path / ".ü.sh").write_text("PATH=/below/ü:$PATH\n")
    (tmp_path / ".bashrc").write_text(". ~/.ü.sh\n")
    c = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "envkit", *line.split(), *("--home", tmp_path)],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SHELL": "/bin/bash", **c},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode in ((0, 1) if line == "doctor" else (0,))
    assert done.stdout.isascii()  # what is printed is in the locale's encoding
    assert line != "order" or b"read       ~/.?.sh" in done.stdout
    assert line != "trace" or b"~/.?.sh:1" in done.stdout


def test_a_locale_that_is_latin_1(tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("PATH=/below/ü:$PATH\n")
    c = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [sys.executable, "-m", "envkit", "trace", "--home", tmp_path],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SHELL": "/bin/bash", **c},
        capture_output=True,
        check=True,
    )
    assert b"/below/\xfc " in done.stdout
