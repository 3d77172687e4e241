"""What a csh knows while it reads its startup files: variables, environment, aliases, the files.

A variable is a list of words; None stands for a list, or a word, that only running it can tell.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from envkit.host import Host
from envkit.reading import patterns, programs
from envkit.reading.conditions import Answer
from envkit.reading.state import by_mode

Value = tuple[str | None, ...] | None

# Variables of the shell that follow one of the environment, and the other way round.
_TIED = {"home": "HOME", "user": "USER", "term": "TERM", "shlvl": "SHLVL", "group": "GROUP"}
_BACK = {name: lower for lower, name in _TIED.items()}


class State:
    """One csh at one moment."""

    dialect = "csh"

    def __init__(
        self,
        host: Host,
        variables: dict[str, Value],
        environment: Mapping[str, str],
        cwd: str,
        terminal: bool,
    ) -> None:
        self.host = host
        self.variables = variables
        self.environment: dict[str, str | None] = dict(environment)
        self.aliases: dict[str, str | None] = {}
        self.cwd = cwd  # "": nobody knows
        self.folders: list[str] = []
        self.terminal = terminal
        self.status: Answer = True

    def lookup(self, name: str) -> tuple[bool, Value]:
        """Whether `$name` is set, and its words: the shell's variable, else the environment's."""
        if name == "status":
            return True, (None if self.status is None else ("0" if self.status else "1"),)
        if name in self.variables:
            return True, self.variables[name]
        if name in self.environment:
            return True, (self.environment[name],)
        return False, ()

    def put(self, name: str, value: Value) -> None:
        """`set name = value`, and the variable of the environment that goes with it."""
        self.variables[name] = value
        if name == "path":
            known = value is not None and None not in value
            self.environment["PATH"] = ":".join(map(str, value or ())) if known else None
        elif name in _TIED:
            self.environment[_TIED[name]] = value[0] if value else None

    def setenv(self, name: str, value: str | None) -> None:
        """`setenv name value`, and the shell's variable that goes with it."""
        self.environment[name] = value
        if name == "PATH":
            folders = None if value is None else tuple(one or "." for one in value.split(":"))
            self.variables["path"] = folders
        elif name in _BACK:
            self.variables[_BACK[name]] = (value,)

    def is_set(self, name: str) -> bool:
        """Whether the shell has a variable of that name."""
        return name in self.variables

    @property
    def home(self) -> str | None:
        """`$home` as it is now; None where that is unknown, "" where it is not set."""
        if "home" not in self.variables:
            return ""
        value = self.variables["home"]
        return value[0] if value else None

    def user_home(self, user: str) -> str | None:
        """Where `~user` leads."""
        if not user:
            return self.home
        return {self.host.user: str(self.host.home), "root": "/root"}.get(user)

    def snapshot(self) -> tuple[dict[str, Value], dict[str, str | None], dict[str, str | None]]:
        """What may change, to compare with later."""
        return self.variables.copy(), self.environment.copy(), self.aliases.copy()

    def restore(
        self, before: tuple[dict[str, Value], dict[str, str | None], dict[str, str | None]]
    ) -> None:
        """As it was: a subshell has ended."""
        self.variables, self.environment, self.aliases = before

    def blur(
        self, before: tuple[dict[str, Value], dict[str, str | None], dict[str, str | None]]
    ) -> None:
        """What has changed since `before` is not known any more."""
        for old, now in zip(before[1:], (self.environment, self.aliases), strict=True):
            for name in old.keys() | now.keys():
                if (name in old) != (name in now) or old.get(name) != now.get(name):
                    now[name] = None
        was, here = before[0], self.variables
        for name in was.keys() | here.keys():
            if (name in was) != (name in here) or was.get(name) != here.get(name):
                here[name] = None

    # The machine's files

    def path(self, text: str) -> Path:
        """A path as the shell would open it."""
        return Path(self.cwd or "/") / text

    def normal(self, text: str) -> str | None:
        """The folder that `cd` comes to."""
        if not text or not (self.cwd or text.startswith("/")):
            return None
        return os.path.normpath(self.path(text))

    def files(self, pattern: str) -> tuple[str, ...]:
        """The files that a pattern matches."""
        return patterns.glob(self.host, pattern, self.cwd or "/")

    def file(self, test: str, path: Path) -> Answer:
        """One of the file tests of an expression."""
        path = self.path(str(path))
        if test in ("-l", "-L", "-h"):
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
        if test == "-z":
            size = by_mode("-s", self.host, path)
            return None if size is None else not size
        if test == "-o":
            return self._owned(path)
        return by_mode(test, self.host, path)

    def _owned(self, path: Path) -> Answer:
        try:
            return self.host.locate(path).stat().st_uid == self.host.uid
        except OSError:
            return None

    def get(self, name: str) -> tuple[bool, str | None]:
        """A variable, as a test of `[` asks for it."""
        there, value = self.lookup(name)
        return there, value[0] if value else None

    def is_option(self, name: str) -> Answer:
        """csh has no options that a test could ask for."""
        return False

    def is_terminal(self, descriptor: str) -> Answer:
        """Whether a file descriptor is a terminal: all three are, or none."""
        return self.terminal

    def find(self, name: str) -> str | None:
        """Where a command of that name lies; "" nowhere, None unknown."""
        if "/" in name:
            here = self.file("-x", Path(name))
            return None if here is None else name if here else ""
        folders = self.lookup("path")[1]
        if folders is None or None in folders:
            return None
        for folder in map(str, folders):
            file = self.path(folder) / name
            answer = self.file("-f", file) and self.file("-x", file)
            if answer is None:
                return None
            if answer:
                return str(file)
        return ""
