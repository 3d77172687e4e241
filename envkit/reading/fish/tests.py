"""fish's test, and its matching of text: what is true of known words and of the machine's files."""

from __future__ import annotations

import re
import stat

from envkit.reading.conditions import Answer
from envkit.reading.fish.state import State

_KINDS = {"-f": stat.S_ISREG, "-d": stat.S_ISDIR, "-p": stat.S_ISFIFO, "-S": stat.S_ISSOCK}
_KINDS |= {"-b": stat.S_ISBLK, "-c": stat.S_ISCHR}
_NUMBERS = {"-eq": "==", "-ne": "!=", "-lt": "<", "-le": "<=", "-gt": ">", "-ge": ">="}


def matches(pattern: str, text: str, case: bool = True) -> bool:
    """Whether a wildcard pattern matches the whole text."""
    expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, text, re.DOTALL | (0 if case else re.IGNORECASE)) is not None


def test(words: list[str], state: State) -> Answer:
    """`test` and `[ … ]`."""
    if not words:
        return False
    if len(words) == 1:
        return words[0] != ""
    for operator, found in (("-o", any), ("-a", all)):
        if operator in words[1:-1] and len(words) > 3:
            at = words.index(operator, 1)
            left, right = test(words[:at], state), test(words[at + 1 :], state)
            if found is any and (left or right):
                return True
            if found is all and (left is False or right is False):
                return False
            return None if left is None or right is None else found((left, right))
    if words[0] == "!":
        inner = test(words[1:], state)
        return None if inner is None else not inner
    if len(words) == 2 and (words[0] in ("=", "!=", *_NUMBERS) or not words[0].startswith("-")):
        return False  # an error
    if len(words) == 2:
        return _unary(words[0], words[1], state)
    return _binary(*words) if len(words) == 3 else None


def _unary(operator: str, word: str, state: State) -> Answer:
    if operator in ("-n", "-z"):
        return (word != "") == (operator == "-n")
    if operator == "-t":
        return state.terminal if word in ("0", "1", "2") else None
    path = state.path(word)
    kind = state.host.kind(path)
    if operator in ("-L", "-h"):
        return (state.host.locate(path.parent) / path.name).is_symlink()
    if not word or kind in ("missing", "dangling", "loop"):
        return False if operator in ("-e", "-r", "-w", "-x", "-s", "-k", *_KINDS) else None
    if operator == "-e":
        return True
    if operator == "-r":
        return kind in ("file", "directory")
    try:
        status = state.host.locate(path).stat()
    except OSError:
        return None
    if operator in _KINDS:
        return _KINDS[operator](status.st_mode)
    if operator == "-s":
        return status.st_size > 0
    if operator == "-x":
        return bool(status.st_mode & 0o111)
    return True if operator == "-w" and state.host.uid == 0 else None


def _binary(left: str, operator: str, right: str) -> Answer:
    if operator in ("=", "!="):
        return (left == right) == (operator == "=")
    if operator not in _NUMBERS:
        return None
    try:
        one, two = float(left), float(right)
    except ValueError:
        return False
    return {
        "==": one == two,
        "!=": one != two,
        "<": one < two,
        "<=": one <= two,
        ">": one > two,
        ">=": one >= two,
    }[_NUMBERS[operator]]


def string_match(words: list[str]) -> Answer:
    """`string match` with plain patterns; regular expressions only where Python's are alike."""
    flags = ""
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word == "--":
            break
        flags += {"--regex": "r", "--quiet": "q", "--invert": "v", "--ignore-case": "i"}.get(
            word, "?" if word.startswith("--") else word[1:]
        )
    if set(flags) - set("rqviean"):
        return None
    if len(rest) < 2:
        return False
    pattern, texts = rest[0], rest[1:]
    if "r" in flags:
        if re.search(r"\(\?|\\[^.\w/]|\[\[", pattern):
            return None
        try:
            found = [
                bool(re.search(pattern, text, re.IGNORECASE if "i" in flags else 0))
                for text in texts
            ]
        except re.error:
            return None
    else:
        found = [matches(pattern, text, "i" not in flags) for text in texts]
    return not all(found) if "v" in flags else any(found)
