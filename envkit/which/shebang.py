"""A script's first line, as the kernel and env(1) read it: what runs it, or why nothing does."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host
from envkit.which import lookup

_TRICK = re.compile(r"'''exec' \"?([^\"]+?)\"? \"\$0\"")  # pip's and uv's way round a long line
_BLANKS = " \t"
# Options of env with a word of their own: GNU's -u, -C, -a; BSD's -P.
_TAKES = ("-u", "-C", "-P", "-a", "--unset", "--chdir", "--argv0")


class Line(NamedTuple):
    """The interpreter as its context finds it, "" where there is no such line; what is wrong."""

    interpreter: str = ""
    problem: str = ""


def read(host: Host, head: bytes, environment: Mapping[str, str]) -> Line:
    """Read the first bytes of a file (execve(2), env(1))."""
    if not head.startswith(b"#!"):
        return Line()
    first, _, rest = os.fsdecode(head).partition("\n")
    if match := _TRICK.match(rest):
        return _file(host, match[1])
    path, argument = _split(first[2:])
    if Path(path).name == "env" and not argument:
        return Line(path, "env is named no program: it runs this script again, for ever")
    if Path(path).name != "env":
        return _file(host, path) if path else Line()
    return _env(host, argument, environment)


def _split(text: str) -> tuple[str, str]:
    """The program, and all that follows it, which is one word. A carriage return is no blank."""
    words = re.split(r"[ \t]+", text.strip(_BLANKS), maxsplit=1)
    return words[0], "".join(words[1:])


def _file(host: Host, path: str) -> Line:
    here = host.home / path
    if host.kind(here) in ("missing", "dangling"):
        if path.endswith("\r"):
            shown = host.show(path[:-1])
            return Line(path, f"its first line ends in a carriage return: no {shown}\\r exists")
        return Line(path, f"{host.show(path)}, which should run it, does not exist")
    if not host.may_run(here):
        return Line(path, f"{host.show(path)}, which should run it, may not be run")
    return Line(path)


def _env(host: Host, argument: str, environment: Mapping[str, str]) -> Line:
    """`env` gets all that stands behind it as one word; -S splits it (GNU env 8.30, BSD)."""
    words = argument.split() if sys.platform == "darwin" else [argument]
    path = environment.get("PATH", "")
    if words[0].startswith("-"):
        words = _splits(words, environment)
        if not words and " " in argument:
            return Line("", f"env takes `{argument}` for one option: -S splits it")
    words, path = _command(words, path)
    if not words:
        return Line("env")
    return _found(host, words[0], path)


def _splits(words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The words of -S, which may stand behind short options (-vS) and be joined with its text."""
    if sys.platform == "darwin" and not re.match(r"-[iv0]*S", words[0]):
        return list(words)
    text = " ".join(words)
    match = re.match(r"-[iv0]*S\s*|--split-string[=\s]\s*", text)
    if not match:
        return []
    try:
        split = shlex.split(text[match.end() :])
    except ValueError:  # a quote that is never closed
        return []
    return [re.sub(r"\$\{(\w+)\}", lambda it: environment.get(it[1], ""), word) for word in split]


def _command(words: Sequence[str], path: str) -> tuple[list[str], str]:
    """What is left behind env's own options and assignments, and the PATH that it is sought on."""
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        if option in _TAKES and rest:
            value = rest.pop(0)
            path = value if option == "-P" else path
    while rest and "=" in rest[0]:
        name, _, value = rest.pop(0).partition("=")
        path = value if name == "PATH" else path
    return rest, path


def _found(host: Host, name: str, path: str) -> Line:
    if "/" in name:
        return _file(host, name)
    if found := lookup.first(host, name, path):
        return Line(str(found))
    if " " in name or "\t" in name:
        return Line(name, f"env seeks one program named `{name}`: -S splits it")
    if name.endswith("\r"):
        shown = name[:-1]
        return Line(name, f"its first line ends in a carriage return: no {shown}\\r is on PATH")
    return Line(name, f"there is no {name} on PATH to run it")
