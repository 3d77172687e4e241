"""Words as xtrace prints them and as files spell them: unquote, compare, find references."""

from __future__ import annotations

import re

from envkit.tracing.statements import ASSIGNMENT, skip, words

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "E": "\x1b", "e": "\x1b"}
_REDIRECTION = r"(\d*|\{\w+\}|&)[<>]"
_QUOTES = str.maketrans("", "", "'\"\\")
DECLARING = frozenset(("export", "declare", "typeset", "readonly", "local"))


def unquote(word: str) -> str:
    """A word that xtrace printed, as the shell has it ('…', \\c and $'…' are all it prints)."""
    parts, at = [], 0
    while at < len(word):
        end = skip(word, at)
        if word[at] == "'":
            parts.append(word[at + 1 : end - 1])
        elif word.startswith("$'", at):
            text = word[at + 2 : end - 1]
            parts.append(re.sub(r"\\([0-7]{3}|.)", _escaped, text, flags=re.DOTALL))
        else:
            parts.append(word[at:end].removeprefix("\\") if word[at] == "\\" else word[at:end])
        at = end
    return "".join(parts)


def _escaped(found: re.Match[str]) -> str:
    if len(found[1]) == 3:
        return bytes((int(found[1], 8) & 255,)).decode("utf-8", "surrogateescape")
    return _ESCAPES.get(found[1], found[1])


def assigned(text: str) -> str:
    """The name that a bare assignment in a record sets; "" for a command."""
    found = re.match(ASSIGNMENT, text)
    return found[1] if found else ""


def split(statement: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A statement's leading assignments, and its words from the command's name on."""
    every: list[str] = []
    operator = False
    for word in words(statement):
        redirection = re.match(_REDIRECTION, word) is not None
        if not redirection and not operator:
            every.append(word)
        operator = redirection and word.rstrip("&|-")[-1:] in ("<", ">")
    count = next((i for i, word in enumerate(every) if not re.match(ASSIGNMENT, word)), len(every))
    return tuple(every[:count]), tuple(every[count:])


def fit(statement: str, text: str) -> int:
    """How well a record's text fits a statement: literal characters in common; -1: not at all."""
    before, command = split(statement)
    name = assigned(text)
    if name:
        declared = command[1:] if command and command[0].lstrip("\\") in DECLARING else ()
        named = [word for word in (*before, *declared) if assigned(word) == name]
        return max((_compare(word, text) for word in named), default=-1)
    return _compare(" ".join(command), text) if command else -1


def _compare(word: str, text: str) -> int:
    pattern, literal, at = [], 0, 0
    inside = False
    while at < len(word):
        if word[at] == '"':
            inside, at = not inside, at + 1
            continue
        end = at + 1 if inside and word[at] not in "$`\\" else skip(word, at)
        piece = word[at:end]
        if piece[0] == "$" and not piece.startswith("$'"):
            named = re.match(r"\$([A-Za-z_]\w*|[0-9@*#?$!_-])", word[at:])
            end = at + named.end() if named else end
            pattern.append(".*")
        elif piece[0] in "`*?[~" or piece.startswith(("<(", ">(")):
            pattern.append(".*")
        elif piece != "\\\n":
            plain = piece.removeprefix("$").translate(_QUOTES) if len(piece) > 1 else piece
            plain = "" if plain in "'\\" else plain
            pattern.append(r"\s+" if plain.isspace() else re.escape(plain))
            literal += len(plain)
        at = end
    matched = re.fullmatch("".join(pattern), text.translate(_QUOTES), re.DOTALL)
    return literal if matched else -1


def refers(text: str, name: str) -> bool:
    """Whether a text of the shell's uses the value of `name`."""
    return re.search(rf"\$(\{{[#!]?)?{name}(?![A-Za-z0-9_])", text) is not None


def references(text: str) -> set[str]:
    """The names of all variables whose values a text uses."""
    return set(re.findall(r"\$\{?[#!]?([A-Za-z_]\w*)", text))


def expands_into(text: str, name: str) -> bool:
    """Whether a statement's expansion itself sets `name`: `${NAME:=…}`, `$((NAME=…))`."""
    return (
        re.search(rf"\$\{{{name}:?=", text) is not None
        or re.search(rf"\$\(\([^)]*\b{name}\s*[-+*/%]?=[^=]", text) is not None
    )
