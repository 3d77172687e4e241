"""zsh text -> Node: a recursive descent parser that accepts what zsh accepts (parse.c).

A line is taken whole, as zsh takes it, so that a syntax error leaves what stands before it and
spoils the rest. Beside the kinds of nodes that all shells share:

    always      words: none             parts: the group, what always runs
    anonymous   words: its arguments    parts: the body of a function that runs at once
    count       words: the three of `for ((a; b; c))`        parts: the body
    repeat      words: how often        parts: the body
    subshell    words: `&` where it is in the background; time: parts: what it times
    select      as `for`; a `for` may name several variables, a `function` several functions
"""

from __future__ import annotations

from envkit.reading.nodes import Node
from envkit.reading.scanner import Unparsable
from envkit.reading.zsh.compounds import ZshCompounds
from envkit.reading.zsh.tests import CLOSING, DECLARES, METHODS, RESERVED


class ZshParser(ZshCompounds):
    """The grammar."""

    def program(self) -> tuple[list[Node], int | None]:
        """The complete lines, and the line of the syntax error that ends them, if any."""
        found: list[Node] = []
        start = 0
        try:
            while True:
                while self._newline():
                    pass
                if self.at >= len(self.text):
                    return found, None
                start = self.at
                row = self._row()
                self._blank()
                if self.at < len(self.text) and self.text[self.at] != "\n":
                    self._fail()
                found += self._with_heredocs(row)
        except Unparsable:
            return found, self._line(min(start, max(len(self.text) - 1, 0)))
        except RecursionError:
            return found, self._line(start)

    def _with_heredocs(self, row: list[Node]) -> list[Node]:
        """A row whose here-documents follow it ends where the last of them ends."""
        if not self.heredocs or not self._ahead("\n"):
            return row
        self.at += 1
        self._skip_heredocs()
        last = self._line(self.at - 1)
        return [_reaching(node, last) for node in row]

    # Lists

    def _row(self) -> list[Node]:
        """The commands up to a newline, a closing word or a closing bracket."""
        found: list[Node] = []
        while True:
            self._blank()
            while self._semicolon():
                self._blank()
            if self._at_end_of_list():
                return found
            node = self._sublist()
            self._blank()
            if self._ahead("&") and not self._ahead("&&"):
                self.at += 2 if self.text[self.at + 1 : self.at + 2] in ("|", "!") else 1
                node = Node("subshell", node.line, node.last, ("&",), (node,))
            elif not self._semicolon():
                found.append(node)
                return found
            found.append(node)

    def _list(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while True:
            self._separators()
            row = self._row()
            self._blank()
            more = self._ahead("\n")
            found += self._with_heredocs(row)
            if not more:
                return tuple(found)

    def _at_end_of_list(self) -> bool:
        if self.at >= len(self.text) or self.text[self.at] in "\n)":
            return True
        if any(map(self._ahead, (";;", ";&", ";|"))):
            return True
        return self._plain_word() in CLOSING

    def _sublist(self) -> Node:
        left = self._negated()
        while True:
            self._blank()
            kind = "and" if self._ahead("&&") else "or" if self._ahead("||") else ""
            if not kind:
                return left
            self.at += 2
            self._separators()
            if self.at >= len(self.text):
                return left
            right = self._negated()
            left = Node(kind, left.line, right.last, parts=(left, right))

    def _negated(self) -> Node:
        self._blank()
        start = self._line()
        word = self._plain_word()
        if word not in ("!", "coproc"):
            return self._pipeline()
        self.at += len(word)
        self._blank()
        inner = Node("sequence", start, start) if self._nothing_ahead() else self._pipeline()
        if word == "!":
            return Node("not", start, inner.last, parts=(inner,))
        return Node("subshell", start, inner.last, ("&",), (inner,))

    def _nothing_ahead(self) -> bool:
        return self._at_end_of_list() or self.text[self.at] in ";&|"

    def _pipeline(self) -> Node:
        self._blank()
        start = self._line()
        parts = [self._command()]
        while True:
            self._blank()
            if not self._ahead("|") or self._ahead("||"):
                break
            self.at += 2 if self._ahead("|&") else 1
            self._separators()
            parts.append(self._command())
        if len(parts) == 1:
            return parts[0]
        return Node("pipe", start, self._line(max(self.at - 1, 0)), parts=tuple(parts))

    # Commands

    def _command(self) -> Node:
        self._blank()
        start, begin = self._line(), self.at
        while self._redirection():
            self._blank()
        redirected = self.at > begin
        word = self._reserved()
        if word == "time" and not redirected:
            return self._timed(start)
        node = self._compound(start, word)
        if node is not None:
            return self._redirected(node)
        if word == "nocorrect":
            self.at += len(word)
            begin = self.at
        elif word in RESERVED and not redirected:
            self._fail()
        return self._simple(start, begin)

    def _timed(self, start: int) -> Node:
        self.at += len("time")
        self._blank()
        if self._nothing_ahead():
            return Node("sequence", start, start)
        inner = self._pipeline()
        return Node("time", start, inner.last, parts=(inner,))

    def _compound(self, start: int, word: str) -> Node | None:
        if self._ahead("((") and (text := self._arithmetic()) is not None:
            return Node("arithmetic", start, self._line(), (text,))
        if self._ahead("(") and not self._ahead("()"):
            self.at += 1
            parts = self._list()
            if not self._take(")"):
                self._fail()
            return Node("subshell", start, self._line(), parts=parts)
        if word not in METHODS:
            return None
        self.at += len(word)
        node: Node = getattr(self, METHODS[word])(start, word)
        return node

    def _arithmetic(self) -> str | None:
        """The text within `(( ))`; None where the two brackets do not close together."""
        begin = self.at
        try:
            end = self._math(begin + 2, ")")
        except Unparsable:
            return None
        if not self.text.startswith(")", end):
            return None
        self.at = end + 1
        return self.text[begin + 2 : end - 1]

    def _simple(self, start: int, begin: int) -> Node:
        words: list[str] = []
        end, assigns, declares, given = self.at, True, False, False
        while True:
            end = self.at
            self._blank()
            if self._redirection():
                continue
            if self.at >= len(self.text) or self.text[self.at] in "\n;&|)":
                break
            if self._ahead("()"):
                if given:
                    self._fail()
                self.at += 2
                return self._redirected(self._body_of(words, start, False))
            plain = self._plain_word()
            if plain == "}" or (assigns and plain in RESERVED and self.at > begin):
                break
            if self._ahead("(") and assigns and words:
                self._fail()
            word = self._word(assigns and not words, assigns or declares)
            given = given or self.value_at >= 0
            if assigns and self.value_at < 0:
                assigns = False
                declares = plain in DECLARES
            words.append(word)
        if self.at == begin or (end == begin and not words):
            self._fail()
        last = self._line(max(end - 1, 0))
        return Node("command", start, last, tuple(words), text=self.text[begin:end])

    def _redirected(self, node: Node) -> Node:
        while True:
            self._blank()
            if not self._redirection():
                return node

    def _substitution(self, at: int) -> int:
        """The end of the commands within `$( )`, which are parsed to find it."""
        outer = (self.at, self.heredocs, self.depth, self.braces, self.value_at)
        self.at, self.heredocs = at, []
        self._list()
        self._blank()
        if not self._take(")"):
            self._fail()
        end = self.at
        self.at, self.heredocs, self.depth, self.braces, self.value_at = outer
        return end


def _reaching(node: Node, last: int) -> Node:
    """A statement, and what in it has a here-document, up to the line where that ends."""
    parts = (
        _reaching(part, last) if "<<" in part.text or part.parts else part for part in node.parts
    )
    return node._replace(last=last, parts=tuple(parts))
