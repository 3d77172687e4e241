"""What a traced fish leaves: a record at each change of a variable, and fish's own profile.

A handler of the variable writes the records; within it, fish tells the line at hand but not who
called (`status stack-trace` ends at an event). The profile of the start (fish(1)) has every command
that ran, within what, and so also the handler's calls: the two are joined one by one.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from envkit.tracing.fish_copy import quote

_NODE = re.compile(r"-?\d+\t-?\d+\t(-*)> (.*)", re.DOTALL)
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


class Step(NamedTuple):
    """A command that ran, as it is written; `parent` is the step within which it ran, or -1."""

    depth: int
    text: str
    parent: int


def handler(name: str, token: str, file: Path, variables: tuple[str, ...]) -> str:
    """The text that defines the handler, and records what there is before the first file."""
    events = " ".join(f"--on-variable {variable}" for variable in variables)
    lines = [f"function {name} {events}", "begin"]
    for variable in variables:
        lines += [
            f"if builtin test $argv[3] = {variable}",
            f"builtin printf '{token}\\0{variable}\\0'",
            f"builtin set -ql {variable}; and builtin printf L",
            f"builtin set -q {variable}; and builtin printf '+%s' \"${variable}\"",
            "end",
        ]
    lines += ["builtin printf '\\0'", "builtin status stack-trace", f"end >>{quote(file)}", "end"]
    lines += [f"{name} VARIABLE SET {variable}" for variable in variables]
    return "\n".join(lines)


def records(content: bytes, token: str, home: str) -> list[Record]:
    """The records, the first of each variable being what was there before any file."""
    found = []
    for piece in os.fsdecode(content).split(f"{token}\0")[1:]:
        fields = piece.split("\0", 2)
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
        found.append(Record(variable, value[1:] if value else None, hidden, file, line))
    return found


def steps(path: Path) -> list[Step]:
    """The commands of a profile, in the order in which they ran; none where none was written."""
    try:
        text = os.fsdecode(path.read_bytes())
    except OSError:
        return []
    found: list[Step] = []
    open_: list[int] = []
    for line in text.split("\n")[1:]:
        match = _NODE.fullmatch(line)
        if not match:
            if found:
                found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{line}")
            continue
        depth = len(match[1])
        del open_[depth:]
        found.append(Step(depth, match[2], open_[-1] if open_ else -1))
        open_.append(len(found) - 1)
    return [step._replace(text=step.text.rstrip("\n")) for step in found]
