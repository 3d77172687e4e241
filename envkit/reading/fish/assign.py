"""How fish's variables are set: `set`, `fish_add_path`, and what fish_user_paths does to PATH."""

from __future__ import annotations

import os
import re
from pathlib import Path

from envkit.reading.conditions import Answer
from envkit.reading.fish.state import State, Values, Variable, is_path
from envkit.reading.fish.walk import Walk
from envkit.reading.nodes import Node

_LONG = {"local": "l", "global": "g", "universal": "U", "function": "f", "export": "x"}
_LONG |= {"unexport": "u", "erase": "e", "query": "q", "append": "a", "prepend": "p"}
_LONG |= {"path": "P", "unpath": "T", "show": "S", "names": "n", "long": "L", "help": "h"}


def run_set(walk: Walk, node: Node, raw: list[str]) -> Answer:
    """`set` in all its forms."""
    flags = ""
    while raw and re.match(r"-[\w-]", raw[0]):
        word = raw[0]
        raw = raw[1:]
        if word == "--":
            break
        if word.startswith("--"):
            fits = [short for name, short in _LONG.items() if name.startswith(word[2:])]
            flags += fits[0] if len(fits) == 1 else "?"
        else:
            flags += word[1:]
    if set(flags) & set("Snh?"):
        return None
    names = walk.expander.one(raw[0]) if raw else []
    if names is None:
        return None
    kind = next((letter for letter in flags if letter in "lgUf"), "")
    if "q" in flags:
        words = walk.expander.all(tuple(raw), null=True)
        return None if words is None else all(_is_set(walk.state, word, kind) for word in words)
    if not names:
        return None
    if "e" in flags:
        words = walk.expander.all(tuple(raw), null=True)
        found = [_erase(walk, node, word, kind) for word in words or ()]
        return bool(found) and all(found)
    values = walk.expander.all(tuple(raw[1:]), null=True)
    if not _set(walk, node, names[0], flags, kind, None if values is None else tuple(values)):
        return False
    return _status(walk, raw[1:])


def _status(walk: Walk, raw: list[str]) -> Answer:
    """`set` leaves the status as it was, or as its last command substitution made it."""
    found = [part[1] for word in raw for part in re.finditer(r"\(([^()]*)\)", word)]
    if not found:
        return None if any("(" in word for word in raw) else walk.status
    name, *rest = found[-1].split() or [""]
    if name in ("echo", "id", "uname", "pwd", "whoami", "true", "printf"):
        return True
    if name == "count":
        fields = walk.expander.all(tuple(rest), null=True)
        return None if fields is None else bool(fields)
    return None


def _set(walk: Walk, node: Node, name: str, flags: str, kind: str, values: Values) -> bool:
    base, bracket, index = name.partition("[")
    scope = walk.state.scope(kind, base)
    old = scope.get(base)
    path = "P" in flags or ((old.path if old else is_path(base)) and "T" not in flags)
    if values is not None and (path or is_path(base)):
        values = tuple(part for value in values for part in value.split(":"))
    before = walk.state.get(base)  # what is seen, whatever scope is written
    if bracket:
        if values is not None and len(values) != len(index.rstrip("]").split()):
            return False  # as many values as indices, or nothing is set
        values = _replaced(before.values if before else (), index.rstrip("]"), values)
    elif "a" in flags or "p" in flags:
        there = before.values if before else ()
        if there is None or values is None:
            values = None
        else:
            values = there + values if "a" in flags else values + there
    exported = "x" in flags or (old.exported if old and "u" not in flags else False)
    put(walk, node, base, scope, Variable(values, exported, bool(path)))
    return True


def put(walk: Walk, node: Node, name: str, scope: dict[str, Variable], variable: Variable) -> None:
    """Set a variable in a scope; one that outlives its block is an event."""
    scope[name] = variable
    state = walk.state
    if scope is not state.globals and scope is not state.universal and not variable.exported:
        return
    separator = ":" if variable.path else " "
    joined = None if variable.values is None else separator.join(variable.values)
    walk.event("assign", node, name, joined)
    if name == "fish_user_paths":
        reconstruct(walk, node)


def _erase(walk: Walk, node: Node, name: str, kind: str) -> bool:
    base, bracket, index = name.partition("[")
    scope = walk.state.scope(kind, base) if kind else walk.state.find(base)
    if scope is None or base not in scope:
        return False
    one = scope[base]
    if bracket:
        left = _replaced(one.values, index.rstrip("]"), ())
        put(walk, node, base, scope, one._replace(values=left))
        return True
    del scope[base]
    if base == "fish_user_paths":
        reconstruct(walk, node)
    else:
        walk.event("assign", node, base, None)
    return True


