"""What nushell text leads to: `source`, `use`, `exit`, with words that its parser must know.

nu looks every `source` and `use` up while it parses, even in a branch that is never taken: a file
in which one leads nowhere runs no line at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_WORD = re.compile(
    r"""r(#+)'.*?'\1|\$?"(?:\\.|[^"\\])*"|\$?'[^']*'|`[^`]*`|\([^()]*\)|[^\s;{}|]+""", re.S
)


class Step(NamedTuple):
    """A statement of interest; `sure`: it stands in no block, so that it is come by."""

    line: int
    kind: str
    words: tuple[str, ...]
    sure: bool


def steps(content: str) -> list[Step]:
    """The statements that lead to files, or end one, in order."""
    found: list[Step] = []
    at, line, depth, first = 0, 1, 0, True
    words: list[str] = []
    begin = 1

    def end() -> None:
        if words and (words[0] in _KINDS or words[:2] == ["overlay", "use"]):
            kind = "use" if words[0] == "overlay" else _KINDS[words[0]]
            rest = words[2:] if words[0] == "overlay" else words[1:]
            found.append(Step(begin, kind, tuple(rest), depth == 0))
        words.clear()

    while at < len(content):
        char = content[at]
        if char in "\n;|{}":
            end()
            line += char == "\n"
            depth += (char == "{") - (char == "}")
            at, first = at + 1, True
        elif char in " \t\r":
            at += 1
        elif char == "#":
            stop = content.find("\n", at)
            at = stop if stop >= 0 else len(content)
        else:
            match = _WORD.match(content, at)
            text = match[0] if match else char
            if first:
                begin, first = line, False
            words.append(text)
            line += text.count("\n")
            at += len(text)
    end()
    return found


def text(word: str, known: Mapping[str, str]) -> str | None:
    """A word that the parser must know: a literal, a constant, a folder of $nu; None: unknown."""
    if re.fullmatch(r"r(#+)'.*'\1", word, re.S):
        return word[word.index("'") + 1 : word.rindex("'")]
    if word[:1] in "'`" and word[-1:] == word[:1]:
        return word[1:-1]
    if word[:1] == '"' and word[-1:] == '"':
        return None if "\\" in word else word[1:-1]
    if word[:2] in ("$'", '$"'):
        return _filled(word[2:-1], known)
    if word[:1] == "$":
        return known.get(word)
    joined = re.fullmatch(
        r"""\(\s*(\$[\w.-]+)\s*(?:\|\s*path\s+join|\+)\s*['"]([^'"]*)['"]\s*\)""", word
    )
    if joined and joined[1] in known:
        return known[joined[1]] + ("/" if "path" in word else "") + joined[2]
    return word if re.fullmatch(r"[\w./~+-]+", word) else None


def _filled(inner: str, known: Mapping[str, str]) -> str | None:
    filled = re.sub(r"\((\$[\w.-]+)\)", lambda found: known.get(found[1], found[0]), inner)
    return None if "(" in filled or "\\" in filled else filled


_KINDS = {
    "source": "source",
    "source-env": "source",
    "use": "use",
    "exit": "exit",
    "exec": "exit",
    "error": "error",
    "const": "const",
}
