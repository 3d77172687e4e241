"""Which statements of sh, bash, ksh and zsh set a variable for the shell, by their text.

Not those whose effect does not last: what a command alone is given (`PATH=x make`), a `local`, a
subshell. What only running tells (`eval "$(tool)"`) is found by the trace.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from envkit.everywhere import structure
from envkit.everywhere.structure import Placed

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(?:\[[^]]*\])?\+?=(.*)", re.DOTALL)
_DECLARES = frozenset(("export", "readonly", "declare", "typeset", "local", "integer", "float"))
_MODIFIERS = frozenset(("builtin", "command", "noglob", "nocorrect", "-"))
_SPECIAL = frozenset((".", ":", "eval", "exec", "export", "readonly", "return", "set", "unset"))
_LASTS = frozenset(("dash", "ash", "ksh", "mksh"))  # before a special builtin (POSIX.1-2017 2.14)


def names(variable: str, dialect: str) -> frozenset[str]:
    """The variable, and what the shell ties to it: zsh's path is PATH."""
    if dialect not in ("zsh", "csh"):
        return frozenset((variable,))
    tied = {"PATH", "FPATH", "CDPATH", "MANPATH", "MODULE_PATH"}
    if dialect == "csh":
        tied = {"PATH"}
    if variable.upper() not in tied:
        return frozenset((variable,))
    return frozenset((variable.upper(), variable.lower()))


def sets(placed: Placed, variable: str, dialect: str) -> bool:
    """Whether a statement sets the variable, where it runs."""
    node, wanted = placed.node, names(variable, dialect)
    if node.kind in ("for", "select"):
        return bool(wanted & set(node.words[:1]))
    if node.kind == "arithmetic":
        return any(_calculates(" ".join(node.words), name) for name in wanted)
    if node.kind != "command":
        return False
    given, rest = command(node.words)
    assigned = {found[1] for word in given if (found := _ASSIGNMENT.match(word))}
    if (not rest or (dialect in _LASTS and rest[0] in _SPECIAL)) and assigned & wanted:
        return True
    if any(_defaults(node.text, name) for name in wanted):
        return True
    return bool(rest) and _builtin(placed, rest, wanted, dialect)


def command(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The assignments in front, and the command without what modifies it."""
    count = 0
    while count < len(words) and _ASSIGNMENT.match(words[count]):
        count += 1
    rest = words[count:]
    while len(rest) > 1 and plain(rest[0]) in _MODIFIERS:
        rest = rest[1:]
    return words[:count], rest


def plain(word: str) -> str:
    """A word without its quotes."""
    return re.sub(r"[\\'\"]", "", word)


def _builtin(placed: Placed, rest: tuple[str, ...], wanted: frozenset[str], dialect: str) -> bool:
    name, arguments = plain(rest[0]), rest[1:]
    if name in _DECLARES:
        if _is_local(placed, name, arguments, dialect):
            return False
        found = [
            _ASSIGNMENT.match(plain(word) if word[:1] in "'\"" else word) for word in arguments
        ]
        return any(one and one[1] in wanted for one in found)
    words = [plain(word) for word in arguments]
    bare = {word.partition("[")[0] for word in words if word[:1] != "-"}
    if name == "unset":
        return bool(bare & wanted) and not any(re.match(r"-\w*f", word) for word in words)
    if name in ("read", "mapfile", "readarray", "vared"):
        return bool(bare & wanted)
    if name in ("printf", "print"):
        pairs = itertools.pairwise((*words, ""))
        return any(one == "-v" and other in wanted for one, other in pairs)
    if name == "set":
        pairs = itertools.pairwise((*words, ""))
        return any(one in ("-A", "+A") and other in wanted for one, other in pairs)
    if name == "shift":
        return dialect == "zsh" and bool(bare & wanted)
    if name == "let":
        return any(_calculates(word, each) for word in words for each in wanted)
    return name == "eval" and _evaluates(arguments, wanted, dialect)


def _is_local(placed: Placed, name: str, arguments: tuple[str, ...], dialect: str) -> bool:
    """Whether a declaration is gone when its function ends."""
    if name in ("export", "readonly"):
        return False
    flags = "".join(word[1:] for word in arguments if word[:1] == "-")
    inside = any(guard.kind == "function" for guard in placed.guards)
    return name == "local" or (inside and "g" not in flags and dialect != "dash")


def _evaluates(arguments: tuple[str, ...], wanted: frozenset[str], dialect: str) -> bool:
    """Whether the literal text of an eval sets it."""
    text = " ".join(word.strip("'\"") for word in arguments)
    if text.startswith(("$(", "`")):
        return False
    content = text.encode("utf-8", "surrogateescape")
    inner = structure.statements(content, dialect)
    return any(sets(one, name, dialect) for one in inner for name in wanted)


def _defaults(text: str, name: str) -> bool:
    """`${NAME:=value}`, and zsh's `${NAME::=value}`."""
    return re.search(rf"\$\{{(\([^)]*\))?{name}:{{0,2}}=", text) is not None


def _calculates(text: str, name: str) -> bool:
    return (
        re.search(
            rf"(?<![\w$]){name}\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+{name}\b|\b{name}\+\+", text
        )
        is not None
    )


def sourced(placed: Placed) -> str | None:
    """The word that names the file which a statement reads; None where it reads none."""
    if placed.node.kind != "command":
        return None
    _, rest = command(placed.node.words)
    if len(rest) > 1 and plain(rest[0]) in (".", "source"):
        return rest[2] if rest[1] in ("--", "-") and len(rest) > 2 else rest[1]
    return None


def called(placed: Placed) -> Iterator[str]:
    """The names of functions that a statement may call, among its words."""
    if placed.node.kind == "command":
        _, rest = command(placed.node.words)
        yield from (plain(word) for word in rest[:1])
        if rest and plain(rest[0]) in ("eval", "add-zsh-hook", "trap"):
            yield from (each for word in rest[1:] for each in plain(word).split())
