"""What the descendants of the Bourne shell have in common: dash, busybox ash, ksh93, mksh.

/etc/profile and ~/.profile for a login shell, then the file that ENV names for an interactive one.
None of them looks HOME up, has a file for its end, or knows sshd and sockets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from envkit.host import Host
from envkit.model import Change, Invocation, Order, Start, Stdin
from envkit.reading import programs, traps
from envkit.reading.state import State
from envkit.reading.walk import Walk
from envkit.shells import _command_line, _rows

PROFILE = Path("/etc/profile")


class Call:
    """What a command line makes of such a shell; `off` holds the options that it switches off.

    `stops`: why it reads no file at all.
    """

    def __init__(self, argv0: str) -> None:
        self.name = argv0
        self.login = argv0.startswith("-")
        self.wants_command = False
        self.command: str | None = None
        self.script: str | None = None
        self.options: set[str] = set()
        self.off: set[str] = set()
        self.parameters: list[str] = []
        self.stops = ""

    @property
    def interactive(self) -> bool:
        """Whether `$-` has an i."""
        return "interactive" in self.options

    def set(self, name: str, on: bool) -> None:
        """`-o NAME` and `+o NAME`."""
        (self.options.add if on else self.options.discard)(name)
        (self.off.discard if on else self.off.add)(name)

    def operands(self, words: list[str], stdin: Stdin) -> None:
        """What follows the options: the command, or a script, and the parameters."""
        if self.wants_command:
            self.command = words.pop(0) if words else None
            if self.command is None:
                self.stops = self.stops or "-c needs a command"
            self.name = words.pop(0) if words else self.name
        elif words and "stdin" not in self.options:
            self.script = self.name = words.pop(0)
        self.parameters = words
        if self.command is None and self.script is None:
            self.options.add("stdin")
            if stdin == "pty" and not self.off & {"interactive"}:
                self.options.add("interactive")
        if "noexec" in self.options:
            self.stops = self.stops or "-n: nothing of it would be run"


def argv(name: str, invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts such a shell so and runs `command`; argv[0] as it really is."""
    name = f"-{name}" if invocation.login else name
    return (name, "-i", "-c", command) if invocation.interactive else (name, "-c", command)


def words(name: str, invocation: Invocation) -> tuple[str, ...]:
    """The command line as the context itself has it."""
    return _command_line.own(invocation, name, argv(name, invocation, ":"))


def invocation(
    call: Call, argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str]
) -> Invocation:
    """The flags that a command line gives."""
    return Invocation(
        login=call.login,
        interactive=call.interactive,
        command=call.command is not None,
        remote="SSH_CLIENT" in environment,
        argv=argv,
        stdin=stdin,
        end="exit" if call.interactive and call.command is None else "end-of-input",
    )


# The letters of `$-` in each shell's own order, and the options that they stand for.
_ORDERS = {
    "dash": "pubaCEVvxsnmiIfe",
    "ash": "pubaCEVvxcsnmiIfe",
    "ksh": "icabefhkmnprstuvxBCEGHl",
    "mksh": "abefhiklmnprsuvxCUXc",
}
_OPTIONS = {
    "a": "allexport",
    "b": "notify",
    "c": "command",
    "e": "errexit",
    "f": "noglob",
    "h": "trackall",
    "i": "interactive",
    "k": "keyword",
    "l": "login",
    "m": "monitor",
    "n": "noexec",
    "p": "privileged",
    "r": "restricted",
    "s": "stdin",
    "u": "nounset",
    "v": "verbose",
    "x": "xtrace",
    "B": "braceexpand",
    "C": "noclobber",
}


def _options(call: Call, dialect: str, terminal: bool) -> set[str]:
    """The options that are on before the first file."""
    found = {_OPTIONS.get(option, option) for option in call.options}
    if call.command is not None:
        found.add("command")
    if dialect == "ksh":
        found |= {"braceexpand"} if call.script else {"braceexpand", "stdin"}
        found |= {"E"} if "rc" in found else set()
    if dialect == "mksh":
        found.discard("errexit")  # it counts from the first command that is no startup file's
    if dialect in ("ksh", "mksh") and call.login:
        found |= {"login", "login_shell"}
    if call.interactive and (terminal or dialect in ("ksh", "mksh")):
        found.add("monitor")
    return found


