"""What csh makes of words: variables, command substitution, then file names (tcsh(1)).

A field is text in which quoted characters carry a backslash (reading.patterns); None is one that
only running it can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from envkit.reading import patterns
from envkit.reading.csh import programs, variables
from envkit.reading.csh.state import State, Value
from envkit.reading.csh.text import Abort, Fault, Word


def fields(found: Iterable[Word], state: State) -> list[str | None]:
    """The words with their variables; a blank in an unquoted value parts words. Fault if unset."""
    out: list[str | None] = []
    try:
        for word in found:
            out += [word.text] if word.operator else _Expander(state).word(word.text)
    except Fault as fault:
        raise Abort(str(fault)) from None
    return out


def operands(found: Iterable[Word], state: State) -> list[str | None]:
    """The words of an expression: of what a command prints the first word alone counts."""
    out: list[str | None] = []
    for word in found:
        several = fields((word,), state)
        out += (several or [""])[:1] if "`" in word.text else several
    return out


def globbed(found: list[str | None], state: State) -> list[str | None]:
    """The fields as the command gets them, `~`, braces and patterns replaced; Fault: no match."""
    if state.is_set("noglob"):
        return [None if field is None else patterns.plain(field) for field in found]
    out: list[str | None] = []
    tried = matched = False
    for field in found:
        if field is None:
            out.append(None)
            continue
        for one in _braces(field):
            place = _tilde(one, state)
            if place is None or not _is_pattern(place):
                out.append(None if place is None else patterns.plain(place))
                continue
            tried = True
            there = state.files(place)
            matched = matched or bool(there)
            out += there or ((patterns.plain(place),) if state.is_set("nonomatch") else ())
    if tried and not matched and not state.is_set("nonomatch"):
        raise Fault("no match")
    return out


def _is_pattern(field: str) -> bool:
    """A bracket that is not closed is none: `[` is a command."""
    return patterns.is_pattern(field) and (bool(re.search(r"[*?]|\[.*\]", field)))


def one(field: str | None, state: State) -> str | None:
    """A field that must come to one word; Fault where it is ambiguous."""
    found = globbed([field], state)
    if len(found) != 1:
        raise Fault("ambiguous")
    return found[0]


def text(word: str, state: State) -> str | None:
    """A word that must come to one, no file names: a label of `case`. Fault: it is ambiguous."""
    found = _Expander(state).word(word)
    if len(found) != 1:
        raise Fault("ambiguous")
    return found[0]


class _Expander:
    """One word; grows fields."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.done: list[str | None] = []
        self.now = ""
        self.open = False
        self.unknown = False

    def word(self, raw: str) -> list[str | None]:
        at = 0
        while at < len(raw):
            char = raw[at]
            if char == "\\" and at + 1 < len(raw):
                self.quote(raw[at + 1])
                at += 2
            elif char in "'\"`":
                end = raw.index(char, at + 1)
                self.quoted(char, raw[at + 1 : end])
                at = end + 1
            elif char == "$":
                value, at = variables.variable(raw, at, self.state)
                self.spread(value)
            else:
                self.plain(char)
                at += 1
        self.end()
        return self.done

    def plain(self, char: str) -> None:
        self.now += char
        self.open = True

    def quote(self, value: str) -> None:
        self.now += re.sub(r"(.)", r"\\\1", value, flags=re.DOTALL)
        self.open = True

    def end(self) -> None:
        if self.open:
            self.done.append(None if self.unknown else self.now)
        self.now, self.open, self.unknown = "", False, False

    def quoted(self, sign: str, inner: str) -> None:
        self.open = self.open or sign != "`"
        inner = inner.replace("\\!", "!")
        if sign == "'":
            self.quote(inner)
        elif sign == "`":
            self.spread_text(programs.output(inner, self.state))
        else:
            self.double(inner)

    def double(self, inner: str) -> None:
        at = 0
        while at < len(inner):
            if inner[at] == "$" and at + 1 < len(inner):
                value, at = variables.variable(inner, at, self.state)
                self.joined(value)
            elif inner[at] == "`":
                end = inner.find("`", at + 1)
                if end < 0:
                    raise Fault("a quote is not closed")
                said = programs.output(inner[at + 1 : end], self.state)
                self.joined((said,))
                at = end + 1
            else:
                self.quote(inner[at])
                at += 1

    def joined(self, value: Value) -> None:
        if value is None or None in value:
            self.unknown = True
        else:
            self.quote(" ".join(map(str, value)))

    def spread(self, value: Value) -> None:
        """An unquoted value: its words, parted at blanks; first and last join what is beside."""
        if value is None:
            self.unknown = self.open = True
            return
        for index, part in enumerate(value):
            if index:
                self.end()
            self.spread_text(part)

    def spread_text(self, value: str | None) -> None:
        if value is None:
            self.unknown = self.open = True
            return
        if value and not value.strip(" \t\n"):
            self.end()
            return
        if value[:1] in (" ", "\t", "\n"):
            self.end()
        for index, part in enumerate(value.split()):
            if index:
                self.end()
            self.now += part.replace("\\", "\\\\")
            self.open = True
        if value[-1:] in (" ", "\t", "\n"):
            self.end()


def _tilde(field: str, state: State) -> str | None:
    if not field.startswith("~"):
        return field
    user, slash, rest = field[1:].partition("/")
    home = state.user_home(user)
    if home is None:
        return None
    return home + slash + rest


def _braces(field: str) -> list[str]:
    """`a{b,c}d` as abd and acd; `{}` stays."""
    depth, start = 0, -1
    cuts: list[int] = []
    at = 0
    while at < len(field):
        char = field[at]
        if char == "\\":
            at += 1
        elif char == "{" and field[at + 1 : at + 2] != "}":
            if not depth:
                start, cuts = at, [at]
            depth += 1
        elif char == "," and depth == 1:
            cuts.append(at)
        elif char == "}" and depth:
            depth -= 1
            if not depth:
                cuts.append(at)
                parts = [field[a + 1 : b] for a, b in pairwise(cuts)]
                return [
                    whole
                    for part in parts
                    for whole in _braces(field[:start] + part + field[at + 1 :])
                ]
        at += 1
    if depth:
        raise Fault("missing }")
    return [field]
