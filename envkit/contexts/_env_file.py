"""The files of environment.d as systemd 252 reads them: its quoting, then its expansion.

Much is unlike a shell: `export` makes a line invalid, an empty value too; quotes end before the
value does and what follows is joined without the blanks; $X is expanded in single quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_ESCAPED = '"\\`$'
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_START = re.compile(r"\$(?:(\$)|\{([^{}:]*)(\}|:[-+])|([A-Za-z0-9_]+))")


def assignments(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and unquoted value of each assignment that systemd takes."""
    at = 0
    while at < len(text):
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        begun = at
        if text[at : at + 1] in ("#", ";"):
            at = _end_of_comment(text, at)
            continue
        while at < len(text) and text[at] not in "=\r\n":
            at += 1
        if text[at : at + 1] != "=":
            continue
        name = text[begun:at].rstrip(" \t")
        value, at = _value(text, at + 1)
        if value and _NAME.fullmatch(name):
            yield text.count("\n", 0, begun) + 1, name, value


def expand(text: str, had: Mapping[str, str]) -> str:
    """$X, ${X}, ${X:-y}, ${X:+y}, `$$` for one dollar; what is not set is empty."""
    done, at = "", 0
    while found := _START.search(text, at):
        done += text[at : found.start()]
        at = found.end()
        dollar, name, end, bare = found.groups()
        if dollar:
            done += "$"
        elif bare is not None or end == "}":
            done += had.get(name if bare is None else bare, "")
        else:
            close = _closing(text, at)
            if close < 0:
                return done + text[found.start() :]
            inner, at = text[at:close], close + 1
            if end == ":-":  # an empty variable is set, unlike in a shell
                done += had[name] if name in had else expand(inner, had)
            elif name in had:
                done += expand(inner, had)
    return done + text[at:]


def _end_of_comment(text: str, at: int) -> int:
    """A backslash goes on with the next line, in a comment, too."""
    while at < len(text) and text[at] not in "\r\n":
        at += 2 if text[at] == "\\" else 1
    return at


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that begins at `at`, and where its line ends."""
    value, kept, begun = "", 0, False  # kept: how much of it no blank at the end takes away
    while at < len(text):
        char = text[at]
        if char in "\r\n":
            break
        if not begun and char in "'\"":
            part, at = _quoted(text, at)
            value += part
            kept = len(value)
        elif char == "\\":
            at, begun = at + 1, True
            value += text[at : at + 1] if text[at : at + 1] not in ("\r", "\n") else ""
            kept = len(value)
        elif begun or char not in " \t":
            begun = True
            value += char
            kept = kept if char in " \t" else len(value)
        at += 1
    return value[:kept], at


def _quoted(text: str, at: int) -> tuple[str, int]:
    """What is in quotes, and where the closing one stands."""
    quote, value = text[at], ""
    at += 1
    while at < len(text) and text[at] != quote:
        if quote == '"' and text[at] == "\\" and at + 1 < len(text):
            at += 1
            if text[at] != "\n":
                value += text[at] if text[at] in _ESCAPED else "\\" + text[at]
        else:
            value += text[at]
        at += 1
    return value, at


def _closing(text: str, at: int) -> int:
    """Where the brace ends that was opened before `at`; -1: nowhere."""
    depth = 0
    for place in range(at, len(text)):
        if text[place] == "}":
            if not depth:
                return place
            depth -= 1
        depth += text[place] == "{"
    return -1
