"""The command line of tcsh (tcsh(1), Argument list processing), read as tcsh itself reads it."""

from __future__ import annotations

from envkit.model import End, Stdin

_LETTERS = "bdeFfimnqsvVxX"


class Call:
    """What a command line makes of tcsh; `stops`: why it reads no file."""

    def __init__(self, argv0: str) -> None:
        self.name = argv0
        self.login = argv0.startswith("-")
        self.options: set[str] = set()
        self.command: str | None = None
        self.script: str | None = None
        self.parameters: list[str] = []
        self.prompts = False
        self.interactive = False
        self.stops = ""


def parse(argv: tuple[str, ...], stdin: Stdin) -> Call:
    """The command line; `stops` says why no file at all is read, where that is so."""
    call = Call(argv[0] if argv else "tcsh")
    words = list(argv[1:])
    if words in (["--version"], ["--help"]) or words[:1] in (["--version"], ["--help"]):
        call.stops = f"{words[0]} prints and leaves"
        return call
    if words == ["-l"]:
        if call.login:
            call.stops = "a login shell by its name has no option -l"
        call.login, words = True, []
    _options(call, words)
    from_stdin = bool(call.options & set("ist")) or call.command is not None
    if words and not from_stdin and not call.stops:
        call.script = words.pop(0)
    call.parameters = words
    call.prompts = call.command is None and call.script is None and "t" not in call.options
    call.interactive = call.prompts and ("i" in call.options or stdin == "pty")
    return call


def _options(call: Call, words: list[str]) -> None:
    """Bundles such as `-xic`; `-l` is none of them."""
    while words and words[0].startswith("-") and words[0] != "-" and not call.stops:
        for letter in words.pop(0)[1:]:
            if letter == "c":
                if not words:
                    call.stops = call.stops or "-c needs a command"
                    return
                call.command = words.pop(0)
            elif letter in _LETTERS or letter == "t":
                call.options.add(letter)
            elif letter == "l":
                call.stops = call.stops or "-l counts only as the single flag"
            else:
                call.stops = call.stops or f"tcsh has no option -{letter}"
        if "b" in call.options:
            return


def ends_by(call: Call) -> End:
    """How such a shell ends by itself: a person leaves by `exit`, a text at its end."""
    return "exit" if call.interactive else "end-of-input"