def state(
    host: Host,
    start: Start,
    call: Call,
    dialect: str,
    program: str,
    known: Mapping[str, str | None],
) -> State:
    """What such a shell knows before it reads the first file; `known` is what it sets itself."""
    env = start.environment
    variables: dict[str, str | None] = {"PATH": known.get("PATH"), **env}
    variables |= {name: value for name, value in known.items() if name != "PATH"}
    if variables["PATH"] is None:
        del variables["PATH"]
    variables |= {
        "IFS": " \t\n",
        "OPTIND": "1",
        "PWD": env.get("PWD", str(host.home)),
        "PPID": None,
    }
    made = State(
        host,
        variables,
        call.parameters,
        call.name,
        program,
        _options(call, dialect, start.invocation.stdin == "pty"),
        env.get("PWD") or str(host.home),
        dialect=dialect,
        terminal=start.invocation.stdin == "pty",
        macos=start.platform.name == "macos",
        passwd_home=dialect == "ksh",  # by experiment: ksh93 looks `~` up, but no $HOME
    )
    made.letters = tuple((letter, _OPTIONS.get(letter, letter)) for letter in _ORDERS[dialect])
    return made


def login_files(walk: Walk, start: Start, name: str, users: bool = True) -> None:
    """/etc/profile, what the platform has beside it, and ~/.profile unless `users` is False."""
    reason = f"{name}, because it is a login shell"
    _rows.open_next(walk, PROFILE, name, reason)
    if walk.ended is None:
        _rows.name_system_files(walk, start, PROFILE, name)
    # ksh93 alone heeds -p here, and even a `set -p` in /etc/profile.
    if users and not (walk.state.dialect == "ksh" and "privileged" in walk.state.options):
        _rows.open_next(walk, at_home(walk, ".profile"), name, reason)


def at_home(walk: Walk, file: str) -> Path:
    """`$HOME/file`; where HOME is not set that is `/file`."""
    is_set, home = walk.state.get("HOME")
    if home is None:
        home = str(walk.state.host.home)
    return walk.state.path((home if is_set else "") + "/" + file)


def unknown_env(walk: Walk, name: str, value: str | None) -> None:
    """The row for a file that only running would name."""
    text = "only running it can tell which file $ENV names"
    walk.record.add(Path(value or "$ENV"), "skipped", text, name, certain=False)


def _turns(walk: Walk, call: Call) -> bool:
    """Whether mksh turns into the one program that is its -c, and forgets its trap."""
    text = call.command if walk.state.dialect == "mksh" and walk.ended is None else None
    if not text or re.search(r"[;&|\n(){}`$]", text):
        return False
    name = text.split()[0]
    return name not in programs.BUILTINS and name not in walk.state.functions


def answer(
    walk: Walk, start: Start, call: Call, others: Mapping[Path, tuple[str, Change]]
) -> Order:
    """The rows of the start; `others` are files that it would read if it were another.

    None of these shells has a logout file, but `trap '. ~/.logout' EXIT` gives it one.
    """
    name = start.shell.name
    end = start.invocation.end
    replaced = end == "exec" or (walk.ended and walk.ended.kind == "exec")
    # ksh93 alone runs its trap at a hangup.
    replaced = replaced or (end == "hangup" and walk.state.dialect != "ksh")
    if not call.stops and not replaced and not _turns(walk, call):
        traps.at_exit(walk)
    login = "only a login shell reads it", Change("login")
    for path, (reason, change) in {
        PROFILE: login,
        at_home(walk, ".profile"): login,
        **others,
    }.items():
        if call.stops:
            _rows.pass_by(walk, path, name, call.stops)
        else:
            _rows.pass_by(walk, path, name, reason, change=change)
    return _rows.answer(walk, start)
