"""Expressions of `if`, `while`, `exit` and `@` (tcsh(1), Expressions); None is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from envkit.reading import patterns
from envkit.reading.conditions import Answer
from envkit.reading.csh import expand
from envkit.reading.csh.state import State
from envkit.reading.csh.text import Fault

Text = str | None
Run = Callable[[list[Text]], Answer]

_TESTS = "erwxfdzoplstSLbcugkmKRX"
_VALUES = "ZAMCDIFNUGP"


def value(words: list[Text], state: State, run: Run) -> Text:
    """The value of the whole; Fault where words are left, or it makes no sense."""
    parser = _Parser(words, state, run)
    found = parser.either()
    if parser.at < len(words):
        raise Fault("expression syntax")
    return found


def true(words: list[Text], state: State, run: Run) -> Answer:
    """Whether the value is another than 0; Fault where it is no number."""
    found = value(words, state, run)
    return None if found is None else number(found) != 0


def number(found: str) -> int:
    """A number as csh reads one: nothing is 0; Fault at anything else."""
    if found == "":
        return 0
    if not re.fullmatch(r"-?\d+", found):
        raise Fault("badly formed number")
    return int(found)


class _Parser:
    """Recursive descent, one level of precedence a method; comparisons do not associate."""

    def __init__(self, words: list[Text], state: State, run: Run) -> None:
        self.words = words
        self.state = state
        self.run = run
        self.at = 0
        self.skipping = 0

    def word(self) -> Text:
        return self.words[self.at] if self.at < len(self.words) else ""

    def is_sign(self, *signs: str) -> bool:
        return self.at < len(self.words) and self.word() in signs

    def either(self) -> Text:
        left = self.both()
        if not self.is_sign("||"):
            return left
        self.at += 1
        known = self.known(left)
        self.skipping += known is True
        right = self.either()
        self.skipping -= known is True
        if known is True:
            return "1"
        other = self.known(right)
        return "1" if other is True else _digit(None if known is None else other)

    def both(self) -> Text:
        left = self.bits()
        if not self.is_sign("&&"):
            return left
        self.at += 1
        known = self.known(left)
        self.skipping += known is False
        right = self.both()
        self.skipping -= known is False
        if known is False:
            return "0"
        other = self.known(right)
        return "0" if other is False else _digit(None if known is None else other)

    def known(self, found: Text) -> Answer:
        if self.skipping:
            return False
        return None if found is None else number(found) != 0

    def bits(self) -> Text:
        left = self.equality()
        while self.is_sign("|", "^", "&"):
            sign = self.word() or ""
            self.at += 1
            left = self.calculate(sign, left, self.equality())
        return left

    def equality(self) -> Text:
        left = self.relation()
        if not self.is_sign("==", "!=", "=~", "!~"):
            return left
        sign = self.word() or ""
        self.at += 1
        pattern = sign[1] == "~"
        raw = self.word() if self.at < len(self.words) else ""
        right = self.pattern() if pattern else self.relation()
        if self.skipping:
            return ""
        if left is None or right is None or (pattern and raw is None):
            return None
        same = patterns.matches(right, left) if pattern else left == right
        return _digit(same == (sign[0] == "="))

    def pattern(self) -> Text:
        found = self.word()
        self.at += 1
        if found is None or "\\[" in found:  # how brackets in quotes match, nobody can say
            return None
        return patterns.plain(found)

    def relation(self) -> Text:
        left = self.shift()
        if not self.is_sign("<", ">", "<=", ">="):
            return left
        sign = self.word() or ""
        self.at += 1
        if self.is_sign("="):
            sign += "="
            self.at += 1
        right = self.relation()
        return self.calculate(sign, left, right)

    def shift(self) -> Text:
        left = self.sum()
        if self.is_sign("<<", ">>"):
            sign = self.word() or ""
            self.at += 1
            return self.calculate(sign, left, self.shift())
        return left

    def sum(self) -> Text:
        left = self.product()
        while self.is_sign("+", "-"):
            sign = self.word() or ""
            self.at += 1
            left = self.calculate(sign, left, self.product())
        return left

    def product(self) -> Text:
        left = self.unary()
        while self.is_sign("*", "/", "%"):
            sign = self.word() or ""
            self.at += 1
            left = self.calculate(sign, left, self.unary())
        return left

    def calculate(self, sign: str, left: Text, right: Text) -> Text:
        if self.skipping:
            return ""
        if left is None or right is None:
            return None
        a, b = number(left), number(right)
        if sign in ("/", "%") and not b:
            raise Fault("division by 0")
        return str(int(_SIGNS[sign](a, b)))

    def unary(self) -> Text:
        if self.is_sign("!"):
            self.at += 1
            found = self.unary()
            if self.skipping or found is None:
                return found
            return _digit(number(found) == 0)
        if self.is_sign("~"):
            self.at += 1
            found = self.unary()
            return found if self.skipping or found is None else str(~number(found))
        if self.is_sign("("):
            self.at += 1
            found = self.either()
            if not self.is_sign(")"):
                raise Fault("expression syntax")
            self.at += 1
            return found
        if self.is_sign("{"):
            return self.command()
        return self.primary()

    def command(self) -> Text:
        """`{ command }`: whether it succeeds."""
        self.at += 1
        inner: list[Text] = []
        while not self.is_sign("}"):
            if self.at >= len(self.words):
                raise Fault("expression syntax")
            inner.append(self.word())
            self.at += 1
        self.at += 1
        return "" if self.skipping else _digit(self.run(inner))

    def primary(self) -> Text:
        if self.at >= len(self.words) or self.is_sign(")", "&&", "||", "==", "!=", "=~", "!~"):
            return ""
        found = self.word()
        self.at += 1
        if found is None:
            return None
        asked = re.fullmatch(f"-([{_TESTS}{_VALUES}]+)", found)
        if asked:
            return self.file(asked[1])
        return "" if self.skipping else expand.one(found, self.state)

    def file(self, letters: str) -> Text:
        if self.at >= len(self.words) or self.is_sign(")"):
            raise Fault("missing file name")
        operand = self.word()
        self.at += 1
        if self.skipping:
            return ""
        operand = expand.one(operand, self.state)
        if operand is None or any(letter in _VALUES for letter in letters):
            return None
        answer: Answer = True
        for letter in letters:
            one = self.ask(letter, operand)
            answer = False if one is False or answer is False else (None if one is None else answer)
        return _digit(answer)

    def ask(self, letter: str, operand: str) -> Answer:
        if letter == "X":
            found = self.state.find(operand)
            return None if found is None else bool(found) or operand in _BUILTINS
        if letter == "t":
            return self.state.is_terminal(operand)
        return self.state.file("-" + letter, Path(operand))


def _digit(answer: Answer) -> Text:
    return None if answer is None else "1" if answer else "0"


_BUILTINS = frozenset(
    [
        "alias",
        "cd",
        "echo",
        "eval",
        "exit",
        "kill",
        "nice",
        "printenv",
        "pushd",
        "set",
        "setenv",
        "source",
    ]
)
_SIGNS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: int(a / b),
    "%": lambda a, b: a - b * int(a / b),
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
}
