"""Whether a statement made the new value out of the old one: its text tells, else values do.

`path=(/x $path)` keeps the entries that were there; `path=(/usr/bin /bin)` sets all of them anew.
"""

from __future__ import annotations

import re

from envkit.reading import split
from envkit.tracing.stack_places import Places
from envkit.tracing.statements import ASSIGNMENT
from envkit.tracing.uses import Use

_DECLARING = ("export", "typeset", "declare", "local", "readonly", "private", "integer", "float")
_COMPUTED = re.compile(r"\$\(|`|\$\{|\$\w|<\(|=\(|\*|\?")


def of(places: Places, index: int, variable: str) -> Use:
    """How the command of record `index` used the value that `variable` had."""
    use = _of(places, index, places.names(variable))
    if use.kind == "new" and places.printed(index):
        return Use("values", text=_spelled(places, index))
    if use.kind == "new" and (told := _around(places, index, places.names(variable))) is not False:
        use = Use("old" if told else "values")
    return use if use.kind == "new" else use._replace(text=_spelled(places, index))


def _around(places: Places, index: int, tied: tuple[str, ...]) -> bool | None:
    """Whether the text of the evals around a record was made out of the old value."""
    frames = places.records[index].frames
    for level in range(len(frames) - 1, -1, -1):
        if frames[level].kind != "eval":
            break
        opener = places.opener(index, level)
        text = places.statement(opener) if opener >= 0 else ""
        if any(refers(text, name) for name in tied):
            return True
        if (told := _tainted(places, text, opener, tied, 4)) is not False:
            return told
    return False


def _spelled(places: Places, index: int) -> str:
    """The statement, and the calls around it."""
    frames = places.records[index].frames
    openers = [places.opener(index, at) for at, one in enumerate(frames) if one.kind == "shfunc"]
    return "\n".join(places.statement(at) for at in (index, *openers) if at >= 0)


def sets_anew(places: Places, index: int, variable: str) -> bool:
    """Whether the record's only statement sets the variable, and uses no old value for it."""
    text = places.statement(index)
    found = _assigning(places, text, places.names(variable))
    if (
        found is None
        or not _single(text)
        or is_prefix(text, places.names(variable))
        or _is_local(text)
    ):
        return False
    return of(places, index, variable).kind == "new"


def is_prefix(text: str, tied: tuple[str, ...]) -> bool:
    """Whether the text sets the variable for one command only: `PATH=/x make`."""
    words = split.words(text, "(")
    count = next((i for i, word in enumerate(words) if not _assigned(word)), len(words))
    before = [_assigned(word) for word in words[:count]]
    return count < len(words) and any(name in tied for name in before)


def _of(places: Places, index: int, tied: tuple[str, ...]) -> Use:
    text = places.statement(index)
    word = _assigning(places, text, tied)
    if word is None:
        if any(refers(text, name) or _names(text, name) for name in tied):
            return Use("old", cut="shift" in text)
        return Use("values")
    found = re.match(ASSIGNMENT, word)
    assert found is not None
    if found[2] or found[3]:
        return Use("old", 0 if found[3] else None)
    value = word[found.end() :]
    if any(refers(value, name) for name in tied):
        return _old(value, tied)
    if not _COMPUTED.search(value):
        return Use("new")
    if re.search(r"\$\(|`|=\(|<\(", value):
        return Use("values", fields=_fields(value))
    told = _tainted(places, value, index, tied, 4)
    if told is None:
        return Use("values", fields=_fields(value))
    return Use("old" if told else "new")


def _old(value: str, tied: tuple[str, ...]) -> Use:
    """Where the old value stands in the new one."""
    cut = any(f"{name}{sign}" in value for name in tied for sign in "#/")
    if value.startswith("("):
        parts = split.words(value[1:].rstrip().removesuffix(")"), "(")
    else:
        parts = tuple(_colons(value))
    at = next((i for i, p in enumerate(parts) if any(refers(p, name) for name in tied)), 0)
    if at == len(parts) - 1 and at:
        return Use("old", -1, cut=cut)
    known = not any(re.search(r"[$`*?]", part) for part in parts[:at])
    return Use("old", at if known else None, cut=cut)