def _replaced(values: Values, index: str, new: Values) -> Values:
    if values is None or new is None or not re.fullmatch(r"\s*-?\d+(\s+-?\d+)*\s*", index):
        return None
    places = [int(part) for part in index.split()]
    places = [place - 1 if place > 0 else len(values) + place for place in places]
    found = list(values)
    if not new:
        return tuple(value for at, value in enumerate(found) if at not in places)
    for place, value in zip(places, new, strict=False):
        if place < 0:
            return None
        found += [""] * (place + 1 - len(found))
        found[place] = value
    return tuple(found)


def _is_set(state: State, name: str, kind: str) -> bool:
    base, bracket, index = name.partition("[")
    one = state.scope(kind, base).get(base) if kind else state.get(base)
    if one is None or not bracket:
        return one is not None
    number = re.fullmatch(r"-?\d+", index.rstrip("]"))
    if one.values is None or not number:
        return True
    place = int(number[0])
    return 0 < (place if place > 0 else len(one.values) + place + 1) <= len(one.values)


def add_path(walk: Walk, node: Node, raw: list[str]) -> Answer:
    """`fish_add_path`: to fish_user_paths, or with -P to PATH itself."""
    words = walk.expander.all(tuple(raw))
    if words is None:
        walk.event("assign", node, "PATH", None)
        _unknown(walk.state, "PATH")
        return None
    flags, folders = _flags(words)
    state = walk.state
    name = "PATH" if "P" in flags else "fish_user_paths"
    kind = "g" if name == "PATH" or "g" in flags else "U" if "U" in flags else ""
    if not kind and state.get(name) is None:
        kind = "U"
    one = state.get(name)
    old = one.values if one else ()
    if old is None or not state.cwd:
        walk.event("assign", node, "PATH", None)
        return None
    new, moved = _new_folders(state, folders, old, "m" in flags)
    if (not new and not moved) or "n" in flags:
        return bool(new or moved)
    rest = tuple(value for at, value in enumerate(old) if at not in moved)
    values = rest + tuple(new) if "a" in flags else tuple(new) + rest
    scope = state.scope(kind, name)
    there = scope.get(name)
    put(walk, node, name, scope, Variable(values, bool(there and there.exported), name == "PATH"))
    return True


def _flags(words: list[str]) -> tuple[str, list[str]]:
    flags = ""
    folders: list[str] = []
    longs = {"append": "a", "prepend": "p", "global": "g", "universal": "U", "path": "P"}
    longs |= {"move": "m", "verbose": "v", "dry-run": "n", "help": "h"}
    for at, word in enumerate(words):
        if word == "--":
            return flags, folders + words[at + 1 :]
        if word.startswith("--"):
            fits = [short for name, short in longs.items() if name.startswith(word[2:])]
            flags += fits[0] if len(fits) == 1 else "?"
        elif word.startswith("-") and len(word) > 1:
            flags += word[1:]
        else:
            folders.append(word)
    return flags, folders


def _new_folders(
    state: State, folders: list[str], old: tuple[str, ...], move: bool
) -> tuple[list[str], set[int]]:
    new: list[str] = []
    moved: set[int] = set()
    for folder in folders:
        path = os.path.normpath(Path(state.cwd) / folder) if folder else ""
        path = path[1:] if path.startswith("//") else path
        if not path or state.host.kind(Path(path)) != "directory" or path in new:
            continue
        if path not in old:
            new.append(path)
        elif move:
            moved.add(old.index(path))
            new.append(path)
    return new, moved


def reconstruct(walk: Walk, node: Node) -> None:
    """What fish's own handler makes of PATH when fish_user_paths changes."""
    state = walk.state
    user, path = state.get("fish_user_paths"), state.get("PATH")
    added = state.globals.get("__fish_added_user_paths", Variable(()))
    if (user and user.values is None) or path is None or path.values is None:
        _unknown(state, "PATH")
        walk.event("assign", node, "PATH", None)
        return
    local = list(path.values)
    for one in added.values or ():
        if one in local:
            local.remove(one)
    fresh: list[str] = []
    wanted = [part for value in (user.values or () if user else ()) for part in value.split(":")]
    for one in reversed(list(dict.fromkeys(wanted))):
        if one in local:
            local.remove(one)
        else:
            fresh.append(one)
        local.insert(0, one)
    state.globals["__fish_added_user_paths"] = Variable(tuple(fresh))
    state.globals["PATH"] = Variable(tuple(local), True, True)
    if tuple(local) != path.values:
        walk.event("assign", node, "PATH", ":".join(local))


def _unknown(state: State, name: str) -> None:
    scope = state.scope("", name)
    scope[name] = scope.get(name, Variable(None, True, is_path(name)))._replace(values=None)
