"""Homes whose startup files tell that they were read, and what real shells do there.

Each file writes a mark when it is read, and exports a variable of its own. `observe` starts every
shell in every way in which it reads something of its user's; nothing of envkit is asked.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import NamedTuple

from tests.real import shell_homes

SHELLS = ("bash", "sh", "zsh", "fish", "ksh93", "mksh")
OURS, NAME, VALUE = "/opt/py/bin", "A_B", "1"
# Different in every process, whatever is read.
_OWN = frozenset(("_", "SHLVL", "PWD", "OLDPWD", "COLUMNS", "LINES", "MARKS", "PATH", NAME))


class World(NamedTuple):
    """A home: texts of files, which of them their owner cannot read, the session's variables.

    `{home}` in the values of `env` is the home.
    """

    files: Mapping[str, str]
    unreadable: frozenset[str] = frozenset()
    env: Mapping[str, str] = {}
    shells: tuple[str, ...] = SHELLS


class Seen(NamedTuple):
    """What one start did: the marks of the files that it read, in order, and what it exports.

    `variables` is None where it never came to its command.
    """

    marks: tuple[str, ...]
    variables: Mapping[str, str] | None


def mark(name: str) -> str:
    """The first lines of a file: it says that it is read, and exports a variable of its own."""
    variable = "V" + "".join(one if one.isalnum() else "_" for one in name)
    fish = name.endswith(".fish")
    export = f"set -gx {variable} 1" if fish else f"{variable}=1; export {variable}"
    return f'echo {name} >> "$MARKS"\n{export}\n'


def make(home: Path, world: World, uid: int) -> None:
    """The files of a home; all of it belongs to `uid`."""
    for name, text in world.files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((mark(name) + text).encode())
    for path in (home, *home.rglob("*")):
        os.chown(path, uid, _group(uid))
    for name in world.unreadable:
        (home / name).chmod(0)


def _group(uid: int) -> int:
    return pwd.getpwuid(uid).pw_gid


def environment(home: Path, world: World) -> dict[str, str]:
    """The variables that the caller's session has."""
    return {name: value.format(home=home) for name, value in world.env.items()}


_LOGIN_COMMAND = ("login_command", "-{}", ("-c",))
_WAYS = (("login_terminal", "-{}", ("-i", "-c")), ("terminal", "{}", ("-i", "-c")), _LOGIN_COMMAND)


def _starts(world: World, given: Mapping[str, str], home: Path, uid: int) -> Iterator[_Start]:
    for shell in world.shells:
        if shell == "sh":
            yield _Start("sh_login", "dash", ("-sh", "-c"), {})
            continue
        for way, name, words in _WAYS:
            label = way if shell == "bash" else f"{shell} {way}"
            # Debian's bash reads no login files for `-bash -c`: people write bash -lc.
            argv = (name.format(shell), *words)
            if shell == "bash" and way == "login_command":
                argv = ("bash", "-l", "-c")
            yield _Start(label, shell, argv, {})
            more = _named(shell, way, given)
            if more:
                yield _Start(f"{label} with {next(iter(more))}", shell, argv, more)
        if shell == "bash":
            yield _Start("ssh_command", shell, ("bash", "-c"), {"SSH_CLIENT": "::1 2 3"})
        elif shell in ("zsh", "fish"):
            more = _named(shell, "command", given)
            yield _Start(f"{shell} ssh_command", shell, (shell, "-c"), {})
            if more:
                label = f"{shell} ssh_command with {next(iter(more))}"
                yield _Start(label, shell, (shell, "-c"), more)
        else:
            env = _env_of(shell, home, uid)
            if env:
                label = f"{shell} terminal with ENV"
                yield _Start(label, shell, (shell, "-i", "-c"), {"ENV": env})


class _Start(NamedTuple):
    label: str
    shell: str
    argv: tuple[str, ...]
    env: Mapping[str, str]


def _named(shell: str, way: str, given: Mapping[str, str]) -> dict[str, str]:
    """What the session says of where a shell's files are."""
    name = {"zsh": "ZDOTDIR", "fish": "XDG_CONFIG_HOME"}.get(shell, "")
    return {name: given[name]} if name in given else {}


def _env_of(shell: str, home: Path, uid: int) -> str:
    """ENV as a login leaves it to the terminals after it."""
    seen = _run(home, _Start("", shell, (f"-{shell}", "-c"), {}), uid, home.parent / "env")
    return (seen.variables or {}).get("ENV", "")


def observe(home: Path, world: World, uid: int) -> dict[str, Seen]:
    """Every start of the shells of a world, by the name that install has for it."""
    given = environment(home, world)
    starts = list(_starts(world, given, home, uid))
    numbers = count()
    places = [home.parent / f"out{next(numbers)}" for _ in starts]

    def one(number: int) -> Seen:
        return _run(home, starts[number], uid, places[number], given.get("TERM", "dumb"))

    # fish makes its folders, and fish_add_path its variables, in the first start of all.
    if "fish" in world.shells and not (home / ".local/share/fish").exists():
        one(0), one(0)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, range(len(starts))))
    return {start.label: seen for start, seen in zip(starts, found, strict=True)}


