"""The starts that the differential tests make: command lines, environments, states of files."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import NamedTuple

from envkit import order, platforms
from envkit.host import Host
from envkit.model import Start
from tests.real import namespace
from tests.real.namespace import HOME, marker

STATES = ("absent", "file", "empty", "unreadable", "directory", "dangling", "loop")
MORE_STATES = (*STATES, "devnull")
LOGIN = (f"{HOME}/.bash_profile", f"{HOME}/.bash_login", f"{HOME}/.profile")
FILES = (
    "/etc/profile",
    "/etc/bash.bashrc",
    "/etc/bash.bash_logout",
    *LOGIN,
    f"{HOME}/.bashrc",
    f"{HOME}/.bash_logout",
    f"{HOME}/.env",
    f"{HOME}/.bash_env",
    f"{HOME}/.rc",
)
BASE = {
    "HOME": HOME,
    "USER": "ada",
    "LOGNAME": "ada",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "TERM": "dumb",
}


class Case(NamedTuple):
    """One start of a real shell."""

    name: str
    shell: str
    argv: tuple[str, ...]
    stdin: str = "null"
    env: tuple[tuple[str, str | None], ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()
    typed: str = "exit\n"
    end: str | None = None
    platform: str = "debian"
    program: str = ""

    def environment(self) -> dict[str, str]:
        given = {**BASE, **dict(self.env)}
        return {name: value for name, value in given.items() if value is not None}

    def contents(self) -> dict[str, tuple[str, str]]:
        """Every standard file, marked, but for those that the case states."""
        here = {path: ("file", marker(path)) for path in FILES}
        here[f"{HOME}/script"] = ("file", ":\n")
        here.update({path: (state, content) for path, state, content in self.files})
        return {path: one for path, one in here.items() if one[0] != "absent"}


def real(root: Path, cases: list[Case]) -> list[list[str]]:
    """What the real shells read, one list of names for each case."""
    given = [
        {
            "program": case.program or f"/usr/bin/{case.shell}",
            "argv": case.argv,
            "stdin": case.stdin,
            "env": case.environment(),
            "files": case.contents(),
            "typed": case.typed,
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


def predicted(root: Path, case: Case) -> list[str]:
    """What the order model says, as far as a log could show it: files with something in them."""
    namespace.clear(root)
    contents = case.contents()
    for path, (state, content) in contents.items():
        namespace.place(root, path, state, content)
    host = Host.real(home=Path(HOME), root=root)
    start = order.literal(
        host,
        case.shell,
        case.argv,
        case.stdin,  # type: ignore[arg-type]
        case.environment(),
        case.end,  # type: ignore[arg-type]
        "debian",
        platforms.get(case.platform),
    )
    if case.program:
        start = _of_binary(start, Path(case.program))
    silent = {
        path
        for path, (state, text) in contents.items()
        if state in ("empty", "devnull") or namespace.LOG not in text
    }
    rows = order.order(host, start).files
    return [str(row.path) for row in rows if row.status == "read" and str(row.path) not in silent]


def _of_binary(start: Start, program: Path) -> Start:
    """The start of another binary: what that was compiled with, and its version."""
    machine, shell = Host.real(home=Path("/tmp")), start.shell
    version = shell.version(machine, program) if shell.version else ""
    return start._replace(build=shell.build(machine, program), version=version)


def differences(root: Path, cases: list[Case]) -> list[str]:
    """Every case in which model and shell differ, for people."""
    return [
        f"{case.name}: argv {case.argv} stdin {case.stdin} env {case.env}\n"
        f"  files {[file[:2] for file in case.files]}\n  shell {log}\n  model {guess}"
        for case, log in zip(cases, real(root, cases), strict=True)
        if (guess := predicted(root, case)) != log
    ]


# Command lines

_ENV = (("ENV", f"{HOME}/.env"), ("BASH_ENV", f"{HOME}/.bash_env"))
_ENVS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "bare": (),
    "env": _ENV,
    "env-tilde": (("ENV", "~/.env"), ("BASH_ENV", "~/.bash_env")),
    "env-var": (("ENV", "$HOME/.env"), ("BASH_ENV", "${HOME}/.bash_env")),
    "env-command": (("ENV", "$(echo ~/.env)"), ("BASH_ENV", "`echo $HOME/.bash_env`")),
    "ssh": (("SSH_CLIENT", "1 2 3"), *_ENV),
    "ssh2": (("SSH2_CLIENT", ""),),
    "ssh-connection": (("SSH_CONNECTION", "1 2 3 4"),),
    "ssh-shlvl0": (("SSH_CLIENT", "1 2 3"), ("SHLVL", "0")),
    "ssh-shlvl1": (("SSH_CLIENT", "1 2 3"), ("SHLVL", "1"), *_ENV),
    "ssh-shlvl999": (("SSH_CLIENT", "1 2 3"), ("SHLVL", "999")),
    "ssh-shlvl-3": (("SSH_CLIENT", "1 2 3"), ("SHLVL", "-3")),
    "ssh-shlvl-x": (("SSH_CLIENT", "1 2 3"), ("SHLVL", "x")),
    "posixly": (("POSIXLY_CORRECT", "1"), *_ENV),
    "posixly-ssh": (("POSIXLY_CORRECT", ""), ("SSH_CLIENT", "1")),
    "shellopts": (("SHELLOPTS", "braceexpand:posix:hashall"), *_ENV),
    "no-home": (("HOME", None), *_ENV),
    "empty-home": (("HOME", ""),),
    "ps1": (("PS1", "exported> "),),
}
_FLAGS: tuple[tuple[str, ...], ...] = (
    (),
    ("-l",),
    ("--login",),
    ("-i",),
    ("-l", "-i"),
    ("-p",),
    ("-l", "-p"),
    ("-i", "-p"),
    ("-r",),
    ("-l", "-r"),
    ("--posix",),
    ("--posix", "-l"),
    ("--posix", "-i"),
    ("--posix", "-l", "-i"),
    ("-o", "posix"),
    ("-o", "posix", "-i"),
    ("-l", "-o", "posix", "-i"),
    ("--norc",),
    ("--norc", "-i"),
    ("--norc", "-l", "-i"),
    ("--noprofile",),
    ("--noprofile", "-l"),
    ("--noprofile", "-l", "-i"),
    ("--noprofile", "--norc", "-l", "-i"),
    ("--rcfile", f"{HOME}/.rc"),
    ("--rcfile", f"{HOME}/.rc", "-i"),
    ("--init-file", f"{HOME}/.rc", "-l", "-i"),
    ("-rcfile", f"{HOME}/.rc", "-norc", "-i"),
    ("+O", "extglob", "-l"),
    ("-O", "extglob", "-i"),
    ("-eu", "-l"),
    ("-x", "-i"),
    ("+o", "posix", "-l"),
    ("+i", "-l"),
    ("--verbose", "-l"),
    ("--version",),
    ("--nonsense",),
    ("-Z",),
    ("-l", "--norc"),
    ("--rcfile",),
)
_TAILS: dict[str, tuple[tuple[str, ...], str]] = {
    "command": (("-c", ":"), "null"),
    "command-name": (("-c", ":", "name", "a"), "null"),
    "command-exit": (("-c", "true; exit"), "null"),
    "command-exit3": (("-c", "exit 3"), "null"),
    "command-exec": (("-c", "exec true"), "null"),
    "command-socket": (("-c", ":"), "socket"),
    "command-pipe": (("-c", ":"), "pipe"),
    "command-closed": (("-c", ":"), "closed"),
    "command-pty": (("-c", ":"), "pty"),
    "script": ((f"{HOME}/script", "x"), "null"),
    "script-socket": ((f"{HOME}/script",), "socket"),
    "stdin": ((), "pipe"),
    "stdin-s": (("-s", "a"), "pipe"),
    "stdin-dash": (("-",), "null"),
    "stdin-socket": ((), "socket"),
    "typed": ((), "pty"),
    "typed-s": (("-s", "a"), "pty"),
    "script-pty": ((f"{HOME}/script",), "pty"),
}
_NAMES = ("bash", "-bash", "sh", "-sh", "-su", "rbash", "/bin/bash", "-/bin/sh", "su")


def command_lines(shell: str) -> list[Case]:
    """Names × flags × how it goes on × environments, all files there."""
    names = _NAMES if shell == "bash" else ("dash", "-dash", "sh", "-sh", "/bin/dash")
    return [
        Case(
            f"{shell}/{name}/{' '.join(flags)}/{tail}/{environment}",
            shell,
            (name, *flags, *_TAILS[tail][0]),
            _TAILS[tail][1],
            _ENVS[environment],
        )
        for name, flags, tail, environment in product(names, _FLAGS, _TAILS, _ENVS)
        if _sensible(shell, name, flags, tail)
    ]


def _sensible(shell: str, name: str, flags: tuple[str, ...], tail: str) -> bool:
    """dash has no long options. A restricted bash may not write its log when it ends."""
    if shell == "dash":
        return not any(len(flag) > 2 and flag[0] == "-" for flag in flags)
    restricted = name == "rbash" or "-r" in flags
    return not (restricted and ("exit" in tail or "-i" in flags or _TAILS[tail][1] == "pty"))


# States of files

_LOGIN_STARTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("login-c", ("bash", "-l", "-c", ":"), "null"),
    ("login-c-exit", ("-bash", "-c", "exit"), "null"),
    ("login-typed", ("-bash",), "pty"),
    ("sh-login", ("-sh", "-c", ":"), "null"),
)


def login_states(states: tuple[str, ...]) -> list[Case]:
    """Every combination of states of the three login files."""
    return [
        Case(
            f"{name}/state-{'-'.join(combination)}",
            "bash",
            argv,
            stdin,
            files=tuple(
                (path, s, marker(path)) for path, s in zip(LOGIN, combination, strict=True)
            ),
        )
        for name, argv, stdin in _LOGIN_STARTS
        for combination in product(states, repeat=3)
    ]


def other_states(states: tuple[str, ...]) -> list[Case]:
    """Each of the other files in each state, in the starts that come by it."""
    starts = {
        "/etc/profile": (("-bash", "-c", ":"), "null"),
        "/etc/bash.bashrc": (("bash", "-i", "-c", ":"), "null"),
        f"{HOME}/.bashrc": (("bash",), "pty"),
        "/etc/bash.bash_logout": (("-bash", "-c", "exit"), "null"),
        f"{HOME}/.bash_logout": (("-bash",), "pty"),
        f"{HOME}/.bash_env": (("bash", "-l", "-c", ":"), "null"),
        f"{HOME}/.env": (("sh",), "pty"),
        f"{HOME}/.profile": (("-sh",), "pty"),
    }
    return [
        Case(
            f"{shell}{path}/state-{state}",
            shell,
            tuple(word.replace("bash", "dash") for word in argv) if shell == "dash" else argv,
            stdin,
            _ENV,
            ((path, state, marker(path)),),
        )
        for path, (argv, stdin) in starts.items()
        for state in states
        for shell in ("bash", "dash")
    ]


# Platforms

_PLATFORM_STARTS: dict[str, tuple[tuple[str, ...], str]] = {
    "login-typed": (("-bash",), "pty"),
    "typed": (("bash",), "pty"),
    "login-command": (("bash", "-lc", ":"), "null"),
    "login-exit": (("-bash", "-c", "exit"), "null"),
    "interactive-command": (("bash", "-ic", ":"), "null"),
    "login-interactive-command": (("bash", "-lic", ":"), "null"),
    "command": (("bash", "-c", ":"), "null"),
    "ssh-command": (("bash", "-c", ":"), "socket"),
    "sh-login-typed": (("-sh",), "pty"),
    "sh-login-command": (("sh", "-lc", ":"), "null"),
    "sh-typed": (("sh",), "pty"),
    "posix-login": (("bash", "--posix", "-lic", ":"), "null"),
    "login-stdin": (("-bash",), "pipe"),
    "norc": (("bash", "--norc", "-li", "-c", ":"), "null"),
}


def platform_starts(texts: dict[str, dict[str, str]]) -> list[Case]:
    """The stock texts of each system under each start, also with parts of them gone."""
    cases = []
    for platform, files in texts.items():
        for (start, (argv, stdin)), shell in product(_PLATFORM_STARTS.items(), ("bash", "dash")):
            if shell == "dash" and ("--posix" in argv or "--norc" in argv):
                continue
            argv = tuple(a.replace("bash", "dash") for a in argv) if shell == "dash" else argv
            for variant in ("stock", *_variants(files)):
                env: tuple[tuple[str, str | None], ...] = (("TERM_PROGRAM", "Apple_Terminal"),)
                if start == "ssh-command":
                    env += (("SSH_CLIENT", "1 2 3"),)
                cases.append(
                    Case(
                        f"{platform}/{shell}/{start}/{variant}",
                        shell,
                        argv,
                        stdin,
                        env,
                        _only(files, variant),
                        platform=platform,
                    )
                )
    return cases


def _variants(files: dict[str, str]) -> list[str]:
    return [f"{path} {state}" for path in files for state in ("absent", "unreadable", "directory")]


def _only(files: dict[str, str], variant: str) -> tuple[tuple[str, str, str], ...]:
    path, _, state = variant.partition(" ")
    gone = [(name, "absent", "") for name in FILES]
    there = [
        (at(name), state if name == path else "file", marker(at(name)) + text)
        for name, text in files.items()
    ]
    return tuple(gone + there)


def at(name: str) -> str:
    """`~` written out."""
    return HOME + name[1:] if name.startswith("~") else name
