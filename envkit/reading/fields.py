"""Words to fields: braces, splitting, globbing; what a command gets as its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from envkit.reading import patterns
from envkit.reading.words import BREAK, Piece, pattern, pieces, single

if TYPE_CHECKING:
    from envkit.reading.words import Scope

_RANGE = r"(.*?)(?<!\$)\{(-?[0-9]{1,6})\.\.(-?[0-9]{1,6})\}(.*)"
_BRACES = re.compile(r"(.*?)(?<!\$)\{([^{}'\"`$]*,[^{}'\"`$]*)\}(.*)", re.DOTALL)


def expand(raw: Sequence[str], scope: Scope) -> list[str | None]:
    """All fields of several words."""
    if scope.dialect in ("dash", "ash"):
        return [field for word in raw for field in fields(word, scope)]
    return [f for word in raw for part in braces(word) for f in fields(part, scope)]


def test_words(raw: Sequence[str], scope: Scope) -> list[str | None]:
    """The words of `[[ … ]]`: not split, and patterns to the right of `==`."""
    operators = ("&&", "||", "(", ")", "<", ">")
    return [
        word
        if word in operators
        else pattern(word, scope)
        if i and raw[i - 1] in ("=", "==", "!=")
        else single(word, scope)
        for i, word in enumerate(raw)
    ]


def braces(raw: str) -> list[str]:
    """`~/.{path,aliases}` as the words that bash makes of it."""
    if "{" not in raw or raw[:1] in "\"'":
        return [raw]
    if found := _BRACES.fullmatch(raw):
        before, middle, after = found.groups()
        parts = middle.split(",")
    elif found := re.fullmatch(_RANGE, raw, re.DOTALL):
        before, after = found[1], found[4]
        first, last = int(found[2]), int(found[3])
        step = 1 if first <= last else -1
        parts = [str(number) for number in range(first, last + step, step)][:1000]
    else:
        return [raw]
    return [word for part in parts for word in braces(before + part + after)]


def fields(raw: str, scope: Scope) -> list[str | None]:
    """The fields that a word becomes; one None where that cannot be known."""
    found: list[str | None] = []
    known, ifs = scope.get("IFS")
    for field in _split(list(pieces(raw, scope)), ifs if known else " \t\n"):
        if any(piece.text is None for piece in field):
            found.append(None)
            continue
        text = "".join(piece.text or "" for piece in field)
        unquoted = "".join("" if piece.quoted else piece.text or "" for piece in field)
        if patterns.is_pattern(unquoted) and not scope.is_option("noglob"):
            globbed = "".join(
                re.sub(r"([\\*?[])", r"\\\1", piece.text or "")
                if piece.quoted
                else piece.text or ""
                for piece in field
            )
            found += scope.files(globbed) or (() if scope.is_option("nullglob") else (text,))
        else:
            found.append(text)
    return found


def _split(whole: list[Piece], ifs: str | None) -> Iterator[list[Piece]]:
    """Fields of pieces (POSIX.1-2017 2.6.5); `ifs` None: nobody knows where what splits."""
    field: list[Piece] = []
    for piece in whole:
        if piece is BREAK:
            yield field
            field = []
        elif piece.split and piece.text is not None:
            rest = piece.text
            if ifs is None and rest:
                field.append(Piece(None, False))
                continue
            signs = ifs or ""
            if rest and rest[0] in signs and field:
                yield field
                field = []
            parts = _parts(rest, signs)
            for i, part in enumerate(parts):
                if i:
                    yield field
                    field = []
                field.append(Piece(part, False))
            if parts and rest[-1] in signs:
                yield field
                field = []
        else:
            field.append(piece)
    if field:
        yield field


def _parts(text: str, ifs: str) -> list[str]:
    """White space in IFS folds; each other sign of it ends a field, an empty one, too."""
    blanks = "".join(sign for sign in ifs if sign in " \t\n")
    others = "".join(sign for sign in ifs if sign not in blanks)
    if not others:
        return text.split() if blanks == " \t\n" else _words(text, blanks)
    text = text.strip(blanks) if blanks else text
    parts = re.split(f"[{re.escape(others)}]", text)
    return [part.strip(blanks) if blanks else part for part in (parts if parts[-1] else parts[:-1])]


def _words(text: str, blanks: str) -> list[str]:
    if not blanks:
        return [text] if text else []
    return [word for word in re.split(f"[{re.escape(blanks)}]+", text) if word]
