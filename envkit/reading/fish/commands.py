"""Simple commands of fish: those that a start's files depend on; of all others nobody knows."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from envkit.reading.conditions import Answer
from envkit.reading.fish import assign, functions, tests, tree
from envkit.reading.fish.errors import BUILTINS
from envkit.reading.fish.state import Function
from envkit.reading.fish.walk import Leave, Walk
from envkit.reading.nodes import Node
from envkit.reading.programs import status as program_status

_ASSIGNMENT = re.compile(r"\w+(\[.*?\])?=", re.DOTALL)


def run(walk: Walk, node: Node) -> Answer:
    """One command with its words; NoMatch where a wildcard matches nothing."""
    raw = list(node.words)
    while raw and _ASSIGNMENT.match(raw[0]):
        raw.pop(0)  # for this command alone
    decoration = ""
    while len(raw) > 1 and raw[0] in ("command", "builtin", "exec") and raw[1][:1] != "-":
        decoration = raw.pop(0)
    name = walk.expander.one(raw[0]) if raw else None
    if not name:
        return None
    if decoration == "exec":
        return _exec(walk, node, name[0])
    raw = raw[1:]
    if name[0] in _RAW and decoration != "command":
        function = walk.state.functions.get(name[0]) if not decoration else None
        if function is None and name[0] in ("fish_add_path", "export"):
            function = walk.load(name[0], node)
        if function is None:
            return _RAW[name[0]](walk, node, raw)
    words = walk.expander.all(tuple(raw), null=name[0] in ("count", "path"))
    arguments = None if words is None else [*name[1:], *words]
    if not decoration:
        function = walk.load(name[0], node)
        if function is not None:
            return functions.call(walk, function, arguments, node)
    handler = _KNOWN.get(name[0]) if decoration != "command" else None
    if handler is not None:
        return None if arguments is None else handler(walk, node, arguments)
    if decoration == "command" or name[0] not in BUILTINS:
        if not _of_library(walk, name[0]) and walk.state.program(name[0]) == "":
            return False  # no such command
        return program_status([name[0], *(arguments or [])])
    return None


def _exec(walk: Walk, node: Node, name: str) -> Answer:
    found = walk.state.program(name)
    if found == "":
        return False
    if found is None and walk.certain:
        return walk.perhaps(Node("leave", node.line, node.last, ("exec",)))
    raise Leave("exec", node, walk.location(node))


def _source(walk: Walk, node: Node, raw: list[str]) -> Answer:
    if raw and raw[0] == "--":
        raw = raw[1:]
    read = re.search(r"<\s*([^\s;<>&|]+)\s*$", node.text)
    if not raw and read:
        raw = [read[1]]
    if not raw or raw == ["-"] or any(re.search(r"\bpsub\b", word) for word in raw):
        walk.record.event("eval", walk.location(node), "", None, False)
        return None
    words = walk.expander.all(tuple(raw), null=True)
    if words is None:
        at = walk.location(node)
        walk.record.event("source", at, "", None, False)
        why = "only running it can tell which file this is"
        walk.record.add(Path(raw[0]), "skipped", why, str(at), at, certain=False)
        return None
    if not words:
        walk.record.event("eval", walk.location(node), "", None, False)
        return None
    if not words[0] or walk.state.host.kind(walk.state.path(words[0])) == "directory":
        return False
    return walk.source(walk.state.path(words[0]), node, words[1:])


def _eval(walk: Walk, node: Node, raw: list[str]) -> Answer:
    words = walk.expander.all(tuple(raw))
    if words is None:
        walk.record.event("eval", walk.location(node), "", None, False)
        return None
    return functions.evaluate(walk, " ".join(words), node)


def _export(walk: Walk, node: Node, raw: list[str]) -> Answer:
    """fish's own function for lines of other shells: `set -gx` of each NAME=VALUE."""
    for word in raw:
        found = re.match(r"(['\"]?)(\w+)(=|$)", word)
        if found:
            value = found[1] + word[found.end() :] if found[3] else f"${found[2]}"
            assign.run_set(walk, node, ["-gx", found[2], value])
    return None


def _leave(kind: str) -> Callable[[Walk, Node, list[str]], Answer]:
    def leave(walk: Walk, node: Node, words: list[str]) -> Answer:
        status = walk.status if not words else words[0] == "0"
        raise Leave(kind, node, walk.location(node), status)

    return leave


def _test(walk: Walk, node: Node, words: list[str]) -> Answer:
    return tests.test(words, walk.state)


def _bracket(walk: Walk, node: Node, words: list[str]) -> Answer:
    return tests.test(words[:-1], walk.state) if words[-1:] == ["]"] else False


def _status(walk: Walk, node: Node, words: list[str]) -> Answer:
    name = words[0].lstrip("-") if len(words) == 1 else ""
    flags = {"is-login": "login", "is-interactive": "interactive", "l": "login"}
    flags |= {"i": "interactive"}
    if name in flags:
        return flags[name] in walk.state.flags
    if name == "is-command-substitution":
        return False
    return None if name.startswith("is-") or not name else True


