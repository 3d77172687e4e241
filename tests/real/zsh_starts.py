"""The starts of zsh that the differential tests make, and what the model says of each."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import NamedTuple

from envkit import order, platforms
from envkit.host import Host
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


def rows(root: Path, case: Case) -> order.Order:
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
        platforms.get("debian"),
    )
    return order.order(host, start)


def predicted(root: Path, case: Case) -> list[str]:
    """What the order model says, as far as a log could show it: files with something in them."""
    answer = rows(root, case)
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


_FLAGS: tuple[tuple[str, ...], ...] = tuple(
    tuple(flags.split())
    for flags in (
        "",
        "-l",
        "-i",
        "-l -i",
        "-li",
        "-f",
        "-f -l -i",
        "-d -l -i",
        "-p -l -i",
        "-o norcs -l -i",
        "-o NO_GLOBAL_RCS -li",
        "--no-rcs -l",
        "--no-global-rcs -l -i",
        "--norcs",
        "--login",
        "--interactive",
        "--login --interactive",
        "-o login",
        "-o interactive",
        "-ologin -ointeractive",
        "+f -l",
        "-f +f -l -i",
        "+o rcs -i",
        "+o global_rcs -l -i",
        "+l",
        "+i",
        "+l -i",
        "-l +l",
        "-o privileged",
        "--privileged -l",
        "-fd",
        "-dl",
        "-x -i",
        "-eu -l",
        "-y -l",
        "-k",
        "-t -l",
        "--singlecommand -i",
        "-Z -i",
        "-q",
        "-o nonsense",
        "--nonsense",
        "--version",
        "--emulate sh",
        "--emulate sh -l",
        "--emulate sh -i",
        "--emulate ksh -l -i",
        "--emulate csh -l -i",
        "--emulate zsh -l",
        "-l --emulate sh",
        "--emulate",
        "--emulate sh -f -l -i",
        "--emulate sh -p -l -i",
        "--emulate ksh -d -l",
        "-b",
        "-lb",
        "-o",
        "-o rcs -o norcs -l",
        "-m -i",
        "-0 -l",
        "-v -l",
        "-a -l",
    )
)
_TAILS: dict[str, tuple[tuple[str, ...], str]] = {
    "command": (("-c", ":"), "null"),
    "command-name": (("-c", ":", "name", "a"), "null"),
    "command-exit": (("-c", "true; exit"), "null"),
    "command-exec": (("-c", "exec true"), "null"),
    "command-external": (("-c", "/bin/true"), "null"),
    "command-last-external": (("-c", "true; true && /bin/true"), "null"),
    "command-pty": (("-c", ":"), "pty"),
    "command-socket": (("-c", ":"), "socket"),
    "command-closed": (("-c", ":"), "closed"),
    "script": ((f"{HOME}/script", "x"), "null"),
    "script-missing": ((f"{HOME}/no-script", "x"), "null"),
    "script-pty": ((f"{HOME}/script",), "pty"),
    "stdin": ((), "pipe"),
    "stdin-s": (("-s", "a"), "null"),
    "stdin-dash": (("-",), "null"),
    "dashes": (("--", f"{HOME}/script"), "null"),
    "typed": ((), "pty"),
    "typed-s": (("-s", "a"), "pty"),
    "typed-c-s": (("-s", "-c", ":", "a"), "pty"),
}
_ENVS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "bare": (),
    "env": (("ENV", f"{HOME}/.env"),),
    "env-tilde": (("ENV", "~/.env"),),
    "env-var": (("ENV", "$HOME/.env"),),
    "ssh": (("SSH_CLIENT", "1 2 3"), ("ENV", "`echo $HOME/.env`")),
    "zdotdir": (("ZDOTDIR", f"{HOME}/zd"),),
    "zdotdir-empty": (("ZDOTDIR", ""),),
    "zdotdir-relative": (("ZDOTDIR", "zd"),),
    "zdotdir-tilde": (("ZDOTDIR", "~/zd"),),
    "zdotdir-nowhere": (("ZDOTDIR", "/nowhere"),),
    "no-home": (("HOME", None),),
    "empty-home": (("HOME", ""),),
    "other-home": (("HOME", f"{HOME}/zd"),),
    "shell": (("SHELL", "/bin/zsh"), ("ENV", f"{HOME}/.env")),
    "shell-sh": (("SHELL", "/bin/sh"), ("ENV", f"{HOME}/.env")),
}
_ARGV0 = (
    "zsh",
    "-zsh",
    "sh",
    "-sh",
    "ksh",
    "-ksh",
    "-su",
    "su",
    "rzsh",
    "bash",
    "-csh",
    "/bin/zsh",
)
_ARGV0 += ("-csh", "/bin/zsh", "-/bin/zsh", "zsh-5.9", "--zsh", "x")
ZD = tuple((f"{HOME}/zd/.{name}", "file", marker(f"{HOME}/zd/.{name}")) for name in NAMES)


def command_lines() -> list[Case]:
    """Names × flags × how it goes on × environments × builds × accounts."""
    return [
        Case(
            f"{name}/{' '.join(flags)}/{tail}/{environment}",
            (name, *flags, *_TAILS[tail][0]),
            _TAILS[tail][1],
            _ENVS[environment],
            ZD,
            build=build,
            uid=uid,
        )
        for name, flags, tail, environment, build, uid in product(
            _ARGV0, _FLAGS, _TAILS, _ENVS, ("debian", "etc"), (namespace.UID, 0)
        )
        if not (uid == 0 and environment == "no-home")
        and not (name == "rzsh" and ("exit" in tail or "typed" in tail or "-i" in " ".join(flags)))
    ]
