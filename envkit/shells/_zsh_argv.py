"""zsh's command line (zsh(1), INVOCATION), read as zsh's own init.c reads it."""

from __future__ import annotations

from collections.abc import Mapping

from envkit.model import Stdin
from envkit.reading.zsh import options as names

_PRINT = ("version", "help")


class Call:
    """What a command line makes of zsh; `stops`: why it reads no file, `set_by`: option -> word."""

    def __init__(self, argv0: str) -> None:
        self.argv0 = self.name = argv0
        self.dashed = argv0.startswith("-")
        self.emulation = "zsh"
        self.options: set[str] = set()
        self.set_by: dict[str, str] = {}
        self.command: str | None = None
        self.script: str | None = None
        self.parameters: list[str] = []
        self.restricted = argv0.rpartition("/")[2].removeprefix("-").startswith("r")
        self.chosen = False
        self.stops = ""

    @property
    def login(self) -> bool:
        """What `[[ -o login ]]` says before any file is read."""
        return "login" in self.options

    @property
    def interactive(self) -> bool:
        """What `[[ -o interactive ]]` says."""
        return "interactive" in self.options

    def emulate(self, name: str, terminal: bool) -> None:
        """Take the name that decides which shell this zsh is."""
        self.emulation = names.mode(name)
        self.options = names.defaults(self.emulation)
        if self.dashed:
            self.options.add("login")
        if terminal:
            self.options.add("interactive")

    def change(self, option: tuple[str, bool], on: bool, word: str) -> None:
        """An option of the command line."""
        name, straight = option
        if name == "restricted":
            self.restricted = on == straight
            return
        if name == "interactive":
            self.chosen = True
        (self.options.add if on == straight else self.options.discard)(name)
        self.set_by[name] = word


def parse(argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str]) -> Call:
    """The command line; `stops` says why no file at all is read, where that is so."""
    call = Call(argv[0] if argv else "zsh")
    terminal = stdin == "pty"
    words = _emulation(call, list(argv[1:]), terminal, environment)
    wants_command = _options(call, words) if not call.stops else False
    if call.stops:
        return call
    if wants_command:
        if not words:
            call.stops = "-c needs a command"
            return call
        call.command = words.pop(0)
    if words and "shinstdin" not in call.options:
        call.name = words.pop(0)
        if call.command is None:
            call.script = call.name
    elif call.command is None:
        call.options.add("shinstdin")
    read = call.command is None and call.script is None and "singlecommand" not in call.options
    if not (read or call.chosen):
        call.options.discard("interactive")
    call.parameters = words
    return call


def _emulation(
    call: Call, words: list[str], terminal: bool, environment: Mapping[str, str]
) -> list[str]:
    """argv[0], or `--emulate NAME` as the very first word."""
    name = call.argv0.rpartition("/")[2].removeprefix("-")
    if name == "su" and "/" in environment.get("SHELL", ""):
        name = environment["SHELL"].rpartition("/")[2]
    while words and words[0] == "--emulate":
        if len(words) < 2:
            call.stops = "--emulate needs a name"
            return words
        name, words = words[1], words[2:]
    call.emulate(name, terminal)
    return words


def _options(call: Call, words: list[str]) -> bool:
    """Bundles such as `-lic`, `+f`, `-o NAME`, `--no-rcs`; whether a command is to follow."""
    wants_command = False
    while words and words[0][:1] in ("-", "+") and not call.stops:
        bundle = words.pop(0)
        if bundle in ("-", "--", "+", "+-"):
            break
        if bundle[1] == "-":
            _long(call, bundle, bundle[0] == "-")
            continue
        for at, sign in enumerate(bundle[1:], start=1):
            if sign == "-":
                if at + 1 == len(bundle):
                    return wants_command
                call.stops = f"zsh has no option {bundle}"
            elif sign == "b":
                return wants_command or "c" in bundle[at:]
            elif sign == "c":
                wants_command = True
            elif sign == "o":
                _named(call, bundle, at, words)
                break
            else:
                _letter(call, sign, bundle)
            if call.stops:
                break
    return wants_command


def _long(call: Call, word: str, on: bool) -> None:
    name = word[2:]
    if name in _PRINT:
        call.stops = f"--{name} prints and leaves"
    elif name == "emulate":
        call.stops = "--emulate must stand before all other options"
    else:
        _set(call, name.replace("-", "_"), on, word)


def _named(call: Call, bundle: str, at: int, words: list[str]) -> None:
    name = bundle[at + 1 :] or (words.pop(0) if words else "")
    if not name:
        call.stops = f"{bundle} needs the name of an option"
        return
    _set(call, name, bundle[0] == "-", f"{bundle[: at + 1]} {name}")


def _set(call: Call, name: str, on: bool, word: str) -> None:
    option = names.look_up(name)
    if option is None:
        call.stops = f"zsh has no option {name}"
    else:
        call.change(option, on, word)


def _letter(call: Call, sign: str, bundle: str) -> None:
    option = names.letter(sign, call.options)
    if option is None:
        call.stops = f"zsh has no option {bundle[0]}{sign}"
    else:
        call.change(option, bundle[0] == "-", bundle)
