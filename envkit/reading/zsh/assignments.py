"""zsh's assignments and typeset: scalars, arrays, tied variables (zshparam(1), zshbuiltins(1))."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envkit.reading.conditions import Answer
from envkit.reading.nodes import Node
from envkit.reading.zsh import words as zsh_words
from envkit.reading.zsh.lexer import ZshLexer
from envkit.reading.zsh.state import TIED
from envkit.reading.zsh.values import Array, Fault, Table

if TYPE_CHECKING:
    from envkit.reading.zsh.walk import ZshWalk

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*|\d+)(\[.*?\])?(\+?)=(.*)", re.DOTALL)
_DECLARED = re.compile(r"([A-Za-z_]\w*)(?:=(.*))?", re.DOTALL)


def is_assignment(raw: str) -> bool:
    """Whether a word in front of a command assigns."""
    return _ASSIGNMENT.match(raw) is not None


def name_of(raw: str) -> str:
    """What an assignment assigns to."""
    found = _ASSIGNMENT.match(raw)
    return found[1] if found else ""


def assign(walk: ZshWalk, node: Node, raw: str) -> Answer:
    """`NAME=value`, `NAME+=value`, `NAME=(…)`, `NAME[…]=value`; None: a command decides."""
    found = _ASSIGNMENT.match(raw)
    if found is None:
        return True
    name, index, plus, text = found.groups()
    if text.startswith("(") and text.endswith(")"):
        if index:
            put(walk, node, name, None)
        else:
            _assign_array(walk, node, name, bool(plus), text[1:-1])
        return True
    value = zsh_words.single(text, walk.state, True)
    if name in walk.readonly:
        raise Fault()
    if index:
        _assign_entry(walk, node, name, index[1:-1], None if plus else value)
    elif plus:
        _append(walk, node, name, value)
    else:
        put(walk, node, name, value)
    if value is None and TIED.get(name, name) == "PATH" and ("$(" in text or "`" in text):
        walk.event("eval", node, "PATH", text)
    return None if value is None and ("$(" in text or "`" in text) else True


def _append(walk: ZshWalk, node: Node, name: str, value: str | None) -> None:
    is_set, old = walk.state.fetch(name)
    if isinstance(old, tuple):
        put_array(walk, node, name, [*old, value])
    elif old is None or value is None:
        put(walk, node, name, None)
    else:
        put(walk, node, name, (old if is_set else "") + value)


def _assign_array(walk: ZshWalk, node: Node, name: str, plus: bool, text: str) -> None:
    if name in walk.readonly:
        raise Fault()
    elements = zsh_words.expand(_elements(text), walk.state)
    table = walk.state.variables.get(name)
    if isinstance(table, Table) and None not in elements:
        known = [element or "" for element in elements]
        entries = dict(zip(known[::2], known[1::2], strict=False))
        put(walk, node, name, Table({**table.entries, **entries} if plus else entries))
        return
    if plus:
        is_set, old = walk.state.fetch(name)
        before: list[str | None] = list(old) if isinstance(old, tuple) else [old]
        elements = (before if is_set else []) + elements
    put_array(walk, node, name, elements)


def _elements(text: str) -> list[str]:
    """The raw words of `( … )`."""
    from envkit.reading.zsh.parser import ZshParser

    lexer: ZshLexer = ZshParser(text)
    found: list[str] = []
    while True:
        lexer._separators()
        if lexer.at >= len(text):
            return found
        found.append(lexer._word())


def _assign_entry(walk: ZshWalk, node: Node, name: str, index: str, value: str | None) -> None:
    state = walk.state
    key = zsh_words.double(index, state)
    old = state.variables.get(name)
    if isinstance(old, Table):
        entries = dict(old.entries)
        known = key is not None and value is not None
        if known:
            entries[key or ""] = value or ""
        put(walk, node, name, Table(entries) if known else None)
        return
    number = state.number(index)
    whole = state.fetch(name)[1]
    if isinstance(whole, tuple) and number is not None and number > 0:
        elements = list(whole) + [""] * (number - len(whole))
        elements[number - 1] = value
        put_array(walk, node, name, elements)
    else:
        put(walk, node, name, None)


def put(walk: ZshWalk, node: Node, name: str, value: str | None) -> None:
    """Assign, and say so."""
    if name in TIED and value is not None:
        put_array(walk, node, name, [value])
        return
    walk.state.put(name, value)
    _say(walk, node, name)


def put_array(walk: ZshWalk, node: Node, name: str, elements: list[str | None]) -> None:
    """Assign an array, and say so."""
    walk.state.put_array(name, elements)
    _say(walk, node, name)


def _say(walk: ZshWalk, node: Node, name: str) -> None:
    if not walk.state.in_subshell and not walk.quiet:
        name = TIED.get(name, name)
        walk.event("assign", node, name, walk.state.variables.get(name))


def drop(walk: ZshWalk, node: Node, name: str) -> None:
    """`unset name`."""
    subscripted = re.fullmatch(r"(\w+)\[(.*)\]", name)
    if subscripted:
        table = walk.state.variables.get(subscripted[1])
        if isinstance(table, Table):
            entries = {k: v for k, v in table.entries.items() if k != subscripted[2]}
            walk.state.variables[subscripted[1]] = Table(entries)
        return
    name = TIED.get(name, name)
    if name in walk.readonly:
        raise Fault()
    if name in walk.state.variables:
        del walk.state.variables[name]
        if name == "HOME":
            walk.state.variables["HOME"] = ""
        if name == "PATH":
            walk.event("assign", node, name, None)


def declare(walk: ZshWalk, node: Node, raw: tuple[str, ...]) -> Answer:
    """typeset, declare, local, export, readonly, integer, float."""
    flags = ""
    words = list(raw[1:])
    while words and words[0][:1] in ("-", "+") and len(words[0]) > 1:
        flags += words.pop(0)
    minus = "".join(re.findall(r"-([A-Za-z]*)", flags))
    if "f" in minus or "m" in minus or (not words and raw[0] != "local"):
        names = [field for field in zsh_words.expand(words, walk.state) if field]
        return all(name in walk.state.functions for name in names) if "f" in minus else True
    local = raw[0] not in ("export", "readonly") and "g" not in minus and walk.in_function
    if "T" in minus:
        return _tie(walk, words)
    for word in words:
        if word.startswith("-"):
            continue
        _declare_one(walk, node, word, minus, local, raw[0])
    return True


def _declare_one(
    walk: ZshWalk, node: Node, word: str, flags: str, local: bool, command: str
) -> None:
    found = _DECLARED.fullmatch(word)
    if found is None:
        _computed(walk, node, word, local)
        return
    name, value = found.groups()
    state = walk.state
    if "U" in flags:
        state.unique.add(TIED.get(name, name))
        if value is None and (is_set := state.fetch(name))[0]:
            whole = is_set[1]
            if isinstance(whole, tuple):
                state.put_array(name, list(whole))
            elif whole is not None:
                state.put(name, str(whole))
            return
    if local and name not in TIED:
        state.cover(name)
        state.variables.pop(name, None)
    elif local:
        state.cover(TIED[name])
    old = state.variables.get(name)
    if "A" in flags and (value is not None or not isinstance(old, Table)):
        state.variables[name] = Table({})
    elif "a" in flags and value is None and not isinstance(old, Array) and name not in TIED:
        state.variables[name] = Array(())
    if value is not None:
        quiet, walk.quiet = walk.quiet, walk.quiet or local
        try:
            assign(walk, node, word)
        finally:
            walk.quiet = quiet
    elif local and name not in state.variables and name not in TIED:
        state.variables[name] = ""
    if "r" in flags or command == "readonly":
        walk.readonly.add(name)


def _computed(walk: ZshWalk, node: Node, word: str, local: bool) -> None:
    """`export $name=value`, `export NAME+=value`."""
    if is_assignment(word):
        assign(walk, node, word)
        return
    for field in zsh_words.fields(word, walk.state):
        if field and "=" in field:
            name, _, value = field.partition("=")
            put(walk, node, name, value)


def _tie(walk: ZshWalk, words: list[str]) -> Answer:
    if len(words) < 2:
        return True
    scalar, _, value = words[0].partition("=")
    if scalar not in walk.state.variables:
        walk.state.variables[scalar] = ""
    if value:
        walk.state.variables[scalar] = zsh_words.single(value, walk.state)
    walk.state.variables[words[1].partition("=")[0]] = None
    return True
