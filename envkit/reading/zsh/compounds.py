"""zsh's compound commands, long and short forms (zshmisc(1); parse.c)."""

from __future__ import annotations

from envkit.reading.nodes import Node
from envkit.reading.zsh.lexer import ZshLexer
from envkit.reading.zsh.loops import ZshLoops

_CASE_ENDS = (";;", ";&", ";|")


class ZshCompounds(ZshLoops):
    """if, case, groups and functions; lists and commands are the parser's part."""

    # if

    def _if(self, start: int, word: str) -> Node:
        parts: list[Node] = []
        while True:
            self._separators()
            parts.append(self._sequence())
            self._separators()
            if self.at >= len(self.text):
                self._fail()
            if self._keyword("then"):
                parts.append(self._sequence())
                braces = False
            elif self._keyword("{"):
                parts.append(self._sequence())
                self._expect("}")
                braces = True
                self._blank()
                if self.at >= len(self.text) or self.text[self.at] in "\n;":
                    break
            else:
                parts.append(self._short())
                if self._keyword("else"):
                    self._fail()
                break
            if self._keyword("fi"):
                break
            if self._keyword("else"):
                parts.append(self._else(braces))
                break
            if not self._keyword("elif"):
                self._fail()
        return Node("if", start, self._line(), parts=tuple(parts))

    def _else(self, braces: bool) -> Node:
        self._separators()
        if braces and self._keyword("{"):
            part = self._sequence()
            self._expect("}")
        else:
            part = self._sequence()
            self._expect("fi")
        return part

    # case

    def _case(self, start: int, word: str) -> Node:
        self._blank()
        subject = self._word()
        self._separators()
        if self._keyword("in"):
            closing = "esac"
        elif self._keyword("{"):
            closing = "}"
        else:
            self._fail()
        items: list[Node] = []
        while True:
            self._separators()
            if self._keyword("esac") or self._keyword("}"):
                break
            item, ended = self._item(closing)
            items.append(item)
            if ended:
                break
        return Node("case", start, self._line(), (subject,), tuple(items))

    def _item(self, closing: str) -> tuple[Node, bool]:
        start = self._line()
        patterns = self._patterns()
        parts = self._list()
        self._separators()
        for sign in _CASE_ENDS:
            if self._take(sign):
                words = (*patterns, {";|": ";;&"}.get(sign, sign))
                return Node("item", start, self._line(), words, parts), False
        self._expect(closing)
        return Node("item", start, self._line(), (*patterns, ";;"), parts), True

    def _patterns(self) -> list[str]:
        """`a|b)`, `(a|b)`, `(a)*)`: with its own bracket, or one that belongs to the pattern."""
        if self._ahead("("):
            whole = self._word()
            self._blank()
            if not (self._ahead(")") or self._ahead("|")):
                if not _whole_bracket(whole):
                    self._fail()
                return [part.strip() for part in _alternatives(whole[1:-1])]
            patterns = [whole]
        else:
            patterns = ["" if self._ahead("|") else self._word()]
        while True:
            self._blank()
            if self._take(")"):
                return patterns
            if not self._take("|"):
                self._fail()
            self._blank()
            patterns.append("" if self.text[self.at : self.at + 1] in ("|", ")") else self._word())

    # Groups, functions

    def _group(self, start: int, word: str) -> Node:
        parts = self._list()
        self._separators()
        self._expect("}")
        node = Node("group", start, self._line(), parts=parts)
        self._blank()
        if self._plain_word() != "always":
            return node
        self.at += len("always")
        self._separators()
        self._expect("{")
        last = self._sequence()
        self._expect("}")
        return Node("always", start, self._line(), parts=(node, last))

    def _function(self, start: int, word: str) -> Node:
        names: list[str] = []
        self._blank()
        while not self._at_end_of_word():
            if self._ahead("{") and self.text[self.at + 1 : self.at + 2] in (" ", "\t", "\n", ""):
                break
            names.append(self._word())
            self._blank()
        names = [name for i, name in enumerate(names) if not (i == 0 and name in ("-T", "--"))]
        self._take("()")
        return self._body_of(names, start, True)

    def _at_end_of_word(self) -> bool:
        if self.at >= len(self.text) or self.text[self.at] in "\n;&|)":
            return True
        return self._ahead("()") or (self.text[self.at] in "<>" and not self._opens_word())

    def _body_of(self, names: list[str], start: int, keyword: bool) -> Node:
        """A function's body: a group, or one command; then the arguments where it has no name."""
        self._separators()
        begin = self._line()
        if self._keyword("{"):
            parts = self._list()
            self._separators()
            self._expect("}")
            body = Node("group", begin, self._line(), parts=parts)
        else:
            body = self._short() if keyword else self._command()
        if names:
            return Node("function", start, self._line(), tuple(names), (body,))
        arguments = []
        self._blank()
        while not self._at_end_of_word() and self._plain_word() != "}":
            arguments.append(self._word())
            self._blank()
        last = self._line(max(self.at - 1, 0))
        return Node("anonymous", start, last, tuple(arguments), (body,))


def _whole_bracket(word: str) -> bool:
    """Whether the bracket that begins a word ends with it."""
    depth = at = 0
    lexer = ZshLexer(word)
    while at < len(word):
        depth += (word[at] == "(") - (word[at] == ")")
        at = lexer._skip(at)
        if not depth:
            return at == len(word)
    return False


def _alternatives(text: str) -> list[str]:
    """`a|(b|c)` at its outer bars."""
    parts: list[str] = []
    depth = last = at = 0
    lexer = ZshLexer(text)
    while at < len(text):
        depth += (text[at] == "(") - (text[at] == ")")
        if text[at] == "|" and not depth:
            parts.append(text[last:at])
            last = at + 1
        at = lexer._skip(at)
    return [*parts, text[last:]]
