"""What csh makes of words: variables, command substitution, then file names (tcsh(1)).

A field is text in which quoted characters carry a backslash (reading.patterns); None is one that
only running it can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import PurePosixPath

from envkit.reading import patterns
from envkit.reading.csh import programs
from envkit.reading.csh.state import State, Value
from envkit.reading.csh.text import Abort, Fault, Word

_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_MODIFIER = re.compile(r":(g?[htreqxulQ])")


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
                value, at = variable(raw, at, self.state)
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
                value, at = variable(inner, at, self.state)
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


def variable(raw: str, at: int, state: State) -> tuple[Value, int]:
    """What `$…` at that place gives, and where it ends; Fault where it is not set."""
    at += 1
    brace = raw[at : at + 1] == "{"
    at += brace
    sign = raw[at] if raw[at : at + 1] in ("?", "#", "%") else ""
    if not brace and raw[at : at + 1] in ("$", "<", "!", "*"):
        return _special(raw[at], state), at + 1
    at += bool(sign)
    found = _NAME.match(raw, at) or re.compile(r"\d+|[*$<!]").match(raw, at)
    if not found:
        if sign == "?" and not brace:
            return _special("?", state), at
        if sign == "#":
            return _count(state, "argv"), at
        if not brace and not sign:
            return ("$",), at
        raise Fault("missing variable name")
    name, at = found[0], found.end()
    if sign == "?":
        value: Value = ("1" if _there(name, state) else "0",)
    elif sign:
        value = _count(state, name) if sign == "#" else None
    else:
        value = _value(name, state)
        value, at = _subscript(value, raw, at, state)
        value, at = _modified(value, raw, at)
    if brace:
        if raw[at : at + 1] != "}":
            raise Fault("missing }")
        at += 1
    return value, at


def _there(name: str, state: State) -> bool:
    return name == "0" or state.lookup(name)[0]


def _special(sign: str, state: State) -> Value:
    if sign == "*":
        return state.lookup("argv")[1]
    if sign == "?":
        return state.lookup("status")[1]
    return (None,)


def _value(name: str, state: State) -> Value:
    if name.isdigit():
        if name == "0":
            return state.variables.get("0", (None,))
        arguments = state.lookup("argv")[1]
        if arguments is None:
            return None
        index = int(name)
        return arguments[index - 1 : index]
    if name in "*$<!":
        return _special(name, state)
    there, value = state.lookup(name)
    if not there:
        raise Fault(f"{name}: undefined variable")
    return value


def _count(state: State, name: str) -> Value:
    value = _value(name, state)
    if not name.isdigit() and name not in state.variables and name != "status":
        return ()  # the words of a variable of the environment are not counted
    return (None if value is None else str(len(value)),)


def _subscript(value: Value, raw: str, at: int, state: State) -> tuple[Value, int]:
    if raw[at : at + 1] != "[":
        return value, at
    end = raw.find("]", at)
    if end < 0:
        raise Fault("missing ]")
    selector = text(raw[at + 1 : end], state)
    end += 1
    if value is None or selector is None:
        return None, end
    if selector == "*":
        return value, end
    found = re.fullmatch(r"(\d*)(-?)(\d*)", selector)
    if not found:
        raise Fault("bad subscript")
    first = int(found[1] or 1)
    last = int(found[3]) if found[3] else (len(value) if found[2] else first)
    single = not found[2]
    if last > len(value) or (single and first < 1):
        raise Fault("subscript out of range")
    return value[max(first, 1) - 1 : last], end


def _modified(value: Value, raw: str, at: int) -> tuple[Value, int]:
    found = _MODIFIER.match(raw, at)
    while found:
        at = found.end()
        value = None if value is None else tuple(_modify(one, found[1]) for one in value)
        if found[1] in ("q", "Q", "x") and value is not None:
            value = tuple(None for _ in value) if _split(value) else value
        found = _MODIFIER.match(raw, at)
    return value, at


def _split(value: tuple[str | None, ...]) -> bool:
    return any(part is None or re.search(r"[\s*?\[{~]", part) for part in value)


def _modify(value: str | None, sign: str) -> str | None:
    if value is None:
        return None
    path, letter = PurePosixPath(value), sign[-1]
    if letter == "h":
        return value.rpartition("/")[0] if "/" in value else value
    if letter == "t":
        return path.name if "/" in value else value
    if letter == "r":
        return value[: -len(path.suffix)] if path.suffix else value
    if letter == "e":
        return path.suffix[1:]
    return value


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
