"""Every command of README.md is run: a new ordinary user, an empty environment, Debian's Python."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
USER = "envkit-newcomer"

pytestmark = [
    pytest.mark.packaging,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes a new user: needs root"),
    pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="no /usr/bin/python3"),
]


def commands(section: str) -> list[str]:
    """The `console` lines below a heading of the README, prompts taken off."""
    part = README.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"```console\n(.*?)```", part, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    subprocess.run(["userdel", "-r", "-f", USER], capture_output=True, check=False)
    subprocess.run(["useradd", "-m", "-s", "/bin/bash", USER], check=True)
    folder = Path(f"~{USER}").expanduser()
    ignore = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(CHECKOUT, folder / "envkit", ignore=ignore)
    subprocess.run(["chown", "-R", f"{USER}:", folder / "envkit"], check=True)
    yield folder
    subprocess.run(["userdel", "-r", "-f", USER], capture_output=True, check=False)


def type_in(home: Path, line: str, answers: bytes = b"", limit: float = 280) -> tuple[int, str]:
    """Type one line in a terminal of the new user, who has nothing but what login gives."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home / "envkit")
        bare = {"HOME": str(home), "USER": USER, "LOGNAME": USER, "SHELL": "/bin/bash"}
        bare |= {"PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"}
        drop = ["setpriv", "--reuid", USER, "--regid", USER, "--init-groups"]
        os.execvpe(drop[0], [*drop, "bash", "-c", line], bare)
    seen, end = b"", time.monotonic() + limit
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            seen += os.read(terminal, 65536)
        except OSError:
            break
        if answers and b"[y/N]" in seen:
            os.write(terminal, answers)
            answers = b""
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return status, seen.decode(errors="replace")


def test_install_line_and_what_follows(home: Path) -> None:
    (first, *_) = commands("Install")
    status, text = type_in(home, first, b"y\n")
    assert status == 0, text
    assert "envkit rollback" in text, text
    shell = ["setpriv", "--reuid", USER, "--regid", USER, "--init-groups", "env", "-i"]
    found = subprocess.run(
        [*shell, f"HOME={home}", "TERM=dumb", "bash", "-l", "-c", "command -v python envkit"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == [f"{home}/.envkit/bin/python", f"{home}/.envkit/bin/envkit"]
    for line in commands("Use"):
        status, text = type_in(home, f"PATH=~/.envkit/bin:$PATH; {line}", b"y\n")
        assert status in {0, 1}, f"{line}\n{text}"
        assert "Traceback" not in text, text


def test_test_line_starts_the_suite(home: Path) -> None:
    """The line itself, on one small folder of the suite: the suite cannot run within itself."""
    (line,) = [line for line in commands("Develop") if "pytest" in line]
    # pytest's folder in /tmp goes by the user's name; an earlier user of that name may own it.
    own = "mkdir -p ~/.tmp; export TMPDIR=~/.tmp"
    status, text = type_in(home, f"{own}; {line} tests/contracts")
    assert status == 0, text[-4000:]
    assert " passed" in text


@pytest.mark.parametrize("tool", ["uv", "pipx"])
def test_tool_managers(home: Path, tool: str) -> None:
    (line,) = [line for line in commands("Install") if line.startswith(tool)]
    tools = home / ".tools"
    fetch = f"python3 -m venv {tools} && {tools}/bin/pip install -q uv pipx"
    make = f"test -x {tools}/bin/{tool} || ({fetch})"
    status, text = type_in(home, make)
    assert status == 0, text
    # uv brings its own certificates; a machine behind a proxy has others.
    path = f"PATH={tools}/bin:$PATH UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1; export UV_SYSTEM_CERTS"
    status, text = type_in(home, f"{path} UV_NATIVE_TLS; {line} && ~/.local/bin/envkit --version")
    assert status == 0, text
    assert re.search(r"envkit \d+\.\d", text), text
    remove = {"uv": "uv tool uninstall", "pipx": "pipx uninstall"}[tool]
    status, text = type_in(home, f"PATH={tools}/bin:$PATH; {remove} envkit-shell")
    assert status == 0, text
