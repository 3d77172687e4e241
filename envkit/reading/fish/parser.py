"""fish's grammar (fish 3.6): tokens into the tree of a file.

The tree is that of `reading.nodes`, where `and`, `or` with one part go by the status before them,
`case` is fish's switch, `group` its begin, and a function's words are its name and options.
"""

from __future__ import annotations

import re

from envkit.reading.fish import errors
from envkit.reading.fish.scanner import Broken, Token
from envkit.reading.fish.tokens import BLOCKS, CLOSING, DECORATIONS, Tokens, keyword
from envkit.reading.nodes import Node

_ASSIGNMENT = re.compile(r"\w+(\[.*?\])?=", re.DOTALL)


class Parser(Tokens):
    """One text; `line` is the number of its first line."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text, line)
        self.loops = 0

    def program(self) -> list[Node]:
        """The statements of the whole text; Broken where fish would run none of them."""
        nodes = self.jobs(())
        if self.peek().kind != "eof":
            raise Broken(self.peek().line)
        return nodes

    # Statements

    def jobs(self, closing: tuple[str, ...]) -> list[Node]:
        """Statements up to a keyword of `closing`, or the end."""
        nodes: list[Node] = []
        background = False
        while True:
            token = self.peek()
            if token.kind == "end":
                self.take()
                continue
            if token.kind == "eof" or keyword(token) in closing:
                return nodes
            if token.kind != "word" or keyword(token) in CLOSING:
                raise Broken(token.line)
            joined = keyword(token) in ("and", "or") and not self.naked(token)
            if joined and background:
                raise Broken(token.line)
            node, background = self.conjunction()
            if joined and nodes:
                first = nodes.pop()
                node = node._replace(line=first.line, parts=(first, *node.parts))
            nodes.append(node)

    def conjunction(self) -> tuple[Node, bool]:
        """`[and|or] job [&& job] [|| job]`; and whether it runs in the background."""
        token = self.peek()
        decorator = ""
        if keyword(token) in ("and", "or") and not self.naked(token):
            decorator = keyword(self.take())
        node, background = self.job()
        while self.peek().kind in ("and", "or"):
            kind = self.take().kind
            self.newlines()
            right, background = self.job()
            node = Node(kind, node.line, right.last, parts=(node, right))
        if self.peek().kind not in ("end", "eof") and not background:
            raise Broken(self.peek().line)
        if decorator:
            node = Node(decorator, token.line, node.last, parts=(node,))
        return node, background

    def job(self) -> tuple[Node, bool]:
        """A pipeline, and whether `&` stands behind it."""
        start = self.peek().start
        if keyword(self.peek()) == "time" and not self.naked(self.peek()):
            self.take()
        parts = [self.statement(False)]
        while self.peek().kind == "pipe":
            self.take()
            self.newlines()
            parts.append(self.statement(True))
        if len(parts) > 1:
            errors.check_pipeline(parts)
        background = self.peek().kind == "background"
        if background:
            self.take()
        node = parts[0]
        if len(parts) > 1:
            text = self.text_from(start)
            node = Node("pipe", node.line, parts[-1].last, parts=tuple(parts), text=text)
        if background:
            node = Node("background", node.line, node.last, parts=(node,))
        return node, background

    def statement(self, piped: bool) -> Node:
        """One statement, with the assignments before it."""
        first = self.peek()
        assignments = self._assignments()
        token = self.peek()
        if token.kind != "word":
            raise Broken(token.line)
        word = keyword(token)
        naked = self.naked(token)
        if word in ("not", "!") and not naked:
            return self._not(first)
        if word == "end" or (piped and word in ("and", "or", "time", "case")):
            raise Broken(token.line)
        if word in BLOCKS and not naked:
            node = getattr(self, f"_{word}")(first)
            assert isinstance(node, Node)
            self._redirections()
            return node._replace(last=self.last, text=self.text_from(first.start))
        return self._command(first, assignments)

    def _not(self, first: Token) -> Node:
        self.take()
        self._assignments()
        if keyword(self.peek()) == "time" and not self.naked(self.peek()):
            self.take()
        inner = self.statement(False)
        text = self.text_from(first.start)
        return Node("not", first.line, inner.last, parts=(inner,), text=text)

    def _assignments(self) -> list[str]:
        found: list[str] = []
        while _ASSIGNMENT.match(self.peek().text) and self.peek(1).kind == "word":
            found.append(self.take().text)
        return found

    def _command(self, first: Token, assignments: list[str]) -> Node:
        start = first.start
        words = list(assignments)
        decoration = ""
        token = self.peek()
        if keyword(token) in DECORATIONS and self.peek(1).kind == "word":
            if not (keyword(token) != "exec" and self.peek(1).text.startswith("-")):
                decoration = keyword(token)
            words.append(self.take().text)
        command = self.take()
        helps = self.peek().text in ("-h", "--help")
        errors.check_command(command, decoration, self.loops > 0 or helps)
        words.append(command.text)
        words += self._arguments()
        return Node("command", first.line, self.last, tuple(words), text=self.text_from(start))

    def _arguments(self) -> list[str]:
        words: list[str] = []
        while True:
            token = self.peek()
            if token.kind == "word":
                self.take()
                errors.check_word(token)
                words.append(token.text)
            elif token.kind == "redirect":
                self._redirection()
            else:
                return words

    def _redirection(self) -> None:
        self.take()
        self.expect("word")

    def _redirections(self) -> None:
        """Those behind a block, where no argument may stand."""
        while self.peek().kind == "redirect":
            self._redirection()
        if self.peek().kind == "word":
            raise Broken(self.peek().line)

    # Blocks

    def _body(self, closing: tuple[str, ...]) -> Node:
        line = self.peek().line
        nodes = self.jobs(closing)
        return Node("sequence", nodes[0].line if nodes else line, self.last, parts=tuple(nodes))

    def _condition(self) -> Node:
        """`if`'s and `while`'s: a statement, and those of `and` and `or` that follow it."""
        node, background = self.conjunction()
        while True:
            if background:
                raise Broken(node.line)
            ahead = 0
            while self.peek(ahead).kind == "end":
                ahead += 1
            if keyword(self.peek(ahead)) not in ("and", "or"):
                return node
            for _ in range(ahead):
                self.take()
            if self.naked(self.peek()):
                return node
            more, background = self.conjunction()
            node = more._replace(line=node.line, parts=(node, *more.parts))

    def _if(self, first: Token) -> Node:
        self.take()
        parts = [self._condition(), self._body(("end", "else"))]
        while keyword(self.peek()) == "else":
            self.take()
            if keyword(self.peek()) == "if":
                self.take()
                parts += [self._condition(), self._body(("end", "else"))]
                continue
            self.expect("end")
            parts.append(self._body(("end",)))
            break
        self.expect("word", "end")
        return Node("if", first.line, self.last, parts=tuple(parts))

    def _while(self, first: Token) -> Node:
        self.take()
        self.loops += 1
        condition = self._condition()
        body = self._body(("end",))
        self.loops -= 1
        self.expect("word", "end")
        return Node("while", first.line, self.last, parts=(condition, body))

    def _for(self, first: Token) -> Node:
        self.take()
        name = self.expect("word")
        errors.check_word(name)
        self.expect("word", "in")
        words = self._words()
        self.loops += 1
        body = self._body(("end",))
        self.loops -= 1
        self.expect("word", "end")
        return Node("for", first.line, self.last, (name.text, *words), (body,))

    def _words(self) -> list[str]:
        """Words up to the end of the line."""
        words: list[str] = []
        while self.peek().kind == "word":
            token = self.take()
            errors.check_word(token)
            words.append(token.text)
        self.expect("end")
        return words

    def _begin(self, first: Token) -> Node:
        self.take()
        body = self._body(("end",))
        self.expect("word", "end")
        return Node("group", first.line, self.last, parts=body.parts)

    def _function(self, first: Token) -> Node:
        self.take()
        words = self._words()
        if not words:
            raise Broken(first.line)
        outer, self.loops = self.loops, 0
        body = self._body(("end",))
        self.loops = outer
        self.expect("word", "end")
        return Node("function", first.line, self.last, tuple(words), (body,))

    def _switch(self, first: Token) -> Node:
        self.take()
        subject = self.expect("word")
        errors.check_word(subject)
        self.expect("end")
        items: list[Node] = []
        while True:
            while self.peek().kind == "end":
                self.take()
            token = self.take()
            if keyword(token) == "end":
                return Node("case", first.line, self.last, (subject.text,), tuple(items))
            if keyword(token) != "case":
                raise Broken(token.line)
            patterns = self._words()
            nodes = self.jobs(("end", "case"))
            items.append(Node("item", token.line, self.last, tuple(patterns), tuple(nodes)))
