"""Expansion of zsh's words (zshexpn(1)): no splitting of what is not quoted, arrays, globs.

None is the unknown value. What an error ends is told by `zsh_values.Fault`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from envkit.reading.zsh import patterns as zsh_patterns
from envkit.reading.zsh import values as zsh_values
from envkit.reading.zsh.braces import braces, end_of
from envkit.reading.zsh.values import Fault, Value

if TYPE_CHECKING:
    from envkit.reading.zsh.state import ZshState

_ANSI = {"n": "\n", "t": "\t", "e": "\x1b", "E": "\x1b", "a": "\a", "r": "\r", "0": "\0", "b": "\b"}
_TILDE = re.compile(r"~([A-Za-z0-9_.+-]*)(?=[/:]|\Z)")


class Piece(NamedTuple):
    """A stretch of a word: `plain` text is no pattern, `solid` text makes a word though empty."""

    text: str | None
    plain: bool = True
    solid: bool = False


def fields(raw: str, state: ZshState) -> list[str | None]:
    """The words that one word of a command becomes."""
    found: list[str | None] = []
    for part in braces(raw) if state.on("braces") else [raw]:
        for field in _expanded(part, state):
            found += _globbed(field, state)
    return found


def expand(raw: tuple[str, ...] | list[str], state: ZshState) -> list[str | None]:
    """All fields of several words."""
    return [field for word in raw for field in fields(word, state)]


def single(raw: str, state: ZshState, assignment: bool = False) -> str | None:
    """The word as one text: a value, the subject of a `case`."""
    texts = []
    for field in _expanded(raw, state, assignment):
        parts = [piece.text for piece in field]
        if None in parts:
            return None
        texts.append("".join(part or "" for part in parts))
    return " ".join(texts)


def double(raw: str, state: ZshState) -> str | None:
    """As within double quotes."""
    parts: list[str | None] = []
    for field in _in_quotes(raw, state):
        if parts:
            parts.append(" ")
        parts += [piece.text for piece in field]
    return None if None in parts else "".join(part or "" for part in parts)


def pattern(raw: str, state: ZshState) -> str | None:
    """The word as a pattern: quoted characters carry a backslash."""
    text = ""
    for number, field in enumerate(_expanded(raw, state, tilde=False)):
        text += " " if number else ""
        for piece in field:
            if piece.text is None:
                return None
            text += _escaped(piece)
    return text


def nested(raw: str, state: ZshState, inside: bool) -> Value:
    """`${(f)"$(…)"}`, `${${x}:h}`: the value of the expansion within."""
    if raw.startswith('"'):
        return double(raw[1:-1], state)
    whole = [
        "".join(piece.text or "" for piece in field)
        if all(piece.text is not None for piece in field)
        else None
        for field in _expanded(raw, state)
    ]
    if raw.startswith(("$(", "`")) and not inside and len(whole) != 1:
        return tuple(whole)
    if len(whole) == 1:
        return whole[0]
    return tuple(whole) if whole else ""


# Words in pieces


def _expanded(
    raw: str, state: ZshState, assignment: bool = False, tilde: bool = True
) -> list[list[Piece]]:
    """The fields of a word, globs not yet made; a field that is nothing at all is left out."""
    whole: list[list[Piece]] = [[]]
    at = 0
    while at < len(raw):
        char, after = raw[at], end_of(raw, at)
        begins = at == 0 or (assignment and raw[at - 1] in ":=")
        if char == "~" and begins and tilde and (user := _TILDE.match(raw, at)):
            after = user.end()
            whole[-1].append(Piece(state.user_home(user[1])))
        elif char == "=" and at == 0 and tilde and not assignment and state.on("equals"):
            after = len(raw)
            whole[-1].append(_located(raw, state))
        elif char == "\\":
            if raw[at + 1 : after] != "\n":
                whole[-1].append(Piece(raw[at + 1 : after], True, True))
        elif char == "'":
            whole[-1].append(Piece(raw[at + 1 : after - 1], True, True))
        elif char == '"':
            _append(whole, _in_quotes(raw[at + 1 : after - 1], state))
        elif char in "<>" and raw[at + 1 : at + 2] == "(":
            after = len(raw)
            whole[-1].append(Piece(None))
        elif char in "$`":
            found, after = _dollar(raw, at, state, False)
            _append(whole, found)
        else:
            whole[-1].append(Piece(char, False, True))
        at = after
    return [f for f in whole if any(p.text is None or p.text or p.solid for p in f)]


def _append(whole: list[list[Piece]], more: list[list[Piece]]) -> None:
    """Fields behind a beginning: the first of them belongs to it."""
    for number, field in enumerate(more):
        if number:
            whole.append([])
        whole[-1] += field


def _located(raw: str, state: ZshState) -> Piece:
    """`=command`."""
    name = single(raw[1:], state) if len(raw) > 1 else ""
    if name == "" or raw.startswith("=("):
        return Piece("=" if name == "" else None)
    there = state.external(name) if name is not None else None
    if there == "":
        raise Fault()
    return Piece(there)


def _in_quotes(raw: str, state: ZshState) -> list[list[Piece]]:
    whole: list[list[Piece]] = [[]]
    only_arrays = bool(raw)
    at = 0
    while at < len(raw):
        char, after = raw[at], raw[at + 1 : at + 2]
        if char == "\\" and after in ("$", "`", '"', "\\", "\n") and after:
            only_arrays = False
            if after != "\n":
                whole[-1].append(Piece(after, True, True))
            at += 2
        elif char in "$`" and after not in ("'", '"', ""):
            found, at = _dollar(raw, at, state, True)
            only_arrays = only_arrays and not found
            _append(whole, found)
        else:
            only_arrays = False
            whole[-1].append(Piece(char, True, True))
            at += 1
    if not only_arrays:
        whole[-1].append(Piece("", True, True))
    return whole


def _dollar(raw: str, at: int, state: ZshState, inside: bool) -> tuple[list[list[Piece]], int]:
    """What the `$…` or `` `…` `` at `at` gives, and where it ends."""
    from envkit.reading.zsh import parameters as zsh_parameters

    after = end_of(raw, at)
    if raw[at] == "`":
        command = re.sub(r"\\([\\$`])", r"\1", raw[at + 1 : after - 1])
        return _commanded(state.output(command), state, inside), after
    if raw.startswith("$((", at) and raw.endswith("))", at, after):
        return [[Piece(_text(state.number(raw[at + 3 : after - 2])))]], after
    if raw.startswith("$[", at):
        return [[Piece(_text(state.number(raw[at + 2 : after - 1])))]], after
    if raw.startswith("$(", at):
        return _commanded(state.output(raw[at + 2 : after - 1]), state, inside), after
    if raw.startswith("$'", at) and not inside:
        return [[Piece(_unescaped(raw[at + 2 : after - 1]), True, True)]], after
    if raw.startswith("${", at):
        expansion = zsh_parameters.Expansion(raw[at + 2 : after - 1], state, inside)
        value = expansion.value()
    else:
        end = _bare_end(raw, at, state)
        if end == at + 1:
            return [[Piece("$", True, True)]], end
        expansion = zsh_parameters.Expansion(raw[at + 1 : end], state, inside)
        value, after = expansion.value(), end
        value, used = zsh_values.modifiers(value, raw[after:], state)
        after += used
    return _made(value, expansion, state, inside), after


def _bare_end(raw: str, at: int, state: ZshState) -> int:
    """The end of `$name[…]`, `$+name`, `$#name`."""
    from envkit.reading.zsh.parameters import NAME, _subscript_end

    begin = at + 1
    while raw[begin : begin + 1] in ("+", "#", "^", "=", "~") and raw[begin : begin + 1]:
        if not NAME.match(raw, begin + 1):
            break
        begin += 1
    found = NAME.match(raw, begin)
    if not found:
        return at + 1
    end = found.end()
    while raw.startswith("[", end) and not state.on("ksharrays") and "]" in raw[end:]:
        end = _subscript_end(raw, end)
    return end


def _made(value: Value, expansion: object, state: ZshState, inside: bool) -> list[list[Piece]]:
    """The fields of a value."""
    glob = getattr(expansion, "glob", False) or state.on("globsubst")
    splits = getattr(expansion, "split", False) or state.on("shwordsplit")
    if isinstance(value, tuple):
        keep = inside
        parts = [part for part in value if keep or part is None or part != ""]
        return [[Piece(part, keep or not glob, keep)] for part in parts]
    if value is not None and splits and not inside:
        return [[Piece(part, not glob)] for part in value.split()] or []
    return [[Piece(value, inside or not glob, False)]]


def _commanded(text: str | None, state: ZshState, inside: bool) -> list[list[Piece]]:
    if text is None or inside:
        return [[Piece(text, True, inside)]]
    return [[Piece(part, not state.on("globsubst"))] for part in text.split()]


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _ANSI.get(found[1], found[1]), text, flags=re.DOTALL)


def _escaped(piece: Piece) -> str:
    text = piece.text or ""
    return re.sub(r"([^A-Za-z0-9_/.-])", r"\\\1", text) if piece.plain else text


def _globbed(field: list[Piece], state: ZshState) -> list[str | None]:
    """The files that a field matches, or the field as it is."""
    if any(piece.text is None for piece in field):
        return [None]
    text = "".join(piece.text or "" for piece in field)
    whole = "".join(_escaped(piece) for piece in field)
    extended = state.on("extendedglob")
    if not state.on("glob") or not zsh_patterns.is_pattern(whole, extended):
        return [text]
    if re.fullmatch(r"\[|\[\[", text) or state.cwd == "":
        return [text] if text.startswith("[") else [None]
    how = zsh_patterns.qualified(whole) if state.on("bareglobqual") else None
    if how is None:
        how = zsh_patterns.Qualified(whole, False, False, (), False, False, 0, 0, True)
    found = state.globbed(how)
    if found is None:
        return [None]
    if not found:
        if how.null or state.on("nullglob"):
            return []
        if state.on("nomatch"):
            raise Fault(late=True)
        return [text]
    return list(found)
