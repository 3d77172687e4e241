"""zsh's arithmetic on whole numbers (zshmisc(1), ARITHMETIC EVALUATION); None: not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class Values(Protocol):
        """Who knows variables."""

        def get(self, name: str) -> tuple[bool, str | None]:
            """Whether the variable is set, and its value (None: unknown)."""

        def put(self, name: str, value: str | None) -> None:
            """Assign."""


_TOKEN = re.compile(r"\s*(\d+|[A-Za-z_]\w*|\+\+|--|&&|\|\||[<>=!]=|[-+*/%]=|[-+*/%<>=!?:(),]|\Z)")
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))


class Bad(Exception):
    """The text is no arithmetic, or none that is understood here."""


class _Reader:
    def __init__(self, text: str, values: Values) -> None:
        self.values = values
        self.tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if not found or found.end() == at:
                raise Bad(text)
            self.tokens.append(found[1])
            at = found.end()

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *signs: str) -> str:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in signs else ""

    def whole(self) -> int | None:
        answer = self.choice()
        while self.take(","):
            answer = self.choice()
        return answer

    def choice(self) -> int | None:
        name = self.next()
        if name.isidentifier() and len(self.tokens) > 1 and self.tokens[1] in _ASSIGNS:
            sign = self.tokens[1]
            del self.tokens[:2]
            value = self.choice()
            if sign != "=":
                value = _apply(sign[0], self.variable(name), value)
            self.values.put(name, None if value is None else str(value))
            return value
        test = self.level(0)
        if not self.take("?"):
            return test
        yes = self.choice()
        if not self.take(":"):
            raise Bad("?")
        no = self.choice()
        return None if test is None else yes if test else no

    def level(self, depth: int) -> int | None:
        if depth == len(_LEVELS):
            return self.unary()
        left = self.level(depth + 1)
        while sign := self.take(*_LEVELS[depth]):
            left = _apply(sign, left, self.level(depth + 1))
        return left

    def unary(self) -> int | None:
        if sign := self.take("!", "-", "+"):
            value = self.unary()
            if value is None:
                return None
            return int(not value) if sign == "!" else -value if sign == "-" else value
        if sign := self.take("++", "--"):
            name = self.tokens.pop(0) if self.tokens else ""
            return self.step(name, sign)
        if self.take("("):
            value = self.whole()
            if not self.take(")"):
                raise Bad("(")
            return value
        token = self.tokens.pop(0) if self.tokens else ""
        if token.isdigit():
            return int(token)
        if not token.isidentifier():
            raise Bad(token)
        value = self.variable(token)
        if sign := self.take("++", "--"):
            self.step(token, sign)
        return value

    def step(self, name: str, sign: str) -> int | None:
        if not name.isidentifier():
            raise Bad(name)
        value = _apply(sign[0], self.variable(name), 1)
        self.values.put(name, None if value is None else str(value))
        return value

    def variable(self, name: str) -> int | None:
        is_set, value = self.values.get(name)
        if is_set and value is None:
            return None
        text = (value or "").strip() if is_set else ""
        if re.fullmatch(r"-?\d+", text):
            return int(text)
        return 0 if not text else None


_ASSIGNS = ("=", "+=", "-=", "*=", "/=", "%=")


def _apply(sign: str, left: int | None, right: int | None) -> int | None:
    if sign == "&&" and (left == 0 or right == 0):
        return 0
    if sign == "||" and (left or right):
        return 1
    if left is None or right is None or (sign in "/%" and right == 0):
        return None
    if sign in "/%":
        whole = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return whole if sign == "/" else left - whole * right
    answers = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
        "==": left == right,
        "!=": left != right,
        "&&": bool(left and right),
        "||": bool(left or right),
    }
    return int(answers[sign])


def evaluate(text: str, values: Values) -> int | None:
    """The number that an expression gives; an empty one is 0."""
    try:
        reader = _Reader(text, values)
        answer = reader.whole() if reader.tokens else 0
        return None if reader.tokens else answer
    except Bad:
        return None
