"""sh and bash text -> Node: a recursive descent parser that accepts what the shells accept.

A complete command is taken as the shell takes it, up to its newline, so that a syntax error leaves
what stands before it and spoils the rest, in this parser as in the shell. `dash` leaves out what
only bash knows: `[[`, `((`, `function`, arrays, `<<<`, `<(`, `&>`, `;&`.
"""

from __future__ import annotations

from envkit.reading.compounds import COMPOUND, METHODS, Compounds
from envkit.reading.nodes import Node
from envkit.reading.scanner import Unparsable

_KORN_ONLY = frozenset(("[[", "function", "select"))
_RESERVED = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "}", "in", ";;"))


class Parser(Compounds):
    """The grammar (POSIX.1-2017 2.10, and what bash adds)."""

    def program(self) -> tuple[list[Node], int | None]:
        """The complete commands, and the line of the syntax error that ends them, if any."""
        found: list[Node] = []
        try:
            while True:
                self._newlines()
                if self.at >= len(self.text):
                    return found, None
                start = self.at
                row = self._row()
                if self.at < len(self.text) and self.text[self.at] != "\n":
                    self._fail()
                if self.at == start:
                    self._fail()
                found += self._with_heredocs(row)
        except Unparsable:
            return found, self._line(min(start, len(self.text) - 1))
        except RecursionError:
            return found, self._line(start)

    def _with_heredocs(self, row: list[Node]) -> list[Node]:
        """A row whose here-documents follow it ends where the last of them ends."""
        if not self.heredocs or self.text[self.at : self.at + 1] != "\n":
            return row
        self.at += 1
        self._skip_heredocs()
        last = self._line(self.at - 1)
        return [_reaching(node, last) for node in row]

    # Lists

    def _row(self) -> list[Node]:
        """The commands up to a newline, a closing word or a closing bracket."""
        found: list[Node] = []
        while not self._at_end_of_list():
            node = self._and_or()
            self._blank()
            if self._take("&", but="&&") or (self._ends_coprocess() and self._take("|&")):
                node = Node("subshell", node.line, node.last, parts=(node,))
                found.append(node)
            elif self._ahead(";") and self.text[self.at + 1 : self.at + 2] not in (";", "&", "|"):
                self.at += 1
                found.append(node)
            else:
                found.append(node)
                break
        return found

    def _ends_coprocess(self) -> bool:
        return self._ahead("|&") and self.has("|&end")

    def _list(self, *closing: str) -> tuple[Node, ...]:
        """Commands over several lines; one at least, and one of the closing words after them."""
        found: list[Node] = []
        while True:
            self._newlines()
            if self._word_ahead() in closing or self._closes(closing):
                break
            before = self.at
            found += self._with_heredocs(self._row())
            if self.at == before:
                self._fail()
        may_be_empty = ";;" in closing or (self.has("{}") and closing[0] in ("}", ")", "done"))
        if not found and not may_be_empty:
            self._fail()
        return tuple(found)

    def _closes(self, closing: tuple[str, ...]) -> bool:
        return any(self._ahead(word) for word in closing if word in (")", ";;", ";&", ";|"))

    def _at_end_of_list(self) -> bool:
        self._blank()
        if self.at >= len(self.text) or self.text[self.at] in "\n)":
            return True
        ends = self._ahead(";;") or self._ahead(";&") or self._ahead(";|")
        return ends or self._word_ahead() in _RESERVED

    def _and_or(self) -> Node:
        left = self._pipeline()
        while True:
            self._blank()
            kind = "and" if self._ahead("&&") else "or" if self._ahead("||") else ""
            if not kind:
                return left
            self.at += 2
            self._newlines()
            right = self._pipeline()
            left = Node(kind, left.line, right.last, parts=(left, right))

    def _pipeline(self) -> Node:
        self._blank()
        start = self._line()
        if self._word_ahead() == "!":
            self.at += 1
            self._blank()
            if self._word_ahead() == "!" and not self.has("!!"):
                self._fail()
            inner = self._pipeline()
            return Node("not", start, inner.last, parts=(inner,))
        if self._word_ahead() == "time" and self.has("time"):
            self.at += 4
            self._blank()
            if self._word_ahead() == "-p":
                self.at += 2
            self._blank()
        parts = [self._command()]
        while True:
            self._blank()
            if not self._ahead("|") or self._ahead("||") or self._ends_coprocess():
                break
            self.at += 2 if self._ahead("|&") and self.has("|&") else 1
            self._newlines()
            parts.append(self._command())
        return (
            parts[0] if len(parts) == 1 else Node("pipe", start, self._line(), parts=tuple(parts))
        )

    # Commands

    def _command(self) -> Node:
        self._blank()
        start, begin = self._line(), self.at
        word = self._word_ahead()
        if self._ahead("(("):
            arithmetic = self._arithmetic() if self.has("((") else None
            if arithmetic is not None:
                return self._redirected(Node("arithmetic", start, self._line(), (arithmetic,)))
        if self._ahead("("):
            self.at += 1
            parts = self._list(")")
            self._expect(")")
            return self._redirected(Node("subshell", start, self._line(), parts=parts))
        if word in COMPOUND and (word not in _KORN_ONLY or self.has(word)):
            self.at += len(word)
            return self._redirected(getattr(self, METHODS[word])(start, word))
        if word in _RESERVED:
            self._fail()
        function = self._function_ahead(word)
        if function:
            if self.dialect in ("dash", "ash") and not word.isidentifier():
                self._fail()
            self.at = begin + function
            return self._body_of(word, start)
        return self._simple(start)

    def _simple(self, start: int) -> Node:
        words: list[str] = []
        begin = end = self.at
        while True:
            end = self.at
            self._blank()
            if self._redirection():
                continue
            if self.at >= len(self.text) or self.text[self.at] in "\n;&|)":
                break
            if self._ahead("(") or (self.text[self.at] in "<>" and not self.has("<(")):
                self._fail()
            words.append(self._word())
        if self.at == begin:
            self._fail()
        last = self._line(max(self.at - 1, 0))
        return Node("command", start, last, tuple(words), text=self.text[begin:end])

    def _redirected(self, node: Node) -> Node:
        while True:
            self._blank()
            if not self._redirection():
                return node

    def _substitution(self, at: int) -> int:
        """The end of the commands within `$( )`, which are parsed to find it."""
        outer, self.at = (self.at, self.heredocs), at
        self.heredocs = []
        self._newlines()
        if not self._ahead(")"):
            self._list(")")
        self._expect(")")
        end = self.at
        self.at, self.heredocs = outer
        return end


def _reaching(node: Node, last: int) -> Node:
    """A statement, and what in it has a here-document, up to the line where that ends."""
    parts = (
        _reaching(part, last) if "<<" in part.text or part.parts else part for part in node.parts
    )
    return node._replace(last=last, parts=tuple(parts))
