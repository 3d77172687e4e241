"""fish's command line (fish(1), fish 3.6): what it makes of the shell."""

from __future__ import annotations

_SHORT_WITH_VALUE = "cCpdfDo"
_SHORT = "hPilNnv"
_LONG = {
    "command": "c",
    "init-command": "C",
    "features": "f",
    "debug": "d",
    "debug-output": "o",
    "debug-stack-frames": "D",
    "interactive": "i",
    "login": "l",
    "no-config": "N",
    "no-execute": "n",
    "print-rusage-self": "r",
    "print-debug-categories": "v",
    "profile": "p",
    "profile-startup": "p",
    "private": "P",
    "help": "h",
    "version": "v",
}


class Call:
    """A command line, read; `stops` says why no file is read, `by` is the one word that says so."""

    def __init__(self, argv0: str) -> None:
        self.name = argv0
        self.login = argv0.startswith("-")
        self.interactive = False
        self.commands: list[str] = []
        self.script: str | None = None
        self.no_config = self.no_execute = ""
        self.parameters: list[str] = []
        self.stops = self.by = ""


def parse(argv: tuple[str, ...], stdin: str) -> Call:
    """Read a command line as getopt_long(3) does, up to the first word that is no option."""
    call = Call(argv[0] if argv else "fish")
    rest = list(argv[1:])
    while rest and rest[0].startswith("-") and rest[0] != "-" and not call.stops:
        word = rest.pop(0)
        if word == "--":
            break
        (_long if word.startswith("--") else _short)(call, word, rest)
    if rest and not call.commands:
        call.script = rest.pop(0)
    call.parameters = rest
    asked = call.interactive
    if not call.commands and call.script is None and stdin == "pty":
        call.interactive = True
    if call.stops:
        return call
    checks = call.no_execute if not asked else ""
    if call.no_config:
        call.stops, call.by = f"{call.no_config} leaves the files out", call.no_config
    elif checks:
        call.stops, call.by = f"{checks} only checks the syntax", checks
    # Dropping one word changes it only where the word stands alone, once, for one of the two.
    if (call.no_config and checks) or argv.count(call.by) != 1:
        call.by = ""
    return call


def _short(call: Call, word: str, rest: list[str]) -> None:
    for at, letter in enumerate(word[1:], start=1):
        if letter in _SHORT_WITH_VALUE:
            value = word[at + 1 :] or (rest.pop(0) if rest else None)
            if value is None and at + 1 >= len(word):
                call.stops = f"fish: -{letter} wants a value"
            else:
                _option(call, letter, value or "", word)
            return
        if letter not in _SHORT:
            call.stops = f"fish has no option -{letter}"
            return
        _option(call, letter, "", word if len(word) == 2 else "")
        if call.stops:
            return


def _long(call: Call, word: str, rest: list[str]) -> None:
    name, equals, value = word[2:].partition("=")
    fits = [name] if name in _LONG else [each for each in _LONG if each.startswith(name)]
    if len(fits) != 1:
        what = "an ambiguous" if fits else "no"
        call.stops = f"fish has {what} option --{name}"
        return
    letter = _LONG[fits[0]]
    wants = letter in _SHORT_WITH_VALUE
    if equals and not wants:
        call.stops = f"fish: --{name} takes no value"
    elif wants and not equals and not rest:
        call.stops = f"fish: --{name} wants a value"
    else:
        _option(call, letter, value if equals or not wants else rest.pop(0), word)


def _option(call: Call, letter: str, value: str, word: str) -> None:
    if letter == "c":
        call.commands.append(value)
    elif letter == "i":
        call.interactive = True
    elif letter == "l":
        call.login = True
    elif letter == "h":
        call.commands.append("__fish_print_help fish")
    elif letter == "v":
        call.stops, call.by = f"{word or '-v'} only prints and ends", word
    elif letter == "N":
        call.no_config = word or "-N"
    elif letter == "n":
        call.no_execute = word or "-n"
