"""The commands of csh that set variables or lead to other files (tcsh(1), Builtin commands)."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from envkit.reading import patterns
from envkit.reading.conditions import Answer
from envkit.reading.csh import blocks, expand, expression, programs
from envkit.reading.csh.frame import Leave
from envkit.reading.csh.text import Command, Fault, Word

if TYPE_CHECKING:
    from envkit.reading.csh.walk import Walk

Fields = list[str | None]
_NAME = re.compile(r"[A-Za-z_][\w]*")
_INNER = frozenset(
    (
        *("bg", "bindkey", "builtins", "complete", "dirs", "echo", "echotc", "fg", "filetest"),
        *("glob", "hashstat", "history", "jobs", "kill", "limit", "ls-F", "notify", "onintr"),
        *("printenv", "rehash", "sched", "settc", "setty", "stop", "suspend", "telltc"),
        *("termname", "umask", "uncomplete", "unhash", "unlimit", "wait", "where", "which"),
    )
)


def run(walk: Walk, command: Command) -> Answer:
    """A simple command; whether it succeeds. Fault where csh gives up."""
    if not command.words:
        return True
    name = command.words[0].text
    if name in _BLOCKS:
        return _BLOCKS[name](walk, command)
    if name.endswith(":") and name != ":":
        if len(command.words) > 1:
            raise Fault("label: too many arguments")
        return True
    return run_fields(walk, expand.fields(command.words, walk.state), command)


def run_fields(walk: Walk, fields: Fields, command: Command | None = None) -> Answer:
    """A command whose variables are replaced; the name counts as it stands, unquoted."""
    if not fields:
        return True
    name = fields[0]
    if name is None:
        walk.event("eval")
        return None
    if name in _PREFIXES:
        return run_fields(walk, fields[1:])
    if name in _BLOCKS and command is None:
        words = tuple(Word(field or "`unknown`", field in ("(", ")")) for field in fields)
        return _BLOCKS[name](walk, Command("simple", words))
    if name in _SETTERS:
        return _SETTERS[name](walk, fields[1:])
    if name in _COMMANDS:
        return _COMMANDS[name](walk, expand.globbed(fields[1:], walk.state))
    if name in _INNER:
        expand.globbed(fields[1:], walk.state)
        return True
    try:
        return programs.status(expand.globbed(fields, walk.state), walk.state)
    except Fault:
        return False  # it is the child that finds no match


def _set(walk: Walk, fields: Fields) -> Answer:
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


def _setenv(walk: Walk, fields: Fields) -> Answer:
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


def _unset(walk: Walk, fields: Fields) -> Answer:
    for field in fields:
        for name in [one for one in walk.state.variables if _matches(field, one)]:
            del walk.state.variables[name]
    return True


def _unsetenv(walk: Walk, fields: Fields) -> Answer:
    for field in fields:
        for name in [one for one in walk.state.environment if _matches(field, one)]:
            del walk.state.environment[name]
    return True


def _matches(pattern: str | None, name: str) -> bool:
    return pattern is not None and fnmatch.fnmatchcase(name, patterns.plain(pattern))


def _calculate(walk: Walk, fields: Fields) -> Answer:
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
    value = expression.value(rest, state, lambda one: run_fields(walk, one))
    if sign != "=":
        if not there:
            raise Fault("undefined variable")
        known = before is not None and value is not None
        operands: Fields = [before, (sign or "+")[0], value]
        value = expression.value(operands, state, lambda one: None) if known else None
    state.put(name, (None if value is None else str(expression.number(value)),))
    return True


def _alias(walk: Walk, fields: Fields) -> Answer:
    if len(fields) < 2:
        return True
    words = expand.globbed(fields, walk.state)
    known = [word for word in words[1:] if word is not None]
    name = words[0]
    if name in ("alias", "unalias"):
        raise Fault("too dangerous to alias that")
    if name is not None:
        walk.state.aliases[name] = " ".join(known) if len(known) == len(words) - 1 else None
    return True


def _unalias(walk: Walk, fields: Fields) -> Answer:
    for field in fields:
        for name in [one for one in walk.state.aliases if _matches(field, one)]:
            del walk.state.aliases[name]
    return True


def _source(walk: Walk, fields: Fields) -> Answer:
    """`source [-h] name [arguments]`."""
    history = fields[:1] == ["-h"]
    rest = fields[1:] if history else fields
    if not rest:
        raise Fault("source: too few arguments")
    name = rest[0]
    if name is None:
        walk.unknown_source("(unknown)")
        return None
    path = walk.state.path(name)
    if history:
        if walk.state.host.kind(path) in ("file", "directory"):
            return True  # into the history list; none of it is run
        raise Fault("no such file")
    walk.source(path, tuple(rest[1:]))
    return walk.state.status


def _eval(walk: Walk, fields: Fields) -> Answer:
    known = [field for field in fields if field is not None]
    if len(known) < len(fields):
        walk.event("eval")
        return None
    walk.evaluate(" ".join(known))
    return walk.state.status


def _exec(walk: Walk, fields: Fields) -> Answer:
    if not fields:
        return True
    if fields[0] is not None and walk.state.find(fields[0]) == "":
        raise Fault("command not found")
    raise Leave("exec")


def _exit(walk: Walk, command: Command) -> Answer:
    fields = expand.operands(command.words[1:], walk.state)
    if fields:
        expression.value(fields, walk.state, lambda one: run_fields(walk, one))
    walk.leave_file()
    return True


def _logout(walk: Walk, fields: Fields) -> Answer:
    if not walk.state.is_set("loginsh"):
        raise Fault("not a login shell")
    raise Leave("logout")


def _cd(walk: Walk, fields: Fields) -> Answer:
    """`cd`, `pushd`: Fault where the folder is not there."""
    state = walk.state
    places = [field for field in fields if field is None or not re.fullmatch("-[plvn]+", field)]
    target = places[0] if places else state.home
    if target is None or target == "-" or re.fullmatch(r"\+\d+", target):
        state.cwd = ""
        return None
    there = state.normal(target)
    if there is None:
        return None
    if state.host.kind(state.path(there)) != "directory":
        raise Fault("no such directory")
    state.cwd = there
    state.put("cwd", (there,))
    state.environment["PWD"] = there
    return True


def _pushd(walk: Walk, fields: Fields) -> Answer:
    before = walk.state.cwd
    if not fields:
        walk.state.cwd = ""
        return None
    answer = _cd(walk, fields)
    walk.state.folders.append(before)
    return answer


def _popd(walk: Walk, fields: Fields) -> Answer:
    if not walk.state.folders:
        raise Fault("directory stack empty")
    return _cd(walk, [walk.state.folders.pop() or None])


def _shift(walk: Walk, fields: Fields) -> Answer:
    name = fields[0] if fields else "argv"
    there, value = walk.state.lookup(name or "")
    if not there:
        raise Fault("undefined variable")
    if value == ():
        raise Fault("no more words")
    walk.state.put(name or "", None if value is None else value[1:])
    return True


def _repeat(walk: Walk, fields: Fields) -> Answer:
    if len(fields) < 2:
        raise Fault("repeat: too few arguments")
    for _ in range(min(expression.number(fields[0] or ""), 20)):
        run_fields(walk, fields[1:])
    return True


_PREFIXES = ("nice", "time", "nohup", "hup", "builtin")
_Block = Callable[["Walk", Command], Answer]
_BLOCKS: dict[str, _Block] = {
    "if": blocks.run_if,
    "else": lambda walk, command: _else(walk, command),
    "endif": lambda walk, command: True,
    "switch": blocks.run_switch,
    "case": lambda walk, command: _case(walk, command),
    "default": lambda walk, command: True,
    "breaksw": lambda walk, command: blocks.run_breaksw(walk),
    "endsw": lambda walk, command: True,
    "foreach": blocks.run_foreach,
    "while": blocks.run_while,
    "end": lambda walk, command: blocks.run_end(walk),
    "continue": lambda walk, command: blocks.run_continue(walk),
    "break": lambda walk, command: blocks.run_break(walk),
    "exit": _exit,
}
_SETTERS: dict[str, Callable[[Walk, Fields], Answer]] = {
    "set": _set,
    "setenv": _setenv,
    "unset": _unset,
    "unsetenv": _unsetenv,
    "@": _calculate,
    "alias": _alias,
    "unalias": _unalias,
}
_COMMANDS: dict[str, Callable[[Walk, Fields], Answer]] = {
    ":": lambda walk, fields: True,
    "source": _source,
    "eval": _eval,
    "exec": _exec,
    "login": _exec,
    "logout": _logout,
    "cd": _cd,
    "chdir": _cd,
    "pushd": _pushd,
    "popd": _popd,
    "shift": _shift,
    "repeat": _repeat,
    "goto": lambda walk, fields: blocks.run_goto(walk, fields[0] if fields else None),
}


def _else(walk: Walk, command: Command) -> Answer:
    expand.fields(command.words, walk.state)  # an unset variable counts, even here
    return blocks.run_else(walk)


def _case(walk: Walk, command: Command) -> Answer:
    if len(expand.fields(command.words, walk.state)) > 2:
        raise Fault("case: too many arguments")
    return True
