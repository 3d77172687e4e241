"""The commands of csh that set variables (tcsh(1), Builtin commands); Fault where csh gives up."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from envkit.reading import patterns
from envkit.reading.conditions import Answer
from envkit.reading.csh import expand, expression
from envkit.reading.csh.text import Fault

if TYPE_CHECKING:
    from envkit.reading.csh.walk import Walk

Fields = list[str | None]
_NAME = re.compile(r"[A-Za-z_]\w*")


def set_variable(walk: Walk, fields: Fields) -> Answer:
    """`set name`, `set name = word`, `set name = ( words )`, `set name[n] = word`, many at once."""
    fields = fields[next((i for i, one in enumerate(fields) if one not in ("-r", "-f", "-l")), 0) :]
    at = 0
    while at < len(fields):
        field = fields[at]
        at += 1
        found = re.match(r"([A-Za-z_]\w*)(?:\[(\d+)\])?(=?)", field or "")
        if field is None or not found:
            if field is None:
                return None
            raise Fault("set: variable name must begin with a letter")
        rest = field[found.end() :]
        if rest and not found[3]:
            raise Fault("set: variable name must contain alphanumeric characters")
        has_value = bool(found[3])
        if not has_value and at < len(fields) and fields[at] == "=":
            at, has_value = at + 1, True
        value: Fields = []
        if has_value and not rest and at < len(fields) and (found[3] == "" or fields[at] == "("):
            if fields[at] == "(":
                end = _closing(fields, at)
                value, at = expand.globbed(fields[at + 1 : end], walk.state), end + 1
            else:
                value, at = [_single(walk, fields[at])], at + 1
        else:
            value = [_single(walk, rest) if rest else ""]
        _put(walk, found[1], found[2], value)
    return True


def _single(walk: Walk, field: str | None) -> str | None:
    return expand.one(field, walk.state) if field != "" else ""


def _closing(fields: Fields, at: int) -> int:
    for end in range(at + 1, len(fields)):
        if fields[end] == "(":
            raise Fault("set: syntax error")
        if fields[end] == ")":
            return end
    raise Fault("set: missing )")


def _put(walk: Walk, name: str, index: str | None, value: Fields) -> None:
    state = walk.state
    whole = tuple(value)
    if index:
        there, old = state.lookup(name)
        if not there:
            raise Fault("undefined variable")
        if old is None:
            whole = (None,)
        elif not 0 < int(index) <= len(old):
            raise Fault("subscript out of range")
        else:
            whole = (*old[: int(index) - 1], value[0] if value else "", *old[int(index) :])
    state.put(name, whole)
    text = None if None in whole else (":" if name == "path" else " ").join(map(str, whole))
    walk.event("assign", "PATH" if name == "path" else name, text)


def set_environment(walk: Walk, fields: Fields) -> Answer:
    """`setenv NAME value`."""
    if not fields:
        return True
    if len(fields) > 2:
        raise Fault("setenv: too many arguments")
    name = fields[0]
    if name is None:
        return None
    name = patterns.plain(name)
    if not _NAME.fullmatch(name):
        raise Fault("setenv: variable name must begin with a letter")
    value = expand.one(fields[1], walk.state) if len(fields) > 1 else ""
    walk.state.setenv(name, value)
    walk.event("assign", name, value)
    return True


def unset(walk: Walk, fields: Fields) -> Answer:
    """`unset pattern`."""
    for field in fields:
        for name in [one for one in walk.state.variables if matches(field, one)]:
            del walk.state.variables[name]
    return True


def unset_environment(walk: Walk, fields: Fields) -> Answer:
    """`unsetenv pattern`."""
    for field in fields:
        for name in [one for one in walk.state.environment if matches(field, one)]:
            del walk.state.environment[name]
    return True


def matches(pattern: str | None, name: str) -> bool:
    """Whether a name is meant; a pattern that nobody knows means none."""
    return pattern is not None and fnmatch.fnmatchcase(name, patterns.plain(pattern))


def calculate(walk: Walk, fields: Fields) -> Answer:
    """`@ name = expression`, `@ name++`, `@ name += expression`."""
    text = fields[0] if fields else ""
    if not text:
        return None if text is None else True
    found = re.fullmatch(r"([A-Za-z_]\w*)(\+\+|--|[-+*/%]?=)?(.*)", text)
    if not found:
        raise Fault("@: syntax")
    name, sign, rest = found[1], found[2], fields[1:]
    if found[3]:
        rest = [found[3], *rest]
    if not sign and rest:
        sign, rest = rest[0], rest[1:]
    state = walk.state
    there, old = state.lookup(name)
    before = old[0] if old else None
    if sign in ("++", "--"):
        rest = ["1"]
    elif not sign or not sign.endswith("=") or not rest:
        raise Fault("@: syntax")
    from envkit.reading.csh.commands import run_fields

    value = expression.value(rest, state, lambda one: run_fields(walk, one))
    if sign != "=":
        before = before if there else "0"
        known = before is not None and value is not None
        operands: Fields = [before, (sign or "+")[0], value]
        value = expression.value(operands, state, lambda one: None) if known else None
    state.put(name, (None if value is None else str(expression.number(value)),))
    return True


def shift(walk: Walk, fields: Fields) -> Answer:
    """`shift [name]`."""
    name = fields[0] if fields else "argv"
    there, value = walk.state.lookup(name or "")
    if not there:
        raise Fault("undefined variable")
    if value == ():
        raise Fault("no more words")
    walk.state.put(name or "", None if value is None else value[1:])
    return True
