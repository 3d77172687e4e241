"""tcsh, and csh where that is tcsh: which startup files it reads, found by experiment.

System files come before the user's: /etc/csh.cshrc, /etc/csh.login, ~/.tcshrc or else ~/.cshrc,
~/.login, and the folders that ~/.cshdirs holds. One compile-time switch (LOGINFIRST) puts each
login file before its companion. An error in a file ends the reading of all files; `exit` ends one
file; a file that may not be opened counts as absent (so an unreadable ~/.tcshrc gives way to
~/.cshrc, an empty one does not).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Change, Invocation, Order, Shell, Start, Stdin
from envkit.reading import record
from envkit.reading.csh.walk import Walk
from envkit.shells import _command_line, _tcsh_argv, _tcsh_state
from envkit.shells._tcsh_argv import Call

_CSHRC, _LOGIN, _LOGOUT = Path("/etc/csh.cshrc"), Path("/etc/csh.login"), Path("/etc/csh.logout")
_BUILDS = ("", "loginfirst")


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts tcsh so and runs `command`; -l would count only alone."""
    name = "-tcsh" if invocation.login else "tcsh"
    return (name, "-i", "-c", command) if invocation.interactive else (name, "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line."""
    call = _tcsh_argv.parse(argv, stdin)
    return Invocation(
        login=call.login,
        interactive=call.interactive,
        command=call.command is not None,
        remote="SSH_CLIENT" in environment,
        argv=argv,
        stdin=stdin,
        end=_tcsh_argv.ends_by(call),
    )


def build(host: Host, program: Path | None) -> str:
    """`loginfirst` where the binary was compiled with LOGINFIRST, else "".

    `$version` is put together from the names of its options, each of which is a text of its own in
    the binary; lf among them only if it was compiled in.
    """
    if program is None or host.kind(program) != "file":
        return ""
    return "loginfirst" if b",lf\0" in host.read(program) else ""


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    if start.build not in _BUILDS:
        known = ", ".join(filter(None, _BUILDS))
        raise UsageError(f"unknown build of tcsh: {start.build}", f"known: {known}")
    how = start.invocation
    call = _tcsh_argv.parse(_command_line.own(how, "tcsh", argv(how, ":")), how.stdin)
    walk = Walk(_tcsh_state.make(host, start, call))
    walk.stops_at_failure = "e" in call.options
    call.stops = call.stops or _unopened(walk, call)
    if not call.stops:
        if not _why_fast(start, call):
            _read(walk, start, call)
        _leave(walk, how, call)
    _name_the_rest(walk, start, call)
    rows = tuple(sorted(walk.record.rows(), key=lambda row: row.logout))
    return Order(start.context, start.shell.name, rows, tuple(walk.record.events))


def _unopened(walk: Walk, call: Call) -> str:
    """A script is opened before any startup file is."""
    if call.script is not None:
        kind = walk.state.host.kind(walk.state.path(call.script)) if call.script else "missing"
        if kind not in ("file", "directory"):
            return f"the script {call.script or '(empty)'} cannot be opened"
    return "-n runs nothing" if "n" in call.options else ""


def _why_fast(start: Start, call: Call) -> str:
    if "f" in call.options:
        return "-f leaves it out"
    return "" if "HOME" in start.environment else "HOME is not set: tcsh then reads no startup file"


def _read(walk: Walk, start: Start, call: Call) -> None:
    """The sequence; whether it is a login shell is asked of $loginsh before each login file."""
    login_first = start.build == "loginfirst"
    system, user = [_system_rc, _system_login], [_user_rc, _user_login]
    for step in (system[::-1] if login_first else system) + (user[::-1] if login_first else user):
        step(walk)
    if walk.state.is_set("loginsh") or "d" in call.options:
        _folders(walk)


def _system_rc(walk: Walk) -> None:
    _open(walk, _CSHRC, "tcsh reads it in every start")


def _system_login(walk: Walk) -> None:
    if walk.state.is_set("loginsh"):
        _open(walk, _LOGIN, "tcsh, because it is a login shell")


def _user_rc(walk: Walk) -> None:
    """~/.tcshrc, else ~/.cshrc: the search goes on where open(2) fails, for any reason."""
    first, second = _at_home(walk, ".tcshrc"), _at_home(walk, ".cshrc")
    if first is None or second is None:
        return
    reason = "the first of two that can be opened"
    if walk.ended:
        _open(walk, first, reason)
        _open(walk, second, reason)
        return
    _open(walk, first, reason)
    kind = walk.state.host.kind(first)
    if kind not in ("file", "directory"):
        _open(walk, second, reason)
    elif walk.state.host.kind(second) not in ("missing", "dangling"):
        shown = walk.record.show(first)
        why = f"{shown} comes first; tcsh reads only one of the two; read if {shown} were gone"
        walk.record.add(second, "hidden", why, "tcsh", change=Change("gone", str(first)))


def _user_login(walk: Walk) -> None:
    path = _at_home(walk, ".login")
    if walk.state.is_set("loginsh") and path is not None:
        _open(walk, path, "tcsh, because it is a login shell")


def _folders(walk: Walk) -> None:
    """~/.cshdirs, or what $dirsfile names: the stack of folders, as commands that are run."""
    there, named = walk.state.lookup("dirsfile")
    path = _at_home(walk, ".cshdirs")
    if walk.state.is_set("dirsfile") and there and named and named[0]:
        path = walk.state.path(named[0])
    if path is not None and (walk.ended or walk.state.host.kind(path) == "file"):
        _open(walk, path, "tcsh takes its stack of folders from it")


def _open(walk: Walk, path: Path, reason: str) -> None:
    """The shell opens its next file, unless one before it has ended the reading."""
    if not walk.ended:
        walk.start(path, "tcsh", reason)
        return
    at = walk.record.show(walk.ended_at) if walk.ended_at else "a file before it"
    what = {"exec": "replaces the shell", "logout": "ends the shell"}.get(
        walk.ended, "is an error, after which tcsh reads no further startup file"
    )
    change = Change("earlier", str(walk.ended_at)) if walk.ended_at else None
    _pass_by(walk, path, f"{at} {what}; read if that line did not", change)


def _leave(walk: Walk, how: Invocation, call: Call) -> None:
    """The files of a login shell's end: at `logout`, or where it was interactive."""
    from_terminal = call.prompts and (how.stdin == "pty" or "i" in call.options)
    left = walk.ended == "logout" or (from_terminal and how.end != "exec")
    if call.command is not None and not walk.ended:
        left = left or call.command.split(";")[-1].strip() == "logout"
    if walk.ended in ("exec", "failure") or not left or not walk.state.is_set("loginsh"):
        return
    walk.record.logout, walk.ended = True, ""
    reason = "when this login shell is left by exit, logout or ^D"
    walk.start(_LOGOUT, "tcsh", reason)
    path = _at_home(walk, ".logout")  # where the file before it has set $home
    if path is not None and not walk.ended:
        walk.start(path, "tcsh", reason)
    walk.record.logout = False


def _name_the_rest(walk: Walk, start: Start, call: Call) -> None:
    """The files of tcsh that exist and were not come by, with what would have to change."""
    for path, reason, change in _unread(walk, start, call):
        if path is not None:
            _pass_by(walk, path, call.stops or reason, None if call.stops else change)


def _unread(
    walk: Walk, start: Start, call: Call
) -> Iterator[tuple[Path | None, str, Change | None]]:
    fast = _why_fast(start, call)
    lost = Change("drop", "-f") if "f" in call.options else Change("set", "HOME")
    always = (fast, lost if fast else None)
    login = always if call.login else ("only a login shell reads it", Change("login"))
    yield _CSHRC, *always
    yield _LOGIN, *login
    yield _at_home(walk, ".tcshrc"), *always
    yield _at_home(walk, ".cshrc"), *always
    yield _at_home(walk, ".login"), *login
    ending = "read when a login shell is left by exit, logout or ^D; this one is not"
    if not call.login:
        ending = "only a login shell reads it, when it ends"
    for path in (_LOGOUT, _at_home(walk, ".logout")):
        yield path, ending, None


def _pass_by(walk: Walk, path: Path, reason: str, change: Change | None) -> None:
    if path in walk.record.known():
        return
    status, _problem = record.opened(walk.state.host, path)
    if status != "missing":
        walk.record.add(path, "skipped", reason, "tcsh", change=change)


def _at_home(walk: Walk, name: str) -> Path | None:
    """`$home/name` as it is at this moment; None where the variable is not set or not known."""
    if not walk.state.is_set("home"):
        return None
    home = walk.state.home
    return None if home is None else Path(home + "/" + name)


SHELL = Shell(
    name="tcsh",
    title="tcsh",
    programs=("tcsh", "csh"),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".login",),
    rc_files=(".tcshrc", ".cshrc"),
    no_trace="envkit cannot follow tcsh line by line; `tcsh -X` shows each command as it runs, "
    "and envkit order says which files are read",
)
