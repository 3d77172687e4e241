"""What fish refuses in a text whose structure is right: then, too, it runs none of its lines."""

from __future__ import annotations

import re

from envkit.reading.fish.scanner import Broken, Token, quote_end, substitution_end
from envkit.reading.nodes import Node

BUILTINS = frozenset(
    (
        *(".", ":", "[", "_", "and", "argparse", "begin", "bg", "bind", "block", "break"),
        *("breakpoint", "builtin", "case", "cd", "command", "commandline", "complete", "contains"),
        *("continue", "count", "disown", "echo", "else", "emit", "end", "eval", "exec", "exit"),
        *("false", "fg", "for", "function", "functions", "history", "if", "jobs", "math", "not"),
        *("or", "path", "printf", "pwd", "random", "read", "realpath", "return", "set"),
        *("set_color", "source", "status", "string", "switch", "test", "time", "true", "type"),
        *("ulimit", "wait", "while", "abbr", "__fish_echo"),
    )
)
_ESCAPE = re.compile(
    r"\\(?:[xX][0-9a-fA-F]|u[0-9a-fA-F]|U0*(?:10|[0-9a-fA-F])?[0-9a-fA-F]{1,4}(?![0-9a-fA-F])"
    r"|(?:1[0-7]{0,2}|[0-7]{1,2}(?![0-7])|0[0-7]{0,2})|c[A-Za-z\[\\\]^_`]|[^xXuUc0-7])",
    re.DOTALL,
)


_DOUBLE = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)


def check_pipeline(parts: list[Node]) -> None:
    """Broken where a pipeline has `exec` in it."""
    for part in parts:
        while part.kind == "not":
            part = part.parts[0]
        if part.kind == "command" and part.words[0] == "exec":
            raise Broken(part.line)


def check_command(token: Token, decoration: str, in_loop: bool) -> None:
    """Broken where a word cannot be a command."""
    text = token.text
    _check(text, token.line, escapes=False)
    plain = text.strip("'\"")
    if plain in ("break", "continue") and not in_loop:
        raise Broken(token.line)
    if decoration == "builtin" and text not in BUILTINS and not re.search(r"[$*?{~]", bare(text)):
        raise Broken(token.line)
    if _substitutes(text) or text == "$status":
        raise Broken(token.line)
    if not decoration and re.match(r"\w+=", text):
        raise Broken(token.line)


def check_word(token: Token) -> None:
    """Broken where an escape, a variable or a substitution in a word is none."""
    _check(token.text, token.line)


def _check(text: str, line: int, escapes: bool = True) -> None:
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            found = _ESCAPE.match(text, at)
            if escapes and not found:
                raise Broken(line)
            at = found.end() if found else at + 2
        elif char == "'":
            at = quote_end(text, at, line)
        elif char == '"':
            end = quote_end(text, at, line)
            _check_quoted(text[at + 1 : end - 1], line)
            at = end
        elif char == "(":
            at = _check_substitution(text, at, line)
        elif char == "$":
            _check_dollar(text, at, line)
            at += 1
        else:
            at += 1


def _check_quoted(text: str, line: int) -> None:
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text.startswith("$(", at):
            at = _check_substitution(text, at + 1, line)
        elif text[at] == "$":
            _check_dollar(text, at, line)
            at += 1
        else:
            at += 1


def _check_dollar(text: str, at: int, line: int) -> None:
    after = text[at + 1 : at + 2]
    if after == "$" or after == "_" or after.isalnum() or after == "(":
        return
    raise Broken(line)


def _check_substitution(text: str, at: int, line: int) -> int:
    from envkit.reading.fish.parser import Parser

    end = substitution_end(text, at, line)
    Parser(text[at + 1 : end - 1], line + text.count("\n", 0, at)).program()
    return end


def _substitutes(text: str) -> bool:
    return "(" in bare(text) or any("$(" in part[0] for part in re.finditer(_DOUBLE, text))


def bare(text: str) -> str:
    """A word without what is quoted or escaped in it."""
    return re.sub(_DOUBLE, "", re.sub(r"\\.|'(?:\\.|[^'\\])*'", "", text, flags=re.DOTALL))
