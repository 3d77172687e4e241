"""What fish knows while it reads its files: variables in their scopes, functions, the machine.

A value is a tuple of strings; None is one that nobody can know without running something.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from envkit.host import Host
from envkit.reading.nodes import Node

Values = tuple[str, ...] | None
_PATHS = ("PATH", "CDPATH", "MANPATH")


class Variable(NamedTuple):
    """A variable's values; `path`: in quotes they are joined by colons."""

    values: Values
    exported: bool = False
    path: bool = False


class Function(NamedTuple):
    """A function: its body, the file that defines it, the names that its arguments get."""

    body: Node
    path: Path
    arguments: tuple[str, ...] = ()
    keeps_scope: bool = False


class Frame(NamedTuple):
    """The local scopes of a file's or a function's blocks, outermost first."""

    function: bool
    blocks: list[dict[str, Variable]]


def is_path(name: str) -> bool:
    """Whether fish makes a list of a variable by its name alone (`set --path`)."""
    return name.endswith("PATH")


class State:
    """One fish at one moment."""

    def __init__(self, host: Host, environment: dict[str, str], cwd: str) -> None:
        self.host, self.cwd = host, cwd
        self.universal: dict[str, Variable] = {}
        self.globals: dict[str, Variable] = {}
        self.frames: list[Frame] = [Frame(False, [{}])]
        self.functions: dict[str, Function] = {}
        self.flags: set[str] = set()  # login, interactive
        self.macos = False
        self.terminal: bool | None = None  # whether stdin, stdout and stderr are one
        for name, value in environment.items():
            values = tuple(value.split(":")) if is_path(name) else (value,)
            self.globals[name] = Variable(values, True, is_path(name))

    def find(self, name: str) -> dict[str, Variable] | None:
        """The scope that a name is seen in; None where it is not set."""
        for block in self._visible():
            if name in block:
                return block
        return next((each for each in (self.globals, self.universal) if name in each), None)

    def get(self, name: str) -> Variable | None:
        """A variable; None where it is not set."""
        scope = self.find(name)
        return None if scope is None else scope[name]

    def scope(self, kind: str, name: str) -> dict[str, Variable]:
        """Where `set` puts a name: by -l, -f, -g, -U, or by what is there."""
        if kind == "l":
            return self.frames[-1].blocks[-1]
        if kind in ("g", "U"):
            return self.globals if kind == "g" else self.universal
        found = self.find(name) if kind != "f" else None
        if found is not None:
            return found
        inner = next((frame for frame in reversed(self.frames) if frame.function), None)
        if inner is not None:
            return inner.blocks[0]
        return self.frames[0].blocks[0] if kind == "f" else self.globals

    def _visible(self) -> list[dict[str, Variable]]:
        found: list[dict[str, Variable]] = []
        for frame in reversed(self.frames):
            found += reversed(frame.blocks)
            if frame.function:
                break
        return found

    def snapshot(self) -> list[tuple[dict[str, Variable], dict[str, Variable]]]:
        """All scopes and a copy of each."""
        scopes = [self.universal, self.globals]
        scopes += [block for frame in self.frames for block in frame.blocks]
        return [(scope, dict(scope)) for scope in scopes]

    def blur(self, before: list[tuple[dict[str, Variable], dict[str, Variable]]]) -> None:
        """What was set since `before` is not known any more."""
        for scope, old in before:
            for name in scope.keys() | old.keys():
                if scope.get(name) != old.get(name):
                    one = scope.get(name) or old[name]
                    scope[name] = one._replace(values=None)

    def path(self, text: str) -> Path:
        """A path as fish would open it."""
        return Path(self.cwd or "/") / text

    def home(self, user: str) -> str | None:
        """Where `~user` leads."""
        if user:
            return str(self.host.home) if user == self.host.user else None
        one = self.get("HOME")
        return one.values[0] if one and one.values else None

    def program(self, name: str) -> str | None:
        """Where a program lies; "" nowhere, None unknown."""
        if "/" in name:
            return name if self.host.kind(self.path(name)) == "file" else ""
        one = self.get("PATH")
        if one is None or one.values is None:
            return None
        from envkit.reading.programs import assumed

        for folder in one.values:
            there = self.path(folder) / name
            if self.host.may_run(there):
                return str(there)
            if self.host.foreign and assumed(self.host, there) is not False:
                return str(there) if assumed(self.host, there) else None
        return ""
