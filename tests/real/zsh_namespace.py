"""Real starts of zsh in a mount namespace; namespace.py says how, this adds what zsh asks for.

Runs as a program (`python -m tests.real.zsh_namespace ROOT < cases.json > logs.json`): other
accounts, folders for ZDOTDIR, files compiled by zcompile, a zsh whose system files lie in /etc.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.real import namespace
from tests.real.namespace import HOME

ZSH = Path("/usr/bin/zsh")
OTHER = Path("/home/zsh")  # a copy with other folders, within the fake root


def make_root(root: Path) -> None:
    """The skeleton, and a zsh that was compiled for /etc as far as its system files go."""
    namespace.make_root(root)
    for name in ("zsh", "ls", "sed", "uname"):
        (root / "usr/bin" / name).touch(0o755)
    content = ZSH.read_bytes()
    for name in (b"zshenv", b"zprofile", b"zshrc", b"zlogin", b"zlogout"):
        long = b"/etc/zsh/" + name + b"\0"
        short = b"/etc/" + name + b"\0"
        content = content.replace(long, short.ljust(len(long), b"\0"))
    (root / "home/zsh").write_bytes(content)
    (root / "home/zsh").chmod(0o755)


def place(root: Path, case: dict[str, Any]) -> None:
    """The files of a case, some of them compiled, and the owner of the home."""
    namespace.clear(root)
    for path, (state, content) in case["files"].items():
        namespace.place(root, path, state, content)
    for path, age, content in case.get("compiled", ()):
        _compile(root / path.lstrip("/"), age, content)
    uid = case.get("uid", namespace.UID)
    for folder, _folders, names in os.walk(root / "home/ada"):
        for name in ("", *names):
            os.lchown(Path(folder) / name, uid, uid)


def _compile(here: Path, age: str, content: str) -> None:
    """FILE.zwc from another text, `newer` than FILE, `older`, of the `same` time, or `alone`."""
    compiled = Path(f"{here}.zwc")
    source = here.parent / "to-compile" / here.name
    source.parent.mkdir(exist_ok=True)
    source.write_text(content)
    program = 'zcompile "$1" "$2"'
    subprocess.run([ZSH, "-fc", program, "zsh", compiled, source], check=True)
    source.unlink()
    source.parent.rmdir()
    now = int(here.lstat().st_mtime) if here.exists() else 1_000_000_000
    when = {"newer": now + 10, "older": now - 10, "same": now, "broken": now + 10}[age]
    if age == "broken":
        compiled.write_text("no wordcode\n")
    os.utime(compiled, (when, when))


def run(case: dict[str, Any], root: Path) -> list[str]:
    """One start; the names that its startup files logged."""
    place(root, case)
    log = root / "home/log"
    os.truncate(log, 0)
    os.chown(log, case.get("uid", namespace.UID), -1)
    namespace.UID = case.get("uid", 1815)
    namespace._start(case)
    return log.read_text().split("\n")[:-1]


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


__all__ = ["HOME", "OTHER", "ZSH", "make_root", "place"]
