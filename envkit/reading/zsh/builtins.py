"""zsh's builtins, as far as they decide what a startup file does (zshbuiltins(1))."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from envkit.reading import builtins, conditions, path_helper, programs, traps
from envkit.reading.conditions import Answer
from envkit.reading.jumps import Jump
from envkit.reading.nodes import Node
from envkit.reading.zsh import assignments as zsh_assignments
from envkit.reading.zsh import setopt as zsh_setopt
from envkit.reading.zsh.values import Fault

if TYPE_CHECKING:
    from envkit.reading.zsh.walk import ZshWalk

Arguments = list[str | None]


def _source(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    """`.` looks along the path, `source` in the folder at hand first (bin_dot)."""
    rest = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not rest:
        return False
    text = " ".join(node.words[1:])
    if "<(" in text or "=(" in text or rest[0] == "/dev/stdin":
        walk.event("eval", node, value=text)
        return None
    name = rest[0]
    if name is None or not (name.startswith("/") or walk.state.cwd):
        walk.unknown_source(node)
        return None
    long = any(len(part) > 255 for part in name.split("/"))
    path = None if long else _source_path(walk, node.words[0] == "source", name)
    if path is None:
        if "/" not in name and walk.state.get("PATH") == (True, None):
            walk.unknown_source(node)
            return None
        if walk.state.on("posixbuiltins"):
            raise Fault()
        return False
    if str(path) == "/dev/null":
        return True
    status = walk.source_as(path, name, node, rest[1:])
    if walk.state.on("posixbuiltins") and walk.state.host.kind(path) not in ("file", "directory"):
        raise Fault()
    return status


def _source_path(walk: ZshWalk, here_first: bool, name: str) -> Path | None:
    state = walk.state
    there = state.path(name)
    if here_first and state.host.kind(there) in ("file", "unreadable"):
        return there
    if "/" in name:
        return there
    is_set, value = state.get("PATH")
    for folder in (value or "").split(":") if is_set else ():
        if here_first and folder in ("", "."):
            continue
        path = state.path(folder) / name
        if state.host.kind(path) in ("file", "unreadable"):
            return path
    return None


def _leave(kind: str) -> Callable[[ZshWalk, Node, Arguments], Answer]:
    def jump(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
        if kind == "exit" and walk.leaving and not walk.state.in_subshell:
            raise Jump(node, "spoil", status=True)  # zexit is at work already
        status = walk.state.answer
        if arguments:
            number = None if arguments[0] is None else walk.state.number(arguments[0])
            status = None if number is None else number % 256 == 0
        raise Jump(node, kind, status=status)

    return jump


def _jump(kind: str) -> Callable[[ZshWalk, Node, Arguments], Answer]:
    def jump(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
        if not walk.loops:
            raise Fault()
        number = walk.state.number(arguments[0]) if arguments and arguments[0] else 1
        if number is not None and number < 1:
            raise Fault()
        raise Jump(node, kind, min(number or 1, walk.loops))

    return jump


def _exec(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    while arguments and arguments[0] is not None and arguments[0].startswith("-"):
        arguments = arguments[2 if arguments[0] == "-a" else 1 :]
    if not arguments:
        return True  # redirections only
    if arguments[0] is not None and arguments[0] in walk.state.functions:
        walk.call(walk.state.functions[arguments[0]], arguments[1:])
        raise Jump(node, "exec")
    raise Jump(node, "exec")


def _eval(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    raw = " ".join(node.words[1:])
    if "path_helper" in raw:
        path_helper.run(walk, node)
        return True
    if None in arguments:
        walk.event("eval", node, value=raw)
        if not programs.leave_path_alone(raw):
            walk.state.given(["PATH"])
        return None
    return walk.text(" ".join(argument or "" for argument in arguments), node)


def _unset(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    names = [word for word in arguments if word is not None and not word.startswith("-")]
    if "-f" in arguments or node.words[0] == "unfunction":
        gone = [walk.state.functions.pop(name, None) for name in names]
        return None not in gone
    for name in names:
        zsh_assignments.drop(walk, node, name)
    return True


def _shift(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    state = walk.state
    count = 1
    if arguments and re.fullmatch(r"\d+", arguments[0] or ""):
        count = int(arguments[0] or "1")
    elif arguments:
        return None
    if count > len(state.parameters):
        return False
    state.parameters = state.parameters[count:]
    return True


def _lookup(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    """type, whence, which, where, command -v, hash."""
    flags = "".join(word for word in arguments if word and word.startswith("-"))
    names = [word for word in arguments if word is None or not word.startswith("-")]
    if not names or None in names or "m" in flags:
        return True if not names else None
    find = walk.state.external if "p" in flags else walk.state.find
    found = [find(name) for name in names if name is not None]
    return None if None in found else all(found)


def _functions(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    names = [word for word in arguments if word and not word.startswith("-")]
    flags = [word for word in arguments if word and word.startswith("-")]
    return True if flags else all(name in walk.state.functions for name in names)


def _alias(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    plain = True
    for word in arguments:
        if word is not None and word.startswith("-"):
            plain = False
        elif word is not None and "=" in word:
            name, _, value = word.partition("=")
            if plain:
                walk.state.aliases[name] = value
    return True


def _unalias(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    gone = [walk.state.aliases.pop(word or "", None) for word in arguments]
    return None not in gone


def _test(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    return conditions.test(arguments, walk.state)


def _bracket(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    if arguments[-1:] != ["]"]:
        return False
    return conditions.test(arguments[:-1], walk.state)


def _autoload(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    for name in arguments:
        if name and not name.startswith(("-", "+")):
            walk.autoloaded.add(name)
    return True


def _let(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    value: int | None = 0
    for argument in arguments:
        value = None if argument is None else walk.state.number(argument)
    return None if value is None else value != 0


_FLAGS = re.compile(r"-[A-Za-z]+")


def _print(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    # `print -rv NAME` and `print -r -v NAME`, too; what print makes of its words is not worked out.
    at = next((at for at, word in enumerate(arguments) if not _FLAGS.fullmatch(word or "")), 0)
    name = arguments[at] if at and (arguments[at - 1] or "").endswith("v") else None
    if name:
        known = node.words[0] == "printf" and len(arguments) == 4 and arguments[at + 1] == "%s"
        zsh_assignments.put(walk, node, name, arguments[3] if known else None)
    return True


def _hash(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    if arguments[:1] == ["-d"]:
        for word in arguments[1:]:
            name, _, value = (word or "").partition("=")
            walk.state.folders_named[name] = value
        return True
    return True if not arguments or arguments[0] in ("-r", "-f") else _lookup(walk, node, arguments)


def _trap(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    words = [word for word in arguments if word != "--"]
    if len(words) > 1:
        for signal in words[1:]:
            name = (signal or "").removeprefix("SIG")
            (walk.traps.discard if words[0] in ("", "-") else walk.traps.add)(name)
    if words and not walk.in_function:  # there EXIT is the function's own end
        traps.trap(walk, node, words)
    return True


def _kill(walk: ZshWalk, node: Node, arguments: Arguments) -> Answer:
    """A signal to the shell itself; `$$` is known as `self`."""
    if len(arguments) != 2 or arguments[1] != "self" or walk.state.in_subshell:
        return None
    if arguments[0] in ("-HUP", "-1", "-TERM", "-15", "-KILL", "-9"):
        interactive = walk.state.on("interactive")
        if arguments[0] in ("-HUP", "-1") and interactive:
            raise Jump(node, "spoil" if walk.leaving else "exit")
        if not interactive or arguments[0] in ("-KILL", "-9"):
            raise Jump(node, "die")
    return None


def _always(answer: Answer) -> Callable[[ZshWalk, Node, Arguments], Answer]:
    return lambda walk, node, arguments: answer


BUILTINS: dict[str, Callable[..., Answer]] = {
    ".": _source,
    "source": _source,
    "return": _leave("return"),
    "exit": _leave("exit"),
    "bye": _leave("exit"),
    "logout": _leave("exit"),
    "exec": _exec,
    "eval": _eval,
    "setopt": zsh_setopt.setopt(True),
    "unsetopt": zsh_setopt.setopt(False),
    "set": zsh_setopt.set_,
    "emulate": zsh_setopt.emulate,
    "unset": _unset,
    "unfunction": _unset,
    "shift": _shift,
    "type": _lookup,
    "whence": _lookup,
    "which": _lookup,
    "where": _lookup,
    "hash": _hash,
    "functions": _functions,
    "alias": _alias,
    "unalias": _unalias,
    "test": _test,
    "[": _bracket,
    "autoload": _autoload,
    "let": _let,
    "print": _print,
    "printf": _print,
    "false": _always(False),
    "trap": _trap,
    "break": _jump("break"),
    "continue": _jump("continue"),
    "cd": builtins.BUILTINS["cd"],
    "chdir": builtins.BUILTINS["cd"],
    "pushd": builtins.BUILTINS["pushd"],
    "popd": builtins.BUILTINS["popd"],
    "read": builtins.BUILTINS["read"],
    "getopts": _always(None),
    "wait": _always(None),
    "zparseopts": _always(None),
    "zstyle": _always(None),
    "kill": _kill,
}
