"""Compound commands: if, while, for, case, groups, `[[ ]]`, functions (POSIX.1-2017 2.9.4)."""

from __future__ import annotations

from envkit.reading import split
from envkit.reading.nodes import Node
from envkit.reading.scanner import Scanner

COMPOUND = frozenset(("if", "while", "until", "for", "select", "case", "{", "[[", "function"))


class Compounds(Scanner):
    """What follows a reserved word; lists and commands are the parser's part."""

    def _list(self, *closing: str) -> tuple[Node, ...]:
        """Commands over several lines."""
        raise NotImplementedError

    def _command(self) -> Node:
        """One command."""
        raise NotImplementedError

    def _if(self, start: int, word: str) -> Node:
        parts = [self._sequence("then")]
        self._expect("then")
        parts.append(self._sequence("elif", "else", "fi"))
        while self._take_word("elif"):
            parts.append(self._sequence("then"))
            self._expect("then")
            parts.append(self._sequence("elif", "else", "fi"))
        if self._take_word("else"):
            parts.append(self._sequence("fi"))
        self._expect("fi")
        return Node("if", start, self._line(), parts=tuple(parts))

    def _while(self, start: int, word: str) -> Node:
        condition = self._sequence("do")
        return Node(word, start, self._line(), parts=(condition, self._do("while{")))

    def _do(self, braces: str = "for{") -> Node:
        self._newlines()
        closing = "}" if self._word_ahead() == "{" and self.has(braces) else "done"
        self._expect("{" if closing == "}" else "do")
        body = self._sequence(closing)
        self._expect(closing)
        return body

    def _for(self, start: int, word: str) -> Node:
        self._blank()
        if self._ahead("((") and self.has("for(("):
            if self._arithmetic() is None:
                self._fail()
            self._separator()
            condition = Node("arithmetic", start, start, ("?",))
            return Node("while", start, self._line(), parts=(condition, self._do()))
        words = [self._word()]
        if self.dialect in ("dash", "ash", "mksh") and not words[0].isidentifier():
            self._fail()
        self._newlines()
        if self._take_word("in"):
            while not self._at_separator():
                words.append(self._word())
            self._separator()
        else:
            words.append('"$@"')
            self._separator()
        return Node("for", start, self._line(), tuple(words), (self._do(),))

    def _case(self, start: int, word: str) -> Node:
        self._blank()
        subject = self._word()
        self._newlines()
        braces = self.has("case{") and self._take_word("{")
        if not braces:
            self._expect("in")
        closing = "}" if braces else "esac"
        items: list[Node] = []
        while True:
            self._newlines()
            if self._take_word(closing):
                return Node("case", start, self._line(), (subject,), tuple(items))
            items.append(self._item(closing))

    def _item(self, closing: str) -> Node:
        start = self._line()
        self._take("(")
        words = []
        while True:
            self._blank()
            words.append(self._word())
            self._blank()
            if self._take(")"):
                break
            self._expect("|")
        parts = self._list(";;", ";&", ";|", closing)
        end = ";;"
        for sign in (";;&", ";&", ";|", ";;"):
            if self._ahead(sign):
                if sign != ";;" and not self.has(sign):
                    self._fail()
                self.at += len(sign)
                end = ";;&" if sign == ";|" else sign
                break
        return Node("item", start, self._line(), (*words, end), parts)

    def _group(self, start: int, word: str) -> Node:
        parts = self._list("}")
        self._expect("}")
        return Node("group", start, self._line(), parts=parts)

    def _test(self, start: int, word: str) -> Node:
        begin = self.at
        while self.at < len(self.text):
            if self._word_ahead() == "]]":
                text = self.text[begin : self.at]
                self.at += 2
                return Node("test", start, self._line(), split.words(text, "[["))
            char = self.text[self.at]
            self.at = self.at + 1 if char in " \t\n" else self._token_end()
        raise self._unparsable()

    def _function(self, start: int, word: str) -> Node:
        self._blank()
        name = self._word()
        self._blank()
        if self._ahead("(") and not self.has("function()"):
            self._fail()
        if self._take("("):
            self._blank()
            self._expect(")")
        return self._body_of(name, start, word)

    def _body_of(self, name: str, start: int, word: str = "") -> Node:
        """`word` is `function` where that stands before the name; ksh tells the two apart."""
        self._newlines()
        plain = not (self._ahead("(") or self._word_ahead() in COMPOUND)
        if plain and (word or self.dialect in ("bash", "ksh")):
            self._fail()
        body = self._command()
        return Node("function", start, body.last, (name, word) if word else (name,), (body,))

    def _sequence(self, *closing: str) -> Node:
        self._blank()
        start = self._line()
        parts = self._list(*closing)
        return Node("sequence", start, self._line(max(self.at - 1, 0)), parts=parts)


METHODS = {
    "if": "_if",
    "while": "_while",
    "until": "_while",
    "for": "_for",
    "select": "_for",
    "case": "_case",
    "{": "_group",
    "[[": "_test",
    "function": "_function",
}
