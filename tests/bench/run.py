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


FUNCTION = """\
_library_{n}()
{{
    local cur prev words=() cword i
    for i in "${{!words[@]}}"; do
        [[ ${{words[i]}} == -* ]] && cur=${{words[i]}}
    done
    case "$prev" in
        --help|--version) return 1 ;;
        *) COMPREPLY=( $(compgen -W "a b c" -- "$cur") ) ;;
    esac
}} && complete -F _library_{n} command{n}

"""
MANAGER = """\
#!/bin/sh
# What a version manager's init prints: shims in front, once; a function; its completions.
echo 'export PATH="'"$HOME"'/shims:${PATH}"'
echo 'manager() { command manager "$@"; }'
for name in a b c d e f; do dirname "/x/$name" >/dev/null; done
"""


def cpu(argv: Sequence[str], home: Path) -> tuple[float, int]:
    """CPU seconds of a command and all that it waits for, the median of five; its peak RSS."""
    rows = []
    for _ in range(5):
        pid = os.posix_spawn(
            shutil.which(argv[0]) or argv[0],
            list(argv),
            environment(home),
            file_actions=[(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)],
        )
        used = os.wait4(pid, 0)[2]
        rows.append((used.ru_utime + used.ru_stime, used.ru_maxrss))
    return sorted(rows)[2][0], max(rss for _, rss in rows)


def traced_home(home: Path) -> None:
    """A home as people have it: a version manager, and completions of 80 kB."""
    home.mkdir()
    (home / "manager").write_text(MANAGER)
    (home / "manager").chmod(0o755)
    (home / "library.sh").write_text("".join(FUNCTION.format(n=n) for n in range(200)))
    lines = ". ~/library.sh", 'eval "$(~/manager init -)"', 'export PATH="$HOME/bin:$PATH"'
    (home / ".bashrc").write_text("\n".join(lines) + "\n")


def traces(folder: Path) -> None:
    """What a trace costs over the starts that it is made of, and a long one of memory."""
    home, bare, long = folder / "traced", folder / "bare", folder / "long"
    traced_home(home)
    bare.mkdir()
    long.mkdir()
    loop = "i=0\nwhile [ $i -lt 100000 ]; do\n  i=$((i+1))\ndone\n"
    (long / ".bashrc").write_text(f"{loop}PATH=/t/a:$PATH\n")
    trace = [sys.executable, "-m", "envkit", "trace", "--context", "terminal"]
    plain = cpu(["bash", "-i", "-c", ":"], home)[0]
    floor = cpu(trace, bare)[0]
    whole = cpu(trace, home)[0]
    print("trace of a terminal, CPU seconds (a version manager, completions of 80 kB)")
    print(f"  one start       {plain:.3f}")
    print(f"  a bare home     {floor:.3f}   the Python process and two bare starts")
    print(f"  this home       {whole:.3f}   {(whole - floor) / plain:.1f} starts more (bound 3)")
    if shutil.which("valgrind"):
        more = (instructions(trace, home) - instructions(trace, bare)) / 1e6
        print(f"  instructions    {more:.0f} M more in the Python process (bound 100)")
    seconds, rss = cpu([*trace, "--limit", "60"], long)
    print(f"  200,000 lines   {rss / 1024:.0f} MB (bound 100), {seconds:.1f} s")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(SKELETON, home) if SKELETON.is_dir() else home.mkdir()
        if shutil.which("valgrind"):
            command_lines(home, sys.argv[1:])
        else:
            print("skipped: instructions (no valgrind)")
        if not sys.argv[1:] or "traces" in sys.argv[1:]:
            traces(Path(folder))
        doctor(home)
        if shutil.which("strace"):
            block(home)
        else:
            print("skipped: forks and execs (no strace)")


if __name__ == "__main__":
    main()
