"""What a parameter of zsh can hold, and what subscripts, modifiers and operators make of it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from envkit.reading.zsh import patterns as zsh_patterns

if TYPE_CHECKING:
    from envkit.reading.zsh.state import ZshState

# A scalar, an array of them; None: nobody knows.
Value = str | tuple[str | None, ...] | None


class Fault(Exception):
    """An error that ends the file at hand; `leaves`: the shell itself (`${x:?}`).

    `late`: a program's own process meets it (a pattern without a match), and it alone ends.
    """

    def __init__(self, leaves: bool = False, late: bool = False) -> None:
        super().__init__()
        self.leaves = leaves
        self.late = late


class Array(str):
    """An array in the place of a scalar; as text its elements are joined."""

    elements: tuple[str, ...]

    def __new__(cls, elements: tuple[str, ...]) -> Array:
        """Hold the elements."""
        made = super().__new__(cls, " ".join(elements))
        made.elements = elements
        return made


class Table(str):
    """An associative array in the place of a scalar."""

    entries: dict[str, str]

    def __new__(cls, entries: dict[str, str]) -> Table:
        """Hold the entries."""
        made = super().__new__(cls, " ".join(entries.values()))
        made.entries = entries
        return made


def scalar(value: Value) -> str | None:
    """The value as one text."""
    if not isinstance(value, tuple):
        return value
    return None if None in value else " ".join(part or "" for part in value)


def each(value: Value, change: Callable[[str], str | None]) -> Value:
    """The same done to a scalar or to each element."""
    if isinstance(value, tuple):
        return tuple(None if part is None else change(part) for part in value)
    return None if value is None else change(value)


def subscript(value: Value, text: str | None) -> Value:
    """`[n]`, `[n,m]`, `[@]`, `[*]` and `[(i)…]` of an array or of a text."""
    if value is None or text is None:
        return None
    if text in ("@", "*"):
        return value
    flags = re.fullmatch(r"\(([ieIrR]+)\)(.*)", text, re.DOTALL)
    if flags:
        return _search(value, flags[1], flags[2])
    bounds = re.fullmatch(r"\s*(-?\d+)\s*(?:,\s*(-?\d+)\s*)?", text)
    if not bounds:
        return None
    size = len(value)
    first = int(bounds[1])
    first = first + size + 1 if first < 0 else first
    if bounds[2] is None:
        if not 1 <= first <= size:
            return ""
        return value[first - 1]
    last = int(bounds[2])
    last = last + size + 1 if last < 0 else last
    return value[max(first, 1) - 1 : max(last, 0)]


def _search(value: Value, flags: str, wanted: str) -> Value:
    if value == "":
        value = ()
    if not isinstance(value, tuple) or None in value:
        return None
    found = []
    for number, part in enumerate(value, start=1):
        same = part == wanted if "e" in flags else zsh_patterns.matches(wanted, part or "")
        if same is None:
            return None
        if same:
            found.append(number)
    last = "I" in flags or "R" in flags
    number = (found[-1] if last else found[0]) if found else (0 if last else len(value) + 1)
    if "i" in flags or "I" in flags:
        return str(number)
    return value[number - 1] if found else ""


_MODIFIER = re.compile(r":(?:(g?s)(.)|([ahtrelAPuqQ])(?![A-Za-z_0-9]))", re.DOTALL)


def modifiers(value: Value, text: str, state: ZshState) -> tuple[Value, int]:
    """`:h:t…` at the beginning of `text` applied; and how much of it they are."""
    at = 0
    while found := _MODIFIER.match(text, at):
        at = found.end()
        if found[3]:
            letter = found[3]
            value = each(value, lambda part, letter=letter: _modified(part, letter, state))  # type: ignore[misc]
            continue
        old, _, rest = text[at:].partition(found[2])
        new, end, _ = rest.partition(found[2])
        at += len(old) + 1 + len(new) + len(end)
        count = -1 if found[1] == "gs" else 1
        value = each(value, lambda part, o=old, n=new, c=count: part.replace(o, n, c))  # type: ignore[misc]
    return value, at


def _modified(text: str, letter: str, state: ZshState) -> str | None:
    head, slash, tail = text.rstrip("/").rpartition("/")
    if letter == "h":
        return head if head else ("/" if slash or text.startswith("/") else ".")
    if letter == "t":
        return tail
    if letter in "re":
        stem, dot, end = tail.rpartition(".")
        if not dot:
            return text if letter == "r" else ""
        return end if letter == "e" else f"{head}{slash}{stem}"
    if letter in "lu":
        return text.lower() if letter == "l" else text.upper()
    if letter == "a":
        return os.path.normpath(state.path(text)) if state.cwd or text[:1] == "/" else None
    if letter in "AP":
        return state.resolved(text)
    return (
        re.sub(r"\\(.)", r"\1", text).replace('"', "").replace("'", "") if letter == "Q" else None
    )


def trimmed(value: str, sign: str, pattern: str, extended: bool) -> str | None:
    """`#`, `##`, `%`, `%%`."""
    expression = zsh_patterns.compiled(pattern, extended)
    if expression is None:
        return None
    cuts = range(len(value) + 1)
    if sign[0] == "#":
        for cut in reversed(cuts) if len(sign) == 2 else cuts:
            if expression.fullmatch(value[:cut]):
                return value[cut:]
    else:
        for cut in cuts if len(sign) == 2 else reversed(cuts):
            if expression.fullmatch(value[cut:]):
                return value[:cut]
    return value


def replaced(value: str, how: str, pattern: str, new: str, extended: bool) -> str | None:
    """`/`, `//`, `:/`, with `#` and `%` as anchors."""
    anchor = pattern[:1] if pattern[:1] in ("#", "%") else ""
    expression = zsh_patterns.compiled(pattern[len(anchor) :], extended)
    if expression is None:
        return None
    text = expression.pattern
    if how == ":/":
        return new if expression.fullmatch(value) else value
    if anchor:
        text = f"\\A(?:{text})" if anchor == "#" else f"(?:{text})\\Z"
    if not pattern:
        return value
    return re.sub(text, lambda _: new, value, count=0 if how == "//" else 1, flags=re.DOTALL)
