"""The command line of nushell (`nu --help`)."""

from __future__ import annotations

_FLAGS = frozenset(
    (
        *("-n", "-i", "-l", "-v", "-h", "--no-config-file", "--interactive", "--login", "--lsp"),
        *("--no-std-lib", "--no-history", "--stdin", "--no-newline", "--version", "--help"),
        "--ide-ast",
    )
)
_VALUES = frozenset(
    (
        *("-c", "-e", "-I", "-m", "-t", "--commands", "--execute", "--include-path", "--threads"),
        *("--table-mode", "--error-style", "--config", "--env-config", "--plugins", "--testbin"),
        *("--plugin-config", "--log-level", "--log-target", "--log-include", "--log-exclude"),
        *("--experimental-options", "--ide-check"),
    )
)


class Call:
    """What a command line makes of nu; `stops`: why it reads no file."""

    def __init__(self, argv0: str) -> None:
        self.login = argv0.startswith("-")
        self.no_config = self.forced = False
        self.command: str | None = None
        self.script: str | None = None
        self.config = self.env_config = self.stops = ""

    @property
    def prompts(self) -> bool:
        """Whether it reads statements from its standard input."""
        return self.command is None and self.script is None


def parse(argv: tuple[str, ...]) -> Call:
    call = Call(argv[0] if argv else "nu")
    words = list(argv[1:])
    while words and words[0].startswith("-") and words[0] != "-":
        word = words.pop(0)
        if word in _VALUES:
            if not words:
                call.stops = call.stops or f"{word} needs a value"
                return call
            _valued(call, word, words.pop(0))
        elif word in _FLAGS:
            call.login = call.login or word in ("-l", "--login")
            call.no_config = call.no_config or word in ("-n", "--no-config-file")
            if word in ("-v", "-h", "--version", "--help", "--lsp"):
                call.stops = f"{word} starts no shell"
        else:
            call.stops = call.stops or f"nu has no option {word}"
    if words and call.command is None:
        call.script = words[0]
    return call


def _valued(call: Call, word: str, value: str) -> None:
    if word in ("-c", "--commands"):
        call.command = value
    elif word == "--config":
        call.config = value
    elif word == "--env-config":
        call.env_config = value
