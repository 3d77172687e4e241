"""The tokens of fish text, looked at ahead, and which of them are keywords."""

from __future__ import annotations

import re

from envkit.reading.fish.scanner import Broken, Scanner, Token

BLOCKS = frozenset(("if", "while", "for", "function", "begin", "switch"))
CLOSING = frozenset(("end", "else", "case"))
DECORATIONS = frozenset(("command", "builtin", "exec"))
_KEYWORDS = BLOCKS | CLOSING | DECORATIONS | {"and", "or", "not", "!", "time", "in"}


def keyword(token: Token) -> str:
    """The keyword that a token is; quotes do not hide one."""
    if token.kind != "word":
        return ""
    text = re.sub(r"\\\n|['\"]|\\(?=[^abefnrtvxXuUc0-9])", "", token.text)
    return text if text in _KEYWORDS else ""


class Tokens:
    """The tokens of one text; `line` is the number of its first line."""

    def __init__(self, text: str, line: int = 1) -> None:
        self.scanner = Scanner(text, line)
        self.tokens: list[Token] = []
        self.last = line
        self.end = 0

    def peek(self, ahead: int = 0) -> Token:
        """A token that has not been taken yet."""
        while len(self.tokens) <= ahead:
            self.tokens.append(self.scanner.next())
        return self.tokens[ahead]

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        del self.tokens[0]
        self.last, self.end = token.last, token.end
        return token

    def text_from(self, start: int) -> str:
        """The text from there to the end of the last token taken."""
        return self.scanner.text[start : self.end]

    def expect(self, kind: str, word: str = "") -> Token:
        """The next token, which must be that; Broken otherwise."""
        token = self.take()
        if token.kind != kind or (word and keyword(token) != word):
            raise Broken(token.line)
        return token

    def newlines(self) -> None:
        """Ends of lines where a statement goes on."""
        while self.peek().kind == "end" and self.peek().text != ";":
            self.take()

    def naked(self, token: Token) -> bool:
        """Whether a keyword stands for the builtin of its name: `if --help`, `while` alone."""
        word, after = keyword(token), self.peek(1)
        if word in ("", "in", *CLOSING):
            return False
        if after.kind == "word":
            return after.text in ("-h", "--help") or (
                word in BLOCKS and word != "function" and after.text.startswith("-")
            )
        return after.kind in ("end", "eof") and word not in ("begin", "and", "or", "time")
