"""`[ … ]`, `test` and `[[ … ]]` on values and files that are known; None where they are not."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from envkit.reading import patterns, words

Answer = bool | None


if TYPE_CHECKING:
    from typing import Protocol

    class Files(Protocol):
        """Whom a test asks about the machine."""

        dialect: str

        def file(self, test: str, path: Path) -> Answer:
            """One of the file tests -e -f -r -w -x -d -L -s …"""

        def get(self, name: str) -> tuple[bool, str | None]:
            """Whether the variable is set, and its value (None: unknown)."""

        def is_option(self, name: str) -> Answer:
            """Whether a `set -o` option is on."""

        def is_terminal(self, descriptor: str) -> Answer:
            """Whether a file descriptor is a terminal."""


def both(left: Answer, right: Answer) -> Answer:
    """And, over yes, no and unknown."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Answer, right: Answer) -> Answer:
    """Or, over yes, no and unknown."""
    return negate(both(negate(left), negate(right)))


def negate(answer: Answer) -> Answer:
    """Not, over yes, no and unknown."""
    return None if answer is None else not answer


class _Parser:
    """Recursive descent over the words of one test; `[[` spells and and or as operators."""

    def __init__(self, words: Sequence[str | None], files: Files, double: bool) -> None:
        self.words = words
        self.files = files
        self.double = double
        self.at = 0
        self.and_, self.or_ = ("&&", "||") if double else ("-a", "-o")

    def word(self, offset: int = 0) -> str | None:
        at = self.at + offset
        return self.words[at] if at < len(self.words) else None

    def left(self) -> int:
        return len(self.words) - self.at

    def alternatives(self) -> Answer:
        answer = self.conjunction()
        while self.left() and self.word() == self.or_:
            self.at += 1
            answer = either(answer, self.conjunction())
        return answer

    def conjunction(self) -> Answer:
        answer = self.primary()
        while self.left() and self.word() == self.and_:
            self.at += 1
            answer = both(answer, self.primary())
        return answer

    def primary(self) -> Answer:
        if not self.left():
            return False
        word = self.word()
        binary = self.left() >= 3 and self.word(1) in _BINARY
        if word == "!" and self.left() > 1 and not binary:
            self.at += 1
            return negate(self.primary())
        if word == "(" and self.left() > 2 and not binary:
            self.at += 1
            answer = self.alternatives()
            self.at += 1
            return answer
        if binary:
            left, sign, right = word, self.word(1) or "", self.word(2)
            self.at += 3
            return _compare(left, sign, right, self)
        if word is not None and re.fullmatch(r"-[a-zA-Z]", word) and self.left() >= 2:
            operand = self.word(1)
            self.at += 2
            return _unary(word, operand, self.files)
        self.at += 1
        return None if word is None else bool(word)


def test(words: Sequence[str | None], files: Files) -> Answer:
    """`test WORDS`, or `[ WORDS ]` without its brackets; words too many are an error, status 2."""
    parser = _Parser(words, files, double=False)
    answer = parser.alternatives() if words else False
    return False if parser.left() else answer


def double_test(words: Sequence[str | None], files: Files) -> Answer:
    """`[[ WORDS ]]`; the right side of `==` comes as a pattern."""
    return _Parser(words, files, double=True).alternatives()


def arithmetic(text: str, files: Files) -> Answer:
    """`(( a OPERATOR b ))` on numbers and variables; anything larger is unknown."""
    found = re.fullmatch(r"\s*\$?(\w+)\s*(?:(==|!=|<=|>=|<|>)\s*\$?(\w+))?\s*", text)
    if not found:
        return None
    values = [words.number(operand, files) for operand in (found[1], found[3] or "0")]
    if values[0] is None or values[1] is None:
        return None
    return _SIGNS[found[2] or "!="](values[0], values[1])


def _unary(sign: str, operand: str | None, files: Files) -> Answer:
    if operand is None:
        return None
    if sign in ("-n", "-z"):
        return (operand != "") == (sign == "-n")
    if sign == "-v":
        return files.get(operand)[0]
    if sign == "-o":
        return files.is_option(operand)
    if sign == "-t":
        return files.is_terminal(operand)
    if sign == "-R":
        return False
    return files.file(sign, Path(operand)) if operand else False


def _compare(left: str | None, sign: str, right: str | None, parser: _Parser) -> Answer:
    if left is None or right is None:
        return None
    if sign in ("==", "=~") and parser.files.dialect == "dash":
        return False  # "unexpected operator", status 2
    if sign in ("=", "==", "!="):
        same = patterns.matches(right, left) if parser.double else left == right
        return same == (sign != "!=")
    if sign == "=~":
        try:
            return re.search(right, left) is not None
        except re.error:
            return None
    if sign in ("<", ">"):
        return left < right if sign == "<" else left > right
    if sign in _NUMBERS:
        if not (re.fullmatch(r"\s*-?\d+\s*", left) and re.fullmatch(r"\s*-?\d+\s*", right)):
            return False  # "integer expression expected", status 2
        return _NUMBERS[sign](int(left), int(right))
    return None


_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-le": operator.le,
    "-gt": operator.gt,
    "-ge": operator.ge,
}
_SIGNS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_BINARY = frozenset(("=", "==", "!=", "=~", "<", ">", "-nt", "-ot", "-ef", *_NUMBERS))
