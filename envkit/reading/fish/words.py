"""Expansion of fish's words: quotes, variables and their slices, braces, tilde, wildcards.

Each word gives a list of fields. None: only running it would tell. Found with fish 3.6.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from envkit.reading.fish import files
from envkit.reading.fish.scanner import quote_end, substitution_end
from envkit.reading.fish.state import State

Fields = list[str] | None
# Characters that are no plain ones: wildcards and braces.
_STAR, _ANY, _OPEN, _COMMA, _CLOSE = "\uf5e0", "\uf5e1", "\uf5e2", "\uf5e3", "\uf5e4"
_MARKS = {"*": _STAR, "?": _ANY, "{": _OPEN, ",": _COMMA, "}": _CLOSE}
_SIMPLE = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SIMPLE |= {"v": "\v", "\n": ""}
_NUMBER = re.compile(r"[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})")


class NoMatch(Exception):
    """A wildcard that matches nothing, or a wrong index: the command is not run."""


class Expander:
    """Words expanded in a state; `output` says what a command substitution gives."""

    def __init__(self, state: State, output: Callable[[str], Fields]) -> None:
        self.state, self.output = state, output

    def all(self, raw: tuple[str, ...], null: bool = False) -> Fields:
        """The fields of several words; NoMatch unless `null` lets wildcards match nothing."""
        found: list[str] = []
        for word in raw:
            fields = self.one(word, null)
            if fields is None:
                return None
            found += fields
        return found

    def one(self, raw: str, null: bool = True) -> Fields:
        """The fields of one word."""
        pieces = self._pieces(raw)
        if pieces is None:
            return None
        found: list[str] = []
        texts = [text for parts in _product(pieces) for text in _braces("".join(parts))]
        for text in texts:
            if raw.startswith("~"):
                text = self._tilde(text)
            if _STAR not in text and _ANY not in text:
                found.append(text)
                continue
            matches = self._glob(text)
            if matches is None:
                return None
            if not matches and not null:
                raise NoMatch
            found += matches
        return found

    def _pieces(self, raw: str) -> list[list[str]] | None:
        """The parts of a word, each with all that it may stand for."""
        pieces: list[list[str]] = []
        at = depth = 0
        while at < len(raw):
            char = raw[at]
            if char == "\\":
                text, at = _escape(raw, at)
                pieces.append([text])
            elif char == "'":
                end = quote_end(raw, at)
                pieces.append([re.sub(r"\\([\\'])", r"\1", raw[at + 1 : end - 1])])
                at = end
            elif char == '"':
                end = quote_end(raw, at)
                text_or_none = self._quoted(raw[at + 1 : end - 1])
                if text_or_none is None:
                    return None
                pieces.append([text_or_none])
                at = end
            elif char == "$" or char == "(":
                values, at = self._dollar(raw, at, False)
                if values is None:
                    return None
                pieces.append(values)
            elif char == "{" and not _is_brace(raw, at):
                end = raw.find("}", at) + 1
                inner = self._pieces(raw[at + 1 : end - 1])
                pieces += [["{"], *(inner or []), ["}"]]
                at = end
            else:
                depth += (char == "{") - (char == "}")
                plain = char == "," and not depth
                pieces.append([char if plain else _MARKS.get(char, char)])
                at += 1
        return pieces

    def _quoted(self, text: str) -> str | None:
        out, at = "", 0
        while at < len(text):
            if text[at] == "\\" and text[at + 1 : at + 2] in ("\\", '"', "$", "\n"):
                out += "" if text[at + 1] == "\n" else text[at + 1]
                at += 2
            elif text[at] == "$":
                values, at = self._dollar(text, at, True)
                if values is None:
                    return None
                out += values[0]
            else:
                out += text[at]
                at += 1
        return out

    def _dollar(self, text: str, at: int, quoted: bool) -> tuple[Fields, int]:
        """`$name`, `$$name`, `$name[…]`, `(cmd)`, `$(cmd)`; in quotes one field."""
        if text[at] == "(" or text.startswith("$(", at):
            start = at if text[at] == "(" else at + 1
            end = substitution_end(text, start)
            values = self.output(text[start + 1 : end - 1])
            values, end = self._slices(text, end, values)
            return (["\n".join(values)] if quoted and values is not None else values), end
        depth = len(text[at:]) - len(text[at:].lstrip("$"))
        name = re.match(r"\w*", text[at + depth :])
        assert name is not None
        names: Fields = [name[0]]
        end = at + depth + name.end()
        separator = " "
        for level in range(depth):
            values = []
            for each in names or ():
                one = self.state.get(each)
                if one is not None and one.values is None:
                    return None, self._slices(text, end, None)[1]
                separator = ":" if one is not None and one.path else " "
                got: Fields = list(one.values or ()) if one is not None else []
                if level == 0 and text.startswith("[", end):
                    got, end = self._slices(text, end, got)
                if got is None:
                    return None, end
                values += got
            names = values
        return ([separator.join(names or ())] if quoted else names), end

    def _slices(self, text: str, at: int, values: Fields) -> tuple[Fields, int]:
        if not text.startswith("[", at):
            return values, at
        end = at + 1
        while end < len(text) and text[end] != "]":
            end = substitution_end(text, end) if text[end] == "(" else end + 1
        if values is not None:
            values = self._slice(text[at + 1 : end], values)
        return values, end + 1

    def _slice(self, text: str, values: list[str]) -> Fields:
        found: list[str] = []
        for part in [text] if "(" in text else text.split():
            fields = self.one(part)
            if fields is None:
                return None
            for field in fields:
                bounds = re.fullmatch(r"(-?\d+)?(\.\.)?(-?\d+)?", field)
                if not bounds or not field:
                    return None
                if "0" in (bounds[1], bounds[3]):
                    raise NoMatch  # indices start at 1: an error, and the command is not run
                found += _cut(values, bounds)
        return found

    def _tilde(self, text: str) -> str:
        user = re.match(r"~([^/]*)", text)
        assert user is not None
        home = self.state.home(user[1])
        return text if home is None else home + text[user.end() :]

    def _glob(self, text: str) -> Fields:
        pattern = text.replace(_STAR, "*").replace(_ANY, "?")
        if re.search(r"[*?]", text):
            return None  # a plain star beside a wildcard
        return files.glob(self.state.host, pattern, self.state.cwd)


def _cut(values: list[str], bounds: re.Match[str]) -> list[str]:
    count = len(values)

    def place(text: str | None, default: int) -> int:
        number = int(text) if text else default
        return number if number >= 0 else count + number + 1

    first = place(bounds[1], 1)
    last = place(bounds[3], -1) if bounds[2] else first
    if not bounds[2]:
        return values[first - 1 : first] if 0 < first <= count else []
    negative = (bounds[1] or "").startswith("-") == (bounds[3] or "-1").startswith("-")
    if first <= last:
        return values[max(first, 1) - 1 : max(last, 0)]
    if first > count and last <= count and not negative:
        return []
    return values[max(last, 1) - 1 : first][::-1]


def _braces(text: str) -> list[str]:
    """`{a,b}`, which fish takes apart when the variables in it have been expanded."""
    start = text.find(_OPEN)
    if start < 0:
        return [text]
    depth, commas, end = 0, [start], len(text)
    for at in range(start, len(text)):
        depth += (text[at] == _OPEN) - (text[at] == _CLOSE)
        if text[at] == _COMMA and depth == 1:
            commas.append(at)
        if not depth:
            end = at
            break
    items = [text[a + 1 : b] for a, b in itertools.pairwise([*commas, end])]
    before, after = text[:start], text[end + 1 :]
    found = [one for item in items for one in _braces(item.strip())]
    return [f"{before}{one}{rest}" for rest in _braces(after) for one in found]


def _is_brace(raw: str, at: int) -> bool:
    """Whether `{…}` is more than its own characters: `{a}` and `{}` are not."""
    end = raw.find("}", at)
    bare = re.sub(r"\\.|'[^']*'|\"[^\"]*\"", "", raw[at:end], flags=re.DOTALL)
    return re.search(r"[,$(]", bare) is not None


def _product(pieces: list[list[str]]) -> list[tuple[str, ...]]:
    """All combinations; the first part changes fastest."""
    return [parts[::-1] for parts in itertools.product(*reversed(pieces))]


def _escape(raw: str, at: int) -> tuple[str, int]:
    """What a backslash and what follows it stand for."""
    number = _NUMBER.match(raw, at + 1)
    if number:
        base = 8 if number[4] else 16
        return chr(int(number[1] or number[2] or number[3] or number[4], base)), number.end()
    char = raw[at + 1 : at + 2]
    if char == "c":
        return chr(ord(raw[at + 2].lower()) & 0x1F), at + 3
    return _SIMPLE.get(char, char), at + 2
