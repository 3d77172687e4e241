"""Order against the real tcsh: command lines, states of files, texts, random programs."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path
from random import Random

import pytest

from tests.real import csh_programs, csh_texts, other_starts
from tests.real.namespace import HOME, marker
from tests.real.other_starts import Case, Env, Files

PROGRAM = shutil.which("tcsh")
pytestmark = other_starts.needs(PROGRAM, required=True)

NAMES = (
    *("/etc/csh.cshrc", "/etc/csh.login", "/etc/csh.logout", "~/.tcshrc", "~/.cshrc"),
    *("~/.login", "~/.logout", "~/.cshdirs", "~/h2/.login", "~/h2/.logout", "~/h2/.cshrc"),
)
STATES = ("absent", "file", "empty", "unreadable", "directory", "dangling", "loop", "devnull")


def at(name: str) -> str:
    """`~` written out."""
    return HOME + name[1:] if name.startswith("~") else name


def stated(changed: dict[str, tuple[str, str]]) -> Files:
    """Every file, marked, but for those that are stated."""
    here = {at(name): ("file", marker(at(name))) for name in NAMES}
    here[f"{HOME}/script"] = ("file", ":\n")
    for name, (state, text) in changed.items():
        path = at(name)
        here[path] = (state, marker(path) + text if state == "file" else text or marker(path))
    return tuple((path, state, text) for path, (state, text) in here.items())


_ARGV0 = ("tcsh", "-tcsh", "csh", "-csh", "/bin/tcsh", "-su", "-/bin/csh")
_FLAGS: tuple[tuple[str, ...], ...] = (
    *((), ("-l",), ("-f",), ("-i",), ("-d",), ("-e",), ("-m",), ("-n",), ("-q",), ("-s",)),
    *(("-t",), ("-v",), ("-x",), ("-V",), ("-X",), ("-F",), ("-b",), ("-Z",), ("-ll",)),
    *(("-l", "-f"), ("-lf",), ("-l", "-i"), ("-fd",), ("-f", "-d"), ("-if",), ("-xv",)),
    *(("--version",), ("--help",), ("-",), ("--",), ("",), ("--login",), ("-di",)),
)
_TAILS: tuple[tuple[tuple[str, ...], str], ...] = (
    *(((), "pty"), ((), "pipe"), ((), "null"), ((), "socket"), ((), "closed")),
    *((("-c", ":"), "null"), (("-c", "exit"), "null"), (("-c", "logout"), "null")),
    *((("-c", ":", "a"), "pty"), (("-c",), "null"), (("-c", "true; logout"), "socket")),
    *(((f"{HOME}/script",), "null"), ((f"{HOME}/script", "-l"), "pty")),
    *((("script",), "null"), (("nosuch",), "null"), (("d",), "null"), (("-s", "a"), "pty")),
)
_ENVS: tuple[Env, ...] = (
    *((), (("HOME", None),), (("HOME", ""),), (("HOME", f"{HOME}/h2"),)),
    *((("HOME", "/nowhere"),), (("SSH_CLIENT", "1 2 3"),), (("TERM", "xterm"),)),
    (("PATH", None), ("USER", None), ("TERM", None)),
)


def command_lines() -> list[Case]:
    """Names × flags × what follows × environments, all files there."""
    made = [
        Case(f"{name} {flags} {tail} {env}", (name, *flags, *tail), stdin, env, stated({}), left="")
        for name, flags, (tail, stdin), env in product(_ARGV0, _FLAGS, _TAILS, _ENVS)
        if stdin != "pty"
    ]
    made += [
        Case(f"{name} {flags} {tail} {env} typed", (name, *flags, *tail), stdin, env, stated({}))
        for name, flags, (tail, stdin), env in product(_ARGV0, _FLAGS, _TAILS, _ENVS)
        if stdin == "pty"
    ]
    return [case._replace(as_root=number % 3 == 0) for number, case in enumerate(made)]


def endings() -> list[Case]:
    """How a shell is left."""
    ways = (("exit\n", "exit"), ("\x04", "eof"), ("logout\n", "exit"), ("exec true\n", "exec"))
    ways += (("kill -HUP $$\n", "hangup"),)
    return [
        Case(f"{argv} {left!r}", argv, "pty", (), stated({}), left, end, as_root)
        for argv in (("tcsh",), ("-tcsh",), ("tcsh", "-l"), ("-csh", "-f"), ("-csh", "-i"))
        for left, end in ways
        for as_root in (True, False)
        if argv != ("tcsh",) or left != "logout\n"
    ]


def states() -> list[Case]:
    """Each file in each state, and each pair of states of ~/.tcshrc and ~/.cshrc."""
    starts = ((("-tcsh",), "pty"), (("tcsh", "-c", ":"), "null"), (("-csh", "-c", ":"), "null"))
    one = [
        Case(f"{argv} {name} {state}", argv, stdin, (), stated({name: (state, "")}))
        for (argv, stdin), name, state in product(starts, NAMES[:8], STATES)
    ]
    two = [
        Case(
            f"{argv} tcshrc {a} cshrc {b}",
            argv,
            stdin,
            (),
            stated({"~/.tcshrc": (a, ""), "~/.cshrc": (b, "")}),
        )
        for (argv, stdin), a, b in product(starts, STATES, STATES)
    ]
    return [case._replace(as_root=root) for case in one + two for root in (False, True)]


def texts() -> list[Case]:
    """Texts that were found out one by one, in each of four files."""
    starts = ((("-tcsh",), "pty"), (("tcsh", "-c", ":"), "null"), (("-tcsh", "-c", ":"), "null"))
    more = dict.fromkeys(csh_texts.SOURCED, ("file", ""))
    return [
        Case(
            f"{name} in {where} {argv}",
            argv,
            stdin,
            (),
            stated({**more, **csh_texts.FILES, where: ("file", text)}),
            certain=name not in csh_texts.UNCERTAIN,
        )
        for name, text in csh_texts.TEXTS.items()
        for where in ("/etc/csh.cshrc", "/etc/csh.login", "~/.tcshrc", "~/.login", "~/.logout")
        for argv, stdin in starts
        if (name, where) != ("logout", "~/.logout")  # it runs itself until it dies of it
    ]


def platforms_texts() -> list[Case]:
    """What each system ships, under several starts, also with parts gone."""
    starts = ((("-tcsh",), "pty"), (("tcsh",), "pty"), (("tcsh", "-c", ":"), "null"))
    starts += ((("-csh", "-c", ":"), "null"), (("-tcsh",), "pipe"))
    gone = dict.fromkeys(NAMES, ("absent", ""))
    made = []
    for platform, shipped in csh_texts.PLATFORMS.items():
        for (argv, stdin), variant in product(starts, ("", *shipped)):
            changed = {name: ("file", text) for name, text in shipped.items()}
            if variant:
                changed[variant] = ("absent", "")
            case = Case(f"{platform} {argv} without {variant}", argv, stdin, (), ())
            made.append(case._replace(files=stated({**gone, **changed}), left="exit\n"))
    return [case._replace(as_root=number % 2 == 0) for number, case in enumerate(made)]


_KINDS = {
    "command lines": command_lines,
    "endings": endings,
    "states": states,
    "texts": texts,
    "platforms": platforms_texts,
}


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("count", [40, pytest.param(None, marks=pytest.mark.full)])
def test_starts(tmp_path: Path, kind: str, count: int | None) -> None:
    root = other_starts.make_root(tmp_path / "root")
    cases = _KINDS[kind]()
    if count is not None:
        cases = Random(1).sample(cases, min(count, len(cases)))
    assert PROGRAM is not None
    assert "\n".join(other_starts.differences(root, "tcsh", PROGRAM, cases)) == ""


@pytest.mark.parametrize(
    ("count", "seed"), [(80, 1), pytest.param(6000, 2, marks=pytest.mark.full)]
)
def test_random_startup_files(tmp_path: Path, count: int, seed: int) -> None:
    """One in a thousand may differ: errors at the end of a pipeline, and in a file of a file."""
    root = other_starts.make_root(tmp_path / "root")
    assert PROGRAM is not None
    cases = csh_programs.cases(count, seed)
    found = other_starts.differences(root, "tcsh", PROGRAM, cases)
    assert len(found) <= count // 1000, "\n".join(found)
