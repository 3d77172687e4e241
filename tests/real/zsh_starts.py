"""The starts of zsh that the differential tests make, and what the model says of each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from envkit import order, platforms
from envkit.host import Host
from envkit.model import Order
from tests.real import namespace, zsh_namespace
from tests.real.namespace import HOME, LOG, marker

REPOSITORY = Path(__file__).parents[2]
NAMES = ("zshenv", "zprofile", "zshrc", "zlogin", "zlogout")
OTHERS = ("/etc/profile", "/etc/suid_profile", f"{HOME}/.profile", f"{HOME}/.env")
STATES = ("absent", "file", "empty", "unreadable", "directory", "dangling", "loop", "devnull")
BASE = {
    "HOME": HOME,
    "USER": "ada",
    "LOGNAME": "ada",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "TERM": "dumb",
    "PWD": HOME,
}


class Case(NamedTuple):
    """One start of a real zsh."""

    name: str
    argv: tuple[str, ...]
    stdin: str = "null"
    env: tuple[tuple[str, str | None], ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()
    compiled: tuple[tuple[str, str, str], ...] = ()
    typed: str = "exit\n"
    end: str | None = None
    build: str = "debian"
    uid: int = namespace.UID
    bare: bool = False
    platform: str = "debian"

    def environment(self) -> dict[str, str]:
        given = {**BASE, **dict(self.env)}
        return {name: value for name, value in given.items() if value is not None}

    def contents(self) -> dict[str, tuple[str, str]]:
        """Every file of zsh, marked, but for those that the case states."""
        folder = "/etc/zsh" if self.build == "debian" else "/etc"
        here: dict[str, tuple[str, str]] = {}
        if not self.bare:
            paths = [f"{folder}/{name}" for name in NAMES] + [f"{HOME}/.{name}" for name in NAMES]
            here = {path: ("file", marker(path)) for path in (*paths, *OTHERS)}
        here[f"{HOME}/script"] = ("file", ":\n")
        here.update({path: (state, content) for path, state, content in self.files})
        return {path: one for path, one in here.items() if one[0] != "absent"}

    def data(self) -> dict[str, object]:
        """The case as the namespace is given it."""
        program = zsh_namespace.ZSH if self.build == "debian" else zsh_namespace.OTHER
        return {
            "program": str(program),
            "argv": self.argv,
            "stdin": self.stdin,
            "env": self.environment(),
            "files": self.contents(),
            "compiled": self.compiled,
            "typed": self.typed,
            "uid": self.uid,
        }


def real(root: Path, cases: list[Case]) -> list[list[str]]:
    """What the real zsh read, one list of names for each case."""
    command = ["unshare", "-m", sys.executable, "-m", "tests.real.zsh_namespace", str(root)]
    done = subprocess.run(
        command,
        input=json.dumps([case.data() for case in cases]),
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    logs: list[list[str]] = json.loads(done.stdout)
    return logs


def rows(root: Path, case: Case) -> Order:
    """The model's answer."""
    zsh_namespace.place(root, case.data())
    host = Host.real(home=Path(HOME), root=root)
    start = order.literal(
        host,
        "zsh",
        case.argv,
        case.stdin,  # type: ignore[arg-type]
        case.environment(),
        case.end,  # type: ignore[arg-type]
        case.build,
        platforms.get(case.platform),
    )
    return order.order(host, start)


def predicted(root: Path, case: Case) -> list[str]:
    """What the order model says, as far as a log could show it: files with something in them."""
    return _visible(case, rows(root, case))


def _visible(case: Case, answer: Order) -> list[str]:
    contents = case.contents()
    silent = {
        path
        for path, (state, text) in contents.items()
        if state in ("empty", "devnull") or LOG not in text
    }
    read = [str(row.path) for row in answer.files if row.status == "read"]
    return [path for path in read if path not in silent]


def differences(root: Path, cases: list[Case]) -> list[str]:
    """Every case in which model and shell differ, for people."""
    return [
        f"{case.name}: argv {case.argv} stdin {case.stdin} env {case.env} uid {case.uid}\n"
        f"  build {case.build} files {[file[:2] for file in case.files]}\n"
        f"  shell {log}\n  model {guess}"
        for case, log in zip(cases, real(root, cases), strict=True)
        if (guess := predicted(root, case)) != log
    ]


def wrong_certainties(root: Path, cases: list[Case]) -> list[str]:
    """Every case in which the model differs although it says that it is certain."""
    found = []
    for case, log in zip(cases, real(root, cases), strict=True):
        answer = rows(root, case)
        guess = _visible(case, answer)
        if guess != log and all(row.certain for row in answer.files):
            found.append(f"{case.name}: {case.argv} uid {case.uid}\n  shell {log}\n  model {guess}")
    return found
