"""Starts of the shells of which envkit tells the order alone: tcsh, nushell, xonsh."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import order, platforms
from envkit.host import Host
from tests.real import namespace
from tests.real.namespace import HOME

BASE = {
    "HOME": HOME,
    "USER": "ada",
    "LOGNAME": "ada",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "TERM": "dumb",
}
_RUNAWAY = 300  # a random file that reads itself, or loops, until it is killed
Env = tuple[tuple[str, str | None], ...]
Files = tuple[tuple[str, str, str], ...]


class Case(NamedTuple):
    """One start: `files` are path, state and text; `left` what is typed, or comes on stdin."""

    name: str
    argv: tuple[str, ...]
    stdin: str = "null"
    env: Env = ()
    files: Files = ()
    left: str = "exit\n"
    end: str | None = None
    as_root: bool = False
    certain: bool = True

    def environment(self) -> dict[str, str]:
        """What the process is given."""
        given = {**BASE, **dict(self.env)}
        return {name: value for name, value in given.items() if value is not None}


def why_not(program: str | None) -> str:
    """Why these tests cannot run here; "" where they can."""
    if program is None:
        return "the shell is not here"
    if os.geteuid() != 0:
        return "a mount namespace of one's own needs root"
    if not shutil.which("unshare"):
        return "not here: unshare"
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "mount namespaces are not allowed here"


def make_root(folder: Path) -> Path:
    """A fake root that an ordinary user can reach."""
    namespace.make_root(folder)
    here = folder.parent
    while here != Path("/") and here.stat().st_uid == os.geteuid():
        here.chmod(here.stat().st_mode | 0o011)
        here = here.parent
    return folder


def needs(program: str | None, required: bool) -> pytest.MarkDecorator:
    """Skip where the shell is not here; fail where CI must have it."""
    reason = why_not(program)
    wanted = required and os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
    return pytest.mark.skipif(bool(reason) and not wanted, reason=reason)


def real(root: Path, program: str, cases: list[Case]) -> list[list[str]]:
    """What the real shell ran, one list of names for each case."""
    given = [
        {
            "program": program,
            "argv": case.argv,
            "stdin": case.stdin,
            "env": case.environment(),
            "files": {path: (state, text) for path, state, text in case.files},
            "typed": case.left,
            "text": case.left,
            "as_root": case.as_root,
        }
        for case in cases
    ]
    done = subprocess.run(
        ["unshare", "-m", sys.executable, namespace.__file__, str(root)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    logs: list[list[str]] = json.loads(done.stdout)
    return logs


def predicted(root: Path, shell: str, case: Case) -> tuple[list[str], bool]:
    """The files that the model says are read, those that leave a mark; whether it is certain."""
    namespace.clear(root)
    for path, state, content in case.files:
        namespace.place(root, path, state, content)
    owner = 0 if case.as_root else namespace.UID
    os.chown(root / "home/ada", owner, owner)
    try:
        host = Host.real(home=Path(HOME), root=root)
        start = order.literal(
            host,
            shell,
            case.argv,
            case.stdin,  # type: ignore[arg-type]
            case.environment(),
            case.end,  # type: ignore[arg-type]
            None,
            platforms.get("debian"),
        )
        rows = order.order(host, start).files
    finally:
        os.chown(root / "home/ada", namespace.UID, namespace.UID)
    marked = {path for path, _state, text in case.files if namespace.LOG in text}
    read = [row for row in rows if row.status == "read" and str(row.path) in marked]
    silent = {path for path, state, _ in case.files if state in ("empty", "devnull")}
    certain = all(row.certain for row in rows)
    return [str(row.path) for row in read if str(row.path) not in silent], certain


def differences(root: Path, shell: str, program: str, cases: list[Case]) -> list[str]:
    """Every case in which model and shell differ, for people."""
    found = []
    for case, log in zip(cases, real(root, program, cases), strict=True):
        if len(log) > _RUNAWAY:
            continue
        guess, certain = predicted(root, shell, case)
        if guess != log or (case.certain and not certain):
            there = [file for file in case.files if file[1] != "absent"]
            texts = "\n".join(f"  {path} {state}:\n{text}" for path, state, text in there)
            found.append(
                f"{case.name}: {case.argv} stdin {case.stdin} env {case.env}\n"
                f"  shell {log}\n  model {guess}{'' if certain else ' (not certain)'}\n"
                + (texts if len(texts) < 1500 else "")
            )
    return found
