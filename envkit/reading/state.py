"""What a shell knows while it reads its startup files: variables, options, the machine's files.

It answers the questions of expansion (`words.Scope`) and of tests (`conditions.Files`). A variable
whose value is None is one that nobody can know without running something.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from envkit.host import Host
from envkit.reading import patterns, programs, words
from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node


class Function:
    """A function's body and the file that defines it; `keyword`: by `function NAME` (ksh93)."""

    def __init__(self, body: Node, path: Path, keyword: bool = False) -> None:
        self.body = body
        self.path = path
        self.keyword = keyword


class State:
    """One shell at one moment; `name` is `$0`, `program` the binary that it really is.

    `passwd_home`: where HOME is not set, `~` is the passwd entry's home (bash, ksh93; not dash).
    """

    def __init__(
        self,
        host: Host,
        variables: dict[str, str | None],
        parameters: list[str],
        name: str,
        program: str,
        options: set[str],
        cwd: str,
        *,
        dialect: str = "bash",
        terminal: bool = False,
        macos: bool = False,
        passwd_home: bool = True,
        shopts: dict[str, bool] | None = None,
    ) -> None:
        self.host: Host = host
        self.variables = variables
        self.parameters: list[str | None] = list(parameters)
        self.name = name
        self.program = program
        self.options = options
        self.cwd: str = cwd  # "": nobody knows
        self.folders: list[str] = []
        self.dialect = dialect
        self.terminal = terminal
        self.macos = macos
        self.passwd_home = passwd_home
        self.shopts = shopts or {}
        self.functions: dict[str, Function] = {}
        self.readonly: set[str] = set()
        self.letters: tuple[tuple[str, str], ...] = _LETTERS
        self.hidden: dict[str, tuple[bool, str | None]] = {}
        self.in_subshell = 0

    def get(self, name: str) -> tuple[bool, str | None]:
        """Whether the variable or parameter is set, and its value."""
        if name.isdigit():
            if name == "0":
                return True, self.name
            index = int(name) - 1
            here = index < len(self.parameters)
            return here, self.parameters[index] if here else ""
        if name in _SPECIAL:
            return True, self._special(name)
        if name in self.variables:
            return True, self.variables[name]
        return False, ""

    def _special(self, name: str) -> str | None:
        if name == "-":
            return "".join(letter for letter, option in self.letters if option in self.options)
        if name == "#":
            return str(len(self.parameters))
        if name == "$":
            return "self"  # so that /proc/$$/exe is /proc/self/exe
        return None

    def put(self, name: str, value: str | None) -> None:
        """Assign."""
        self.variables[name] = value

    def cover(self, name: str) -> None:
        """`local name`: what it was comes back when the function ends."""
        self.hidden.setdefault(name, (name in self.variables, self.variables.get(name)))

    def uncover(self) -> None:
        """A function ends."""
        for name, (was_set, value) in self.hidden.items():
            self.variables.pop(name, None)
            if was_set:
                self.variables[name] = value

    def blur(self, before: dict[str, str | None]) -> None:
        """What was assigned since `before` is not known any more."""
        now = self.variables
        for name in before.keys() | now.keys():
            if (name in before) != (name in now) or before.get(name) != now.get(name):
                now[name] = None

    def arguments(self) -> list[str | None]:
        """The positional parameters."""
        return self.parameters

    def output(self, text: str) -> str | None:
        """What a command substitution gives, where that is plain."""
        try:
            return programs.output(text, self)
        except words.Unbound:
            return ""  # the error ends the substitution's own shell

    def user_home(self, user: str) -> str | None:
        """Where `~user` leads; `~` alone is HOME as it is now."""
        if user:
            own = str(self.host.home) if user == self.host.user else _ROOTS.get(user)
            return own or programs.home_of(self.host, user)
        if "HOME" in self.variables:
            return self.variables["HOME"]
        return str(self.host.home) if self.passwd_home else "~"

    def files(self, pattern: str) -> tuple[str, ...]:
        """The files that a pattern matches."""
        return patterns.glob(self.host, pattern, self.cwd, self.shopts.get("dotglob", False))

    def is_option(self, name: str) -> Answer:
        """Whether an option of `set -o` or `shopt` is on."""
        return name in self.options or self.shopts.get(name, False)

    def is_terminal(self, descriptor: str) -> Answer:
        """Whether a file descriptor is a terminal: all three are, or none."""
        return self.terminal

    def path(self, text: str) -> Path:
        """A path as the shell would open it."""
        return Path(self.cwd or "/") / text

    def normal(self, text: str) -> str | None:
        """The folder that `cd` comes to: `..` takes back a name; None where that is unknown."""
        if not text or not (self.cwd or text.startswith("/")):
            return None
        return os.path.normpath(self.path(text))

    def file(self, test: str, path: Path) -> Answer:
        """One of the file tests of test(1)."""
        path = self.path(str(path))
        if path.parts[:2] == ("/", "proc") and not self.macos:
            return test in ("-e", "-f", "-r", "-s")
        if test in ("-L", "-h"):
            return (self.host.locate(path.parent) / path.name).is_symlink()
        kind = self.host.kind(path)
        if kind in ("missing", "dangling", "loop"):
            return programs.assumed(self.host, path)
        if test == "-e":
            return True
        if test == "-r":
            return kind in ("file", "directory")
        if test == "-w":
            return True if self.host.uid == 0 else None
        return by_mode(test, self.host, path)

    def find(self, name: str) -> str | None:
        """Where a command of that name lies; "" nowhere, None unknown."""
        if name in self.functions or self._is_builtin(name):
            return name
        if "/" in name:
            here = self.file("-x", Path(name))
            return None if here is None else name if here else ""
        unknown = False
        is_set, path = self.get("PATH")
        if path is None:
            return None
        for folder in (path if is_set else programs.DEFAULT_PATH).split(":"):
            there = self.path(folder) / name
            answer = self.file("-f", there) and self.file("-x", there)
            if answer:
                return str(there)
            unknown = unknown or answer is None
        return None if unknown else ""

    def _is_builtin(self, name: str) -> bool:
        theirs = name in programs.NOT_THEIRS.get(self.dialect, ())
        korn = self.dialect in ("ksh", "mksh") and name in programs.KSH_ONLY
        return (name in programs.BUILTINS or korn) and not theirs

    def given(self, names: Iterable[str]) -> None:
        """These are set now, to what nobody knows."""
        for name in names:
            self.variables[name] = None


def by_mode(test: str, host: Host, path: Path) -> Answer:
    """A file test that the file's mode or size answers; None where it cannot be seen."""
    try:
        status = host.locate(path).stat()
    except OSError:
        return None
    mode = status.st_mode
    if test == "-s":
        return status.st_size > 0
    if test == "-x":
        return bool(mode & 0o111)
    kinds = {
        "-f": stat.S_ISREG,
        "-d": stat.S_ISDIR,
        "-p": stat.S_ISFIFO,
        "-S": stat.S_ISSOCK,
        "-b": stat.S_ISBLK,
        "-c": stat.S_ISCHR,
    }
    return kinds[test](mode) if test in kinds else None


_SPECIAL = frozenset("-#$?!")
_ROOTS = {"root": "/root"}
_LETTERS = (
    ("a", "allexport"),
    ("h", "hashall"),
    ("e", "errexit"),
    ("f", "noglob"),
    ("n", "noexec"),
    ("v", "verbose"),
    ("x", "xtrace"),
    ("C", "noclobber"),
    ("u", "nounset"),
    ("p", "privileged"),
    ("r", "restricted"),
    ("i", "interactive"),
    ("B", "braceexpand"),
    ("c", "command"),
    ("s", "stdin"),
)
