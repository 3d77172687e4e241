"""What things cost, as counts and ratios: `python tests/bench/run.py [NAME…]`.

Instructions are counted by valgrind's callgrind for the Python process alone (--trace-children is
off), as ratios to `python -c pass` of the same interpreter; forks and execs by strace. The
figures are for a reader; nothing fails because a machine is slow (docs/design.md, section 7).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

COMMANDS = {
    "version": (["--version"], None),
    "order": (["order"], 11),
    "order --json": (["order", "--json"], 11),
    "trace": (["trace"], 11),
    "trace --json": (["trace", "--json"], 11),
    "help": (["--help"], 17),
    "order --help": (["order", "--help"], 17),
    "explain": (["explain", "EK101"], None),
    "profile list": (["profile", "list"], None),
    "descent": (["descent"], None),
}
SKELETON = Path("/etc/skel")


def environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb"}


def instructions(argv: Sequence[str], home: Path) -> int:
    """Instructions of one process, the second run (the first fills .pyc files)."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}.%p", *argv]
        subprocess.run(list(argv), env=environment(home), capture_output=True, check=False)
        done = subprocess.run(tool, env=environment(home), capture_output=True, check=False)
        counts = re.findall(rb"Collected : (\d+)", done.stderr)
        # Children forked without exec (the supervisors) report, too; the command is the first pid.
        totals = [
            int(match.group(1))
            for path in sorted(Path(folder).iterdir(), key=lambda p: int(p.suffix[1:]))
            if (match := re.search(r"^(?:summary|totals): (\d+)", path.read_text(), re.MULTILINE))
        ]
        return totals[0] if totals else int(counts[-1])


def command_lines(home: Path, only: Sequence[str]) -> None:
    floor = instructions([sys.executable, "-c", "pass"], home)
    print(f"instructions of the Python process, × `python -c pass` ({floor / 1e6:.0f} M)")
    for name, (words, bound) in COMMANDS.items():
        if only and name not in only:
            continue
        ratio = instructions([sys.executable, "-m", "envkit", *words], home) / floor
        print(f"  {name:<16} {ratio:5.1f} ×" + (f"   (bound {bound})" if bound else ""))


def process_calls(argv: Sequence[str], home: Path) -> tuple[int, int]:
    """Forks and execs of a whole process tree, the first exec left out."""
    with tempfile.NamedTemporaryFile("r") as log:
        tool = ["strace", "-f", "-qq", "-e", "trace=clone,clone3,fork,vfork,execve", "-o", log.name]
        subprocess.run([*tool, *argv], env=environment(home), capture_output=True, check=False)
        text = log.read()
    return len(re.findall(r"\b(?:clone3?|v?fork)\(", text)), len(re.findall(r"execve\(", text)) - 1


def block(home: Path) -> None:
    """The installed block in a shell's start: forks and execs with it and without it."""
    starts = {"bash -lic": ["bash", "-l", "-i", "-c", ":"], "bash -ic": ["bash", "-i", "-c", ":"]}
    starts["dash -lc"] = ["dash", "-l", "-c", ":"]
    before = {name: process_calls(argv, home) for name, argv in starts.items()}
    install = [sys.executable, "-m", "envkit", "install", "--user", "--yes", "--no-verify"]
    done = subprocess.run(
        install, env=environment(home), capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"install: {done.stderr}")
        return
    print("forks and execs that the installed block adds to a start")
    for name, argv in starts.items():
        forks, execs = process_calls(argv, home)
        print(f"  {name:<16} {forks - before[name][0]} forks, {execs - before[name][1]} execs")


def doctor(home: Path) -> None:
    """`doctor` on an ordinary home: wall and CPU seconds, for a reader alone."""
    command = [sys.executable, "-m", "envkit", "doctor"]
    rows = []
    for _ in range(4):
        begun, used = time.monotonic(), os.times()
        subprocess.run(command, env=environment(home), capture_output=True, check=False)
        after = os.times()
        cpu = (
            after.children_user + after.children_system - used.children_user - used.children_system
        )
        rows.append((time.monotonic() - begun, cpu))
    wall, cpu = sorted(rows[1:])[1]
    print(
        f"doctor on the skeleton home: {wall:.2f} s wall, {cpu:.2f} s CPU ({os.cpu_count()} cores)"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(SKELETON, home) if SKELETON.is_dir() else home.mkdir()
        if shutil.which("valgrind"):
            command_lines(home, sys.argv[1:])
        else:
            print("skipped: instructions (no valgrind)")
        doctor(home)
        if shutil.which("strace"):
            block(home)
        else:
            print("skipped: forks and execs (no strace)")


if __name__ == "__main__":
    main()
