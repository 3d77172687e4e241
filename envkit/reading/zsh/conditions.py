"""zsh's `[[ … ]]` on values and files that are known (zshmisc(1), CONDITIONAL EXPRESSIONS)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from envkit.reading import conditions
from envkit.reading.conditions import Answer, both, either, negate
from envkit.reading.zsh import patterns as zsh_patterns
from envkit.reading.zsh import words as zsh_words

if TYPE_CHECKING:
    from envkit.reading.zsh.state import ZshState

_JOINS = ("&&", "||", ")")


class _Reader:
    """The raw words of one test; what does not count any more is not expanded."""

    def __init__(self, raw: tuple[str, ...], state: ZshState) -> None:
        self.raw = list(raw)
        self.state = state

    def alternatives(self, counts: bool) -> Answer:
        answer = self.conjunction(counts)
        while self.raw[:1] == ["||"]:
            self.raw.pop(0)
            answer = either(answer, self.conjunction(counts and answer is not True))
        return answer

    def conjunction(self, counts: bool) -> Answer:
        answer = self.primary(counts)
        while self.raw[:1] == ["&&"]:
            self.raw.pop(0)
            answer = both(answer, self.primary(counts and answer is not False))
        return answer

    def primary(self, counts: bool) -> Answer:
        if self.raw[:1] == ["!"]:
            self.raw.pop(0)
            return negate(self.primary(counts))
        if self.raw[:1] == ["("]:
            self.raw.pop(0)
            answer = self.alternatives(counts)
            self.raw.pop(0)
            return answer
        operands = []
        while self.raw and self.raw[0] not in _JOINS:
            operands.append(self.raw.pop(0))
        return self.decide(operands) if counts else None

    def decide(self, raw: list[str]) -> Answer:
        if len(raw) == 3 and raw[1] in ("=", "==", "!=", "=~"):
            return self.compare(raw[0], raw[1], raw[2])
        words = [zsh_words.single(word, self.state) for word in raw]
        if len(words) == 1:
            return None if words[0] is None else words[0] != ""
        if len(words) == 2 and words[0] == "-v":
            return None if words[1] is None else self.state.fetch(words[1])[0]
        if len(words) == 3 and words[1] in _NUMERIC:
            return self.numbers(words)
        return conditions.test(words, self.state)

    def compare(self, left: str, sign: str, right: str) -> Answer:
        text = zsh_words.single(left, self.state)
        if sign == "=~":
            wanted = zsh_words.single(right, self.state)
            try:
                return None if None in (text, wanted) else bool(re.search(wanted or "", text or ""))
            except re.error:
                return None
        pattern = zsh_words.pattern(right, self.state)
        if pattern == "*":
            return sign != "!="
        if text is None or pattern is None:
            return None
        same = zsh_patterns.matches(pattern, text, self.state.on("extendedglob"))
        return negate(same) if sign == "!=" else same

    def numbers(self, words: list[str | None]) -> Answer:
        values = [
            None if word is None else self.state.number(word) for word in (words[0], words[2])
        ]
        if None in values:
            return None
        left, right = str(values[0]), str(values[1])
        return conditions.test([left, words[1], right], self.state)


_NUMERIC = ("-eq", "-ne", "-lt", "-le", "-gt", "-ge")


def test(raw: tuple[str, ...], state: ZshState) -> Answer:
    """Whether the test holds."""
    return _Reader(raw, state).alternatives(True)
