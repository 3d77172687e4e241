"""Every place where a command can be killed, or told by the system that it may not: by strace.

A recording run lists the file-changing system calls of envkit's own process, in order; `killed`
and `refused` run the command again and let the N-th of one kind end it, or fail. `when` counts per
process and per system call (strace(1), "-e inject"), and what the children of a command do is not
counted here: they are followed only because `--seccomp-bpf` asks for it.

The package is copied first: a cache of bytecode that somebody writes between two runs would move
every number.
"""

from __future__ import annotations

import compileall
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

import envkit

#: Calls that change a file, a folder or what is known of one; "?": not on every architecture.
CHANGING = (
    *("?rename", "renameat", "?renameat2", "?link", "linkat", "?symlink", "symlinkat"),
    *("?open", "openat", "?creat", "write", "pwrite64", "writev", "truncate", "ftruncate"),
    *("fallocate", "copy_file_range", "sendfile", "fsync", "fdatasync", "?unlink", "unlinkat"),
    *("?rmdir", "?mkdir", "mkdirat", "?chmod", "fchmod", "fchmodat", "?chown", "?lchown"),
    *("fchown", "fchownat", "utimensat", "setxattr", "lsetxattr", "fsetxattr", "removexattr"),
    *("lremovexattr", "fremovexattr"),
)  # fmt: skip
_ENTRY = re.compile(r"(\d+) +(\w+)\(")
_INSIDE = re.compile(r"\b(?:write|writev|pwrite64|sendfile)\((\d+)<([^>]*)>")

# How long a call is held up, in microseconds: a kill ends it, an editor is quicker than that.
_TILL_KILLED, _TILL_SAVED = 10_000_000, 1_000_000


class Point(NamedTuple):
    """The `when`-th of a system call; `line` as strace shows it."""

    call: str
    when: int
    line: str

    def __str__(self) -> str:
        return f"{self.call} {self.when}: {self.line[:150]}"

    @property
    def printed(self) -> bool:
        """Whether it writes to the standard streams: nothing of the user's."""
        found = _INSIDE.match(self.line)
        return found is not None and int(found[1]) in (1, 2)


class Ran(NamedTuple):
    """How a command ended; below 0: by that signal."""

    status: int
    out: str
    err: str


