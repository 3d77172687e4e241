"""`$name` and its forms: subscripts, counts, modifiers (tcsh(1), Variable substitution)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from envkit.reading.csh.state import State, Value
from envkit.reading.csh.text import Fault

_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_MODIFIER = re.compile(r":(g?[htreqxulQ])")


def variable(raw: str, at: int, state: State) -> tuple[Value, int]:
    """What `$…` at that place gives, and where it ends; Fault where it is not set."""
    at += 1
    brace = raw[at : at + 1] == "{"
    at += brace
    sign = raw[at] if raw[at : at + 1] in ("?", "#", "%") else ""
    if not brace and raw[at : at + 1] in ("$", "<", "!", "*"):
        return _special(raw[at], state), at + 1
    at += bool(sign)
    found = _NAME.match(raw, at) or re.compile(r"\d+|[*$<!]").match(raw, at)
    if not found:
        if sign == "?" and not brace:
            return _special("?", state), at
        if sign == "#":
            return _count(state, "argv"), at
        if not brace and not sign:
            return ("$",), at
        raise Fault("missing variable name")
    name, at = found[0], found.end()
    if sign == "?":
        value: Value = ("1" if state.lookup(name)[0] else "0",)
    elif sign:
        value = _count(state, name) if sign == "#" else None
    else:
        value = _value(name, state)
        value, at = _subscript(value, raw, at, state)
        value, at = _modified(value, raw, at)
    if brace:
        if raw[at : at + 1] != "}":
            raise Fault("missing }")
        at += 1
    return value, at


def _special(sign: str, state: State) -> Value:
    if sign == "*":
        return state.lookup("argv")[1]
    if sign == "?":
        return state.lookup("status")[1]
    return (None,)


def _value(name: str, state: State) -> Value:
    if name.isdigit():
        if name == "0":
            if "0" not in state.variables and "command" not in state.variables:
                raise Fault("no file for $0")
            return state.variables.get("0", (None,))
        arguments = state.lookup("argv")[1]
        if arguments is None:
            return None
        index = int(name)
        return arguments[index - 1 : index]
    if name in "*$<!":
        return _special(name, state)
    there, value = state.lookup(name)
    if not there:
        raise Fault(f"{name}: undefined variable")
    return value


def _count(state: State, name: str) -> Value:
    value = _value(name, state)
    if not name.isdigit() and name not in state.variables and name != "status":
        return ()  # the words of a variable of the environment are not counted
    return (None if value is None else str(len(value)),)


def _subscript(value: Value, raw: str, at: int, state: State) -> tuple[Value, int]:
    if raw[at : at + 1] != "[":
        return value, at
    end = raw.find("]", at)
    if end < 0:
        raise Fault("missing ]")
    from envkit.reading.csh.expand import text

    selector = text(raw[at + 1 : end], state)
    end += 1
    if value is None or selector is None:
        return None, end
    if selector == "*":
        return value, end
    found = re.fullmatch(r"(\d*)(-?)(\d*)", selector)
    if not found:
        raise Fault("bad subscript")
    first = int(found[1] or 1)
    last = int(found[3]) if found[3] else (len(value) if found[2] else first)
    single = not found[2]
    if last > len(value) or (single and first < 1):
        raise Fault("subscript out of range")
    return value[max(first, 1) - 1 : last], end


def _modified(value: Value, raw: str, at: int) -> tuple[Value, int]:
    found = _MODIFIER.match(raw, at)
    while found:
        at = found.end()
        value = None if value is None else tuple(_modify(one, found[1]) for one in value)
        if found[1] in ("q", "Q", "x") and value is not None:
            value = tuple(None for _ in value) if _split(value) else value
        found = _MODIFIER.match(raw, at)
    return value, at


def _split(value: tuple[str | None, ...]) -> bool:
    return any(part is None or re.search(r"[\s*?\[{~]", part) for part in value)


def _modify(value: str | None, sign: str) -> str | None:
    if value is None:
        return None
    path, letter = PurePosixPath(value), sign[-1]
    if letter == "h":
        return value.rpartition("/")[0] if "/" in value else value
    if letter == "t":
        return path.name if "/" in value else value
    if letter == "r":
        return value[: -len(path.suffix)] if path.suffix else value
    if letter == "e":
        return path.suffix[1:]
    return value
