"""A trace, run as a program: interrupted it leaves nothing, and it writes nowhere else.

System calls are watched by strace: every file that is opened to be written, made, renamed or
removed lies in the temporary folder, and nothing listens.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit.host import Host

FILES = {
    "bash": {".bashrc": "PATH=/t/a:$PATH\n. ~/more\n", "more": "PATH=$(echo /t/b:$PATH)\n"},
    "zsh": {".zshrc": "PATH=/t/a:$PATH\n. ~/more\n", "more": "PATH=$(echo /t/b:$PATH)\n"},
    # fish makes its folders when it is first started, traced or not.
    "fish": {
        ".config/fish/config.fish": "set -gx PATH /t/a $PATH\n",
        ".local/share/fish/generated_completions/x.fish": "",
    },
    "mksh": {".mkshrc": "PATH=/t/a:$PATH\n"},
    "ksh93": {".kshrc": "PATH=/t/a:$PATH\n"},
}
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")
_NAMES = re.compile(r'"((?:[^"\\]|\\.)*)"')


def command(machine: Host, shell: str, tmp: Path) -> tuple[list[str], dict[str, str]]:
    words = [sys.executable, "-m", "envkit", "trace", "--context", "terminal", "--shell", shell]
    given = {
        "HOME": str(machine.home),
        "PATH": os.environ["PATH"],
        "TMPDIR": str(tmp),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return words, given


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "mksh", "ksh93"])
def test_interrupted(shell: str, host: Callable[..., Host], tmp_path: Path) -> None:
    _needs(shell)
    name = next(iter(FILES[shell]))
    pid = "%self" if shell == "fish" else "$$"
    text = f"echo {pid} >> ~/started\nsleep 30\n"
    machine = host(files={name: text})
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    words, given = command(machine, shell, tmp)
    process = subprocess.Popen(
        [*words, "--limit", "60"],
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    started = machine.home / "started"
    _wait(lambda: started.exists() and bool(started.read_text().strip()))
    folders = list(tmp.iterdir())
    modes = {stat.S_IMODE(folder.stat().st_mode) for folder in folders}
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert modes == {0o700}
    assert list(tmp.iterdir()) == []
    pids = [int(line) for line in started.read_text().split()]
    _wait(lambda: not any(_runs(pid) for pid in pids))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "mksh", "ksh93"])
def test_nothing_is_written_elsewhere(
    shell: str, host: Callable[..., Host], tmp_path: Path
) -> None:
    _needs(shell)
    _needs("strace")
    machine = host(files=FILES[shell])
    tmp, log = tmp_path / "tmp", tmp_path / "log"
    tmp.mkdir()
    words, given = command(machine, shell, tmp)
    calls = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,link,linkat"
    calls += ",symlink,symlinkat,chmod,fchmodat,truncate,bind,listen"
    watched = ["strace", "-f", "-qq", "-y", "-s", "4096", "-e", f"trace={calls}", "-o", str(log)]
    subprocess.run([*watched, *words], env=given, capture_output=True, check=True)
    elsewhere = [line for line in _writing(log.read_text()) if not _allowed(line, tmp)]
    assert not elsewhere, "\n".join(elsewhere)
    assert "/t/a" not in "".join(path.name for path in machine.home.iterdir())
    assert list(tmp.iterdir()) == []


def _writing(text: str) -> list[str]:
    """The calls that change the file system, or offer a service, and did not fail."""
    found = []
    for line in text.splitlines():
        call = line.partition(" ")[2].strip()
        if " = -1 " in call or "exited with" in call or call.startswith("<..."):
            continue
        if not call.startswith("open") or _WRITES.search(call.partition(" = ")[0]):
            found.append(call)
    return [call for call in found if not call.startswith(("---", "+++"))]


def _allowed(call: str, tmp: Path) -> bool:
    """Within the temporary folder, or no file at all."""
    if call.startswith(("bind", "listen")):
        return False
    names = [name for name in _NAMES.findall(call) if name]
    if call.startswith(("link", "symlink")):
        names = names[-1:]  # what is linked to stays as it is
    place = re.search(r"AT_FDCWD<([^>]*)>|\((?:\d+)<([^>]*)>", call)
    folder = next(filter(None, place.groups()), "/") if place else "/"
    whole = [os.path.normpath(Path(folder, name)) for name in names]
    inside = (f"{tmp}/", "/dev/null", "/dev/tty", "/dev/pts/", "/dev/ptmx", "/proc/self/")
    return all(f"{name}/".startswith(inside) or name.startswith(inside) for name in whole)


def _needs(program: str) -> None:
    found = shutil.which(program) or (program == "ksh93" and shutil.which("ksh"))
    if not found and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"there is no {program} here")


def _wait(ready: Callable[[], bool]) -> None:
    for _ in range(2000):
        if ready():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
