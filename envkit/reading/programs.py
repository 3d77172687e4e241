"""What well-known programs print and answer, so that startup files can be read without them.

Only what follows from the machine's files and the account: `id -u`, `uname`, `command -v`. All
else is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from envkit.host import Host
from envkit.reading import fields, split
from envkit.reading.conditions import Answer

if TYPE_CHECKING:
    from envkit.reading.state import State

DEFAULT_PATH = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"
BASH_ONLY = frozenset(
    (
        *("[[", "bind", "builtin", "compgen", "complete", "declare", "dirs", "disown", "enable"),
        *("function", "help", "let", "logout", "mapfile", "popd", "pushd", "readarray", "shopt"),
        *("source", "suspend", "typeset"),
    )
)
KSH_ONLY = frozenset(("print", "whence"))
# What a dialect does not know of the words that the others know.
NOT_THEIRS = {
    "dash": BASH_ONLY | KSH_ONLY,
    "ash": (BASH_ONLY | KSH_ONLY) - {"[[", "source", "let", "help"},
    "ksh": frozenset(
        (
            *("bind", "compgen", "complete", "declare", "dirs", "enable", "help", "local"),
            *("logout", "mapfile", "popd", "pushd", "readarray", "shopt", "suspend"),
        )
    ),
    "mksh": frozenset(
        (
            *("compgen", "complete", "declare", "dirs", "disown", "enable", "help", "logout"),
            *("mapfile", "popd", "pushd", "readarray", "shopt"),
        )
    ),
}
BUILTINS = BASH_ONLY | frozenset(
    (
        *(".", ":", "[", "alias", "bg", "break", "cd", "command", "continue", "echo", "eval"),
        *("exec", "exit", "export", "false", "fg", "getopts", "hash", "history", "jobs", "kill"),
        *("local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "test", "times"),
        *("trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait"),
    )
)
# What every system has, even one of which only the texts are here.
_STOCK = frozenset(
    (
        *("awk", "basename", "bash", "cat", "chmod", "cp", "cut", "date", "dircolors", "dirname"),
        *("echo", "env", "expr", "false", "grep", "head", "hostname", "id", "ln", "locale", "ls"),
        *("mkdir", "mv", "path_helper", "printf", "ps", "rbash", "readlink", "rm", "sed", "sh"),
        *("sleep", "sort", "stty", "su", "tail", "touch", "tput", "tr", "true", "tty", "uname"),
        *("wc", "whoami"),
    )
)
_FOLDERS = frozenset(map(Path, ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/libexec")))


def assumed(host: Host, path: Path) -> Answer:
    """Whether a path that is not there counts as there: a root may hold texts and no programs."""
    if not host.foreign or path.parent not in _FOLDERS:
        return False
    if host.kind(path.parent) == "directory":
        return False
    if any(host.kind(folder) == "directory" for folder in (Path("/bin"), Path("/usr/bin"))):
        return False
    return True if path.name in _STOCK else None


def home_of(host: Host, user: str) -> str | None:
    """The home of another account (passwd(5)); None where that file does not tell."""
    try:
        text = host.read(Path("/etc/passwd")).decode("utf-8", "surrogateescape")
    except OSError:
        return None
    rows = (line.split(":") for line in text.splitlines())
    return next((row[5] for row in rows if row[0] == user and len(row) > 5), None)


def status(command: Sequence[str | None]) -> Answer:
    """Whether an external command succeeds, where nobody would expect otherwise."""
    name = _basename(command[0] or "")
    if name in ("true", "false"):
        return name == "true"
    if name in _OF_FILES and any(word is None or word[:1] != "-" for word in command[1:]):
        return None  # the file may not be there
    return True if name in _RELIABLE else None


def leave_path_alone(text: str) -> bool:
    """Whether what is evaluated comes from programs whose output never sets PATH."""
    return re.search(_LEAVE_PATH_ALONE, text) is not None


def output(text: str, state: State) -> str | None:
    """What `$(text)` gives, trailing newlines gone; None where only running it would tell."""
    folder = re.fullmatch(_FOLDER_OF, text)
    if folder:
        place = fields.fields(folder[1], state)
        there = state.normal(place[0]) if len(place) == 1 and place[0] else None
        return there if there and state.host.kind(Path(there)) == "directory" else None
    raw = [word for word in split.words(text) if not re.fullmatch(_REDIRECT, word)]
    if not raw or any(re.search(_OPERATOR, word) for word in raw if word[0] not in "'\""):
        return None
    command = [field for word in raw for field in fields.fields(word, state)]
    if not command or command[0] is None or command[0] in state.functions:
        return None
    known = [word for word in command if word is not None]
    return printed(known, state) if len(known) == len(command) else None


def printed(command: Sequence[str], state: State) -> str | None:
    """What a known program prints, its arguments known."""
    answer = _OUTPUT.get(_basename(command[0]))
    return answer(list(command[1:]), state) if answer else None


def _basename(path: str) -> str:
    return path.rpartition("/")[2]


def _id(arguments: list[str], state: State) -> str | None:
    flags = "".join(sorted("".join(arguments).replace("-", "").replace("r", "")))
    return {"u": str(state.host.uid), "nu": state.host.user}.get(flags)


def _uname(arguments: list[str], state: State) -> str | None:
    return ("Darwin" if state.macos else "Linux") if arguments in ([], ["-s"]) else None


def _command(arguments: list[str], state: State) -> str | None:
    if len(arguments) != 2 or arguments[0] not in ("-v", "-P", "-p"):
        return None
    return state.find(arguments[1])


def _print(arguments: list[str], state: State) -> str | None:
    if state.dialect not in ("ksh", "mksh"):
        return None
    raw = arguments[:1] == ["-r"]
    words = arguments[1:] if raw else arguments
    words = words[1:] if words[:1] in (["--"], ["-"]) else words
    plain = raw or not any("\\" in word for word in words)
    flagged = bool(words) and words[0].startswith("-") and not raw
    return " ".join(words) if plain and not flagged else None


def _printf(arguments: list[str], state: State) -> str | None:
    if arguments[:1] == ["%s"] and len(arguments) == 2:
        return arguments[1].rstrip("\n")
    plain = len(arguments) == 1 and "%" not in arguments[0] and "\\" not in arguments[0]
    return arguments[0] if plain else None


def _cat(arguments: list[str], state: State) -> str | None:
    path = state.path(arguments[0]) if len(arguments) == 1 else Path("/")
    if state.host.kind(path) != "file" or not state.file("-f", path):
        return None
    content = state.host.read(path)
    return content.decode("utf-8", "surrogateescape").rstrip("\n") if len(content) < 4096 else None


def _readlink(arguments: list[str], state: State) -> str | None:
    return state.program if arguments == ["/proc/self/exe"] else None


def _cut(function: Callable[[str], str]) -> Callable[[list[str], State], str | None]:
    return lambda arguments, state: function(arguments[-1].rstrip("/")) if arguments else None


_OUTPUT: dict[str, Callable[[list[str], State], str | None]] = {
    "id": _id,
    "whoami": lambda arguments, state: state.host.user,
    "uname": _uname,
    "command": _command,
    "type": _command,
    "which": lambda arguments, state: _command(["-v", *arguments], state),
    "echo": lambda arguments, state: None if arguments[:1] == ["-e"] else " ".join(arguments),
    "printf": _printf,
    "print": _print,
    "cat": _cat,
    "readlink": _readlink,
    "pwd": lambda arguments, state: state.cwd or None,
    "dirname": _cut(lambda path: str(Path(path).parent)),
    "basename": _cut(_basename),
}
_REDIRECT = r"\d*>{1,2}(/dev/null|&\d)"
_OPERATOR = r"^[^$`]*[|;&<>]"
_LEAVE_PATH_ALONE = r"\b(dircolors|lesspipe(\.sh)?|ssh-agent|resize|locale|keychain|SHELL=)"
# How a file asks for the folder that it lies in.
_FOLDER_OF = r"\s*cd (?:-- )?(\S.*?)\s*(?:&?>\s*/dev/null\s*(?:2>&1)?)?\s*&&\s*pwd(?: -L)?\s*"
_RELIABLE = frozenset(
    ("cat", "chmod", "date", "hostname", "id", "ls", "mkdir", "rm", "sed", "stty", "touch", "uname")
)
_OF_FILES = frozenset(("cat", "chmod", "ls", "sed"))
