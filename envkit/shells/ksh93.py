"""ksh93: /etc/profile and ~/.profile at login; /etc/ksh.kshrc and ${ENV-~/.kshrc} if interactive.

Found by experiment with ksh93u+m (docs/order.md). -E reads the two rc files without -i, +E reads
none; -p reads no file of the user's. There is no file for its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Change, Invocation, Order, Shell, Start, Stdin
from envkit.reading import words
from envkit.reading.walk import Walk
from envkit.shells import _ksh_argv, _posix, _rows
from envkit.shells._posix import Call

_SYSTEM_RC = Path("/etc/ksh.kshrc")
_BUILDS = ("", "debian", "plain")
_VERSION = "Version AJM 93u+m/1.0.4 2022-10-22"


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts ksh so and runs `command`: argv[0] as in the real start."""
    return _posix.argv("ksh", invocation, command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line (ksh(1))."""
    return _posix.invocation(_ksh_argv.ksh(argv, stdin), argv, stdin, environment)


def build(host: Host, program: Path | None) -> str:
    """`debian` where the binary has /etc/ksh.kshrc in it, else `plain` (SHOPT_SYSRC); "": none."""
    if program is None or host.kind(program) != "file":
        return ""
    content = host.read(program)
    if b"KSH_VERSION" not in content and b".sh.version" not in content:
        return ""
    return "debian" if b"/etc/ksh.kshrc\0" in content else "plain"


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    if start.build not in _BUILDS:
        known = ", ".join(filter(None, _BUILDS))
        raise UsageError(f"unknown build of ksh93: {start.build}", f"known: {known}")
    how = start.invocation
    call = _ksh_argv.ksh(_posix.words("ksh", how), how.stdin)
    walk = _walk(host, start, call)
    name = start.shell.name
    system_rc = start.build != "plain"
    if not call.stops:
        if call.login:
            _posix.login_files(walk, start, name)
        if "rc" in walk.state.options and "privileged" not in walk.state.options:
            _rc_files(walk, call, name, system_rc)
    return _posix.answer(walk, start, call, _others(walk, call, system_rc))


def _walk(host: Host, start: Start, call: Call) -> Walk:
    """ksh93 as it is before its first file; ENV has its default from the first moment."""
    env = start.environment
    home = env.get("HOME", "(null)")  # where HOME is not set it really looks for that
    state = _posix.state(
        host,
        start,
        call,
        "ksh",
        "/usr/bin/ksh93",
        {
            "PATH": None,
            "ENV": env.get("ENV", f"{home}/.kshrc"),
            "SHELL": env.get("SHELL", "/bin/sh"),
            "PS2": env.get("PS2", "> "),
            "PS3": env.get("PS3", "#? "),
            "KSH_VERSION": _VERSION,
            ".sh.version": _VERSION,
            "FCEDIT": "ed",
            "TMOUT": "0",
            "MAILCHECK": "600",
            "SHLVL": None,
            "RANDOM": None,
            "SECONDS": None,
            "LINENO": None,
            "_": None,
        },
    )
    if "ENV" in env:
        state.variables["ENV"] = env["ENV"]
    return Walk(state, error="raise", fault="return", unbound="abort")


def _rc_files(walk: Walk, call: Call, name: str, system: bool) -> None:
    why = f"{name}, because it is interactive" if call.interactive else f"{name}, because of -E"
    if system:
        _rows.open_next(walk, _SYSTEM_RC, name, why)
    if walk.ended is not None:
        path = _env_path(walk)
        if path is not None:
            _rows.open_next(walk, path, name, why)
        return
    is_set, value = walk.state.get("ENV")
    if not is_set or value == "":
        return
    path = _env_path(walk)
    if path is None:
        _posix.unknown_env(walk, name, value)
    elif path != Path("/"):
        default = path == _posix.at_home(walk, ".kshrc")
        reason = why if default else f"{why}: $ENV names it"
        _rows.open_next(walk, path, name, reason)


def _env_path(walk: Walk) -> Path | None:
    """The file that ENV names now: it is expanded as a word is, without splitting.

    A tilde needs no HOME: it is then the home of the passwd entry.
    """
    _, value = walk.state.get("ENV")
    if not value:
        return None
    if value.startswith("~") and "HOME" not in walk.state.variables:
        host = walk.state.host
        home = "/root" if host.uid == 0 and host.user == "root" else str(host.home)
        value = home + value[1:] if value[1:2] in ("", "/") else value
    try:
        file = words.single(value, walk.state)
    except words.Unbound:
        return None
    return None if file is None else walk.state.path(file)


def _others(walk: Walk, call: Call, system: bool) -> dict[Path, tuple[str, Change]]:
    reason, change = "only an interactive shell reads it", Change("interactive")
    if "privileged" in walk.state.options:
        reason, change = "-p leaves it out", Change("drop", "-p")
    elif "rc" in call.off:
        reason, change = "+E leaves it out", Change("drop", "+E")
    found = {_SYSTEM_RC: (reason, change)} if system else {}
    path = _env_path(walk)
    if path is not None:
        found[path] = reason, change
    own = _posix.at_home(walk, ".kshrc")
    if own not in found:
        found[own] = "read where ENV is not set; $ENV stands in its place", Change("unset", "ENV")
    if "privileged" in walk.state.options and call.login:
        found[_posix.at_home(walk, ".profile")] = "-p leaves it out", Change("drop", "-p")
    return found


SHELL = Shell(
    name="ksh93",
    title="ksh93",
    programs=("ksh93", "ksh"),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".profile",),
    rc_files=(".kshrc",),
    tracer="ksh",
)
