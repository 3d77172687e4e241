"""Whether a statement made the new value out of the old one: told by its text, else by the values.

`PATH=/x:$PATH` keeps the entries that were there; `PATH=/usr/bin:/bin` sets all of them anew, even
where some look the same. What a program computed (`eval "$(path_helper)"`) only the result shows.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from envkit.tracing.places import Places
from envkit.tracing.statements import ASSIGNMENT, skip, words
from envkit.tracing.words import assigned, references, refers

_GIVES = (
    r"((builtin|command) )*(for|read|printf -v|mapfile|readarray|export|declare|typeset|local) "
)
_READS = r"((builtin|command) )*(read|mapfile|readarray)\b"
_POSITIONAL = r"\$(\{[!#]?)?[0-9@*]"


class Use(NamedTuple):
    """old: the old value is in it (`where`: its entries before it; -1: they are at the end).

    new: it is not. values: the text does not tell; `fields` is the number of entries it spells.
    `cut`: the text takes something out of the old value's front, so a later copy is what stays.
    `text`: all that may spell what was moved.
    """

    kind: Literal["old", "new", "values"]
    where: int | None = None
    fields: int = 0
    cut: bool = False
    text: str = ""


def of(places: Places, index: int, variable: str) -> Use:
    """How the command of record `index` used the value that `variable` had."""
    use = _of(places, index, variable)
    if use.kind == "new":
        told = None if places.opaque(index) else _around(places, index, variable)
        use = use if told is False else Use("old" if told else "values")
    return use if use.kind == "new" else use._replace(text=_spelled(places, index, variable))


def _around(places: Places, index: int, variable: str) -> bool | None:
    """Whether the text of the evals around record `index` was made out of the old value."""
    while places.frame(index) == "eval":
        index = places.records[index].opener
        statement = places.statement(index)
        told = _made_of(places, index, statement.text, variable) if statement else None
        if told is not False:
            return told
    return False


def _spelled(places: Places, index: int, variable: str) -> str:
    """The statement, the call around it and the assignments before it."""
    statement, call = places.statement(index), places.call(index)
    texts = [statement.text if statement else ""]
    texts += [places.records[call].text] if call >= 0 else []
    for earlier in range(index - 1, max(index - 20, -1), -1):
        name = assigned(places.records[earlier].text)
        if name == variable:
            break
        if name and ":" not in (text := places.records[earlier].text):
            texts.append(text)
    return "\n".join(texts)


def _of(places: Places, index: int, variable: str) -> Use:
    statement = places.statement(index)
    if statement is None:
        return Use("values")
    name = assigned(places.records[index].text) or variable
    for word in words(statement.text):
        found = re.match(ASSIGNMENT, word)
        if found and found[1] in (name, variable):
            if found[3]:
                return Use("old", 0)
            return _right_side(places, index, variable, word[found.end() :], {name, variable})
    if refers(statement.text, variable):
        return Use("old")
    computed = re.search("[$`]", statement.text) or re.match(_READS, statement.text)
    return Use("values" if computed else "new")


def _right_side(places: Places, index: int, variable: str, text: str, names: set[str]) -> Use:
    if any(refers(text, name) for name in names):
        cut = any(f"{{{name}{sign}" in text for name in names for sign in "#/")
        return Use("old", _before_reference(text, names), cut=cut)
    if "$(" in text or "`" in text:
        return Use("values", fields=_fields(text))
    told = _made_of(places, index, text, variable)
    if told:
        return Use("old")
    return Use("new") if told is False else Use("values", fields=_fields(text))


def _made_of(places: Places, index: int, text: str, variable: str) -> bool | None:
    """Whether a text of the statement of record `index` holds what `variable` had; None: unsure."""
    if refers(text, variable):
        return True
    told = [_taint(places, other, index, variable, 4) for other in references(text)]
    if re.search(_POSITIONAL, text):
        call = places.call(index)
        statement = places.statement(call) if call >= 0 else None
        told.append(_made_of(places, call, statement.text, variable) if statement else None)
    if "$(" in text or "`" in text:
        told.append(None)
    return True if True in told else None if None in told else False


def _taint(places: Places, name: str, index: int, variable: str, depth: int) -> bool | None:
    """Whether `name` holds text that was made out of `variable`; None: nobody can tell.

    An assignment that uses the name's own value hands the question on to the one before it.
    """
    unsure = False
    for earlier in range(index - 1, -1, -1):
        if not _gives(places.records[earlier].text, name):
            continue
        statement = places.statement(earlier)
        if statement is None or depth == 0:
            return None
        text = statement.text
        if refers(text, variable):
            return True
        others = references(text) - {name}
        told = [_taint(places, each, earlier, variable, depth - 1) for each in others]
        if any(told):
            return True
        unsure = unsure or None in told or "$(" in text or "`" in text
        unsure = unsure or re.search(_POSITIONAL, text) is not None
        if not refers(text, name) and not re.match(rf"{name}(\[[^\]]*\])?\+=", text):
            return None if unsure else False
    return False if name in ("HOME", "USER", "LOGNAME", "PWD") else None


def _gives(text: str, name: str) -> bool:
    """Whether a record sets `name`: an assignment, `for`, `read`, `printf -v`, a declaration."""
    if assigned(text) == name:
        return True
    first = re.match(_GIVES, text)
    return first is not None and re.search(rf"(?<![\w$]){name}(?!\w)", text) is not None


def _before_reference(text: str, names: set[str]) -> int | None:
    """How many entries stand before the reference; -1: it is the end; None: cannot be told."""
    colons = at = 0
    known = True
    while at < len(text):
        if text[at] == '"':
            at += 1
            continue
        end = _end(text, at)
        if any(refers(text[at:end], name) for name in names):
            if end >= len(text.rstrip('"')):
                return -1 if colons or not known or at else 0
            return colons if known else None
        colons += text[at] == ":"
        known = known and text[at] != "$"
        at = end
    return None


def _fields(text: str) -> int:
    count, at = 1, 0
    while at < len(text):
        count += text[at] == ":"
        at = at + 1 if text[at] == '"' else _end(text, at)
    return count


def _end(text: str, at: int) -> int:
    named = re.match(r"\$[A-Za-z_]\w*", text[at:])
    return at + named.end() if named else skip(text, at)
