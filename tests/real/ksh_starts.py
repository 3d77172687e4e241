"""Starts of ksh93, mksh, busybox ash and dash: command lines, environments, files, accounts."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple

from envkit import order, platforms
from envkit.host import Host
from tests.real import namespace
from tests.real.namespace import HOME, marker
from tests.real.starts import BASE, MORE_STATES

ENV = f"{HOME}/.env"
FILES = (
    "/etc/profile",
    "/etc/ksh.kshrc",
    "/etc/mkshrc",
    "/etc/suid_profile",
    *(f"{HOME}/{name}" for name in (".profile", ".kshrc", ".mkshrc", ".env", ".shrc", ".logout")),
    *(f"{HOME}/{name}" for name in (".ksh_logout", ".bashrc", ".bash_profile")),
)
# The program that each shell is, and the names by which it is called.
SHELLS: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    shell: (program, tuple(tuple(name.split()) for name in names.split("|")))
    for shell, program, names in (
        (
            "ksh93",
            "/usr/bin/ksh93",
            "ksh|-ksh|ksh93|sh|-sh|rksh|-rksh93|/bin/ksh|-/bin/sh|-su|pfksh|x",
        ),
        ("mksh", "/usr/bin/mksh", "mksh|-mksh|sh|-sh|rmksh|lksh|/bin/mksh|-su"),
        ("lksh", "/usr/bin/lksh", "lksh|-lksh|sh|-sh"),
        (
            "ash",
            "/usr/bin/busybox",
            "ash|-ash|sh|-sh|/bin/sh|busybox ash|busybox sh|-/bin/ash",
        ),
        ("dash", "/usr/bin/dash", "dash|-dash|sh|-sh|/bin/dash"),
    )
}


class Case(NamedTuple):
    """One start; `shell` is a key of SHELLS, `argv` is whole."""

    name: str
    shell: str
    argv: tuple[str, ...]
    stdin: str = "null"
    env: tuple[tuple[str, str | None], ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()
    root: bool = False

    def environment(self) -> dict[str, str]:
        """What the process is given."""
        given = {**BASE, **dict(self.env)}
        return {name: value for name, value in given.items() if value is not None}

    def contents(self) -> dict[str, tuple[str, str]]:
        """Every file that one of the shells could read, marked, but for those of the case."""
        here = {path: ("file", marker(path)) for path in FILES}
        here[f"{HOME}/script"] = ("file", ":\n")
        here.update({path: (state, content) for path, state, content in self.files})
        return {path: one for path, one in here.items() if one[0] != "absent"}


def real(root: Path, cases: list[Case]) -> list[list[str]]:
    """What the real shells read, one list of names for each case."""
    given = [
        {
            "program": SHELLS[case.shell][0],
            "argv": case.argv,
            "stdin": case.stdin,
            "env": case.environment(),
            "files": case.contents(),
            "as_root": case.root,
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
    # busybox says hello in the file that its first `echo` had open.
    return [[line for line in log if line.startswith("/")] for log in logs]


def predicted(root: Path, case: Case) -> list[str]:
    """What the order model says, as far as a log could show it: files with something in them."""
    namespace.clear(root)
    contents = case.contents()
    for path, (state, content) in contents.items():
        namespace.place(root, path, state, content)
    host = Host.real(home=Path(HOME), root=root)
    if case.root:
        host = host.but(uid=0, user="root")
    shell = "mksh" if case.shell == "lksh" else case.shell
    start = order.literal(
        host,
        shell,
        case.argv,
        case.stdin,  # type: ignore[arg-type]
        case.environment(),
        None,
        "",
        platforms.get("debian"),
    )
    silent = {
        path
        for path, (state, text) in contents.items()
        if state in ("empty", "devnull") or namespace.LOG not in text
    }
    rows = order.order(host, start).files
    return [str(row.path) for row in rows if row.status == "read" and str(row.path) not in silent]


def differences(root: Path, cases: list[Case]) -> list[str]:
    """Every case in which model and shell differ, for people."""
    return [
        f"{case.name}: argv {case.argv} stdin {case.stdin} env {case.env}\n"
        f"  shell {log}\n  model {guess}"
        for case, log in zip(cases, real(root, cases), strict=True)
        if (guess := predicted(root, case)) != log
    ]


# Command lines

_TAILS: dict[str, tuple[tuple[str, ...], str]] = {
    "command": (("-c", ":"), "null"),
    "command-name": (("-c", ":", "name", "a"), "null"),
    "command-exit": (("-c", "exit 3"), "null"),
    "command-socket": (("-c", ":"), "socket"),
    "command-closed": (("-c", ":"), "closed"),
    "command-pty": (("-c", ":"), "pty"),
    "script": ((f"{HOME}/script", "x"), "null"),
    "script-pty": ((f"{HOME}/script",), "pty"),
    "stdin": ((), "pipe"),
    "stdin-s": (("-s", "a"), "pipe"),
    "stdin-dash": (("-",), "null"),
    "typed": ((), "pty"),
    "typed-s": (("-s", "a"), "pty"),
}
ENVS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "bare": (),
    "env": (("ENV", ENV),),
    "env-tilde": (("ENV", "~/.env"),),
    "env-tilde-user": (("ENV", "~ada/.env"),),
    "env-var": (("ENV", "$HOME/.env"),),
    "env-braces": (("ENV", "${HOME}/.env"),),
    "env-default": (("ENV", "${NOPE:-$HOME/.env}"),),
    "env-replace": (("ENV", "${HOME/ada/ada}/.env"),),
    "env-command": (("ENV", "$(echo $HOME/.env)"),),
    "env-backquotes": (("ENV", "`echo $HOME/.env`"),),
    "env-quoted": (("ENV", '"$HOME"/.env'),),
    "env-single": (("ENV", "'$HOME'/.env"),),
    "env-backslash": (("ENV", r"\$HOME/.env"),),
    "env-relative": (("ENV", ".env"),),
    "env-space": (("ENV", f"{ENV} "),),
    "env-pattern": (("ENV", f"{HOME}/.en?"),),
    "env-sum": (("ENV", "$HOME/.e$((1-1))v"),),
    "env-unset-variable": (("ENV", "$NOPE/.env"),),
    "env-empty": (("ENV", ""),),
    "env-missing": (("ENV", "/nope"),),
    "env-folder": (("ENV", HOME),),
    "no-home": (("HOME", None),),
    "no-home-env": (("HOME", None), ("ENV", "$HOME/.env")),
    "no-home-tilde": (("HOME", None), ("ENV", "~/.env")),
    "empty-home": (("HOME", ""),),
    "dot-home": (("HOME", "."),),
    "relative-home": (("HOME", "home/ada"),),
    "slash-home": (("HOME", f"{HOME}/"),),
    "missing-home": (("HOME", "/nope"), ("ENV", ENV)),
    "ssh": (("SSH_CLIENT", "1 2 3"),),
    "posixly": (("POSIXLY_CORRECT", "1"),),
    "bash-env": (("BASH_ENV", ENV),),
    "no-path": (("PATH", None),),
    "ps1": (("PS1", "> "),),
}
_COMMON = "|-l|-i|-l -i|-il|-eu -l|-x -i|+i|+i -l|-s|-si|-ls|-n -l|-n -i|-u -i|-a -l|-v -l|-m -l"
_COMMON += "|-o errexit -l|-o vi -i|-o xtrace -l|-o noglob -i|-o nonsense|-Z|-l --|-C -l|-f -i"
_COMMON += "|-o allexport -l|+o xtrace -l|-ilu|-b -i"
_KORN = "|-p -l|-p -i|-p -l -i|-r -l|-r -i|+l|-l +l|-o interactive|-o privileged -l -i|+p -l|-h -l"
_KORN += "|-o posix -l|-o posix -i|-o login|+o login|-k -l|-o noexec -l|-o nounset -i|-o keyword -l"
_FLAGS = {
    "ksh93": _COMMON
    + _KORN
    + "|-E|+E|-E -p|+E -i|-i +E|-l +E -i|-l -E|-lE|-o rc|+o rc -i|--rc|--norc -i|--no-rc -i|--login"
    + "|--login_shell|--login-shell|--interactive|--inter|--noint|--priv -l|--posix -i|--nologin -l"
    + "|--exec -l|--noexec -l|--log -l|--l -l|--nonsense|--version|--rcfile x|-T 1|-D|-orc"
    + "|-onoexec -l|-o log -l|-o no_rc -i|-o priv -l|-o p -l|-o v -l|-o i|--xtrace=1 -l|-B -l|-G -l"
    + "|-H -l|-A x|-L -l|-N -l|-o login --norc|--rest -l|-il -E +E|-ie -l|-P|-R x",
    "mksh": _COMMON
    + _KORN
    + "|-U -l|-X -l|-o sh -l|-o sh -i|-o -l|-o -i|+o -l -l|-ologin|-ointeractive|-o LOGIN"
    + "|-o nologin|-o no-login|-l +o login|-o stdin -l|-o trackall -l|-o utf8-mode -l|--login|-L -l"
    + "|-d -l|-E -l|-t -l|-ni|-h|-o physical -l|-o inherit-xtrace -l|-olog|-o l|-B -l|-A x",
    "ash": _COMMON
    + "|+l|+c|+s|--login|--lo|---|--login=x|--nonsense|-login|-l--|-i-|--login -i|+ -l|-l +|-p -l"
    + "|-r -l|-o login|-o interactive|-o posix -l|-o emacs -l|-o pipefail -l|-o errtrace -l|-E -l"
    + "|-I -l|-V -l|-h -l|-lo nounset|-l +o nounset|-xo errexit -l|-loe nounset|-o stdin -l",
    "dash": _COMMON + "|-p -l|-p -i|-E -l|-I -l|-V -l|-o stdin -l|-o emacs -l|-o nolog -l|-h -l|+l",
}
_FLAGS["lksh"] = _FLAGS["mksh"]


def command_lines(shell: str, count: int, seed: int) -> list[Case]:
    """`count` of names × flags × how it goes on × environments × accounts, all files there."""
    random = Random(f"{shell}{seed}")
    flags = [tuple(one.split()) for one in _FLAGS[shell].split("|")]
    made = []
    while len(made) < count:
        name, flag = random.choice(SHELLS[shell][1]), random.choice(flags)
        tail, env, root = (
            random.choice(list(_TAILS)),
            random.choice(list(ENVS)),
            random.random() < 0.5,
        )
        if root and "r" in name[-1].rpartition("/")[2][:2]:
            continue  # a restricted shell of root's is another matter
        case = f"{shell}/{' '.join(name)}/{' '.join(flag)}/{tail}/{env}/{'root' if root else 'ada'}"
        argv = (*name, *flag, *_TAILS[tail][0])
        made.append(Case(case, shell, argv, _TAILS[tail][1], ENVS[env], root=root))
    return made


def states(shell: str) -> list[Case]:
    """Each file in each state, two at a time, in the starts that come by them."""
    name = SHELLS[shell][1][0]
    rc = {"ksh93": ".kshrc", "mksh": ".mkshrc", "lksh": ".mkshrc"}.get(shell, ".env")
    ours = ["/etc/profile", f"{HOME}/.profile", f"{HOME}/{rc}"]
    ours += ["/etc/ksh.kshrc"] if shell == "ksh93" else []
    starts = {"login": ("-l", "-c", ":"), "both": ("-l", "-i", "-c", ":"), "rc": ("-i", "-c", ":")}
    env = () if rc != ".env" else (("ENV", ENV),)
    return [
        Case(
            f"{shell}/{start}/{first} {one}/{second} {two}/{'root' if root else 'ada'}",
            shell,
            (*name, *starts[start]),
            "null",
            env,
            ((first, one, marker(first)), (second, two, marker(second))),
            root,
        )
        for start in starts
        for at, first in enumerate(ours)
        for second in ours[at + 1 :]
        for one, two, root in product(MORE_STATES, MORE_STATES, (False, True))
    ]