def _run(home: Path, start: _Start, uid: int, place: Path, term: str = "dumb") -> Seen:
    place.mkdir(exist_ok=True)
    os.chown(place, uid, _group(uid))
    marks, said = place / "marks", place / "said"
    for path in (marks, said):
        path.unlink(missing_ok=True)
    base = {"HOME": str(home), "TERM": term, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    user: dict[str, int] = {"user": uid, "group": _group(uid)} if os.geteuid() != uid else {}
    try:
        subprocess.run(
            [*start.argv, f"/usr/bin/env -0 > {said}"],
            executable=shell_homes.installed(start.shell),
            env={**base, "HISTFILE": "/dev/null", "MARKS": str(marks), **start.env},
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            start_new_session=True,
            check=False,
            **user,  # type: ignore[arg-type]
        )
    except subprocess.TimeoutExpired:
        return Seen((), None)
    read = tuple(marks.read_text().split()) if marks.exists() else ()
    if not said.exists() or not said.read_bytes():
        return Seen(read, None)
    pairs = (entry.partition(b"=") for entry in said.read_bytes().split(b"\0") if entry)
    return Seen(read, {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs})


def differences(
    before: Mapping[str, Seen], after: Mapping[str, Seen], unreached: frozenset[str]
) -> list[str]:
    """What an install spoiled, or did not reach, in words; nothing where all is well."""
    return [
        f"{label}: {words}"
        for label, old in before.items()
        for words in _differences(old, after[label], label in unreached)
    ]


def _differences(old: Seen, new: Seen, unreached: bool) -> Iterator[str]:
    if old.marks != new.marks:
        yield f"read {old.marks}, now {new.marks}"
    if old.variables is None:
        return
    if new.variables is None:
        yield "no longer gets to its command"
        return
    for name in sorted(set(old.variables) - _OWN):
        if new.variables.get(name) != old.variables[name]:
            yield f"{name} was {old.variables[name]!r}, now {new.variables.get(name)!r}"
    entries = new.variables.get("PATH", "").split(":")
    was = [one for one in old.variables.get("PATH", "").split(":") if one != OURS]
    if [one for one in entries if one != OURS] != was:
        yield f"PATH was {was}, now {entries}"
    if not unreached and (entries[0] != OURS or new.variables.get(NAME) != VALUE):
        yield f"not reached: PATH={':'.join(entries)} {NAME}={new.variables.get(NAME)}"


_ZSH = (".zshenv", ".zprofile", ".zshrc", ".zlogin")
# How zsh comes to its folder: what the home has beside the set, where the set lies, the session.
ZDOTDIRS: dict[str, tuple[dict[str, str], str, dict[str, str]]] = {
    "none": ({}, "", {}),
    "in the session": ({}, "z/", {"ZDOTDIR": "{home}/z"}),
    "in the session, not there": ({}, "", {"ZDOTDIR": "{home}/nowhere"}),
    "in the session, empty": ({}, "", {"ZDOTDIR": ""}),
    "exported in ~/.zshenv": ({".zshenv": "export ZDOTDIR=$HOME/z\n"}, "z/", {}),
    "unexported in ~/.zshenv": ({".zshenv": "ZDOTDIR=~/z\n"}, "z/", {}),
    "in a file that ~/.zshenv sources": (
        {".zshenv": ". ~/.zdot\n", ".zdot": "export ZDOTDIR=${XDG_CONFIG_HOME:-$HOME}/z\n"},
        "z/",
        {},
    ),
    "and its .zshenv is sourced": (
        {".zshenv": "ZDOTDIR=$HOME/z\n[[ -r $ZDOTDIR/.zshenv ]] && . $ZDOTDIR/.zshenv\n"},
        "z/",
        {},
    ),
    "to a folder that is not there": ({".zshenv": "export ZDOTDIR=$HOME/nowhere\n"}, "", {}),
    "empty in ~/.zshenv": ({".zshenv": "ZDOTDIR=\n"}, "", {}),
    "relative": ({".zshenv": "ZDOTDIR=z\n"}, "z/", {}),
    "with a slash at its end": ({".zshenv": 'ZDOTDIR="$HOME/z/"\n'}, "z/", {}),
    "in terminals alone": ({".zshenv": "[[ -o interactive ]] && ZDOTDIR=~/z\n"}, "z/", {}),
    "in .zprofile": ({".zprofile": "ZDOTDIR=~/z\n"}, "z/", {}),
}


def zsh_world(form: str, states: Sequence[str], text: str = "") -> World:
    """The zsh set in these states (`-` absent, `r` readable, `u` unreadable) where `form` says."""
    files, folder, env = ZDOTDIRS[form]
    files = dict(files)
    bad = set()
    for name, state in zip(_ZSH, states, strict=True):
        path = folder + name
        if state != "-" and path not in files:
            files[path] = text
            bad |= {path} if state == "u" else set()
    return World(files, frozenset(bad), env, ("zsh",))


def bash_world(states: Sequence[str], text: str = "") -> World:
    """The login files and ~/.bashrc of bash in these states."""
    names = (".bash_profile", ".bash_login", ".profile", ".bashrc")
    there = {name: text for name, state in zip(names, states, strict=True) if state != "-"}
    bad = (name for name, state in zip(names, states, strict=True) if state == "u")
    return World(there, frozenset(bad), {}, ("bash", "sh"))
