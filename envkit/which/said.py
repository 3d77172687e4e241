"""What a shell answered to `question`, as data."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from envkit.model import Location
from envkit.which import question

_KINDS = {"command": "file", "hashed": "file", "reserved": "keyword"}
_ZSH = re.compile(r": (alias|builtin|command|function|hashed|reserved)$", re.MULTILINE)
_ALIAS = re.compile(r"is an (exported )?alias for ", re.DOTALL)
_FISH_ALIAS = re.compile(r"alias \S+?[ =](.*)", re.DOTALL)


class Said(NamedTuple):
    """A name as the shell has it: the kinds of thing it is, what runs first.

    `path` is the file that the shell itself would run, "" where it would run none or does not say
    which. `text`: what an alias stands for. `source` and `line`: where a function is, as far as
    the shell knows (0: it does not know the line). `remembered`: the path comes from `hash`.
    """

    kinds: tuple[str, ...] = ()
    path: str = ""
    text: str = ""
    source: str = ""
    line: int = 0
    remembered: bool = False


class Answer(NamedTuple):
    """What one start answered: about each name, and the environment of its programs."""

    said: tuple[Said, ...]
    environment: Mapping[str, str]


def read(text: str, names: tuple[str, ...]) -> Answer | None:
    """The answer in what the shell printed; None where it did not come to the end of it."""
    if not text.endswith(question.END):
        return None
    before, _, rest = text.partition("\0env\0")
    pairs = (pair.partition("=") for pair in rest.split("\0") if "=" in pair)
    environment = {name: value for name, _, value in pairs}
    _, *parts = before.split("\0")
    fields = dict(zip(parts[::2], parts[1::2], strict=False))
    said = []
    for number, name in enumerate(names):
        own = {
            key.partition(":")[0]: value
            for key, value in fields.items()
            if key.endswith(f":{number}")
        }
        said.append(_said(name, own))
    return Answer(tuple(said), environment)


def _said(name: str, own: Mapping[str, str]) -> Said:
    if "says" in own:
        return _words(name, own)
    if "details" in own:
        return _fish(name, own)
    return _zsh(own) if "source" in own else _bash(own)


def _distinct(kinds: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for kind in kinds if kind))


def _bash(own: Mapping[str, str]) -> Said:
    kinds = _distinct(own["kinds"].split("\n"))
    line, source = 0, ""
    if place := re.match(r".* (\d+) (.*)\n\Z", own.get("place", ""), re.DOTALL):
        line, source = int(place[1]), place[2]
    return Said(kinds, _line(own["path"]), _alias(own.get("alias", "")), source, line)


def _zsh(own: Mapping[str, str]) -> Said:
    words = _ZSH.findall(own["kinds"])  # a name may hold a newline
    kinds = _distinct([_KINDS.get(word, word) for word in words])
    hashed = _line(own.get("hashed", ""))
    return Said(
        kinds, hashed or _line(own["path"]), own.get("alias", ""), own["source"], 0, bool(hashed)
    )


def _words(name: str, own: Mapping[str, str]) -> Said:
    """The three answers of `command -V`."""
    found, path = [], ""
    for key in ("says", "below", "under"):
        text = own.get(key, "").rstrip("\n")
        at = text.find(" is ", text.find(name) + len(name))
        tail = text[at + 1 :] if at >= 0 else ""
        kind, file = _kind(tail)
        found.append(kind)
        path = path or file
    return Said(_distinct(found), path, _alias(own.get("alias", "")))


def _kind(tail: str) -> tuple[str, str]:
    path = tail.removeprefix("is ").removeprefix("a tracked alias for ")
    if path.startswith(("/", "'/", "$'/")):
        return "file", path if path[0] == "/" else ""  # ksh93 quotes: PATH tells which
    if _ALIAS.match(tail):
        return "alias", ""
    for word, kind in (
        ("function", "function"),
        ("builtin", "builtin"),
        ("keyword", "keyword"),
        ("reserved word", "keyword"),
    ):
        if word in tail:
            return kind, ""
    return ("file", tail.removeprefix("is ")) if tail else ("", "")


def _fish(name: str, own: Mapping[str, str]) -> Said:
    kinds = _distinct(own["kinds"].split("\n"))
    source, _, line, _, description, *_ = [*own["details"].split("\n"), *[""] * 5]
    text = ""
    if kinds[:1] == ("function",) and (match := _FISH_ALIAS.fullmatch(description)):
        kinds, text = ("alias", *kinds[1:]), match[1]
    known = source.startswith("/")
    place = (source, int(line)) if known and line.isdigit() else ("", 0)
    if shown := own.get("abbr", ""):
        kinds = ("abbreviation", *kinds)
        text = _abbreviation(name, shown)
    return Said(kinds, _line(own["path"]), text, *place)


def _abbreviation(name: str, shown: str) -> str:
    for line in shown.splitlines():
        try:
            words = shlex.split(line)
        except ValueError:
            continue
        if "--" in words and words[words.index("--") + 1 :][:1] == [name]:
            return " ".join(words[words.index("--") + 2 :])
    return ""


def _alias(line: str) -> str:
    """What follows the `=` in `alias ll='ls -l'`, without its quotes."""
    _, equals, value = line.removesuffix("\n").partition("=")
    if not equals:
        return ""
    try:
        return "".join(shlex.split(value))
    except ValueError:
        return value


def _line(text: str) -> str:
    return text.removesuffix("\n")


def place(said: Said) -> Location | None:
    """Where a function is, if the shell knows its line."""
    known = said.source.startswith("/") and said.line
    return Location(Path(said.source), said.line) if known else None
