"""The words of zsh text as zsh's own lex.c cuts them: quotes, expansions, brackets, here-documents.

Unlike in other shells a bracket may stand in a word (`*(N)`, `(a|b)*`), and a `}` at a word's end
closes a group.
"""

from __future__ import annotations

import re

from envkit.reading.zsh.quotes import ZshQuotes

_REDIRECT = re.compile(
    r"(?:\d(?=[<>])|\{[A-Za-z_]\w*\}(?=[<>]))?"
    r"(<<<|<<-?|<>|<&(?!\()|<(?!\()|&>>?[|!]?|>>?&[|!]?|>>?[|!]?(?!\())"
)
_NUMBERS = re.compile(r"<\d*-\d*>")
_BRACKETS = re.compile(r"\([ \t]*\)")
_TARGET = re.compile(r"[A-Za-z_]\w*|\d+")


class ZshLexer(ZshQuotes):
    """Words, redirections, and what stands between them."""

    depth = braces = 0
    value_at = loose = -1

    # Words

    def _word(self, first: bool = False, assigns: bool = False) -> str:
        """One raw word; `first`: as a command, `assigns`: may be `name=value` or `name=(…)`."""
        start = self.at
        self.depth = self.braces = 0
        self.value_at = -1
        text = self.text
        while self.at < len(text):
            if not self._step(start, first, assigns):
                break
        if self.at == start:
            self._fail()
        word = text[start : self.at]
        if len(word) > 1 and self.loose == self.at and self.value_at < 0:
            self.at -= 1  # `{foo}`: the brace is a word of its own
            word = word[:-1]
        return word

    def _step(self, start: int, first: bool, assigns: bool) -> bool:
        """Take one character or one stretch that holds together; False where the word ends."""
        text, at = self.text, self.at
        char = text[at]
        if char in " \t\n":
            if not self.depth:
                return False
            self.at += 1
        elif char in ";&":
            return False
        elif char == "|":
            if not self.depth:
                return False
            self.at += 1
        elif char in "<>":
            return self._angle()
        elif char == "(":
            return self._open(start)
        elif char == ")":
            if not self.depth:
                return False
            self.depth -= 1
            self.at += 1
        elif char in "{}":
            self._brace_in_word(char)
        elif char == "=":
            return self._equals(start, assigns)
        elif char == "[" and assigns and self.value_at < 0 and _TARGET.fullmatch(text, start, at):
            self.at = self._subscript(at + 1)
        else:
            self.at = self._skip(at)
        return True

    def _brace_in_word(self, char: str) -> None:
        self.at += 1
        if char == "{":
            self.braces += 1
        elif self.braces:
            self.braces -= 1
        else:
            self.loose = self.at

    def _angle(self) -> bool:
        numbers = _NUMBERS.match(self.text, self.at)
        if numbers:
            self.at = numbers.end()
            return True
        if self.text[self.at + 1 : self.at + 2] != "(":
            return False
        self.at = self._substitution(self.at + 2)
        return True

    def _open(self, start: int) -> bool:
        """`(` within a word; `()` and `( )` stand alone: a function."""
        if not self.depth and self._ahead("()"):
            return False
        self.depth += 1
        self.at += 1
        return True

    def _equals(self, start: int, assigns: bool) -> bool:
        """`=`: the end of a name, or `=(…)` at the beginning of a word or value."""
        begins = self.at == start or self.at == self.value_at
        self.at += 1
        if begins:
            if self._ahead("("):
                self.at = self._substitution(self.at + 1)
        elif assigns and self.value_at < 0 and not (self.braces or self.depth):
            name = self.text[start : self.at - 1].removesuffix("+")
            if _is_target(name):
                self.value_at = self.at
                if self._ahead("("):
                    self.at += 1
                    self._elements()
                    return False
        return True

    def _elements(self) -> None:
        """The elements of `name=( … )`; newlines and semicolons may stand between them."""
        depth, value_at = self.depth, self.value_at
        while True:
            self._separators()
            if self._ahead(")"):
                break
            at_end = self.at >= len(self.text) or self.text[self.at] in "&|<>"
            if at_end and not self._opens_word():
                self._fail()
            if self._ahead("}") and self._plain_word() == "}":
                self._fail()
            self._word()
        self.at += 1
        self.depth, self.value_at = depth, value_at

    def _opens_word(self) -> bool:
        """Whether a `<` or `>` that stands here begins a word: `<(…)`, `<1-5>`."""
        rest = self.text[self.at : self.at + 2]
        return rest in ("<(", ">(") or _NUMBERS.match(self.text, self.at) is not None

    def _subscript(self, at: int) -> int:
        """The end of `[…]` behind the name of what is assigned."""
        depth = 1
        while at < len(self.text):
            char = self.text[at]
            if char == "\n" and depth == 1:
                break
            depth += (char == "[") - (char == "]")
            at = self._skip(at)
            if not depth:
                return at
        return self.at + 1  # no subscript, after all

    # Redirections and here-documents

    def _redirection(self) -> bool:
        if self._opens_word():
            return False
        found = _REDIRECT.match(self.text, self.at)
        if not found:
            return False
        self.at = found.end()
        self._blank()
        target = self._word()
        if found[1] in ("<<", "<<-"):
            plain = re.sub(r"\\(.)|[\"']|\$(?=')", r"\1", target)
            self.heredocs.append((plain, found[1] == "<<-", plain == target))
        return True

    def _skip_heredocs(self) -> None:
        for word, tabs, expands in self.heredocs:
            begin = last = self.at
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                row = self.text[self.at : end]
                last, self.at = self.at, min(end + 1, len(self.text))
                if (row.lstrip("\t") if tabs else row) == word:
                    break
            else:
                last = self.at
            if expands and "$(" in self.text[begin:last]:
                type(self)(self.text[begin:last] + '"')._double(0)
        self.heredocs.clear()

    # What stands ahead

    def _plain_word(self) -> str:
        """The plain word that begins here: reserved words are seen unquoted only."""
        end = self.at
        text = self.text
        while end < len(text) and text[end] not in " \t\n;&|<>()":
            if text[end] in "\\'\"$`":
                return ""
            end += 1
        follows = text[end : end + 2]
        if follows[:1] == "(" and follows != "()" and end > self.at:
            return ""  # the bracket belongs to the word
        return "" if follows in ("<(", ">(") else text[self.at : end]

    def _ahead(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _take(self, sign: str) -> bool:
        if not self._ahead(sign):
            return False
        self.at += len(sign)
        return True

    def _blank(self) -> None:
        text = self.text
        while self.at < len(text):
            if text[self.at] in " \t":
                self.at += 1
            elif text.startswith("\\\n", self.at):
                self.at += 2
            elif text[self.at] == "#":
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            else:
                return

    def _newline(self) -> bool:
        self._blank()
        if not self._take("\n"):
            return False
        self._skip_heredocs()
        return True

    def _separators(self) -> bool:
        """Newlines and single semicolons; whether there was any."""
        start = self.at
        while self._newline() or self._semicolon():
            pass
        return self.at > start

    def _semicolon(self) -> bool:
        if not self._ahead(";") or self.text[self.at + 1 : self.at + 2] in (";", "&", "|"):
            return False
        self.at += 1
        return True


def _is_target(name: str) -> bool:
    """Whether something can be assigned to it: a name, perhaps with a subscript."""
    found = _TARGET.match(name)
    if not found:
        return False
    rest = name[found.end() :]
    return not rest or (rest[0] == "[" and rest[-1] == "]")