def _contains(walk: Walk, node: Node, words: list[str]) -> Answer:
    rest = [word for word in words if word not in ("-i", "--index")]
    if rest[:1] == ["--"]:
        rest = rest[1:]
    return rest[0] in rest[1:] if rest else False


def _find(walk: Walk, node: Node, words: list[str]) -> Answer:
    """`type -q`, `command -q`, `functions -q`: whether any of the names is there."""
    command = node.words[0]
    names = [word for word in words if not word.startswith("-")]
    flags = "".join(word.lstrip("-")[:1] for word in words if word.startswith("-"))
    if not names or not set(flags) & set("qsvaptf" if command != "functions" else "q"):
        return None
    answers = [_is_there(walk, node, command, name, "f" in flags) for name in names]
    if command == "functions":
        return all(answers) if None not in answers else None
    return True if True in answers else None if None in answers else False


def _is_there(walk: Walk, node: Node, command: str, name: str, no_function: bool) -> Answer:
    if command != "command" and not no_function:
        if walk.load(name, node) is not None:
            return True
        own = _of_library(walk, name)
        if own or command == "functions":
            return own
        if name in BUILTINS:
            return True
    found = walk.state.program(name)
    return None if found is None else found != ""


def _of_library(walk: Walk, name: str) -> Answer:
    """Whether fish itself has a function of that name; None where its library is not here."""
    if walk.state.host.kind(walk.library) != "directory":
        return None
    return name in _DEFINED or walk.state.host.kind(walk.library / f"{name}.fish") == "file"


def _cd(walk: Walk, node: Node, words: list[str]) -> Answer:
    target = words[0] if words else walk.state.home("")
    if not target or target == "-" or not walk.state.cwd:
        walk.state.cwd = ""
        return None
    there = os.path.normpath(walk.state.path(target))
    if walk.state.host.kind(Path(there)) != "directory":
        return False
    walk.state.cwd = there
    return True


def _string(walk: Walk, node: Node, words: list[str]) -> Answer:
    return tests.string_match(words[1:]) if words[:1] == ["match"] else None


def _alias(walk: Walk, node: Node, words: list[str]) -> Answer:
    """`alias name command`: a function that runs it."""
    given = words[0].split("=", 1) + words[1:] if words else []
    if len(given) == 2 and not given[0].startswith("-"):
        body = tree.parse(f"{given[1]} $argv".encode("utf-8", "surrogateescape"))
        walk.state.functions[given[0]] = Function(body, walk.files[-1].path)
        return True
    return None


def _erase(walk: Walk, node: Node, words: list[str]) -> Answer:
    """`functions -e name`; or a question after functions."""
    if words[:1] in (["-e"], ["--erase"]):
        for name in words[1:]:
            walk.state.functions.pop(name, None)
        return True
    return _find(walk, node, words)


def _printf(walk: Walk, node: Node, words: list[str]) -> Answer:
    """Texts never fail; a number may be none."""
    return None if not words or re.search("%[^s%]", words[0]) else True


def _isatty(walk: Walk, node: Node, words: list[str]) -> Answer:
    return walk.state.terminal


def _trap(walk: Walk, node: Node, words: list[str]) -> Answer:
    """`trap TEXT EXIT`: fish's own function makes one of it that waits for fish_exit."""
    if len(words) > 1 and {"EXIT", "exit", "0"} & set(words[1:]) and words[0] != "-":
        text = f"function __trap_exit --on-event fish_exit\n{words[0]}\nend"
        functions.evaluate(walk, text, node)
    return True


# What fish's own config.fish defines.
_DEFINED = frozenset(("bg", "wait", "disown", "fg", "kill", "fish_sigtrap_handler"))
_RAW: dict[str, Callable[[Walk, Node, list[str]], Answer]] = {
    "set": assign.run_set,
    "source": _source,
    ".": _source,
    "eval": _eval,
    "fish_add_path": assign.add_path,
    "export": _export,
}
_KNOWN: dict[str, Callable[[Walk, Node, list[str]], Answer]] = {
    "return": _leave("return"),
    "exit": _leave("exit"),
    "break": _leave("break"),
    "continue": _leave("continue"),
    "test": _test,
    "[": _bracket,
    "status": _status,
    "contains": _contains,
    "type": _find,
    "command": _find,
    "functions": _erase,
    "string": _string,
    "cd": _cd,
    "count": lambda walk, node, words: len(words) > 0,
    "true": lambda walk, node, words: True,
    ":": lambda walk, node, words: True,
    "false": lambda walk, node, words: False,
    "echo": lambda walk, node, words: True,
    "emit": lambda walk, node, words: True,
    "umask": lambda walk, node, words: True,
    "printf": _printf,
    "isatty": _isatty,
    "trap": _trap,
    "alias": _alias,
}
