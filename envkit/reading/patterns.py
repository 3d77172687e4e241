"""Shell patterns (POSIX.1-2017 2.13, bash's extglob) against text and against a machine's files.

A pattern is text in which quoted characters carry a backslash.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from envkit.host import Host


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches."""
    return compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression."""
    expression, _end = _translate(pattern, 0, "")
    return re.compile(expression, re.DOTALL)


def is_pattern(pattern: str) -> bool:
    """Whether anything in it, unquoted, matches more than itself."""
    return re.search(r"[*?[]", re.sub(r"\\.", "", pattern, flags=re.DOTALL)) is not None


def plain(pattern: str) -> str:
    """The text that a pattern without special characters stands for."""
    return re.sub(r"\\(.)", r"\1", pattern, flags=re.DOTALL)


def glob(host: Host, pattern: str, cwd: str, dots: bool = False) -> tuple[str, ...]:
    """The paths that match, sorted by code points; none: the word stays as it is.

    `dots`: names that begin with a dot match, too (bash's dotglob).
    """
    absolute = pattern.startswith("/")
    found = ["/" if absolute else ""]
    for part in pattern.strip("/").split("/"):
        if not is_pattern(part):
            found = [before + plain(part) + "/" for before in found]
            continue
        found = [
            before + name + "/"
            for before in found
            for name in host.entries(Path(cwd) / before)
            if matches(part, name)
            and (dots or not name.startswith(".") or part.startswith((".", "\\.")))
        ]
    kinds = (path.rstrip("/") for path in found)
    return tuple(path for path in kinds if host.kind(Path(cwd) / path) != "missing")


def _translate(pattern: str, at: int, stop: str) -> tuple[str, int]:
    out: list[str] = []
    while at < len(pattern):
        char = pattern[at]
        if stop and char in stop:
            break
        if char == "\\" and at + 1 < len(pattern):
            out.append(re.escape(pattern[at + 1]))
            at += 2
        elif char in "@?*+!" and pattern[at + 1 : at + 2] == "(":
            group, at = _group(pattern, at)
            out.append(group)
        elif char == "[":
            group, at = _bracket(pattern, at)
            out.append(group)
        else:
            out.append({"*": ".*", "?": "."}.get(char) or re.escape(char))
            at += 1
    return "".join(out), at


def _group(pattern: str, at: int) -> tuple[str, int]:
    kind, at = pattern[at], at + 2
    choices: list[str] = []
    while at < len(pattern):
        choice, at = _translate(pattern, at, "|)")
        choices.append(choice)
        at += 1
        if pattern[at - 1 : at] != "|":
            break
    inner = "|".join(choices)
    if kind == "!":
        return f"(?:(?!(?:{inner})\\Z).*)", at
    return f"(?:{inner}){'' if kind == '@' else kind}", at


def _bracket(pattern: str, at: int) -> tuple[str, int]:
    end = pattern.find("]", at + 3 if pattern[at + 1 : at + 2] in "!^" else at + 2)
    while "[:" in pattern[at + 1 : end] and end > 0 and pattern[end - 1] == ":":
        end = pattern.find("]", end + 1)
    if end < 0:
        return re.escape("["), at + 1
    body = pattern[at + 1 : end]
    negated = body[:1] in ("!", "^")
    body = body[1:] if negated else body
    for name, members in _CLASSES.items():
        body = body.replace(f"[:{name}:]", members)
    body = re.sub(r"([\[\]&~|])", r"\\\1", body)
    return f"[{'^' if negated else ''}{body}]", end + 1


_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s",
    "blank": r" \t",
    "punct": r"!-/:-@[-`{-~",
    "xdigit": "0-9a-fA-F",
}


def at_an_end(value: str, end: str, glob: str, put: str) -> str:
    """`${NAME/#PATTERN/NEW}` and `${NAME/%PATTERN/NEW}`: the longest match at that end."""
    cuts = range(len(value) + 1)
    if end == "#":
        found = (put + value[cut:] for cut in reversed(cuts) if matches(glob, value[:cut]))
    else:
        found = (value[:cut] + put for cut in cuts if matches(glob, value[cut:]))
    return next(found, value)
