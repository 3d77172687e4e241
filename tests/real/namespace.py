"""Real shells in a mount namespace: a fake root's /etc and /home stand for the real ones.

Runs as a program (`python namespace.py ROOT < cases.json > logs.json`) so that one `unshare` and
one interpreter serve thousands of starts. A case says which files there are and how the shell is
started; the answer is the log that those files left: each appends its own name to ROOT/log.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import shutil
import signal
import socket
import sys
import termios
import time
from pathlib import Path
from typing import Any

USER, UID, HOME = "ada", 1815, "/home/ada"
PASSWD = f"root:x:0:0::/root:/bin/bash\n{USER}:x:{UID}:{UID}::{HOME}:/bin/bash\n"
LOG = "/home/log"
_KEPT = ("passwd", "group", "ld.so.cache")


def marker(name: str, more: str = "") -> str:
    """A startup file that says that it ran."""
    return f"echo '{name}' >> {LOG}\n{more}"


def place(root: Path, path: str, state: str, content: str) -> None:
    """Put one file, in one of the states that a file can be in, below `root`."""
    here = root / path.lstrip("/")
    here.parent.mkdir(parents=True, exist_ok=True)
    if state == "absent":
        return
    if state == "directory":
        here.mkdir()
    elif state == "dangling":
        here.symlink_to("nowhere-at-all")
    elif state == "loop":
        here.symlink_to(here.name)
    elif state == "devnull":
        here.symlink_to("/dev/null")
    else:
        here.write_text("" if state == "empty" else content)
        here.chmod(0o000 if state == "unreadable" else 0o644)
    if path.startswith(HOME):
        os.lchown(here, UID, UID)


def clear(root: Path) -> None:
    """A bare /etc and an empty home."""
    for folder in (root / "etc", root / "home/ada"):
        for here in folder.iterdir():
            if here.name in _KEPT:
                continue
            if here.is_dir() and not here.is_symlink():
                shutil.rmtree(here)
            else:
                here.unlink()


def make_root(root: Path) -> None:
    """The skeleton of the fake root."""
    (root / "etc").mkdir(parents=True)
    (root / "home/ada").mkdir(parents=True)
    (root / "etc/passwd").write_text(PASSWD)
    (root / "etc/group").write_text(f"root:x:0:\n{USER}:x:{UID}:\n")
    if Path("/etc/ld.so.cache").exists():
        shutil.copy("/etc/ld.so.cache", root / "etc/ld.so.cache")
    (root / "home/log").touch()
    (root / "usr/bin").mkdir(parents=True)
    (root / "bin").symlink_to("usr/bin")
    for name in ("bash", "sh", "dash", "cat", "id", "readlink", "true"):
        (root / "usr/bin" / name).touch(0o755)
    for folder in (root, root / "etc", root / "home"):
        folder.chmod(0o755)
    os.chown(root / "home/ada", UID, UID)
    os.chown(root / "home/log", UID, UID)


def run(case: dict[str, Any], root: Path) -> list[str]:
    """One start; the names that its startup files logged."""
    clear(root)
    for path, (state, content) in case["files"].items():
        place(root, path, state, content)
    log = root / "home/log"
    os.truncate(log, 0)
    _start(case)
    return log.read_text().split("\n")[:-1]


def _start(case: dict[str, Any]) -> None:
    stdin = case["stdin"]
    master = slave = -1
    if stdin == "pty":
        master, slave = pty.openpty()
    child = os.fork()
    if child == 0:
        try:
            _become(case, slave)
        finally:
            os._exit(127)
    if slave >= 0:
        os.close(slave)
    try:
        _attend(child, master, case)
    finally:
        if master >= 0:
            os.close(master)


def _become(case: dict[str, Any], slave: int) -> None:
    os.setsid()
    stdin = case["stdin"]
    null = os.open("/dev/null", os.O_RDWR)
    if stdin == "pty":
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        descriptors = (slave, slave, slave)
    elif stdin == "socket":
        mine, _other = socket.socketpair()
        os.set_inheritable(mine.fileno(), True)
        descriptors = (mine.detach(), null, null)
    elif stdin == "pipe":
        end, other = os.pipe()
        os.write(other, case.get("text", "").encode())
        os.close(other)
        descriptors = (end, null, null)
    else:
        descriptors = (null, null, null)
    for to, descriptor in enumerate(descriptors):
        os.dup2(descriptor, to)
    os.closerange(3, 64)
    if stdin == "closed":
        os.close(0)
    os.chdir(HOME)
    if not case.get("as_root"):
        os.setgroups([])
        os.setgid(UID)
        os.setuid(UID)
    os.execve(case["program"], case["argv"], case["env"])


def _attend(child: int, master: int, case: dict[str, Any]) -> None:
    """Type what ends the shell, drain its terminal, wait; five seconds at most."""
    deadline = time.monotonic() + 5
    typed = case.get("typed", "exit\n").encode()
    sent = False
    while time.monotonic() < deadline:
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            return
        if master >= 0:
            if not sent:
                sent = True
                os.write(master, typed)
            ready, _, _ = select.select([master], [], [], 0.002)
            if ready:
                try:
                    os.read(master, 65536)
                except OSError:
                    os.waitpid(child, 0)
                    return
        else:
            time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    """Every case in turn."""
    root = Path(sys.argv[1])
    for folder in ("etc", "home"):
        if os.system(f"mount --bind {root}/{folder} /{folder}") != 0:
            raise SystemExit("mount --bind is not allowed here")
    cases = json.load(sys.stdin)
    json.dump([run(case, root) for case in cases], sys.stdout)


if __name__ == "__main__":
    main()
