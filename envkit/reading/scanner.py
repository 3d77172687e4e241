"""The text of a shell program, word by word: quotes, expansions, redirections, here-documents.

What is within `$( )` is parsed to find its end; the grammar is the parser's part.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NoReturn

from envkit.reading import split

META = frozenset(" \t\n;&|<>()")
_REDIRECT = {
    "bash": r"(?:\d+|\{\w+\})?(<<<|<<-?|<>|<&|>&|>>|>\||&>>|&>|[<>](?!\())|&>>|&>",
    "dash": r"\d*(<<-?|<>|<&|>&|>>|>\||[<>])",
    "ash": r"\d*(<<-?|<>|<&|>&|>>|>\||[<>](?!\())|&>",
    "mksh": r"\d*(<<<|<<-?|<>|<&|>&|>>|>\||[<>])|&>>|&>",
}
_REDIRECT["ksh"] = _REDIRECT["bash"]
_KORN = frozenset(
    (
        *("[[", "((", "function", "select", "arrays", "extglob", "$'", "time", ";&", "|&end"),
        *("case{", "for{", "!!"),
    )
)
# What the grammar of each has beside POSIX: found by `SHELL -n` on generated texts. "ksh" is ksh93,
# "ash" busybox's.
_GRAMMAR = {
    "bash": (_KORN - {"|&end", "case{"}) | {"function()", "<(", ";;&", "for((", "while{", "|&"},
    "dash": frozenset(),
    "ash": frozenset(("function", "function()", "$'", "<(")),
    "ksh": _KORN | {"<(", "for((", "&;", ";alone"},
    "mksh": _KORN | {"function()", ";|", "{}"},
}
ARRAY = re.compile(r"[A-Za-z_]\w*(\[[^]]*\])?\+?=")
_BRACKETS = re.compile(r"[ \t]*\([ \t]*\)")


class Unparsable(Exception):
    """The text from `line` on is no shell code."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Scanner:
    """One text, and how far it has been read."""

    def __init__(self, text: str, dialect: str = "bash") -> None:
        self.text = text
        self.dialect = dialect
        self.has = _GRAMMAR[dialect].__contains__
        self.redirect = re.compile(_REDIRECT[dialect])
        self.at = 0
        self.newlines = [i for i, char in enumerate(text) if char == "\n"]
        self.heredocs: list[tuple[str, bool]] = []

    # Words

    def _word(self) -> str:
        """One raw word; a syntax error where there is none."""
        start = self.at
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in META:
                if not self._opens_within(start, char):
                    break
                continue
            self.at = self._skip()
        if self.at == start or self.at > len(self.text):
            self._fail()
        return self.text[start : self.at]

    def _opens_within(self, start: int, char: str) -> bool:
        """`name=(`, `@(`, `<(`: brackets that belong to a word of bash."""
        if char == "(" and self.at > start and self.has("arrays"):
            array = ARRAY.fullmatch(self.text, start, self.at)
            if array or self.text[self.at - 1] in "@?*+!":
                self.at = self._bracketed(self.at + 1)
                return True
        if char in "<>" and self.text[self.at + 1 : self.at + 2] == "(" and self.has("<("):
            self.at = self._substitution(self.at + 2)
            return True
        return False

    def _skip(self) -> int:
        """The end of the character, quotation or expansion at hand."""
        text, at = self.text, self.at
        if text.startswith("$(", at) and not text.startswith("$((", at):
            return self._substitution(at + 2)
        if text[at] == '"':
            return self._double(at + 1)
        end = split.skip(text, at, dollar_quotes=self.has("$'"))
        if text[at] in "'`$" and end >= len(text) and not _closed(text, at):
            self._fail()
        return end

    def _double(self, at: int) -> int:
        text = self.text
        while at < len(text):
            if text[at] == '"':
                return at + 1
            if text.startswith("$(", at) and not text.startswith("$((", at):
                at = self._substitution(at + 2)
            elif text[at] in "\\`" or text.startswith("${", at) or text.startswith("$((", at):
                at = split.skip(text, at)
            else:
                at += 1
        raise self._unparsable()

    def _substitution(self, at: int) -> int:
        """The end of the commands within `$( )`."""
        raise NotImplementedError

    def _bracketed(self, at: int) -> int:
        while at < len(self.text) and self.text[at] != ")":
            at = split.skip(self.text, at, brackets=True)
        if at >= len(self.text):
            self._fail()
        return at + 1

    def _arithmetic(self) -> str | None:
        """The text within `(( ))`; None where the two brackets do not close together."""
        end = split.skip(self.text, self.at, brackets=True)
        text = self.text[self.at : end]
        inner = split.skip(text, 1, brackets=True)
        if not text.endswith("))") or inner != len(text) - 1:
            return None
        self.at = end
        return text[2:-2]

    def _redirection(self) -> bool:
        found = self.redirect.match(self.text, self.at)
        if not found:
            return False
        self.at = found.end()
        self._blank()
        target = self._word()
        sign = found[0].lstrip("0123456789")
        if sign in ("<<", "<<-"):
            self.heredocs.append((re.sub(r"[\\'\"]", "", target), sign == "<<-"))
        return True

    def _token_end(self) -> int:
        at = split.skip(self.text, self.at)
        while at < len(self.text) and self.text[at] not in " \t\n":
            at = split.skip(self.text, at)
        return at

    # What stands ahead

    def _word_ahead(self) -> str:
        """The plain word that begins here: reserved words are seen unquoted only."""
        end = self.at
        while end < len(self.text) and self.text[end] not in META:
            if self.text[end] in "\\'\"$`":
                return ""
            end += 1
        return self.text[self.at : end]

    def _function_ahead(self, word: str) -> int:
        """How long `name ()` is, 0 where it is none."""
        if not word or (self.has("arrays") and ARRAY.fullmatch(word)):
            return 0
        found = _BRACKETS.match(self.text, self.at + len(word))
        return found.end() - self.at if found else 0

    def _ahead(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _take(self, sign: str, but: str = "") -> bool:
        if not self._ahead(sign) or (but and self._ahead(but)):
            return False
        self.at += len(sign)
        return True

    def _take_word(self, word: str) -> bool:
        self._blank()
        if self._word_ahead() != word:
            return False
        self.at += len(word)
        return True

    def _expect(self, word: str) -> None:
        self._blank()
        found = self._ahead(word) if word in (")", "|") else self._word_ahead() == word
        if not found:
            self._fail()
        self.at += len(word)

    def _at_separator(self) -> bool:
        self._blank()
        return self.at >= len(self.text) or self.text[self.at] in "\n;"

    def _separator(self) -> None:
        self._blank()
        self._take(";")
        self._newlines()

    def _blank(self) -> None:
        text = self.text
        while self.at < len(text):
            if text[self.at] in " \t":
                self.at += 1
            elif text.startswith("\\\n", self.at):
                self.at += 2
            elif text[self.at] == "#" and (self.at == 0 or text[self.at - 1] in META):
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            else:
                return

    def _newlines(self) -> None:
        self._blank()
        while self._ahead("\n"):
            self.at += 1
            self._skip_heredocs()
            self._blank()

    def _skip_heredocs(self) -> None:
        for word, tabs in self.heredocs:
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                row = self.text[self.at : end]
                self.at = min(end + 1, len(self.text))
                if (row.lstrip("\t") if tabs else row) == word:
                    break
        self.heredocs.clear()

    def _line(self, at: int | None = None) -> int:
        return bisect_right(self.newlines, (self.at if at is None else at) - 1) + 1

    def _fail(self) -> NoReturn:
        raise self._unparsable()

    def _unparsable(self) -> Unparsable:
        return Unparsable(self._line())


def _closed(text: str, at: int) -> bool:
    """Whether a quotation that ends the text is one that has an end."""
    closing = {"'": "'", "`": "`"}.get(text[at])
    if closing is None:
        opener = text[at + 1 : at + 2]
        closing = {"(": ")", "{": "}", "'": "'"}.get(opener)
    return closing is None or (text.endswith(closing) and len(text) > at + 1)
