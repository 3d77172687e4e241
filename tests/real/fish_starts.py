"""The starts of fish that the differential tests make: command lines, folders, states, XDG."""

from __future__ import annotations

import json
import shutil
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

CONFIG, SYSTEM = f"{HOME}/.config/fish", "/etc/fish"
VENDOR = f"{HOME}/.local/share/fish/vendor_conf.d"
FILES = (
    *(f"{CONFIG}/conf.d/{name}.fish" for name in ("90", "2", "a", "B")),
    *(f"{SYSTEM}/conf.d/{name}.fish" for name in ("10", "a")),
    *(f"{VENDOR}/{name}.fish" for name in ("5", "B")),
    f"{HOME}/data/fish/vendor_conf.d/x.fish",
    f"{HOME}/data/fish/vendor_conf.d/10.fish",
    f"{HOME}/xdg/fish/conf.d/c.fish",
    f"{HOME}/xdg/fish/config.fish",
    f"{SYSTEM}/config.fish",
    f"{CONFIG}/config.fish",
)
STATES = ("file", "absent", "empty", "unreadable", "directory", "dangling", "loop", "devnull")
BASE = {"HOME": HOME, "USER": "ada", "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "dumb"}


class Case(NamedTuple):
    """One start of a real fish."""

    name: str
    argv: tuple[str, ...]
    stdin: str = "null"
    env: tuple[tuple[str, str | None], ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()
    as_root: bool = False

    def environment(self) -> dict[str, str]:
        given = {**BASE, **dict(self.env)}
        return {name: value for name, value in given.items() if value is not None}

    def contents(self) -> dict[str, tuple[str, str]]:
        """Every standard file, marked, but for those that the case states."""
        here = {path: ("file", marker(path)) for path in FILES}
        here[f"{HOME}/script"] = ("file", "true\n")
        # Without it an interactive fish reads all manual pages, in the background.
        here[f"{HOME}/.local/share/fish/generated_completions"] = ("directory", "")
        here.update({path: (state, content) for path, state, content in self.files})
        return {path: one for path, one in here.items() if one[0] != "absent"}


def make_root(root: Path) -> None:
    """The skeleton of a fake root; fish's own functions are there."""
    namespace.make_root(root)
    for folder in (root / "usr/share/fish/functions",):
        folder.parent.mkdir(parents=True)
        shutil.copytree("/usr/share/fish/functions", folder)


def real(root: Path, cases: list[Case]) -> list[list[str]]:
    """What the real fish read, one list of names for each case."""
    given = [
        {
            "program": "/usr/bin/fish",
            "argv": case.argv,
            "stdin": case.stdin,
            "env": case.environment(),
            "files": case.contents(),
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


def predicted(root: Path, case: Case) -> list[str]:
    """What the order model says, as far as a log could show it."""
    namespace.clear(root)
    contents = case.contents()
    for path, (state, content) in contents.items():
        namespace.place(root, path, state, content)
    host = Host.real(home=Path(HOME), root=root)
    if case.as_root:
        host = host.but(uid=0, user="root")
    environment = case.environment()
    stdin = case.stdin
    start = order.literal(
        host, "fish", case.argv, stdin, environment, None, "", platforms.get("debian")
    )  # type: ignore[arg-type]
    silent = {path for path, (state, text) in contents.items() if namespace.LOG not in text}
    silent |= {path for path, (state, _) in contents.items() if state in ("empty", "devnull")}
    rows = order.order(host, start).files
    return [str(row.path) for row in rows if row.status == "read" and str(row.path) not in silent]


def differences(root: Path, cases: list[Case]) -> list[str]:
    """Every case in which model and shell differ, for people."""
    found = []
    for case, log in zip(cases, real(root, cases), strict=True):
        guess = predicted(root, case)
        if guess != log:
            found.append(
                f"{case.name}: argv {case.argv} stdin {case.stdin} env {case.env} "
                f"root {case.as_root}\n  files {case.files}\n  shell {log}\n  model {guess}"
            )
    return found


_OPTIONS = (
    *((), ("-c", ":"), ("-lc", ":"), ("-ic", ":"), ("-l", "-i", "-c", ":"), ("-l",), ("-i",)),
    *(("script",), ("-l", "script"), ("-i", "script", "-N"), ("--", "script"), ("nowhere",)),
    *(("-N",), ("-N", "-c", ":"), ("--no-config", "-l"), ("-lN", "-c", ":"), ("--no-c", "script")),
    *(("-n",), ("-n", "-c", ":"), ("-n", "-i", "-c", ":"), ("--no-execute", "script")),
    *(("-v",), ("--version",), ("--print-debug-categories",), ("-P", "-c", ":"), ("--private",)),
    *(("-C", "true"), ("-C", "exit", "-c", ":"), ("--init-command=true", "-c", ":"), ("-C",)),
    *(("-d", "x", "-c", ":"), ("-dx", "script"), ("--debug=x", "-c", ":"), ("-D3", "-c", ":")),
    *(("-o", "/dev/null", "-c", ":"), ("-f", "qmark-noglob", "-c", ":"), ("-p", "/dev/null")),
    *(("--profile-startup=/dev/null", "-c", ":"), ("--print-rusage-self", "-c", ":")),
    *(("--login", "--interactive", "-c", ":"), ("--inter", "-c", ":"), ("--command=:",)),
    *(("-x",), ("--bogus",), ("-c",), ("--command",), ("--login=x",), ("--no-",), ("-",), ("",)),
    *(("-Pl", "-c", ":", "a", "-N"), ("-c", ":", "-N"), ("-c:",), ("-c", ":", "-c", ":")),
    *(("-s",), ("-il",), ("-ilP",), ("-cN",), ("-lcN",), ("-c", "exit 3"), ("-c", "if")),
)
_NAMES = ("fish", "-fish", "/usr/bin/fish", "rfish", "-su", "-")
_ENVS: tuple[tuple[tuple[str, str | None], ...], ...] = (
    (),
    (("XDG_CONFIG_HOME", f"{HOME}/xdg"),),
    (("XDG_CONFIG_HOME", ""), ("XDG_DATA_HOME", "")),
    (("XDG_CONFIG_HOME", f"{HOME}/nowhere"),),
    (("XDG_CONFIG_HOME", "xdg"),),
    (("XDG_DATA_HOME", f"{HOME}/data"),),
    (("XDG_DATA_HOME", "data"), ("XDG_DATA_DIRS", "data:/usr/share")),
    (("XDG_DATA_DIRS", f"{HOME}/data"),),
    (("XDG_DATA_DIRS", f"{HOME}/data/:/usr/share:{HOME}/.local/share"),),
    (("XDG_DATA_DIRS", ""),),
    (("XDG_DATA_DIRS", f":{HOME}/nowhere::{HOME}/data"),),
    (("HOME", None),),
    (("HOME", ""),),
    (("HOME", None), ("USER", None)),
    (("HOME", None), ("USER", "root")),
    (("HOME", f"{HOME}/"),),
    (("HOME", f"{HOME}/nohome"),),
    (("FISH_UNIT_TESTS_RUNNING", "1"),),
    (("SSH_CLIENT", "1 2 3"), ("SHLVL", "0"), ("BASH_ENV", f"{HOME}/script")),
    (("PATH", None),),
)


def command_lines() -> list[Case]:
    """Options × argv[0] × stdin × environment × account."""
    made = []
    for number, (options, name, stdin, env, as_root) in enumerate(
        product(_OPTIONS, _NAMES, ("null", "pipe", "pty", "socket", "closed"), _ENVS, (False, True))
    ):
        if as_root and dict(env).get("HOME", HOME) in (None, ""):
            continue  # root's own home is no fake one
        made.append(Case(f"argv-{number}", (name, *options), stdin, env, (), as_root))
    return made


def states() -> list[Case]:
    """One name in up to four folders, each in any state; both config files in any state."""
    folders = (f"{CONFIG}/conf.d", f"{SYSTEM}/conf.d", VENDOR, f"{HOME}/data/fish/vendor_conf.d")
    env = (("XDG_DATA_DIRS", f"{HOME}/data"),)
    made = []
    for number, each in enumerate(product(STATES, repeat=4)):
        paths = [f"{folder}/m.fish" for folder in folders]
        files = tuple((p, s, marker(p)) for p, s in zip(paths, each, strict=True))
        made.append(Case(f"states-{number}", ("fish", "-c", ":"), env=env, files=files))
    for number, each in enumerate(product(STATES, STATES, (False, True))):
        paths = [f"{SYSTEM}/config.fish", f"{CONFIG}/config.fish"]
        files = tuple((p, s, marker(p)) for p, s in zip(paths, each[:2], strict=True))
        made.append(Case(f"config-{number}", ("-fish",), files=files, as_root=bool(each[2])))
    for state in STATES:
        for folder in (f"{CONFIG}/conf.d", CONFIG, f"{SYSTEM}/conf.d", f"{HOME}/.config", VENDOR):
            gone = tuple((p, "absent", "") for p in FILES if p.startswith(f"{folder}/"))
            files = (*gone, (folder, state, ""))
            if folder not in (CONFIG, f"{HOME}/.config"):
                made.append(Case(f"folder-{state}", ("fish", "-c", ":"), files=files))
    return made


def names(count: int, seed: int) -> list[Case]:
    """Random names of snippets in random folders, in random states."""
    random = Random(seed)
    letters = "aAbBzZ_-.+ 019%~#@[(^"
    folders = (f"{CONFIG}/conf.d", f"{SYSTEM}/conf.d", VENDOR)
    made = []
    for number in range(count):
        stems = ["".join(random.choices(letters, k=random.randint(1, 4))) for _ in range(9)]
        files: dict[str, tuple[str, str]] = {}
        for _ in range(14):
            end = random.choice((".fish",) * 8 + (".fish~", ".FISH", ""))
            path = f"{random.choice(folders)}/{random.choice(stems)}{end}"
            if not path.endswith(("/.", "/..")):
                files[path] = (random.choice(STATES[:1] * 6 + STATES), marker(path))
        every = tuple((path, state, text) for path, (state, text) in files.items())
        made.append(Case(f"names-{seed}-{number}", ("fish", "-c", ":"), files=every))
    return made
