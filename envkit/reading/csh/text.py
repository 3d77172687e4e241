"""Lines of csh text, their words, and the commands on a line (tcsh(1), Lexical structure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

OPERATORS = ("&&", "||", "|&", ">>&!", ">>&", ">>!", ">&!", ">>", ">&", ">!", "<<", *"|;&<>()")
_REDIRECTS = frozenset((">>&!", ">>&", ">>!", ">&!", ">>", ">&", ">!", "<<", "<", ">"))
# Commands among whose words parentheses may stand; elsewhere they are an error.
_SPECIAL = frozenset(
    ("@", "else", "exit", "foreach", "if", "let", "repeat", "set", "switch", "while")
)
_NO_EVENT = " \t\n=~(\"'|;&<>)"  # after these a `!` is no reference to an event
_ALIAS_REFERENCE = re.compile(r"!(?::?([*^$]|\d+)|:(\d+)-(\d*))")


class Fault(Exception):
    """An error at which csh abandons all files that are open and all to come, after this line."""


class Abort(Fault):
    """An error that ends the line, too: in its words or its variables."""


class Line(NamedTuple):
    """A logical line: `number` is where it begins, `last` where it ends."""

    number: int
    last: int
    text: str


class Word(NamedTuple):
    """A word as it stands, quotes and all, or an operator."""

    text: str
    operator: bool = False


class Command(NamedTuple):
    """A simple command, or commands joined; `here`: the words that end here-documents."""

    kind: Literal["simple", "sequence", "and", "or", "pipe", "parens", "background"]
    words: tuple[Word, ...] = ()
    parts: tuple[Command, ...] = ()
    redirects: tuple[tuple[str, str], ...] = ()


def lines(content: str) -> tuple[Line, ...]:
    """The logical lines: a backslash at the end joins the next one, but not in a comment."""
    found: list[Line] = []
    raw = content.split("\n")
    if raw[-1] == "":
        raw.pop()
    at = 0
    while at < len(raw):
        first, text = at, raw[at]
        while _continues(text) and at + 1 < len(raw):
            at += 1
            text = text[:-1] + " " + raw[at]
        found.append(Line(first + 1, at + 1, text))
        at += 1
    return tuple(found)


def _continues(text: str) -> bool:
    slashes = len(text) - len(text.rstrip("\\"))
    return slashes % 2 == 1 and _comment_at(text) == len(text)


def _comment_at(text: str) -> int:
    """Where a comment begins; the text's end where none does. A `#` counts in mid-word, too."""
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char in "'\"`":
            at = _closing(text, at)
            if at < 0:
                return len(text)
        elif char == "$":
            while at + 1 < len(text) and text[at + 1] in "{?#%":
                at += 1
        elif char == "#":
            return at
        at += 1
    return len(text)


def _closing(text: str, at: int) -> int:
    """Where the quote that opens at `at` is closed; -1 nowhere."""
    end = at + 1
    while end < len(text) and text[end] != text[at]:
        end += 1
    return end if end < len(text) else -1


def words(text: str) -> list[Word]:
    """The words and operators of a line; Fault at a quote without its fellow, or an event."""
    found: list[Word] = []
    text = text[: _comment_at(text)]
    _refuse_events(text)
    at = 0
    while at < len(text):
        if text[at] in " \t":
            at += 1
            continue
        sign = next((sign for sign in OPERATORS if text.startswith(sign, at)), "")
        if sign:
            found.append(Word(sign, operator=True))
            at += len(sign)
            continue
        end = _word_end(text, at)
        found.append(Word(text[at:end]))
        at = end
    return found


def _word_end(text: str, at: int) -> int:
    while at < len(text) and text[at] not in " \t|;&<>()":
        if text[at] == "\\":
            at += 1
        elif text[at] in "'\"`":
            at = _closing(text, at)
            if at < 0:
                raise Abort("a quote is not closed")
        elif text[at] == "$" and text[at + 1 : at + 2] == "<":
            at += 1
        at += 1
    return min(at, len(text))


def _refuse_events(text: str) -> None:
    """`!x` is an event of the history, and there is none when startup files are read."""
    for found in re.finditer(r"(\\.)|!", text):
        after = text[found.end() : found.end() + 1]
        if found[0] == "!" and after and after not in _NO_EVENT:
            raise Abort("no such event")


def parse(found: list[Word], aliases: Mapping[str, str | None]) -> Command:
    """The commands of a line; Fault where the parentheses are wrong."""
    return _Parser(_aliased(found, aliases)).sequence()


