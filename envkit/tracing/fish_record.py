"""What a traced fish leaves: a record at each change of a variable, and fish's own profile.

A handler of the variable writes the records; within it, fish tells the line at hand but not who
called (`status stack-trace` ends at an event). The profile of the start (fish(1)) has every command
that ran, within what, and so also the handler's calls: the two are joined one by one.
"""

from __future__ import annotations

import os
import re
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from envkit.tracing.answer import is_fish_list
from envkit.tracing.fish_copy import quote

_CHUNK = 1 << 20
_NODE = re.compile(r"(-?\d+)\t-?\d+\t(-*)> (.*)", re.DOTALL)
_CALLED = re.compile(r"\t\D*?(\d+)\D*?\s((?:[~/]|-$).*)$")


class Record(NamedTuple):
    """A variable just after it changed: its global value (None: unset), and the line at hand.

    `hidden`: a local variable of its name stood in the way of its value.
    """

    variable: str
    value: str | None
    hidden: bool
    file: str
    line: int


class Steps:
    """The commands of fish's profiles, in the order in which they ran; kept as numbers.

    Each has a `text`, as it is written, a `parent`, the one within which it ran (-1: none), a
    `depth`, and `spent`, the microseconds that were its own. Of the tracer's handler only the calls
    are kept (`calls`), without their time.
    """

    def __init__(self, handler: str) -> None:
        self._handler = f"{handler} VARIABLE"
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._text, self._parent, self._depth = array("i"), array("i"), array("i")
        self._spent = array("q")
        self.calls = array("i")

    def __len__(self) -> int:
        return len(self._text)

    def text(self, index: int) -> str:
        """A command as it is written; of a block its first line and `...`."""
        return self._texts[self._text[index]]

    def parent(self, index: int) -> int:
        """The step within which it ran, or -1."""
        return self._parent[index]

    def depth(self, index: int) -> int:
        """How many steps it ran within."""
        return self._depth[index]

    def spent(self, index: int) -> int:
        """Microseconds, without those of what ran within it."""
        return self._spent[index]

    def read(self, path: Path) -> None:
        """Take in a profile; none was written where the shell was replaced or killed."""
        open_: list[int] = []
        hidden = sys.maxsize  # the depth of a call of the handler
        for spent, depth, text in _nodes(path):
            if depth > hidden:
                continue
            ours = text.startswith(self._handler)
            hidden = depth if ours else sys.maxsize
            if ours:
                self.calls.append(len(self))
            del open_[depth:]
            self._text.append(self._number(text))
            self._parent.append(open_[-1] if open_ else -1)
            self._depth.append(depth)
            self._spent.append(0 if ours else spent)
            open_.append(len(self) - 1)

    def _number(self, text: str) -> int:
        number = self._numbers.setdefault(text, len(self._texts))
        if number == len(self._texts):
            self._texts.append(text)
        return number


def _nodes(path: Path) -> Iterator[tuple[int, int, str]]:
    """Own time, depth and text of each command of a profile; a text may have many lines."""
    node: tuple[int, int, list[str]] | None = None
    try:
        content = path.open(
            encoding=sys.getfilesystemencoding(), errors="surrogateescape", newline="\n"
        )
    except OSError:
        return
    with content:
        for line in content:
            match = _NODE.match(line)
            if not match:
                if node:
                    node[2].append(line)
                continue
            if node:
                yield node[0], node[1], "".join(node[2]).rstrip("\n")
            node = int(match[1]), len(match[2]), [match[3]]
    if node:
        yield node[0], node[1], "".join(node[2]).rstrip("\n")


def printed(variable: str, alone: bool = True) -> str:
    """The text that prints a variable, if it is set; `alone`: a list of fish's with colons."""
    told = f"builtin printf '+%s' \"${variable}\""
    if alone and is_fish_list("fish", variable):
        made = f"builtin set -l --path __envkit_list ${variable}"
        told = f"begin; {made}; builtin printf '+%s' \"$__envkit_list\"; end"
    return f"builtin set -q {variable}; and {told}"


def handler(name: str, token: str, file: Path, variables: tuple[str, ...]) -> str:
    """The text that defines the handler, and records what there is before the first file."""
    events = " ".join(f"--on-variable {variable}" for variable in variables)
    lines = [f"function {name} {events}", "begin"]
    for variable in variables:
        lines += [
            f"if builtin test $argv[3] = {variable}",
            f"builtin printf '{token}\\0{variable}\\0'",
            f"builtin set -ql {variable}; and builtin printf L",
            printed(variable, len(variables) == 1),
            "end",
        ]
    lines += ["builtin printf '\\0'", "builtin status stack-trace", f"end >>{quote(file)}", "end"]
    lines += [f"{name} VARIABLE SET {variable}" for variable in variables]
    return "\n".join(lines)


def records(path: Path, token: str, home: str) -> Iterator[Record]:
    """The records, the first of each variable being what was there before any file."""
    for piece in _pieces(path, f"{token}\0".encode()):
        fields = os.fsdecode(piece).split("\0", 2)
        if len(fields) < 3:
            continue
        variable, value, stack = fields
        hidden = value.startswith("L")
        value = value.removeprefix("L")
        called = [_CALLED.match(line) for line in stack.split("\n")]
        places = [(match[2], int(match[1])) for match in called if match]
        file, line = places[-1] if places else ("", 0)
        if file.startswith("~"):
            file = home + file[1:]
        yield Record(variable, value[1:] if value else None, hidden, file, line)


def _pieces(path: Path, mark: bytes) -> Iterator[bytes]:
    """What stands behind each mark; a piece at a time, since a loop may write many."""
    with path.open("rb") as content:
        rest = b""
        while chunk := content.read(_CHUNK):
            *whole, rest = (rest + chunk).split(mark)
            yield from whole
        yield rest
