"""The lines that define a function or an alias, found in the text of the files that were read.

A shell knows the file of a function, zsh not its line, and none where an alias comes from. Of
several definitions the last that ran counts; one whose text is not there was made by an eval.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import language
from envkit.host import Host
from envkit.model import Location
from envkit.reading.nodes import Node
from envkit.which import positions
from envkit.which.asked import Seen
from envkit.which.said import Said

_ABBREVIATE = ("abbr",)
_PIPES = ("/dev/fd/", "/proc/self/fd/")  # source <(program)
_EVAL, _SOURCE = ("eval",), (".", "source")
_ANY = (*_EVAL, *_SOURCE, "alias")
_HAVE_ALIASES = ("ksh93", "mksh", "fish")  # of their own, or none that an eval makes


def place(host: Host, seen: Seen, name: str, said: Said) -> Location | None:
    """Where the function, alias or abbreviation that a name is comes from; None: not known."""
    kind = said.kinds[0]
    if kind == "function":
        return _function(host, seen, name, said)
    if kind not in ("alias", "abbreviation"):
        return None
    if seen.start.shell.name == "fish" and kind == "alias" and said.line:
        return Location(Path(said.source), said.line)  # a function that `alias --save` made
    words = _ABBREVIATE if kind == "abbreviation" else ("alias",)
    found = list(_found(host, seen, [], name, words, said.text))
    if not found and seen.start.shell.name not in _HAVE_ALIASES:
        return _eval(host, seen, name, _ANY)
    return _best(found, seen)


def _function(host: Host, seen: Seen, name: str, said: Said) -> Location | None:
    if said.source and not said.source.startswith("/"):
        return None  # bash: from the environment, or typed
    if not said.source:
        last = positions.last_function(host, seen, name)
        # The shell tells no file: only an eval that has the name in its own words is believed.
        return last or _eval(host, seen, name, _EVAL, named=True)
    if said.source.startswith(_PIPES):
        return _eval(host, seen, name, _SOURCE)
    path = Path(said.source)
    found = list(_found(host, seen, [path], name, (), ""))
    own = [one for one in found if one[0].path == path]
    if said.line:
        # bash counts to the brace; the name may stand above it.
        within = (where for where, last, _ in own if where.line <= said.line <= last)
        if where := next(within, None):
            return where
        if seen.start.shell.name != "bash":
            return Location(path, said.line)
        # The lines of an eval's text count on from its own.
        return _eval(host, seen, name, _EVAL, path, said.line)
    if best := _best(own, seen):
        return best
    if path.name == name:
        return Location(path, 1)  # a file of fpath: all of it is the function
    return _eval(host, seen, name, _EVAL, path)


def _eval(
    host: Host,
    seen: Seen,
    name: str,
    words: tuple[str, ...],
    path: Path | None = None,
    before: int = 0,
    named: bool = False,
) -> Location | None:
    """The one statement that ran what a program printed, or the one whose own words have the name.

    None where several might have: nothing is guessed.
    """
    found: dict[Location, str] = {}
    for where in seen.ran:
        if (path is not None and where.path != path) or (before and where.line > before):
            continue
        if text := _evaluates(host, seen, where, words):
            found[where] = text
    if len(found) > 1 or named:
        word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        found = {where: text for where, text in found.items() if word.search(text)}
    return next(iter(found)) if len(found) == 1 else None


def _evaluates(host: Host, seen: Seen, where: Location, words: tuple[str, ...]) -> str:
    """The text of a statement at a line of which only running tells what it makes; else ""."""
    try:
        parts = language.parts(host.read(where.path), language.of(seen.start))
    except OSError:
        return ""
    for node in _nodes(parts):
        if node.kind == "command" and node.line == where.line and node.words:
            word = node.words[0].lstrip("\\")
            if word in words and _is_open(word, node):
                return node.text
    return ""


def _is_open(word: str, node: Node) -> bool:
    """Whether only running tells what a statement makes: `eval …`, `. <(…)`, `alias "$1"=…`."""
    if word == "alias":
        return any("$" in each.partition("=")[0] for each in node.words[1:])
    return word == "eval" or "<(" in node.text


_Definition = tuple[Location, int, bool]


def _best(found: Sequence[_Definition], seen: Seen) -> Location | None:
    """The last that ran; of those that fit the text, if any does."""
    fitting = [one for one in found if one[2]] or list(found)
    ran = [one for one in fitting if one[0] in seen.ran]
    if ran:
        return max(ran, key=lambda one: seen.ran[one[0]])[0]
    return fitting[-1][0] if fitting else None


def _found(
    host: Host, seen: Seen, more: Sequence[Path], name: str, words: tuple[str, ...], text: str
) -> Iterator[_Definition]:
    """Definitions of `name` in files that were read; whether an alias stands for `text`."""
    read = [row.path for row in seen.files if row.status == "read"]
    paths = dict.fromkeys((*read, *(where.path for where in seen.ran), *more))
    spoken = language.of(seen.start)
    for path in paths:
        try:
            content = host.read(path)
        except OSError:
            continue
        if name.encode("utf-8", "surrogateescape") not in content:
            continue
        for node in _nodes(language.parts(content, spoken)):
            if words:
                if (fits := _alias(node, name, words, text)) is not None:
                    yield Location(path, node.line), node.last, fits
            elif node.kind == "function" and name in node.words:
                yield Location(path, node.line), node.last, True


def _nodes(parts: Sequence[Node]) -> Iterator[Node]:
    for node in parts:
        yield node
        yield from _nodes(node.parts)


def _alias(node: Node, name: str, words: tuple[str, ...], text: str) -> bool | None:
    """Whether a command makes the alias `name`, and stands for `text`; None: it does not."""
    if node.kind != "command" or not any(word.lstrip("\\") in words for word in node.words[:2]):
        return None
    rest = node.words[1:]
    for number, word in enumerate(rest):
        given, equals, value = word.partition("=")
        if equals and _plain(given) == name:
            return _plain(value) == text
        if _plain(word) == name and number + 1 < len(rest):  # fish: alias NAME TEXT
            return _plain(" ".join(rest[number + 1 :])) == text
    return None


def _plain(word: str) -> str:
    """A word without its quotes."""
    import shlex

    try:
        return " ".join(shlex.split(word))
    except ValueError:
        return word
