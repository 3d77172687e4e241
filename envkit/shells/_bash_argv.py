"""bash's command line (bash(1), OPTIONS and INVOCATION), read as bash itself reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from envkit.model import End, Stdin

_FLAGS: tuple[str, ...] = (
    "debug",
    "debugger",
    "dump-po-strings",
    "dump-strings",
    "help",
    "login",
    "noediting",
)
_FLAGS += ("noprofile", "norc", "posix", "pretty-print", "restricted", "verbose", "version")
_FILES = ("rcfile", "init-file")
_LETTERS = "aefhkmnprtuvxBCEHPTi"
_NAMES = {"p": "privileged", "n": "noexec", "r": "restricted", "x": "xtrace", "u": "nounset"}


@dataclass(slots=True)
class Call:
    """What a command line and its environment make of bash."""

    argv0: str
    name: str
    dashed: bool = False
    sh: bool = False
    su: bool = False
    login_option: bool = False
    forced_interactive: bool = False
    from_stdin: bool = False
    noprofile: bool = False
    norc: bool = False
    rcfile: str = ""
    command: str | None = None
    script: str | None = None
    parameters: list[str] = field(default_factory=list)
    options: set[str] = field(default_factory=set)
    stops: str = ""
    interactive: bool = False

    @property
    def login(self) -> bool:
        """What `shopt login_shell` says."""
        return self.dashed or self.login_option

    @property
    def posix(self) -> bool:
        """Posix mode before any file is read; `sh` enters it only afterwards."""
        return "posix" in self.options


def parse(argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str]) -> Call:
    """The command line; `stops` says why no file at all is read, where that is so."""
    call = _named(argv[0] if argv else "bash")
    words = list(argv[1:])
    _long_options(call, words)
    wants_command = _short_options(call, words)
    if "privileged" not in call.options and "restricted" not in call.options:
        call.options |= set(environment.get("SHELLOPTS", "").split(":")) & {"posix", "privileged"}
    if "POSIXLY_CORRECT" in environment or "POSIX_PEDANTIC" in environment:
        call.options.add("posix")  # it beats +o posix: it is imported after the options
    _operands(call, words, wants_command)
    reads_stdin = call.command is None and (call.script is None or call.from_stdin)
    call.interactive = call.forced_interactive or (reads_stdin and stdin == "pty")
    return call


def _named(argv0: str) -> Call:
    base = argv0.rpartition("/")[2]
    dashed = argv0.startswith("-")
    base = base[1:] if dashed and base.startswith("-") else base
    call = Call(argv0, argv0, dashed=dashed, sh=base == "sh", su=base == "su")
    if base == "rbash":
        call.options.add("restricted")
    return call


def _long_options(call: Call, words: list[str]) -> None:
    """Words such as `--norc`, with one dash or two; they end where the short options begin."""
    while words and words[0].startswith("-") and not call.stops:
        name = words[0][2:] if words[0].startswith("--") else words[0][1:]
        if name in _FILES:
            if len(words) < 2:
                call.stops = f"{words[0]} needs a file"
                return
            call.rcfile = words[1]
            del words[:2]
        elif name in _FLAGS:
            del words[0]
            _flag(call, name)
        else:
            if words[0].startswith("--") and name:
                call.stops = f"bash has no option {words[0]}"
            return


def _flag(call: Call, name: str) -> None:
    if name in ("version", "help"):
        call.stops = f"--{name} prints and leaves"
    elif name == "login":
        call.login_option = True
    elif name == "noprofile":
        call.noprofile = True
    elif name == "norc":
        call.norc = True
    elif name in ("posix", "restricted"):
        call.options.add(name)


def _short_options(call: Call, words: list[str]) -> bool:
    """Bundles such as `-lic` and `+O name`; whether a command is to follow."""
    wants_command = False
    while words and words[0][:1] in ("-", "+") and not call.stops:
        bundle = words.pop(0)
        if bundle in ("-", "--"):
            break
        on = bundle[0] == "-"
        for letter in bundle[1:]:
            if letter == "c":
                wants_command = True
            elif letter == "l":
                call.login_option = True
            elif letter == "s":
                call.from_stdin = True
            elif letter == "i":
                call.forced_interactive = on
            elif letter in "oO":
                if words:
                    name = words.pop(0)
                    if letter == "o":
                        (call.options.add if on else call.options.discard)(name)
            elif letter == "D":
                call.stops = "-D prints the strings of a script and leaves"
            elif letter in _LETTERS:
                name = _NAMES.get(letter, letter)
                (call.options.add if on else call.options.discard)(name)
            else:
                call.stops = f"bash has no option {bundle[0]}{letter}"
    return wants_command


def _operands(call: Call, words: list[str], wants_command: bool) -> None:
    if wants_command:
        if not words:
            call.stops = call.stops or "-c needs a command"
            return
        call.command = words.pop(0)
        call.name = words.pop(0) if words else call.name
    elif words and not call.from_stdin:
        call.script = words.pop(0)
        call.name = call.script
    call.parameters = words


def ends_by(call: Call) -> End:
    """How such a shell ends by itself: a person leaves by `exit`, a text at its end.

    `-c 'true; exit'` is an exit, `-c 'exec true'` an exec: that is seen in the text.
    """
    if call.command is None:
        typed = call.interactive and call.script is None
        return "exit" if typed else "end-of-input"
    from envkit import syntax

    statements = syntax.parse(call.command.encode("utf-8", "surrogateescape")).parts
    last = statements[-1].words[:1] if statements else ()
    if last in (("exit",), ("logout",)):
        return "exit"
    return "exec" if last == ("exec",) else "end-of-input"


def base(argv0: str) -> str:
    """The name in argv[0], without folder and dash."""
    return PurePosixPath(argv0.lstrip("-")).name
