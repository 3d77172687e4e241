"""zsh's `[[ … ]]`: what may stand in it (parse.c, par_cond), and reserved words ahead."""

from __future__ import annotations

import re

from envkit.reading.nodes import Node
from envkit.reading.zsh.lexer import ZshLexer

METHODS = {
    "if": "_if",
    "while": "_while",
    "until": "_while",
    "for": "_for",
    "foreach": "_for",
    "select": "_for",
    "repeat": "_repeat",
    "case": "_case",
    "{": "_group",
    "[[": "_test",
    "function": "_function",
}
CLOSING = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "end", "}"))
RESERVED = CLOSING | METHODS.keys() | {"!", "coproc", "nocorrect", "time"}
DECLARES = frozenset(("declare", "export", "float", "integer", "local", "readonly", "typeset"))
_BINARY = frozenset(("=", "==", "!=", "=~", "<", ">"))
_LETTER = re.compile("-[a-hknoprs-xzLONGS]")


class ZshTests(ZshLexer):
    """Reserved words, and the one that is a language of its own."""

    def _keyword(self, word: str) -> bool:
        """Take a reserved word, where it stands here."""
        self._blank()
        if self._reserved() != word:
            return False
        self.at += len(word)
        return True

    def _expect(self, word: str) -> None:
        if not self._keyword(word):
            self._fail()

    def _reserved(self) -> str:
        """The word ahead; a `{` in command position is one, whatever follows it."""
        return "{" if self._ahead("{") else self._plain_word()

    def _lines(self) -> None:
        while self._newline():
            pass

    def _test(self, start: int, word: str) -> Node:
        words: list[str] = []
        self._either(words)
        if not self._keyword("]]"):
            self._fail()
        return Node("test", start, self._line(), tuple(words))

    def _either(self, words: list[str]) -> None:
        self._both(words)
        while self._take("||"):
            words.append("||")
            self._both(words)

    def _both(self, words: list[str]) -> None:
        self._condition(words)
        while self._take("&&"):
            words.append("&&")
            self._condition(words)

    def _condition(self, words: list[str]) -> None:
        self._lines()
        if self._plain_word() == "!":
            self.at += 1
            words.append("!")
            self._condition(words)
            return
        if self._take("("):
            words.append("(")
            self._either(words)
            if not self._take(")"):
                self._fail()
            words.append(")")
        elif self._plain_word() == "]]":
            self._fail()
        else:
            words += self._operands()
        self._lines()

    def _operands(self) -> list[str]:
        """One to three words, or an option with several."""
        found = [self._word()]
        self._lines()
        while not self._ends_condition():
            if self.text[self.at] in "<>" and not self._opens_word():
                found.append(self.text[self.at])
                self.at += 1
            else:
                found.append(self._word())
            self._lines()
        if not _may_be_condition(found):
            self._fail()
        return found

    def _ends_condition(self) -> bool:
        if self.at >= len(self.text) or self.text[self.at] in ";)&|":
            return True
        return self._plain_word() == "]]"


def _may_be_condition(words: list[str]) -> bool:
    """What par_cond_2 takes: `-x …`, or a word, an operator and a word."""
    option = words[0][:1] == "-" and len(words[0]) > 1
    if len(words) < 3:
        return option or len(words) == 1
    if _LETTER.fullmatch(words[1]):
        return False
    operator = words[1] in _BINARY or words[1][:1] == "-"
    return option or (operator and len(words) == 3)
