"""The builtins that decide what a startup file does; each gives its status, None: unknown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from envkit.reading import aliases, conditions, dot, path_helper, programs, traps
from envkit.reading.conditions import Answer
from envkit.reading.jumps import Jump
from envkit.reading.nodes import Node, at_line

if TYPE_CHECKING:
    from envkit.reading.walk import Walk

Arguments = list[str | None]

_SET_LETTERS = {
    "e": "errexit",
    "u": "nounset",
    "f": "noglob",
    "n": "noexec",
    "v": "verbose",
    "x": "xtrace",
    "a": "allexport",
    "C": "noclobber",
    "p": "privileged",
}

# The letters that `set` knows; another one is an error.
_STRICT = ("dash", "ksh", "mksh")
_NAMES = frozenset(
    (
        *("allexport", "bgnice", "braceexpand", "debug", "emacs", "errexit", "globstar", "gmacs"),
        *("ignoreeof", "interactive", "keyword", "markdirs", "monitor", "multiline", "noclobber"),
        *("noexec", "noglob", "nolog", "notify", "nounset", "physical", "pipefail", "posix"),
        *("privileged", "rc", "restricted", "sh", "stdin", "trackall", "utf8-mode", "verbose"),
        *("vi", "viraw", "xtrace"),
    )
)
_SET_KNOWN = {
    "dash": "efIimnsxvVECabupo",
    "ash": "efIimnsxvCabuEo",
    "ksh": "abefhkmnprstuvxBCGHo",
    "mksh": "abefhkmnprsuvxCUXo",
}


def _return(walk: Walk, node: Node, arguments: Arguments) -> NoReturn:
    raise Jump(node, "return", status=_success(arguments))


def _exit(walk: Walk, node: Node, arguments: Arguments) -> NoReturn:
    raise Jump(node, "exit", status=_success(arguments))


def _success(arguments: Arguments) -> Answer:
    if not arguments:
        return None
    return None if arguments[0] is None else arguments[0] == "0"


def _exec(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    while arguments and arguments[0] is not None and arguments[0].startswith("-"):
        arguments = arguments[2 if arguments[0] == "-a" else 1 :]
    if not arguments:
        return True  # redirections only
    found = walk.state.find(arguments[0]) if arguments[0] else None
    bash = walk.state.dialect not in ("dash", "ash", "ksh", "mksh")
    if found == "" and "interactive" in walk.state.options and bash:
        return False
    raise Jump(node, "exec" if found != "" else "die")


def _loop(kind: str) -> Callable[[Walk, Node, Arguments], Answer]:
    def jump(walk: Walk, node: Node, arguments: Arguments) -> Answer:
        count = arguments[0] if arguments else "1"
        raise Jump(node, kind, int(count) if count and count.isdigit() else 1)

    return jump


def _eval(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    raw = " ".join(node.words[1:])
    if "path_helper" in raw:
        path_helper.run(walk, node)
        return True
    if None not in arguments:
        from envkit import syntax

        text = " ".join(argument for argument in arguments if argument is not None)
        content = text.encode("utf-8", "surrogateescape")
        parts = syntax.parse(content, walk.state.dialect).parts
        if walk.state.dialect == "ksh":
            return _eval_at_once(walk, parts, node)
        return walk.commands(at_line(parts, node))
    walk.event("eval", node, value=raw)
    if not programs.leave_path_alone(raw):
        walk.state.given(["PATH"])
    return None


def _eval_at_once(walk: Walk, parts: tuple[Node, ...], node: Node) -> Answer:
    """ksh93 parses the whole before it runs any of it, and an error within ends the eval alone."""
    if parts and parts[-1].kind == "broken":
        return False
    try:
        return walk.commands(at_line(parts, node))
    except Jump as jump:
        if jump.kind != "abort":
            raise
        return False


def _unset(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    for name in arguments:
        if name == "-f":
            for function in arguments:
                walk.state.functions.pop(function or "", None)
            return True
        if name in walk.state.readonly:
            if walk.state.dialect in ("dash", "ash"):
                walk.fail(node)
            return False
        if name is not None and name in walk.state.variables:
            del walk.state.variables[name]
            if name == "PATH":
                walk.event("assign", node, name, None)
    return True


def _set(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    rest = list(arguments)
    while rest and rest[0] is not None and rest[0][:1] in ("-", "+") and rest[0] != "-":
        flag = rest.pop(0) or ""
        if flag == "--":
            walk.state.parameters = rest
            return True
        for letter in flag[1:]:
            name = rest.pop(0) if letter == "o" and rest else _SET_LETTERS.get(letter)
            unknown = letter == "o" and name is not None and walk.state.dialect in _STRICT
            unknown = unknown and name not in _NAMES
            if unknown or letter not in _SET_KNOWN.get(walk.state.dialect, letter):
                walk.fail(node)
                return False
            if name:
                (walk.state.options.add if flag[0] == "-" else walk.state.options.discard)(name)
    if rest:
        walk.state.parameters = rest
    return True


def _shift(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    count = int(arguments[0]) if arguments and (arguments[0] or "").isdigit() else 1  # type: ignore[arg-type]
    if count > len(walk.state.parameters):
        if walk.state.dialect in ("dash", "ksh", "mksh"):
            walk.fail(node)
        return False
    walk.state.parameters = walk.state.parameters[count:]
    return True


def _shopt(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    flags = "".join(word[1:] for word in arguments if word and word.startswith("-"))
    names = [word for word in arguments if word and not word.startswith("-")]
    if "s" in flags or "u" in flags:
        for name in names:
            walk.state.shopts[name] = "s" in flags
        return True
    if not names:
        return True
    answer: Answer = True
    for name in names:
        on = name in walk.state.options if "o" in flags else walk.state.shopts.get(name)
        answer = conditions.both(answer, on)
    return answer


def _test(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    return conditions.test(arguments, walk.state)


def _bracket(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    return conditions.test(arguments[:-1], walk.state)


def _lookup(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    """command -v, type, hash, which."""
    names = [word for word in arguments if word is None or not word.startswith("-")]
    flags = [word for word in arguments if word is not None and word.startswith("-")]
    if node.words[0] == "command" and not flags:
        return None
    if node.words[0] == "hash" and walk.state.dialect in ("ksh", "mksh"):
        return True  # there it is an alias of `alias -t`, which never fails
    if not names or None in names or "-r" in flags:
        return True if not names else None
    found = [walk.state.find(name) for name in names if name is not None]
    return None if None in found else all(found)


def _cd(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    targets = [word for word in arguments if word not in ("--", "-L", "-P")]
    target = targets[0] if targets else walk.state.user_home("")
    return _go(walk, walk.state.get("OLDPWD")[1] if target == "-" else target)


def _go(walk: Walk, target: str | None) -> Answer:
    """Change the folder, by its logical name (POSIX.1-2017, cd); None: to who knows where."""
    state = walk.state
    there = None if target is None else state.normal(target)
    if there is not None and state.host.kind(Path(there)) != "directory":
        return False
    state.put("OLDPWD", state.cwd or None)
    state.put("PWD", there)
    state.cwd = there or ""
    return None if there is None else True


def _pushd(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    before = walk.state.cwd
    answer = _go(walk, arguments[0] if arguments else None)
    if answer is not False:
        walk.state.folders.append(before)
    return answer


def _popd(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    return _go(walk, walk.state.folders.pop() or None) if walk.state.folders else False


def _read(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    walk.state.given(word for word in arguments if word and re.fullmatch(r"[A-Za-z_]\w*", word))
    return None


def _printf(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    if arguments[:1] == ["-v"] and len(arguments) > 2 and arguments[1]:
        plain = arguments[2] == "%s" and len(arguments) < 5
        value = ("", *arguments[3:])[-1] if plain else None
        walk.state.put(arguments[1], value)
        walk.event("assign", node, arguments[1], value)
    return True


def _let(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    for argument in arguments:
        name = re.match(r"\w+", argument or "")
        if name:
            walk.state.put(name[0], None)
    return None


def _trap(walk: Walk, node: Node, arguments: Arguments) -> Answer:
    return True


BUILTINS: dict[str, Callable[[Walk, Node, Arguments], Answer]] = {
    ".": dot.source,
    "source": dot.source,
    "return": _return,
    "exit": _exit,
    "logout": _exit,
    "exec": _exec,
    "break": _loop("break"),
    "continue": _loop("continue"),
    "eval": _eval,
    "unset": _unset,
    "set": _set,
    "shift": _shift,
    "shopt": _shopt,
    "test": _test,
    "[": _bracket,
    "command": _lookup,
    "type": _lookup,
    "hash": _lookup,
    "which": _lookup,
    "whence": _lookup,
    "print": lambda walk, node, arguments: True,
    "cd": _cd,
    "pushd": _pushd,
    "popd": _popd,
    "read": _read,
    "printf": _printf,
    "let": _let,
    "false": lambda walk, node, arguments: False,
    "alias": aliases.define,
    "unalias": aliases.drop,
    "trap": traps.trap,
    "getopts": lambda walk, node, arguments: None,
    "wait": lambda walk, node, arguments: None,
}
