"""What a child left behind, wherever it hid: found below this process, told, and ended.

For a supervisor that is a child subreaper: all that its child started is still below it (proc(5)).
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

_GRACE = 0.4  # time for an agent to remove its socket after SIGTERM
_LOOK = 0.02  # time for what is about to end, or to execute another program


def end(pid: int, running: bool) -> list[str]:
    """End what is left; the command lines of the processes that outlived the child.

    A shell over its limit is killed first: woken by the end of the line that held it up, it would
    go on with the next one. Daemons get SIGTERM first, so that an agent removes its socket.
    """
    if running:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
            os.killpg(pid, signal.SIGKILL)
    names: dict[int, str] = {}
    began = time.monotonic()
    told: set[int] = set()
    while _children_left() and time.monotonic() < began + 2 * _GRACE:
        age = time.monotonic() - began
        early, late = age < _LOOK, age >= _GRACE
        for process, session in _descendants():
            if early and not running:
                continue
            if not running or session != pid:
                names.setdefault(process, _command_line(process))
            if process not in told or late:
                kill = late or (running and session == pid)
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL if kill else signal.SIGTERM)
                told.add(process)
        time.sleep(0.005)
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)  # all that can be done where /proc is missing
    return [name for process, name in sorted(names.items()) if name and process != pid]


def _children_left() -> bool:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _descendants() -> list[tuple[int, int]]:
    """(process, session) of all below this process; nothing where there is no /proc."""
    below: dict[int, list[tuple[int, int]]] = {}
    try:
        numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    except OSError:
        return []
    for process in numbers:
        try:
            text = Path(f"/proc/{process}/stat").read_bytes()
        except OSError:
            continue
        # The name in parentheses may hold anything, so the fields are counted from its end.
        state, parent, _group, session, *_ = text.rpartition(b")")[2].split()
        if state != b"Z":
            below.setdefault(int(parent), []).append((process, int(session)))
    found: list[tuple[int, int]] = []
    queue = [os.getpid()]
    while queue:
        children = below.get(queue.pop(), [])
        found += children
        queue += [process for process, _session in children]
    return found


def _command_line(process: int) -> str:
    try:
        text = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return ""
    return " ".join(part for part in text.decode("utf-8", "replace").split("\0") if part)[:200]
