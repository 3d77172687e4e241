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
from envkit.model import Invocation, Order, Shell, Start, Stdin
from envkit.reading import words
from envkit.reading.walk import Walk
from envkit.shells import _bash_argv, _bash_builds, _bash_state, _rows
from envkit.shells._bash_argv import Call
from envkit.shells._bash_builds import BUILDS, Build

_LOGIN_FILES = (".bash_profile", ".bash_login", ".profile")


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


def _argv(invocation: Invocation) -> tuple[str, ...]:
    """The command line as the context itself has it."""
    if invocation.argv:
        return invocation.argv
    if invocation.command:
        return argv(invocation, ":")
    return ("-bash",) if invocation.login else ("bash",)


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
    call = _bash_argv.parse(_argv(how), how.stdin, start.environment)
    # After an unset variable bash reads no further file, but where it is interactive it only
    # drops the command (parse_and_execute's FORCE_EOF and DISCARD).
    walk = Walk(
        _bash_state.make(host, start, call), unbound="discard" if call.interactive else "stop"
    )
    if not call.stops:
        _read(walk, start, call, compiled)
        _leave(walk, call, compiled, how)
    _name_the_rest(walk, start, call, compiled)
    return _rows.answer(walk, start)


def _read(walk: Walk, start: Start, call: Call, compiled: Build) -> None:
    """The sequence of files; what `sh` and posix mode leave out is left out here."""
    env = start.environment
    remote = compiled.ssh and ("SSH_CLIENT" in env or "SSH2_CLIENT" in env)
    plain = not (call.interactive or call.login or call.sh or call.norc)
    top_level = _bash_state.level(env) < 2
    called = remote or start.invocation.stdin == "socket"
    if plain and call.command is not None and top_level and called:
        why = "run by sshd" if remote else "its stdin is a socket"
        _rc_files(walk, call, compiled, f"bash, {why}, and SHLVL is not set")
        return
    reads_login = call.login_option or (call.login and (compiled.dash_is_login or call.interactive))
    reads_login = reads_login or (call.su and call.login)
    if reads_login and not call.posix and not call.noprofile:
        _login_files(walk, start, call)
    if not call.interactive and not (call.su and call.login):
        if not (call.posix or call.sh or "privileged" in call.options):
            _named_by(walk, "BASH_ENV", "not interactive")
        return
    if call.posix or call.sh:
        if "privileged" not in call.options and (call.interactive or call.sh):
            _named_by(walk, "ENV", "interactive, in posix mode" if call.posix else "interactive sh")
    elif not call.norc and not call.login:
        _rc_files(walk, call, compiled, "bash, because it is interactive")


def _login_files(walk: Walk, start: Start, call: Call) -> None:
    profile = Path("/etc/profile")
    _rows.open_next(walk, profile, "bash", "bash, because it is a login shell")
    if walk.ended is None:
        _rows.name_system_files(walk, start, profile, "bash")
    taken: Path | None = None
    names = _LOGIN_FILES[2:] if call.sh else _LOGIN_FILES
    many = "the first of three that exists" if not call.sh else "sh, because it is a login shell"
    for name in names:
        path = _at_home(walk, name)
        if taken is not None:
            _hidden(walk, path, taken)
        elif _rows.open_next(walk, path, "bash", many) != "missing":
            taken = path


def _hidden(walk: Walk, path: Path, by: Path) -> None:
    if walk.ended is not None:
        _rows.open_next(walk, path, "bash", "")
        return
    shown = walk.record.show(by)
    kind = walk.state.host.kind(path)
    if kind in ("missing", "dangling"):
        walk.record.add(path, "missing", "", "bash")
        return
    reason = f"{shown} comes first; bash reads only one of the three"
    if walk.state.host.kind(by) in ("unreadable", "directory", "loop"):
        reason = f"{shown} cannot be read, and that stops the search: only an absent file does not"
    if path not in walk.record.known():
        walk.record.add(path, "hidden", reason + f"; read if {shown} were gone", "bash")


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
    left_by_exit = how.end == "exit" or (
        call.interactive and call.command is None and how.end in ("eof", "hangup")
    )
    left_by_exit = left_by_exit or (call.interactive and how.end == "hangup")
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
    for path, reason in _unread(walk, start, call, compiled):
        _rows.pass_by(walk, path, "bash", call.stops or reason)


def _unread(walk: Walk, start: Start, call: Call, compiled: Build) -> list[tuple[Path, str]]:
    login = "only a login shell reads it"
    if call.login and call.noprofile:
        login = "--noprofile leaves it out"
    elif call.login and call.posix:
        login = "in posix mode bash reads no login file"
    elif call.login:
        login = "a login shell by its name alone, and not interactive: this build wants -l"
    names = _LOGIN_FILES[2:] if call.sh else _LOGIN_FILES
    found = [(Path("/etc/profile"), login)]
    if compiled.bashrc:
        found.append((Path(compiled.bashrc), _why_no_rc(walk, call)))
    found += [(_at_home(walk, name), login) for name in names]
    if not call.sh:
        found.append((_at_home(walk, ".bashrc"), _why_no_rc(walk, call)))
    logout = "only a login shell reads it, when it ends"
    if call.login:
        logout = "read when a login shell is left by exit, logout or ^D; this one is not"
    found.append((_at_home(walk, ".bash_logout"), logout))
    return found


def _why_no_rc(walk: Walk, call: Call) -> str:
    if call.norc:
        return "--norc leaves it out"
    if call.sh or call.posix:
        return "as sh and in posix mode bash reads the file that $ENV names, if interactive"
    if call.login:
        read = [row for row in walk.record.files if row.reader == "bash" and row.status == "read"]
        own = [row.path for row in read if row.scope == "user" and not row.logout]
        if own:
            return f"not sourced by {walk.record.show(own[-1])}"
        return "a login shell reads it only if a login file sources it"
    if call.rcfile and call.interactive:
        return "--rcfile stands in its place"
    return "read by an interactive shell, and by `ssh host command`"


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
    login_files=_LOGIN_FILES,
    rc_files=(".bashrc",),
    tracer="bash",
)