class _Parser:
    """Recursive descent: `;` and `&`, then `||`, `&&`, `|`, then one command."""

    def __init__(self, found: list[Word]) -> None:
        self.words = found
        self.at = 0

    def sign(self) -> str:
        word = self.words[self.at] if self.at < len(self.words) else Word("")
        return word.text if word.operator else ""

    def sequence(self, inside: bool = False) -> Command:
        parts: list[Command] = []
        while self.at < len(self.words) and not (inside and self.sign() == ")"):
            if self.sign() in (";", "&"):
                self.at += 1
                continue
            part = self.joined(0)
            parts.append(Command("background", parts=(part,)) if self.sign() == "&" else part)
        return Command("sequence", parts=tuple(parts))

    def joined(self, level: int) -> Command:
        if level == len(_JOINS):
            return self.simple()
        signs, kind = _JOINS[level]
        parts = [self.joined(level + 1)]
        while self.sign() in signs:
            self.at += 1
            parts.append(self.joined(level + 1))
        return parts[0] if len(parts) == 1 else Command(kind, parts=tuple(parts))

    def simple(self) -> Command:
        if self.sign() == "(":
            self.at += 1
            inner = self.sequence(inside=True)
            if self.sign() != ")":
                raise Abort("too many (")
            self.at += 1
            rest = self.rest(allowed=False)
            if rest.words:
                raise Abort("badly placed ()")
            return Command("parens", parts=(inner,), redirects=rest.redirects)
        special = self.at < len(self.words) and self.words[self.at].text in _SPECIAL
        found = self.rest(special)
        if not found.words:
            raise Abort("a command is missing")
        return found

    def rest(self, allowed: bool) -> Command:
        """Words up to the next operator that joins; parentheses where they are allowed."""
        taken: list[Word] = []
        redirects: list[tuple[str, str]] = []
        depth = 0
        while self.at < len(self.words):
            word = self.words[self.at]
            if word.operator and word.text in ("(", ")"):
                if word.text == ")" and not depth:
                    break
                if not allowed:
                    raise Abort("badly placed ()")
                depth += 1 if word.text == "(" else -1
            elif word.operator and not depth:
                if word.text not in _REDIRECTS:
                    break
                self.at += 1
                if self.at >= len(self.words) or self.words[self.at].operator:
                    raise Abort("missing name for redirect")
                redirects.append((word.text, self.words[self.at].text))
                self.at += 1
                continue
            taken.append(word)
            self.at += 1
        if depth:
            raise Abort("too many (")
        return Command("simple", tuple(taken), redirects=tuple(redirects))


_JOINS: tuple[tuple[tuple[str, ...], Literal["or", "and", "pipe"]], ...] = (
    (("||",), "or"),
    (("&&",), "and"),
    (("|", "|&"), "pipe"),
)


def _aliased(found: list[Word], aliases: Mapping[str, str | None]) -> list[Word]:
    """The line with its aliases replaced: a command's first word, once each."""
    if not aliases:
        return found
    out: list[Word] = []
    at, first = 0, True
    while at < len(found):
        word = found[at]
        if first and not word.operator and word.text in aliases:
            end = at + 1
            while end < len(found) and not (found[end].operator and found[end].text in _ENDS):
                end += 1
            inner = {name: text for name, text in aliases.items() if name != word.text}
            out += _aliased(_replaced(aliases[word.text], found[at:end]), inner)
            at, first = end, False
            continue
        first = word.operator and word.text in (*_ENDS, "(")
        out.append(word)
        at += 1
    return out


_ENDS = ("&&", "||", "|&", "|", ";", "&")


def _replaced(value: str | None, command: list[Word]) -> list[Word]:
    if value is None:
        return [Word("`unknown-alias`")]
    arguments = [word.text for word in command]
    text = _ALIAS_REFERENCE.sub(lambda found: _reference(found, arguments), value)
    if text == value:
        text = " ".join((value, *arguments[1:]))
    return words(text.replace("!", "\\!") if text == value else text)


def _reference(found: re.Match[str], arguments: list[str]) -> str:
    sign = found[1]
    if found[2]:
        last = int(found[3]) if found[3] else len(arguments) - 1
        return " ".join(arguments[int(found[2]) : last + 1])
    if sign == "*":
        return " ".join(arguments[1:])
    index = {"^": 1, "$": len(arguments) - 1}.get(sign, int(sign) if sign.isdigit() else 0)
    if index >= len(arguments):
        raise Abort("bad ! arg selector")
    return arguments[index]
