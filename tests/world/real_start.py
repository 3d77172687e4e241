"""Start a real shell as a person or sshd does: what it reads, and the PATH that comes of it."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from envkit.model import Start

_OPENED = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]+)", O_RDONLY[^)]*\) = \d+')
_SECONDS = 10.0


class Seen(NamedTuple):
    """PATH at the end, None where the shell did not come so far, and the files that it opened."""

    path: str | None
    opened: tuple[Path, ...]


def see(home: Path, start: Start, scratch: Path) -> Seen:
    """Start the shell of `start` under strace: typed to where it is interactive, else with -c."""
    name = start.shell.programs[0]
    log, answer = scratch / "strace", scratch / "answer"
    for file in (log, answer):
        file.unlink(missing_ok=True)
    typed = start.invocation.interactive
    say = f"env | sed -n s/^PATH=//p >{answer}"
    argv = (f"-{name}" if start.invocation.login else name,)
    if not typed:
        argv = start.shell.argv(start.invocation, say)
    program = shutil.which(name)
    assert program is not None
    strace, bash = shutil.which("strace"), shutil.which("bash")
    assert strace and bash
    command = [strace, "-qq", "-o", str(log), "-e", "trace=open,openat,execve"]
    command += [bash, "--norc", "-c", 'exec -a "$0" "$@"', argv[0], program, *argv[1:]]
    env = {**start.environment, "HOME": str(home), "HISTFILE": "/dev/null"}
    if typed:
        _type(command, env, home, answer, f"{say}; exit\n".encode())
    else:
        subprocess.run(
            command, env=env, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    value = answer.read_text().rstrip("\n") if answer.exists() else None
    return Seen(value, _opened(log, home))


def _type(command: list[str], env: dict[str, str], home: Path, answer: Path, keys: bytes) -> None:
    """Type into a shell on a terminal of its own, once it has read its files."""
    child, master = pty.fork()
    if child == 0:
        os.chdir(home)
        os.execve(command[0], command, env)
    deadline, last, sent = time.monotonic() + _SECONDS, time.monotonic(), False
    while time.monotonic() < deadline:
        ready, _, _ = select.select([master], [], [], 0.05)
        if ready:
            try:
                os.read(master, 65536)
            except OSError:
                break
            last = time.monotonic()
        elif not sent and time.monotonic() - last > 0.15:
            os.write(master, keys)
            sent = True
        elif answer.exists() and time.monotonic() - last > 0.3:
            break  # fish does not leave by itself below strace; the hangup ends it
    os.close(master)
    _end(child)


def _end(child: int) -> None:
    deadline = time.monotonic() + 2
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.01)


def _opened(log: Path, home: Path) -> tuple[Path, ...]:
    """The files below the home that the shell itself opened, after it was started."""
    lines = log.read_text(errors="replace").splitlines()
    begins = [at for at, line in enumerate(lines) if line.startswith("execve(")]
    found = []
    for line in lines[begins[1] :] if len(begins) > 1 else lines:
        match = _OPENED.search(line)
        if match and Path(match[1]).is_relative_to(home) and Path(match[1]).is_file():
            found.append(Path(match[1]))
    return tuple(found)
