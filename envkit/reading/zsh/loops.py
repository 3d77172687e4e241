"""zsh's loops: for, foreach, select, while, until, repeat, long and short (parse.c, par_for)."""

from __future__ import annotations

import re

from envkit.reading.nodes import Node
from envkit.reading.zsh.tests import DECLARES, RESERVED, ZshTests

_IDENTIFIER = re.compile(r"\w+")


class ZshLoops(ZshTests):
    """What follows a reserved word; lists and commands are the parser's part."""

    def _list(self) -> tuple[Node, ...]:
        """Commands over several lines, as many as there are."""
        raise NotImplementedError

    def _sublist(self) -> Node:
        """One command with its `&&` and `||`."""
        raise NotImplementedError

    def _command(self) -> Node:
        """One command."""
        raise NotImplementedError

    def _at_end_of_list(self) -> bool:
        """Whether no command can begin here."""
        raise NotImplementedError

    def _sequence(self) -> Node:
        self._blank()
        start = self._line()
        parts = self._list()
        return Node("sequence", start, self._line(max(self.at - 1, 0)), parts=parts)

    def _short(self) -> Node:
        """The one command of a short form, or none."""
        self._blank()
        start = self._line()
        if self._at_end_of_list() or self.text[self.at] in ";&|":
            return Node("sequence", start, start)
        node = self._sublist()
        return Node("sequence", start, node.last, parts=(node,))

    def _while(self, start: int, word: str) -> Node:
        condition = self._sequence()
        return Node(word, start, self._line(), parts=(condition, self._body()))

    def _body(self, closing: str = "") -> Node:
        """`do … done`, `{ … }`, `… end` of a foreach, or one command."""
        self._separators()
        if self._keyword("do"):
            body, end = self._sequence(), "done"
        elif self._keyword("{"):
            body, end = self._sequence(), "}"
        elif closing:
            body, end = self._sequence(), closing
        else:
            return self._short()
        self._expect(end)
        return body._replace(last=self._line())

    def _for(self, start: int, word: str) -> Node:
        self._blank()
        if word == "for" and self._take("(("):
            return self._counted(start)
        names = [self._name()]
        self._blank()
        while word != "select" and self._names_more():
            names.append(self._name())
            self._blank()
        before = self.at
        self._lines()
        if self._keyword("in"):
            items = self._items()
        elif self.at == before and self._take("("):
            items = self._bracketed()
        else:
            items = ['"$@"']
        body = self._body("end" if word == "foreach" else "")
        kind = "select" if word == "select" else "for"
        last = self._line(max(self.at - 1, 0))
        return Node(kind, start, last, (" ".join(names), *items), (body,))

    def _name(self) -> str:
        word = self._word()
        if not _IDENTIFIER.fullmatch(word):
            self._fail()
        return word

    def _names_more(self) -> bool:
        """Whether a further variable of the loop stands here, and not what follows them."""
        if self.at >= len(self.text) or self.text[self.at] in "\n;&|()<>{":
            return False
        word = self._plain_word()
        return word != "in" and word not in RESERVED and word not in DECLARES

    def _items(self) -> list[str]:
        items: list[str] = []
        while True:
            self._blank()
            if self._ahead("\n") or self._ahead(";"):
                return items
            items.append(self._word())

    def _bracketed(self) -> list[str]:
        """The items of `for x ( … )`."""
        items: list[str] = []
        while True:
            self._separators()
            if self._take(")"):
                return items
            items.append(self._word())

    def _counted(self, start: int) -> Node:
        """`for ((a; b; c))`."""
        begin = self.at
        self.at = self._math(begin, ")")
        text = self.text[begin : self.at - 1]
        if not self._take(")") or text.count(";") < 2:
            self._fail()
        first, condition, *rest = text.split(";")
        body = self._body()
        words = (first, condition, ";".join(rest))
        return Node("count", start, self._line(), words, (body,))

    def _repeat(self, start: int, word: str) -> Node:
        self._blank()
        count = self._word()
        return Node("repeat", start, self._line(), (count,), (self._body(),))
