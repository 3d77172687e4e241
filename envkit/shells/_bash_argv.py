"""bash's command line (bash(1), OPTIONS and INVOCATION), read as bash itself reads it."""

from __future__ import annotations

from collections.abc import Mapping

from envkit.model import End, Stdin

_FLAGS = frozenset(
    (
        *("debug", "debugger", "dump-po-strings", "dump-strings", "help", "login", "noediting"),
        *("noprofile", "norc", "posix", "pretty-print", "restricted", "verbose", "version"),
    )
)
LOGIN_FILES = (".bash_profile", ".bash_login", ".profile")
_FILES = ("rcfile", "init-file")
_LETTERS = "aefhkmnprtuvxBCEHPTi"
_NAMES = {"p": "privileged", "n": "noexec", "r": "restricted", "x": "xtrace", "u": "nounset"}


class Call:
    """What a command line and its environment make of bash; `stops`: why it reads no file.

    `old`: bash 3.
    """

    def __init__(self, argv0: str) -> None:
        base = argv0.rpartition("/")[2]
        self.dashed = argv0.startswith("-")
        base = base.removeprefix("-") if self.dashed else base
        self.argv0 = self.name = argv0
        self.sh = base == "sh"
        self.su = base == "su"
        self.login_option = self.forced_interactive = self.from_stdin = self.interactive = False
        self.noprofile = self.norc = False
        self.rcfile = ""
        self.command: str | None = None
        self.script: str | None = None
        self.parameters: list[str] = []
        self.options: set[str] = {"restricted"} if base == "rbash" else set()
        self.stops = ""
        self.old = False
        self.turned_off: set[str] = set()

    @property
    def login(self) -> bool:
        """What `shopt login_shell` says."""
        return self.dashed or self.login_option

    @property
    def posix(self) -> bool:
        """Posix mode before any file is read; `sh` enters it only afterwards."""
        return "posix" in self.options


def parse(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], version: str = ""
) -> Call:
    """The command line; `stops` says why no file at all is read, where that is so."""
    call = Call(argv[0] if argv else "bash")
    call.old = version.startswith("3.")
    if call.old:  # the name restricts it later than in newer ones: SHELLOPTS still counts
        call.options.discard("restricted")
    words = list(argv[1:])
    _long_options(call, words)
    wants_command = _short_options(call, words)
    if "privileged" not in call.options and "restricted" not in call.options:
        given = set(environment.get("SHELLOPTS", "").split(":")) & {"posix", "privileged"}
        call.options |= given - call.turned_off if call.old else given
    if "POSIXLY_CORRECT" in environment or "POSIX_PEDANTIC" in environment:
        call.options.add("posix")  # it beats +o posix: it is imported after the options
    _operands(call, words, wants_command)
    reads_stdin = call.command is None and (call.script is None or call.from_stdin)
    call.interactive = call.forced_interactive or (reads_stdin and stdin == "pty")
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
                        _switch(call, name, on)
            elif letter == "D":
                call.stops = "-D prints the strings of a script and leaves"
            elif letter in _LETTERS:
                _switch(call, _NAMES.get(letter, letter), on)
            else:
                call.stops = f"bash has no option {bundle[0]}{letter}"
    return wants_command


def _switch(call: Call, name: str, on: bool) -> None:
    (call.options.add if on else call.options.discard)(name)
    (call.turned_off.discard if on else call.turned_off.add)(name)


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
