"""What `which` costs: five names in six contexts, on a home whose ~/.bashrc is slow.

`python tests/bench/which.py`. The issue's bound: 1.5 × the slowest context's start, on 2 cores, and
one Python process. The figures are for a reader; nothing fails because a machine is slow.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

NAMES = ("python3", "pip", "ls", "awk", "bash")
CONTEXTS = ("login_terminal", "terminal", "ssh_command", "script", "cron", "systemd_user")
# As slow as `eval "$(pyenv init -)"` on a cold disk.
SLOW = 'eval "$(sleep 0.3; echo "PATH=$HOME/.pyenv/shims:\\$PATH")"\n'


def home(folder: Path) -> Path:
    for name in (".bashrc", ".profile"):
        skeleton = Path("/etc/skel", name)
        (folder / name).write_bytes(skeleton.read_bytes() if skeleton.exists() else b"")
    with (folder / ".bashrc").open("a") as file:
        file.write(SLOW)
    return folder


def seconds(argv: Sequence[str], where: Path, times: int = 5) -> float:
    """The median of some runs."""
    env = {"HOME": str(where), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb"}
    found = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(
            argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, cwd=where, check=False
        )
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        where = home(Path(name))
        contexts = [word for one in CONTEXTS for word in ("--context", one)]
        envkit = [sys.executable, "-m", "envkit", "which", *NAMES, *contexts]
        slowest = seconds(["bash", "-l", "-i", "-c", "true"], where)
        python = seconds([sys.executable, "-m", "envkit", "which", "--help"], where)
        whole = seconds(envkit, where)
        print(f"the slowest context's start     {slowest:6.3f} s")
        print(f"the Python process (--help)     {python:6.3f} s")
        print(f"which, 5 names in 6 contexts    {whole:6.3f} s")
        print(f"without the Python process      {(whole - python) / slowest:6.2f} × the start")


if __name__ == "__main__":
    main()
