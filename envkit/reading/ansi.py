r"""What `$'…'` stands for: bash(1), QUOTING. Text ends at a NUL, as every C string does."""

from __future__ import annotations

import re

_LETTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
# Compiled where it is first used: most startup files have no such text.
_ESCAPE = r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))"


def unescape(text: str) -> str:
    """The text between the quotes with its escapes resolved."""
    return re.sub(_ESCAPE, _one, text, flags=re.DOTALL).split("\0", 1)[0]


def _one(found: re.Match[str]) -> str:
    byte, four, eight, octal, control, letter = found.groups()
    if byte or octal:
        value = int(byte, 16) if byte else int(octal, 8) & 0xFF
        return chr(value) if value < 0x80 else bytes([value]).decode("utf-8", "surrogateescape")
    if four or eight:
        value = int(four or eight, 16)
        return chr(value) if value < 0x110000 else "\ufffd"
    if control:
        return chr(ord(control) & 0x1F)
    return _LETTERS.get(letter, letter if letter in "\\'\"?" else "\\" + letter)