def _colons(value: str) -> list[str]:
    """The entries that a scalar's text spells."""
    parts, start, at = [], 0, 0
    plain = value.replace('"', "")
    while at < len(plain):
        if plain[at] == ":":
            parts.append(plain[start:at])
            start = at = at + 1
            continue
        at = split.skip(plain, at)
    return [*parts, plain[start:]]


def _fields(value: str) -> int:
    if value.startswith("("):
        return 0
    return len(_colons(value))


def _tainted(
    places: Places, value: str, index: int, tied: tuple[str, ...], depth: int
) -> bool | None:
    """Whether a variable in `value` holds text made out of the old value; None: nobody knows."""
    told: list[bool | None] = []
    if re.search(r"\$\{?[0-9@*]|\$\{?argv", value):
        opener = places.opener(index, places.depth(index) - 1)
        text = places.statement(opener) if opener >= 0 else ""
        if "$(" in text or any(refers(text, name) for name in tied):
            told.append(True)
        else:
            told.append(_tainted(places, text, opener, tied, depth - 1) if depth else None)
    for name in set(re.findall(r"\$\{?(?:\([^)]*\))?[=^~#+]*([A-Za-z_]\w*)", value)):
        told.append(_made_of(places, name, index, tied, depth))
    return True if any(told) else None if None in told else False


def _made_of(
    places: Places, name: str, index: int, tied: tuple[str, ...], depth: int
) -> bool | None:
    if name in ("HOME", "USER", "LOGNAME", "PWD", "ZDOTDIR", "ZSH"):
        return False
    pattern = re.compile(rf"(?<![\w$]){name}(\+?)=|for (?:\w+ )*{name} (?:\w+ )*in |read .*{name}")
    unknown, seen = False, {""}
    for earlier in range(index - 1, -1, -1):
        text = places.records[earlier].text
        if text in seen or (found := pattern.search(text)) is None:
            continue
        seen.add(text)
        if any(refers(text, each) for each in tied):
            return True
        told = None
        listed = re.match(r"for [\w ]+ in ([^;\n]*)", text)
        word = listed[1] if listed else _assigning(places, text, (name,))
        if word is not None and depth > 0 and not re.search(r"\$\(|`", text):
            told = _tainted(places, word, earlier, tied, depth - 1)
        if told:
            return True
        unknown = unknown or told is None
        if not found[1]:
            break
    else:
        return None
    return None if unknown else False


def refers(text: str, name: str) -> bool:
    """Whether a text uses the value of `name`: $path, ${(@)path:#x}, ${^path}, $#path is none."""
    return (
        re.search(rf"\$[=^~]*{name}(?!\w)|\$\{{[^}}]*?(?<![\w/.]){name}(?![\w/])", text) is not None
    )


def _names(text: str, name: str) -> bool:
    """Whether a command is given the variable's name: `typeset -U path`, `shift path`."""
    return re.search(rf"(?<![\w/$.=-]){name}(?![\w/=.])", text) is not None


def _assigning(places: Places, text: str, tied: tuple[str, ...]) -> str | None:
    """The word of a list that assigns the variable; None where no word does."""
    for part in _parts(places, text):
        words = split.words(part, "(")
        declared = bool(words) and words[0].lstrip("\\") in _DECLARING
        for word in words:
            if _assigned(word) in tied:
                return word
            if not declared and not _assigned(word):
                break
    return None


def _parts(places: Places, text: str) -> tuple[str, ...]:
    if "&&" in text or "||" in text or "\n" in text or "|" in text:
        return tuple(part.text for part in places.scan(text).statements) or (text,)
    return (text,)


def _single(text: str) -> bool:
    return "&&" not in text and "||" not in text and "\n" not in text.strip()


def _is_local(text: str) -> bool:
    return text.split(" ", 1)[0] in ("local", "typeset", "declare", "private")


def _assigned(word: str) -> str:
    found = re.match(ASSIGNMENT, word)
    return found[1] if found else ""
