"""zsh's patterns and glob qualifiers (zshexpn(1), FILENAME GENERATION), against text and files.

A pattern is text in which quoted characters carry a backslash. None: a part that is not known here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host
from envkit.reading import patterns
from envkit.reading.patterns import plain

_QUALIFIER = re.compile(r"(.*?)\(([^()|~<>*?\\]*)\)", re.DOTALL)
_KINDS = {".": "-f", "/": "-d", "r": "-r", "w": "-w", "x": "-x", "@": "-L"}


class Qualified(NamedTuple):
    """A glob and its qualifiers; `tests` are file tests, each wanted or not."""

    pattern: str
    null: bool
    dots: bool
    tests: tuple[tuple[str, bool], ...]
    follow: bool
    reverse: bool
    first: int
    last: int
    known: bool


def is_pattern(pattern: str, extended: bool) -> bool:
    """Whether anything in it, unquoted, matches more than itself."""
    bare = re.sub(r"\\.", "", pattern, flags=re.DOTALL)
    if extended and (bare.startswith("^") or "#" in bare or re.search(r".~", bare)):
        return True
    return re.search(r"[*?(|]|\[.*\]|\[[^]]*\Z|<\d*-\d*>", bare) is not None


def matches(pattern: str, text: str, extended: bool = False) -> bool | None:
    """Whether the whole of `text` matches."""
    expression = compiled(pattern, extended)
    return None if expression is None else expression.fullmatch(text) is not None


@lru_cache(maxsize=256)
def compiled(pattern: str, extended: bool = False) -> re.Pattern[str] | None:
    """The pattern as a regular expression; None where it is not understood here."""
    try:
        expression, end = _translate(pattern, 0, extended)
        return re.compile(expression, re.DOTALL) if end == len(pattern) else None
    except (re.error, ValueError):
        return None


def _translate(pattern: str, at: int, extended: bool, inner: bool = False) -> tuple[str, int]:
    if extended and pattern[at : at + 1] == "^":
        rest, end = _translate(pattern, at + 1, extended, inner)
        return f"(?!(?:{rest})\\Z).*", end
    out: list[str] = []
    while at < len(pattern):
        char = pattern[at]
        if char == ")" and inner:
            break
        if char == "|":
            rest, at = _translate(pattern, at + 1, extended, inner)
            return "".join(out) + "|" + rest, at
        piece, at = _piece(pattern, at, extended)
        if extended and pattern.startswith("##", at):
            piece, at = f"(?:{piece})+", at + 2
        elif extended and pattern.startswith("#", at):
            piece, at = f"(?:{piece})*", at + 1
        out.append(piece)
    return "".join(out), at


def _piece(pattern: str, at: int, extended: bool) -> tuple[str, int]:
    char = pattern[at]
    if char == "\\" and at + 1 < len(pattern):
        return re.escape(pattern[at + 1]), at + 2
    if char == "(":
        if extended and pattern.startswith("(#", at):
            raise ValueError("globbing flags")
        inner, end = _translate(pattern, at + 1, extended, True)
        if pattern[end : end + 1] != ")":
            raise ValueError("no end of a group")
        return f"(?:{inner})", end + 1
    if char == "[":
        return patterns._bracket(pattern, at)
    if numbers := re.compile(r"<(\d*)-(\d*)>").match(pattern, at):
        if numbers[1] or numbers[2]:
            raise ValueError("a range of numbers")
        return r"\d+", numbers.end()
    if extended and char == "~" and at:
        raise ValueError("an exclusion")
    return {"*": ".*", "?": "."}.get(char) or re.escape(char), at + 1


def qualified(pattern: str) -> Qualified:
    """The pattern without its qualifiers, and what they say."""
    found = _QUALIFIER.fullmatch(pattern)
    if not found or (found[2] == "" and not found[1]):
        return Qualified(pattern, False, False, (), False, False, 0, 0, True)
    text, at = found[2], 0
    null = dots = follow = reverse = False
    wanted = known = True
    first = last = 0
    tests: list[tuple[str, bool]] = []
    while at < len(text):
        char = text[at]
        two = text[at : at + 2]
        if bounds := re.compile(r"\[(\d+)(?:,(\d+))?\]").match(text, at):
            first, last = int(bounds[1]), int(bounds[2] or bounds[1])
            at = bounds.end()
            continue
        if two in ("on", "On", "oN"):
            reverse = two == "On"
            at += 1
        elif char in _KINDS:
            tests.append((_KINDS[char], wanted))
        elif char == "^":
            wanted = not wanted
        elif char == "-":
            follow = not follow
        elif char == "N":
            null = True
        elif char == "D":
            dots = True
        else:
            known = False
        at += 1
    return Qualified(found[1], null, dots, tuple(tests), follow, reverse, first, last, known)


def glob(host: Host, how: Qualified, cwd: str, extended: bool, dots: bool) -> list[str] | None:
    """The paths that match; None where that is not known here."""
    absolute = how.pattern.startswith("/")
    found = ["/" if absolute else ""]
    parts = re.split(r"/+", how.pattern.strip("/"))
    for number, part in enumerate(parts):
        if part == "**" and number + 1 < len(parts):
            found = [there for before in found for there in _below(host, before, cwd)]
            continue
        if not is_pattern(part, extended):
            found = [before + plain(part) + "/" for before in found]
            continue
        expression = compiled(part, extended)
        if expression is None:
            return None
        hidden = dots or how.dots or part.startswith((".", "\\."))
        found = [
            before + name + "/"
            for before in found
            for name in host.entries(Path(cwd) / before)
            if expression.fullmatch(name) and (hidden or not name.startswith("."))
        ]
    there = [path for path in map(_bare, found) if host.kind(Path(cwd) / path) != "missing"]
    return sorted(there, key=lambda path: path.encode("utf-8", "surrogateescape"))


def _bare(path: str) -> str:
    return path.rstrip("/") or "/"


def _below(host: Host, before: str, cwd: str) -> list[str]:
    """`**/`: the folder, and every folder below it that is no link."""
    found = [before]
    for name in host.entries(Path(cwd) / before):
        path = Path(cwd) / before / name
        is_folder = host.kind(path) == "directory" and not host.locate(path).is_symlink()
        if is_folder and not name.startswith("."):
            found += _below(host, f"{before}{name}/", cwd)
    return found
