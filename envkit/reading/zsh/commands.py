"""zsh's simple commands: assignments, precommand modifiers, aliases, functions, builtins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit import syntax
from envkit.reading import programs
from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node
from envkit.reading.zsh import assignments as zsh_assignments
from envkit.reading.zsh import builtins as zsh_builtins
from envkit.reading.zsh import words as zsh_words
from envkit.reading.zsh.state import BUILTINS
from envkit.reading.zsh.tests import DECLARES
from envkit.reading.zsh.values import Fault

if TYPE_CHECKING:
    from envkit.reading.zsh.walk import ZshWalk

_MODIFIERS = ("-", "builtin", "command", "nocorrect", "noglob")


def run(walk: ZshWalk, node: Node) -> Answer:
    """A simple command."""
    count = 0
    while count < len(node.words) and zsh_assignments.is_assignment(node.words[count]):
        count += 1
    given, rest = node.words[:count], node.words[count:]
    if not rest:
        known = [zsh_assignments.assign(walk, node, raw) for raw in given]
        return None if None in known else True
    if not given:
        return _named(walk, node, rest)
    before = dict(walk.state.variables)
    quiet, walk.quiet = walk.quiet, True
    try:
        for raw in given:
            zsh_assignments.assign(walk, node, raw)
        walk.quiet = quiet
        return _named(walk, node, rest)
    finally:
        walk.quiet = quiet
        for name in map(zsh_assignments.name_of, given):
            walk.state.variables.pop(name, None)
            if name in before:
                walk.state.variables[name] = before[name]


def _named(walk: ZshWalk, node: Node, raw: tuple[str, ...]) -> Answer:
    alias = walk.state.aliases.get(raw[0])
    if alias is not None and raw[0] not in walk.expanding and walk.state.on("aliases"):
        return _alias(walk, node, raw, alias)
    if raw[0] in _MODIFIERS:
        return _modified(walk, node, raw)
    name = _plain(raw[0])
    if name in DECLARES:
        return zsh_assignments.declare(walk, node, (name, *raw[1:]))
    try:
        expanded = zsh_words.expand(raw, walk.state)
    except Fault as fault:
        if not fault.late or not _is_external(walk, raw[0]):
            raise
        return False  # the error was that of its own process
    if not expanded:
        return None if any("$(" in word or "`" in word for word in raw) else True
    if expanded[0] is None:
        return None
    return _called(walk, node, raw, expanded)


def _called(walk: ZshWalk, node: Node, raw: tuple[str, ...], expanded: list[str | None]) -> Answer:
    name = expanded[0] or ""
    plainly, walk.plainly = walk.plainly, False  # not for what the command itself runs
    if name in walk.state.functions and not plainly:
        return walk.call_as(name, expanded[1:])
    if name in walk.autoloaded:
        return None
    builtin = zsh_builtins.BUILTINS.get(name)
    if builtin is not None:
        return builtin(walk, node._replace(words=(name, *raw[1:])), expanded[1:])
    if name in BUILTINS:
        return True
    there = walk.state.external(name)
    return False if there == "" else programs.status(expanded)


def is_program(walk: ZshWalk, node: Node) -> Answer:
    """Whether a simple command is a program, and no builtin or function of the shell."""
    count = 0
    while count < len(node.words) and zsh_assignments.is_assignment(node.words[count]):
        count += 1
    raw = list(node.words[count:])
    if not raw:
        null = bool(node.text.strip()) and not node.words  # `< file` is what $NULLCMD does
        return null and not walk.state.on("shnullcmd")
    alias = walk.state.aliases.get(raw[0])
    if alias is not None:
        raw = [*alias.split(), *raw[1:]]
    plainly = False
    while raw and raw[0] in _MODIFIERS and len(raw) > 1:
        plainly = plainly or (raw[0] == "command" and not walk.state.on("posixbuiltins"))
        if raw[0] == "builtin":
            return False
        raw = raw[1:]
        if plainly and raw[0].startswith("-"):
            return False
    expanded = zsh_words.expand(raw, walk.state)
    if not expanded or expanded[0] is None:
        return None if expanded else False
    name = expanded[0]
    if plainly:
        return True
    known = name in walk.state.functions or name in BUILTINS or name in walk.autoloaded
    return not (known or name in DECLARES)


def _plain(word: str) -> str:
    return word.replace("\\", "")


def _is_external(walk: ZshWalk, word: str) -> bool:
    name = _plain(word)
    state = walk.state
    return name.isprintable() and not (
        name in state.functions or name in BUILTINS or name in walk.autoloaded or "$" in name
    )


def _modified(walk: ZshWalk, node: Node, raw: tuple[str, ...]) -> Answer:
    rest = raw[1:]
    if raw[0] == "command" and rest and rest[0].startswith("-"):
        words = zsh_words.expand(rest, walk.state)
        if words[:1] == ["-p"]:
            return _named(walk, node, rest[1:]) if len(rest) > 1 else True
        return zsh_builtins.BUILTINS["type"](walk, node, words)
    if not rest:
        return True
    options, plainly = set(walk.state.options), walk.plainly
    if raw[0] == "noglob":
        walk.state.options.discard("glob")
    walk.plainly = plainly or raw[0] in ("builtin", "command")
    try:
        return _named(walk, node, rest)
    finally:
        walk.plainly = plainly
        if raw[0] == "noglob":
            walk.state.options |= options & {"glob"}


def _alias(walk: ZshWalk, node: Node, raw: tuple[str, ...], alias: str) -> Answer:
    text = " ".join((alias, *raw[1:])).encode("utf-8", "surrogateescape")
    walk.expanding.append(raw[0])
    try:
        status: Answer = True
        for part in syntax.parse(text, "zsh").parts:
            status = walk.run(walk.placed(part, node))
        return status
    finally:
        walk.expanding.pop()
