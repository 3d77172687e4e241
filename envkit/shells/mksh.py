"""mksh and lksh: /etc/profile and ~/.profile at login, and ${ENV:-~/.mkshrc} if interactive.

Found by experiment with R59 (docs/order.md). ENV is taken as it stands: nothing in it is expanded.
Debian's /etc/mkshrc is read by ~/.mkshrc, never by mksh itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Change, Invocation, Order, Shell, Start, Stdin
from envkit.reading.walk import Walk
from envkit.shells import _ksh_argv, _posix, _rows
from envkit.shells._posix import Call

_BUILDS = ("", "debian")


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts mksh so and runs `command`: argv[0] as in the real start."""
    return _posix.argv("mksh", invocation, command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line (mksh(1))."""
    return _posix.invocation(_ksh_argv.mksh(argv, stdin), argv, stdin, environment)


def build(host: Host, program: Path | None) -> str:
    """mksh reads the same files however it is compiled."""
    return ""


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    if start.build not in _BUILDS:
        raise UsageError(f"unknown build of mksh: {start.build}", "known: debian")
    how = start.invocation
    call = _ksh_argv.mksh(_posix.words("mksh", how), how.stdin)
    walk = _walk(host, start, call)
    name = start.shell.name
    if call.script and not _opens(walk, call.script):
        call.stops = f"mksh cannot open {call.script}, and ends before it reads any other file"
    if not call.stops:
        if call.login:
            walk.state.options.discard("privileged")  # it counts for a setuid shell alone
            _posix.login_files(walk, start, name)
        if call.interactive:
            _rc_file(walk, name)
    return _posix.answer(walk, start, call, _others(walk, call))


def _walk(host: Host, start: Start, call: Call) -> Walk:
    env = start.environment
    uid = str(host.uid)
    known: dict[str, str | None] = {
        "PATH": "/usr/bin:/bin",
        "PS1": env.get("PS1", "# " if host.uid == 0 else "$ "),
        "PS2": env.get("PS2", "> "),
        "PS3": env.get("PS3", "#? "),
        "PS4": env.get("PS4", "+ "),
        "KSH_VERSION": "@(#)MIRBSD KSH R59 2023/04/29 +Debian",
        "PATHSEP": ":",
        "USER_ID": uid,
        "KSHUID": uid,
        "KSHEGID": None,
        "KSHGID": None,
        "TMOUT": "0",
        "HISTSIZE": "2047",
        **dict.fromkeys(("BASHPID", "COLUMNS", "EPOCHREALTIME", "LINENO", "LINES", "PGRP")),
        **dict.fromkeys(("RANDOM", "SECONDS", "_")),
    }
    state = _posix.state(host, start, call, "mksh", "/usr/bin/mksh", known)
    return Walk(state, error="return", fault="return", unbound="return")


def _opens(walk: Walk, script: str) -> bool:
    """Whether the script that is to be run can be read; a bare name is also looked for in PATH."""
    if walk.state.host.kind(walk.state.path(script)) == "file":
        return True
    return "/" not in script and walk.state.find(script) != ""


def _rc_path(walk: Walk) -> Path | None:
    """`${ENV:-~/.mkshrc}`; a tilde is the home only where HOME is set. None: nobody knows."""
    is_set, value = walk.state.get("ENV")
    if is_set and value is None:
        return None
    if value and is_set:
        return walk.state.path(value)
    if "HOME" not in walk.state.variables:
        return walk.state.path("~/.mkshrc")
    return _posix.at_home(walk, ".mkshrc")


def _rc_file(walk: Walk, name: str) -> None:
    path = _rc_path(walk)
    if path is None:
        _posix.unknown_env(walk, name, None)
        return
    reason = f"{name}, because it is interactive"
    named = walk.state.get("ENV")[1]
    _rows.open_next(walk, path, name, f"{name}, interactive: $ENV names it" if named else reason)


def _others(walk: Walk, call: Call) -> dict[Path, tuple[str, Change]]:
    reason, change = "only an interactive shell reads it", Change("interactive")
    path = _rc_path(walk)
    found = {path: (reason, change)} if path is not None else {}
    own = _posix.at_home(walk, ".mkshrc")
    if own not in found:
        found[own] = "read where ENV is not set; $ENV stands in its place", Change("unset", "ENV")
    return found


SHELL = Shell(
    name="mksh",
    title="mksh",
    programs=("mksh", "lksh", "ksh"),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".profile",),
    rc_files=(".mkshrc",),
    tracer="ksh",
)
