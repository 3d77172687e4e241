"""The commands of csh that lead to other files, or end one (tcsh(1), Builtin commands)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from envkit.reading.conditions import Answer
from envkit.reading.csh import assign, blocks, expand, expression, programs
from envkit.reading.csh.frame import Leave
from envkit.reading.csh.text import Command, Fault, Word

if TYPE_CHECKING:
    from envkit.reading.csh.walk import Walk

Fields = list[str | None]
_INNER = frozenset(
    (
        *("bg", "bindkey", "builtins", "complete", "dirs", "echo", "echotc", "fg", "filetest"),
        *("glob", "hashstat", "history", "jobs", "kill", "limit", "ls-F", "notify", "onintr"),
        *("printenv", "rehash", "sched", "settc", "setty", "stop", "suspend", "telltc"),
        *("termname", "umask", "uncomplete", "unhash", "unlimit", "wait"),
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
    fields = expand.fields(command.words, walk.state)
    if name == "set" and None in fields:
        fields = expand.fields(_apart(command.words), walk.state)
    return run_fields(walk, fields, command)


def _apart(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """`set x=`…`` as `set x = `…``, for which name has that value is known in any case."""
    found: list[Word] = []
    for word in words:
        parts = re.match(r"([A-Za-z_]\w*(?:\[\d+\])?)=(?=.)", word.text)
        if parts and "`" in word.text:
            found += [Word(parts[1]), Word("="), Word(word.text[parts.end() :])]
        else:
            found.append(word)
    return tuple(found)


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
        if name == "source" and len(fields) == 2:
            fields = [name, expand.one(fields[1], walk.state)]
        return _COMMANDS[name](walk, expand.globbed(fields[1:], walk.state))
    if name in _INNER:
        expand.globbed(fields[1:], walk.state)
        return True
    try:
        return programs.status(expand.globbed(fields, walk.state), walk.state)
    except Fault:
        return False  # it is the child that finds no match


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
        for name in [one for one in walk.state.aliases if assign.matches(field, one)]:
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


def _repeat(walk: Walk, fields: Fields) -> Answer:
    if len(fields) < 2:
        raise Fault("repeat: too few arguments")
    for _ in range(min(expression.number(fields[0] or ""), 20)):
        run_fields(walk, fields[1:])
    return True


def _which(walk: Walk, fields: Fields) -> Answer:
    """`which`, `where`: whether there is such a command."""
    found: list[Answer] = []
    for name in fields:
        there = None if name is None else walk.state.find(name)
        inner = name in walk.state.aliases or name in _INNER or name in _COMMANDS
        inner = inner or name in _SETTERS or name in _BLOCKS
        found.append(True if inner else None if there is None else there != "")
    return False if False in found else None if None in found else True


_PREFIXES = ("nice", "time", "nohup", "hup")
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
    "set": assign.set_variable,
    "setenv": assign.set_environment,
    "unset": assign.unset,
    "unsetenv": assign.unset_environment,
    "@": assign.calculate,
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
    "shift": assign.shift,
    "repeat": _repeat,
    "where": _which,
    "which": _which,
    "goto": lambda walk, fields: blocks.run_goto(walk, fields[0] if fields else None),
}


def _else(walk: Walk, command: Command) -> Answer:
    expand.fields(command.words, walk.state)  # an unset variable counts, even here
    return blocks.run_else(walk)


def _case(walk: Walk, command: Command) -> Answer:
    if len(expand.fields(command.words, walk.state)) > 2:
        raise Fault("case: too many arguments")
    return True
