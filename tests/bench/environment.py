"""What the environment costs at a shell's start: `python tests/bench/environment.py [SHELL…]`.

Instructions of a shell that reads a file, less those of the same shell with an empty one, counted
by callgrind in a fixed environment, and forks, execs and opens by strace. For 1, 10 and 100
entries with as many variables (at most 10), where PATH holds none of ours (fresh) and where it
holds them all (nested), beside what others do: literal `export` lines, a guard for each entry in
a file of its own (rustup's and uv's way), `eval "$(tool)"` with a tool that prints the literal
lines. Ratios are of whole starts, to the literal lines. For a reader; nothing fails because a
machine is slow.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from envkit import environment
from envkit.environment import fish
from envkit.plan import Profile

#: A shell's own start that reads one file: arguments, and the file's name below the home.
SHELLS = {
    "bash": (("-i", "-c", ":"), ".bashrc"),
    "dash": (("-i", "-c", ":"), ".rc"),
    "zsh": (("-o", "noglobalrcs", "-i", "-c", ":"), ".zshrc"),
    "fish": (("-c", ":"), ".config/fish/config.fish"),
}
SIZES = (1, 10, 100)
# The bounds for bash, in millions: (entries, nested).
BOUNDS = {(10, False): 1.0, (10, True): 1.5, (100, False): 3.0, (100, True): 40.0}
REST = "/usr/local/bin:/usr/bin:/bin"


def profile(entries: int) -> Profile:
    folders = tuple(f"/opt/tool-{number:03}/bin" for number in range(entries))
    values = tuple((f"VARIABLE_{number}", f"value {number}") for number in range(min(entries, 10)))
    return Profile("bench", values, folders, (), Path("bench.env"))


def ours(made: Profile, home: Path, shell: str) -> str:
    room, name = (fish.fish, "env.fish") if shell == "fish" else (environment.posix, "env.sh")
    (home / name).write_bytes(room(made, "user"))
    line = fish.source_line if shell == "fish" else environment.source_line
    return line(home / name, home).decode()


def literal(made: Profile, home: Path, shell: str) -> str:
    """A line for each, as people write them."""
    if shell == "fish":
        lines = [f"set -gx PATH {folder} $PATH" for folder in reversed(made.path_prepend)]
        return "\n".join([*lines, *(f"set -gx {n} '{v}'" for n, v in made.variables), ""])
    lines = [f'export PATH="{folder}:$PATH"' for folder in reversed(made.path_prepend)]
    return "\n".join([*lines, *(f"export {name}='{value}'" for name, value in made.variables), ""])


def guard(made: Profile, home: Path, shell: str) -> str:
    """`. "$HOME/guard"`: each entry where it is not there yet (rustup's env)."""
    if shell == "fish":
        text = "".join(
            f"if not contains {folder} $PATH\nset -x PATH {folder} $PATH\nend\n"
            for folder in reversed(made.path_prepend)
        )
    else:
        text = "".join(
            f'case ":${{PATH}}:" in\n*:"{folder}":*) ;;\n*) export PATH="{folder}:$PATH" ;;\nesac\n'
            for folder in reversed(made.path_prepend)
        )
    lines = literal(made, home, shell).splitlines(keepends=True)[len(made.path_prepend) :]
    (home / "guard").write_text(text + "".join(lines))
    return ("source" if shell == "fish" else ".") + ' "$HOME/guard"\n'


def tool(made: Profile, home: Path, shell: str) -> str:
    """`eval "$(tool)"`, the cheapest tool there is: it copies a file to its output."""
    (home / "lines").write_text(literal(made, home, shell))
    if shell == "fish":
        return 'cat "$HOME/lines" | source\n'
    return 'eval "$(cat "$HOME/lines")"\n'


WAYS: Mapping[str, Callable[[Profile, Path, str], str]] = {
    "literal lines": literal,
    "envkit": ours,
    "guards (rustup)": guard,
    'eval "$(tool)"': tool,
}


def started(shell: str, home: Path, path: str) -> tuple[list[str], dict[str, str]]:
    words, _ = SHELLS[shell]
    env = {"HOME": str(home), "PATH": path, "LC_ALL": "C", "TERM": "dumb"}
    env |= {"ENV": str(home / ".rc")} if shell == "dash" else {}
    return [shutil.which(shell) or shell, *words], env


def instructions(argv: Sequence[str], env: Mapping[str, str], times: int = 1) -> int:
    """All processes of a start; a forked child's count begins at nothing (a dump before)."""
    counts = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            calls = ("fork", "vfork", "_Fork", "execve", "posix_spawn")
            dumps = [f"--dump-before={call}" for call in calls]
            tool = ["valgrind", "--tool=callgrind", "--trace-children=yes", *dumps]
            tool += [f"--callgrind-out-file={folder}/out.%p", *argv]
            still = ["setarch", "-R"] if shutil.which("setarch") else []
            run([*still, *tool], env)
            texts = [path.read_text(errors="replace") for path in Path(folder).iterdir()]
        found = [re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE) for text in texts]
        counts.append(sum(int(match[1]) for match in found if match))
    return int(statistics.median(counts))


