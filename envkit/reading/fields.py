"""Words to fields: braces, splitting, globbing; what a command gets as its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from envkit.reading import patterns
from envkit.reading.words import BREAK, Piece, pattern, pieces, single

if TYPE_CHECKING:
    from envkit.reading.words import Scope

_BRACES = re.compile(r"(.*?)(?<!\$)\{([^{}'\"`$]*,[^{}'\"`$]*)\}(.*)", re.DOTALL)


def expand(raw: Sequence[str], scope: Scope) -> list[str | None]:
    """All fields of several words."""
    if scope.dialect == "dash":
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
    found = None if "{" not in raw or raw[:1] in "\"'" else _BRACES.fullmatch(raw)
    if not found:
        return [raw]
    before, middle, after = found.groups()
    return [word for part in middle.split(",") for word in braces(before + part + after)]


def fields(raw: str, scope: Scope) -> list[str | None]:
    """The fields that a word becomes; one None where that cannot be known."""
    found: list[str | None] = []
    for field in _split(list(pieces(raw, scope))):
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
            found += scope.files(globbed) or (text,)
        else:
            found.append(text)
    return found


def _split(whole: list[Piece]) -> Iterator[list[Piece]]:
    field: list[Piece] = []
    for piece in whole:
        if piece is BREAK:
            yield field
            field = []
        elif piece.split and piece.text is not None:
            rest = piece.text
            if rest[:1] in (" ", "\t", "\n") and rest and field:
                yield field
                field = []
            parts = rest.split()
            for i, part in enumerate(parts):
                if i:
                    yield field
                    field = []
                field.append(Piece(part, False))
            if parts and rest[-1:] in (" ", "\t", "\n"):
                yield field
                field = []
        else:
            field.append(piece)
    if field:
        yield field
