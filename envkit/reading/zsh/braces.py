"""`{a,b}` and `{1..3}` of zsh, and where a quotation or expansion within a word ends."""

from __future__ import annotations

import re
from itertools import pairwise

from envkit.reading.scanner import Unparsable
from envkit.reading.zsh.quotes import ZshQuotes


class _Ends(ZshQuotes):
    """Ends of quotations in text that the parser has taken already."""

    def _substitution(self, at: int) -> int:
        depth = 1
        while at < len(self.text):
            depth += (self.text[at] == "(") - (self.text[at] == ")")
            at = self._skip(at)
            if not depth:
                return at
        raise self._unparsable()


def end_of(text: str, at: int) -> int:
    """The end of the character, quotation or expansion at `at`."""
    # Most are one character: a value such as LS_COLORS has thousands.
    if text[at] not in "\\'\"`$":
        return at + 1
    if text[at] == "\\":
        return min(at + 2, len(text))
    try:
        return _Ends(text)._skip(at)
    except Unparsable:
        return len(text)


def braces(raw: str) -> list[str]:
    """`{a,b}` and `{1..3}` as the words that zsh makes of them."""
    at = 0
    while at < len(raw):
        if raw[at] == "{" and not (at and raw[at - 1] == "$"):
            end, commas = _brace_end(raw, at)
            inner = raw[at + 1 : end - 1]
            before, after = raw[:at], raw[end:]
            if end and commas:
                cuts = [at, *commas, end - 1]
                parts = [raw[a + 1 : b] for a, b in pairwise(cuts)]
                return [word for part in parts for word in braces(before + part + after)]
            numbers = re.fullmatch(r"(-?\d{1,6})\.\.(-?\d{1,6})", inner) if end else None
            if numbers:
                first, last = int(numbers[1]), int(numbers[2])
                step = 1 if first <= last else -1
                span = range(first, last + step, step)[:1000]
                return [word for n in span for word in braces(f"{before}{n}{after}")]
        at = end_of(raw, at)
    return [raw]


def _brace_end(raw: str, at: int) -> tuple[int, list[int]]:
    depth, commas = 0, []
    while at < len(raw):
        char = raw[at]
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 1:
            commas.append(at)
        if not depth:
            return at + 1, commas
        at = end_of(raw, at)
    return 0, []