def calls(argv: Sequence[str], env: Mapping[str, str]) -> tuple[int, int, int]:
    """Forks, execs and files opened."""
    with tempfile.NamedTemporaryFile("r") as log:
        names = "trace=clone,clone3,fork,vfork,execve,open,openat"
        run(["strace", "-f", "-qq", "-e", names, "-o", log.name, *argv], env)
        text = log.read()
    forks = [row for row in re.findall(r"(?:clone3?|v?fork)\(.*", text) if "THREAD" not in row]
    opens = re.findall(r"open(?:at)?\(.*= \d", text)
    return len(forks), len(re.findall(r"execve\(.*= 0", text)), len(opens)


def run(argv: Sequence[str], env: Mapping[str, str]) -> None:
    subprocess.run(
        argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False, cwd=env["HOME"]
    )


def table(shell: str, home: Path) -> None:
    file = home / SHELLS[shell][1]
    file.parent.mkdir(parents=True, exist_ok=True)
    times = 3 if shell == "fish" else 1
    print(f"\n{shell}: M instructions above an empty file (× the literal lines' whole start)")
    for entries in SIZES:
        made = profile(entries)
        for nested in (False, True):
            path = ":".join([*made.path_prepend, REST]) if nested else REST
            argv, env = started(shell, home, path)
            env |= dict(made.variables) if nested else {}
            file.write_text("")
            run(argv, env)
            empty, none = instructions(argv, env, times), calls(argv, env)
            row, base = [], 0
            for way, text in WAYS.items():
                file.write_text(text(made, home, shell))
                count, more = instructions(argv, env, times), calls(argv, env)
                base = base or count
                forks, execs, opens = (a - b for a, b in zip(more, none, strict=True))
                figures = f"{(count - empty) / 1e6:6.2f} ({count / base:4.2f})"
                row.append((way, figures, f"{forks}/{execs}/{opens}"))
            show(shell, entries, nested, row)


def show(shell: str, entries: int, nested: bool, row: Sequence[tuple[str, str, str]]) -> None:
    bound = BOUNDS.get((entries, nested)) if shell == "bash" else None
    print(f"  {entries} entries, {'nested' if nested else 'fresh'}")
    for way, figures, added in row:
        limit = f"   (bound {bound:g})" if bound and way == "envkit" else ""
        print(f"    {way:<16} {figures}   {added} forks/execs/opens{limit}")


def main() -> None:
    missing = [name for name in ("valgrind", "strace") if shutil.which(name) is None]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}; nothing is measured without")
    os.environ.pop("ENV", None)
    for shell in sys.argv[1:] or SHELLS:
        if shutil.which(shell) is None:
            print(f"\n{shell}: not installed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            table(shell, Path(folder))


if __name__ == "__main__":
    main()
