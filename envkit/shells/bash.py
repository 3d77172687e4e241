"""bash: which startup files it reads, found by experiment with real bash (docs/order.md).

Three properties decide: login, interactive, posix; then what the binary was compiled with. Where
experiment and manual differ, experiment wins: the search for a login file goes on only if open(2)
says ENOENT.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Change, Invocation, Order, Shell, Start, Stdin
from envkit.reading import traps, words
from envkit.reading.walk import Walk
from envkit.shells import _bash_argv, _bash_builds, _bash_rest, _bash_state, _command_line, _rows
from envkit.shells._bash_argv import LOGIN_FILES, Call
from envkit.shells._bash_builds import BUILDS, Build, is_left_by_exit, is_remote, sequence

_PROFILE = Path("/etc/profile")
_MANAGED = Path("/private/var/db/ManagedConfigurationFiles/com.apple.bash/etc/profile")


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts bash so and runs `command`.

    A login shell on a terminal keeps its argv[0] `-bash`: with -i every build reads the login
    files. Without -i some builds read nothing then, so that -l says it.
    """
    if invocation.login and invocation.interactive:
        return ("-bash", "-i", "-c", command)
    if invocation.login:
        return ("bash", "-l", "-c", command)
    return ("bash", "-i", "-c", command) if invocation.interactive else ("bash", "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line."""
    call = _bash_argv.parse(argv, stdin, environment)
    return Invocation(
        login=call.login,
        interactive=call.interactive,
        command=call.command is not None,
        remote="SSH_CLIENT" in environment or "SSH2_CLIENT" in environment,
        argv=argv,
        stdin=stdin,
        end=_bash_argv.ends_by(call),
    )


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    compiled = BUILDS.get(start.build or start.platform.bash_build)
    if compiled is None:
        raise UsageError(f"unknown build of bash: {start.build}", f"known: {', '.join(BUILDS)}")
    how = start.invocation
    version = start.version or compiled.version
    call = _bash_argv.parse(
        _command_line.own(how, "bash", argv(how, ":")), how.stdin, start.environment, version
    )
    # After an unset variable bash reads no further file, but where it is interactive it only
    # drops the command (parse_and_execute's FORCE_EOF and DISCARD).
    walk = Walk(
        _bash_state.make(host, start, call, version),
        unbound="discard" if call.interactive else "stop",
    )
    walk.record.skim = start.skim
    if not call.stops:
        _read(walk, start, call, compiled)
        _leave(walk, call, compiled, how)
        if how.end != "exec" and (walk.ended is None or walk.ended.kind != "exec"):
            traps.at_exit(walk)
    _name_the_rest(walk, start, call, compiled)
    return _rows.answer(walk, start)


def _read(walk: Walk, start: Start, call: Call, compiled: Build) -> None:
    """The sequence of files."""
    env, stdin = start.environment, start.invocation.stdin
    remote = is_remote(call, compiled, env, stdin)
    for kind in sequence(call, compiled, env, stdin):
        if kind == "login":
            _login_files(walk, start, call, compiled)
        elif kind == "BASH_ENV":
            _named_by(walk, kind, "not interactive")
        elif kind == "ENV":
            because = "interactive, in posix mode" if call.posix else "interactive sh"
            _named_by(walk, kind, because)
        elif kind == "rc":
            why = "its stdin is a socket" if stdin == "socket" else "run by sshd"
            why = f"{why}, and SHLVL is not set" if remote else "because it is interactive"
            _rc_files(walk, call, compiled, f"bash, {why}")


def _login_files(walk: Walk, start: Start, call: Call, compiled: Build) -> None:
    profile = _PROFILE
    if compiled.apple and walk.state.host.kind(_MANAGED) != "missing":
        profile = _MANAGED
    _rows.open_next(walk, profile, "bash", "bash, because it is a login shell")
    if walk.ended is None:
        _rows.name_system_files(walk, start, profile, "bash")
    before: list[Path] = []
    many = "the first of three that exists" if not call.sh else "sh, because it is a login shell"
    for name in LOGIN_FILES[2:] if call.sh else LOGIN_FILES:
        path = _at_home(walk, name)
        if before:
            _hidden(walk, path, before)
            if walk.state.host.kind(path) not in ("missing", "dangling"):
                before.append(path)
        elif _rows.open_next(walk, path, "bash", many) != "missing":
            before.append(path)


def _hidden(walk: Walk, path: Path, by: list[Path]) -> None:
    """A login file behind others: `by` are those that stand before it."""
    if path in walk.record.known():
        return
    if walk.state.host.kind(path) in ("missing", "dangling"):
        walk.record.add(path, "missing", "", "bash")
        return
    shown = walk.record.show(by[0])
    reason = f"{shown} comes first; bash reads only one of the three"
    if walk.state.host.kind(by[0]) in ("unreadable", "directory", "loop"):
        reason = f"{shown} cannot be read, and that stops the search: only an absent file does not"
    reason += f"; read if {' and '.join(map(walk.record.show, by))} were gone"
    change = Change("gone", str(by[0])) if len(by) == 1 and walk.ended is None else None
    walk.record.add(path, "hidden", reason, "bash", change=change)


def _rc_files(walk: Walk, call: Call, compiled: Build, reason: str) -> None:
    if compiled.bashrc:
        _rows.open_next(walk, Path(compiled.bashrc), "bash", reason)
    path = walk.state.path(call.rcfile) if call.rcfile else _at_home(walk, ".bashrc")
    if call.rcfile:
        reason = "bash, because of --rcfile"
    _rows.open_next(walk, path, "bash", reason)


def _named_by(walk: Walk, variable: str, because: str) -> None:
    """The file that BASH_ENV or ENV names; parameters, commands and a tilde are expanded."""
    is_set, value = walk.state.get(variable)
    if not is_set or value == "" or walk.ended is not None:
        return
    name = words.quoted(value, walk.state) if value is not None else None
    if name is None:
        text = f"only running it can tell which file ${variable} names"
        walk.record.add(Path(value or f"${variable}"), "skipped", text, "bash", certain=False)
        return
    if name.startswith("~"):
        head, slash, tail = name.partition("/")
        name = (walk.state.user_home(head[1:]) or head) + slash + tail
    if name:
        path = walk.state.path(name)
        _rows.open_next(walk, path, "bash", f"bash, {because}: ${variable} names it")


def _leave(walk: Walk, call: Call, compiled: Build, how: Invocation) -> None:
    """The files of a login shell's end."""
    left_by_exit = is_left_by_exit(call, how)
    if walk.ended is not None and walk.ended.kind != "stop":
        left_by_exit = walk.ended.kind == "exit"
    if not call.login or not left_by_exit:
        return
    walk.record.logout = True
    if (call.sh and (walk.ended is None or walk.ended.kind == "stop")) or call.posix:
        # sh has entered posix mode by now: a `.` that finds no file ends it.
        walk.error = "" if call.interactive else "die"
        walk.state.options.add("posix")
    walk.ended = None
    reason = "when this shell is left by exit or ^D"
    for name in (str(_at_home(walk, ".bash_logout")), compiled.logout):
        if name and walk.ended is None:
            walk.start(Path(name), "bash", reason)


def _name_the_rest(walk: Walk, start: Start, call: Call, compiled: Build) -> None:
    """The files of bash that exist and were not come by, with what would have to change."""
    walk.record.logout = False
    files = [("profile", _PROFILE)]
    if compiled.bashrc:
        files.append(("rc", Path(compiled.bashrc)))
    names = LOGIN_FILES[2:] if call.sh else LOGIN_FILES
    files += [("login", _at_home(walk, name)) for name in names]
    if not call.sh:
        files.append(("rc", _at_home(walk, ".bashrc")))
    files.append(("logout", _at_home(walk, ".bash_logout")))
    if compiled.logout:
        files.append(("logout", Path(compiled.logout)))
    how = start.invocation
    version = start.version or compiled.version
    case = _bash_rest.Case(
        _command_line.own(how, "bash", argv(how, ":")), start.environment, how, compiled, version
    )
    _bash_rest.explain(walk, case, call, files)


def _at_home(walk: Walk, name: str) -> Path:
    """`~/name` as bash expands it at this moment: HOME empty means the root folder."""
    home = walk.state.user_home("")
    return Path((str(walk.state.host.home) if home is None else home) + "/" + name)


SHELL = Shell(
    name="bash",
    title="bash",
    programs=("bash",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=_bash_builds.build,
    version=_bash_builds.version,
    login_files=LOGIN_FILES,
    rc_files=(".bashrc",),
    tracer="bash",
)