class Traced:
    """Commands of envkit on one home, run under strace."""

    def __init__(self, home: Path, scratch: Path) -> None:
        self.home, self.log = home, scratch / "strace"
        self.package = scratch / "package"
        if not self.package.exists():
            source = Path(envkit.__file__).parent
            skip = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, self.package / "envkit", ignore=skip)
            if (source.parent / "profiles").is_dir():
                shutil.copytree(source.parent / "profiles", self.package / "profiles")
            compileall.compile_dir(self.package, quiet=2)

    def run(self, words: Sequence[str], tracing: Sequence[str] = ()) -> Ran:
        """`envkit WORDS --home HOME`."""
        return self._end(self._begin(words, tracing))

    def _begin(self, words: Sequence[str], tracing: Sequence[str]) -> subprocess.Popen[str]:
        env = {
            "HOME": str(self.home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.Popen(
            [*tracing, sys.executable, "-m", "envkit", *words, "--home", str(self.home)],
            env=env,
            cwd=self.package,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def _end(self, running: subprocess.Popen[str]) -> Ran:
        out, err = running.communicate(timeout=120)
        if "ptrace" in err and running.returncode != 0:
            pytest.skip(f"strace may not trace here: {err.strip()[:100]}")
        return Ran(running.returncode, out, err)

    def points(self, words: Sequence[str], fine: Sequence[int] = (0,)) -> tuple[Point, ...]:
        """All places of one run of a command, in order; the command is carried out."""
        calls = ",".join(CHANGING)
        words_of_strace = ["-y", "-s", "60", "-e", f"trace={calls}"]
        done = self.run(words, [*self._strace(), *words_of_strace])
        assert done.status in fine, done.out + done.err
        return tuple(self._points(self.log.read_text(errors="replace")))

    def _points(self, log: str) -> Iterator[Point]:
        counts: dict[str, int] = {}
        main = log.split(" ", 1)[0]
        for line in log.splitlines():
            found = _ENTRY.match(line)
            if found is None or found[1] != main:
                continue
            call = found[2]
            counts[call] = counts.get(call, 0) + 1
            if call in ("open", "openat") and "O_CREAT" not in line:
                continue
            shown = line[found.start(2) :].replace(str(self.home), "~")
            yield Point(call, counts[call], shown)

    def killed(self, words: Sequence[str], point: Point) -> Ran:
        """Run the command and end it (SIGKILL) on its way into this call."""
        running, child = self._held_up(words, point, _TILL_KILLED)
        if child:
            os.kill(child, signal.SIGKILL)
            running.kill()  # strace waits for the end of the delay, even of a call of the dead
            while _state(child) not in ("Z", "X", ""):
                time.sleep(0.001)
        done = self._end(running)
        assert child or point.printed, f"not reached: {point}\n{done}"
        return done

    def held_up(self, words: Sequence[str], point: Point, meanwhile: Callable[[], None]) -> Ran:
        """Run the command, hold it up on its way into this call, and do something meanwhile."""
        running, child = self._held_up(words, point, _TILL_SAVED)
        assert child, f"not reached: {point}\n{self._end(running)}"
        meanwhile()
        return self._end(running)

    def _held_up(
        self, words: Sequence[str], point: Point, delay: int
    ) -> tuple[subprocess.Popen[str], int]:
        """A command that strace holds before this call for a while; its process, 0 if it ended.

        strace 6.1 injects no signal with --seccomp-bpf, and without it takes four times as long;
        so it delays the call, and the signal comes from here. The stop is of a kind of its own
        (`t`, proc(5)); those of all other calls that are traced are short.
        """
        delayed = f"{point.call}:delay_enter={delay}:when={point.when}"
        tracing = ["-e", f"trace={point.call}", "-e", f"inject={delayed}"]
        running = self._begin(words, [*self._strace(), *tracing])
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        stopped = 0
        while running.poll() is None:
            child = next(map(int, children.read_text().split()), 0)
            stopped = stopped + 1 if child and _state(child) == "t" else 0
            if stopped == 8:
                return running, child
            time.sleep(0.002)
        return running, 0

    def refused(self, words: Sequence[str], point: Point, error: str) -> Ran:
        """Run the command, and let this one call fail."""
        done = self._inject(words, f"{point.call}:error={error}:when={point.when}")
        assert "(INJECTED)" in self.log.read_text(errors="replace"), f"not reached: {point}"
        return done

    def read_only_from(self, words: Sequence[str], points: Sequence[Point], first: int) -> Ran:
        """Run the command on a disk that turns read-only at the call `points[first]`, for good."""
        seen: dict[str, int] = {}
        for point in points[first:]:
            # An open for reading goes on; of what is printed nothing lies on that disk.
            if not point.printed and point.call not in ("open", "openat", "write"):
                seen.setdefault(point.call, point.when)
        expressions = [f"{call}:error=EROFS:when={when}+" for call, when in seen.items()]
        return self._inject(words, *expressions)

    def _inject(self, words: Sequence[str], *expressions: str) -> Ran:
        calls = ",".join(each.partition(":")[0] for each in expressions)
        told = [word for each in expressions for word in ("-e", f"inject={each}")]
        return self.run(words, [*self._strace(), "-e", f"trace={calls}", *told])

    def _strace(self) -> list[str]:
        quiet = ["-qq", "-e", "signal=none", "-o", str(self.log)]
        return [program("strace"), "-f", "--seccomp-bpf", *quiet]


def _state(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def program(name: str) -> str:
    """A program that these tests need; skipped, or failed where CI has promised it."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get("ENVKIT_REQUIRE_SHELLS"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return found


def spread(points: Sequence[Point], count: int, offset: int = 0) -> tuple[Point, ...]:
    """A sample: of each system call one place, then others evenly between them."""
    if len(points) <= count:
        return tuple(points)
    by_call: dict[str, list[int]] = {}
    for number, point in enumerate(points):
        by_call.setdefault(point.call, []).append(number)
    # Another place of each call for another offset, and never only the first one of it.
    chosen = {
        numbers[(offset + 2 * rank + 1) * 7 % len(numbers)]
        for rank, numbers in enumerate(by_call.values())
    }
    step = 1
    while len(chosen) < count:
        chosen.add((offset * 5 + step * len(points) // count) % len(points))
        step += 1
        if step > 10 * count:
            break
    return tuple(points[number] for number in sorted(chosen))
