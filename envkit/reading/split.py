"""Cutting a piece of shell text into raw words: quotes and `$` expansions hold together."""

from __future__ import annotations

_CLOSING = {"(": ")", "{": "}"}
_OPERATORS = ("&&", "||", "(", ")", "<", ">")


def words(text: str, mode: str = "") -> tuple[str, ...]:
    """The raw words of a simple command; in mode `[[` its operators are words, too.

    In mode `(` a bracket holds its contents together, as in an array or `<(…)`.
    """
    found: list[str] = []
    at = start = 0

    def end() -> None:
        if at > start:
            found.append(text[start:at])

    while at < len(text):
        if text[at] in " \t\n" or (at == start and text.startswith("\\\n", at)):
            end()
            at += 2 if text[at] == "\\" else 1
            start = at
            continue
        if mode == "[[" and at == start and found[-1:] == ["=~"]:
            while at < len(text) and text[at] not in " \t\n":
                at = skip(text, at, brackets=True)
            continue
        operator = mode == "[[" and next((o for o in _OPERATORS if text.startswith(o, at)), "")
        if operator and not (operator == "(" and at > start):
            end()
            found.append(operator)
            at += len(operator)
            start = at
            continue
        at = skip(text, at, brackets=mode in ("[[", "("))
    end()
    return tuple(found)


def skip(text: str, at: int, brackets: bool = False, dollar_quotes: bool = True) -> int:
    """The index after the character or the quoted or nested stretch that begins at `at`."""
    char = text[at]
    if char == "\\":
        return min(at + 2, len(text))
    if char == "'":
        return _after(text, text.find("'", at + 1))
    if char == '"':
        return _nested(text, at + 1, '"')
    if char == "`":
        return _nested(text, at + 1, "`")
    if char == "$" and text[at + 1 : at + 2] == "'" and dollar_quotes:
        return _ansi(text, at + 2)
    if char == "$" and text[at + 1 : at + 2] in _CLOSING:
        return _nested(text, at + 2, _CLOSING[text[at + 1]])
    if char == "(" and brackets:
        return _nested(text, at + 1, ")")
    return at + 1


def _nested(text: str, at: int, closing: str) -> int:
    while at < len(text):
        if text[at] == closing:
            return at + 1
        if closing == '"' and text[at] == "'":
            at += 1
        elif closing == "`":
            at += 2 if text[at] == "\\" else 1
        else:
            at = skip(text, at, brackets=closing == ")")
    return len(text)


def _ansi(text: str, at: int) -> int:
    while at < len(text) and text[at] != "'":
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def _after(text: str, found: int) -> int:
    return len(text) if found < 0 else found + 1
