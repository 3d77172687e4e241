"""Which statements of fish set a variable for the shell, by their text."""

from __future__ import annotations

import re

from envkit.everywhere.setters import plain
from envkit.everywhere.structure import Placed

_DECORATIONS = frozenset(("builtin", "command", "and", "or", "not"))
_ASSIGNMENT = re.compile(r"\w+(\[.*?\])?=")
_QUERIES = frozenset("qnSh")
_LOCALS = frozenset("lf")


def names(variable: str) -> frozenset[str]:
    """The variable, and what fish makes it from: fish_user_paths stands in front in PATH."""
    more = ("fish_user_paths",) if variable == "PATH" else ()
    return frozenset((variable, *more))


def sets(placed: Placed, variable: str) -> bool:
    """Whether a statement sets the variable, where it runs."""
    node, wanted = placed.node, names(variable)
    if node.kind == "for":
        return bool(wanted & set(node.words[:1]))
    if node.kind != "command":
        return False
    rest = command(node.words)
    if not rest:
        return False
    name, arguments = rest[0], [plain(word) for word in rest[1:]]
    if name == "set":
        return _set(placed, arguments, wanted)
    if name == "fish_add_path":
        dry = any(word == "--dry-run" or re.match(r"-\w*n", word) for word in arguments)
        return variable in ("PATH", "fish_user_paths") and not dry
    if name == "export":
        return any(word.partition("=")[0] in wanted and "=" in word for word in arguments)
    if name == "read":
        return not _local(placed, arguments) and bool(wanted & set(arguments))
    return False


def command(words: tuple[str, ...]) -> tuple[str, ...]:
    """A command without the assignments in front, and what modifies it."""
    at = 0
    while at < len(words) and (_ASSIGNMENT.match(words[at]) or words[at] in _DECORATIONS):
        at += 1
    return words[at:]


def _set(placed: Placed, arguments: list[str], wanted: frozenset[str]) -> bool:
    flags = [word for word in arguments if word[:1] == "-"]
    rest = [word for word in arguments if word[:1] != "-"]
    short = {letter for word in flags if word[:2] != "--" for letter in word[1:]}
    if short & _QUERIES or {"--query", "--names", "--show"} & set(flags):
        return False
    erases = "e" in short or "--erase" in flags
    named = [word.partition("[")[0] for word in (rest if erases else rest[:1])]
    return bool(wanted & set(named)) and not _local(placed, arguments)


def _local(placed: Placed, arguments: list[str]) -> bool:
    """Whether it is set for a block or a function alone."""
    flags = [word for word in arguments if word[:1] == "-"]
    short = {letter for word in flags if word[:2] != "--" for letter in word[1:]}
    return bool(short & _LOCALS) or bool({"--local", "--function"} & set(flags))


def sourced(placed: Placed) -> str | None:
    """The word that names the file which a statement reads; None where it reads none."""
    if placed.node.kind != "command":
        return None
    rest = command(placed.node.words)
    return rest[1] if len(rest) > 1 and rest[0] in (".", "source") and rest[1] != "-" else None
