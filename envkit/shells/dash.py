"""dash, and busybox ash, which does the same: /etc/profile, ~/.profile, and $ENV if interactive.

Unlike bash it does not look HOME up, expands no tilde in ENV, knows neither sshd nor logout files,
and ends at an error in a startup file unless it is interactive (POSIX.1-2017 2.8.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Invocation, Order, Shell, Start, Stdin
from envkit.reading import words
from envkit.reading.state import State
from envkit.reading.walk import Walk
from envkit.shells import _rows

_BUILDS = ("", "debian", "dash", "ash", "busybox")
_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_LETTERS = {"e": "errexit", "f": "noglob", "i": "interactive", "n": "noexec", "u": "nounset"}
_LETTERS |= {"s": "stdin"}
_KNOWN = "efIimnsxvVECabup"
_NAMES = frozenset(
    (
        *("errexit", "noglob", "ignoreeof", "interactive", "monitor", "noexec", "stdin"),
        *("xtrace", "verbose", "vi", "emacs", "noclobber", "allexport", "notify", "nounset"),
        *("privileged", "nolog", "debug"),
    )
)


class _Call:
    """What a command line makes of dash; `off` holds the options that it switches off."""

    def __init__(self, argv0: str) -> None:
        self.name = argv0
        self.login = argv0.startswith("-")
        self.command: str | None = None
        self.script: str | None = None
        self.options: set[str] = set()
        self.off: set[str] = set()
        self.parameters: list[str] = []
        self.stops = ""

    @property
    def interactive(self) -> bool:
        return "interactive" in self.options


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts dash so and runs `command`: argv[0] as in the real start."""
    name = "-dash" if invocation.login else "dash"
    return (name, "-i", "-c", command) if invocation.interactive else (name, "-c", command)


def _argv(invocation: Invocation) -> tuple[str, ...]:
    if invocation.argv:
        return invocation.argv
    if invocation.command:
        return argv(invocation, ":")
    return ("-dash",) if invocation.login else ("dash",)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line (dash(1))."""
    call = _parse(argv, stdin)
    end = "exit" if call.interactive and call.command is None else "end-of-input"
    return Invocation(
        login=call.login,
        interactive=call.interactive,
        command=call.command is not None,
        remote="SSH_CLIENT" in environment,
        argv=argv,
        stdin=stdin,
        end="exit" if end == "exit" else "end-of-input",
    )


def build(host: Host, program: Path | None) -> str:
    """dash is compiled in one way as far as startup files go."""
    return ""


def _parse(argv: tuple[str, ...], stdin: Stdin) -> _Call:
    call = _Call(argv[0] if argv else "dash")
    rest, wants_command = list(argv[1:]), False
    while rest and rest[0][:1] in ("-", "+") and rest[0] != "+":
        bundle = rest.pop(0)
        if bundle in ("-", "--"):
            break
        on = bundle[0] == "-"
        for letter in bundle[1:]:
            if letter == "c" and on:
                wants_command = True
            elif letter == "l" and on:
                call.login = True
            else:
                _option(call, letter, on, rest)
    if wants_command:
        call.command = rest.pop(0) if rest else None
        call.stops = call.stops or ("" if call.command is not None else "-c needs a command")
        call.name = rest.pop(0) if rest else call.name
    elif rest and "stdin" not in call.options:
        call.script = call.name = rest.pop(0)
    call.parameters = rest
    unsaid = "interactive" not in call.off
    if call.command is None and call.script is None and stdin == "pty" and unsaid:
        call.options.add("interactive")
    return call


def _option(call: _Call, letter: str, on: bool, rest: list[str]) -> None:
    name = _LETTERS.get(letter, letter)
    if letter == "o":
        name = rest.pop(0) if rest else "debug"
    if letter != "o" and letter not in _KNOWN:
        call.stops = f"dash has no option {'-' if on else '+'}{letter}"
    elif letter == "o" and name not in _NAMES:
        call.stops = f"dash has no option -o {name}"
    (call.options.add if on else call.options.discard)(name)
    (call.off.discard if on else call.off.add)(name)


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, in order, and why; UsageError for an unknown build."""
    if start.build not in _BUILDS:
        known = ", ".join(filter(None, _BUILDS))
        raise UsageError(f"unknown build of dash: {start.build}", f"known: {known}")
    how = start.invocation
    call = _parse(_argv(how), how.stdin)
    fatal = "next" if call.interactive else "die"
    walk = Walk(_state(host, start, call), error=fatal, fault=fatal, unbound=fatal)
    name = start.shell.name
    if not call.stops:
        if call.login:
            _login_files(walk, start, name)
        if call.interactive:
            _env_file(walk, name)
    login = call.stops or "only a login shell reads it"
    for path in (Path("/etc/profile"), _profile(walk)):
        _rows.pass_by(walk, path, name, login)
    return _rows.answer(walk, start)


def _login_files(walk: Walk, start: Start, name: str) -> None:
    reason = f"{name}, because it is a login shell"
    profile = Path("/etc/profile")
    _rows.open_next(walk, profile, name, reason)
    if walk.ended is None:
        _rows.name_system_files(walk, start, profile, name)
    _rows.open_next(walk, _profile(walk), name, reason)


def _profile(walk: Walk) -> Path:
    """`$HOME/.profile`; where HOME is unset that is `/.profile`."""
    is_set, home = walk.state.get("HOME")
    if home is None:
        home = str(walk.state.host.home)
    return Path((home if is_set else "") + "/.profile")


def _env_file(walk: Walk, name: str) -> None:
    is_set, value = walk.state.get("ENV")
    if not is_set or value == "" or walk.ended is not None:
        return
    after_a_file = any(row.status == "read" for row in walk.record.files)
    if value and after_a_file and ("$(" in value or "`" in value):
        # dash 0.5.12 parses the command with what the file before it left over, and fails.
        text = "dash fails at a command in $ENV once it has read a profile; name the file plainly"
        walk.record.add(Path(value), "skipped", text, name)
        return
    file = words.quoted(value, walk.state) if value is not None else None
    if file is None:
        text = "only running it can tell which file $ENV names"
        walk.record.add(Path(value or "$ENV"), "skipped", text, name, certain=False)
    elif file:
        path = walk.state.path(file)
        _rows.open_next(walk, path, name, f"{name}, interactive: $ENV names it")


def _state(host: Host, start: Start, call: _Call) -> State:
    """What dash knows before it reads the first file; PS1 is set even where nobody types."""
    env = start.environment
    variables: dict[str, str | None] = dict(env)
    variables.setdefault("PATH", _DEFAULT_PATH)
    variables |= {
        "PS1": env.get("PS1", "# " if host.uid == 0 else "$ "),
        "PS2": env.get("PS2", "> "),
        "PS4": env.get("PS4", "+ "),
        "IFS": " \t\n",
        "OPTIND": "1",
        "PWD": env.get("PWD", str(host.home)),
        "PPID": None,
        "LINENO": None,
    }
    options = set(call.options)
    if call.command is None and call.script is None:
        options.add("stdin")
    return State(
        host,
        variables,
        call.parameters,
        call.name,
        "/usr/bin/dash",
        options,
        env.get("PWD") or str(host.home),
        dialect="dash",
        terminal=start.invocation.stdin == "pty",
        macos=start.platform.name == "macos",
        passwd_home=False,
    )


SHELL = Shell(
    name="dash",
    title="dash",
    programs=("dash",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".profile",),
    tracer="bash",
)
