"""sshd_config(5): the first value of a keyword counts; Include is read where it stands.

A Match block is taken where it is for this account (`User`, `Group`-less) or for all; criteria that
only a connection can answer (Address, Host …) are taken not to match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from envkit.host import Host
from envkit.model import Location

_FILE = Path("/etc/ssh/sshd_config")


Config = dict[str, tuple[str, Location | None]]


def read(host: Host) -> Config:
    """Keyword, in lower case, to its text and line; empty where there is no such file."""
    plain: Config = {}
    matched: Config = {}
    for keyword, text, where, inside in _settings(host, _FILE, 0):
        config = matched if inside else plain
        if keyword == "acceptenv" and keyword in config:  # the one that adds up
            config[keyword] = (f"{config[keyword][0]} {text}", config[keyword][1])
        config.setdefault(keyword, (text, where))
    return {**plain, **matched}


def split(line: str) -> tuple[str, str]:
    """Keyword, in lower case, and its text: blanks, with at most one `=`, stand between."""
    found = re.match(r"\s*([^\s=]*)(?:\s*=\s*|\s+|$)(.*)", line)
    return (found[1].lower(), found[2].strip()) if found else ("", "")


def words(text: str) -> list[str]:
    """The words of an argument: quotes of either kind, backslashes, a comment (argv_split())."""
    found: list[str] = []
    word, quote, begun, at = "", "", False, 0
    while at < len(text):
        char, after = text[at], text[at + 1 : at + 2]
        if char == "\\" and after and after in "'\"\\" + ("" if quote else " "):
            word, begun, at = word + after, True, at + 1
        elif quote or char in "'\"":
            begun = True
            if not quote:
                quote = char
            elif char == quote:
                quote = ""
            else:
                word += char
        elif char in " \t":
            found += [word] if begun else []
            word, begun = "", False
        elif char == "#" and not begun:
            break
        else:
            word, begun = word + char, True
        at += 1
    return [*found, word] if begun else found


def matches(name: str, patterns: list[str]) -> bool:
    """Whether one of the patterns (`*`, `?`; `!` before one denies) is for that name."""
    denied = any(fnmatchcase(name, one[1:]) for one in patterns if one.startswith("!"))
    return not denied and any(fnmatchcase(name, one) for one in patterns)


def _settings(host: Host, path: Path, depth: int) -> Iterator[tuple[str, str, Location, bool]]:
    """Every keyword that counts, and whether it stands in a Match block."""
    applies, inside = True, False
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        keyword, rest = split(line)
        if not keyword or keyword.startswith("#"):
            continue
        if keyword == "match":
            inside, applies = True, _is_for(host, words(rest))
        elif keyword == "include" and applies and depth < 16:
            for pattern in words(rest):
                for name in included(host, pattern):
                    for one in _settings(host, name, depth + 1):
                        yield (*one[:3], one[3] or inside)
        elif applies:
            yield keyword, rest, Location(path, number), inside


def included(host: Host, pattern: str) -> list[Path]:
    """The files that an Include means, in the order of their names (glob(3))."""
    path = Path("/etc/ssh") / pattern
    if not re.search(r"[*?\[]", path.name):
        return [path]
    names = host.entries(path.parent)
    hidden = path.name.startswith(".")
    return [
        path.parent / name
        for name in names
        if fnmatchcase(name, path.name) and (hidden or not name.startswith("."))
    ]


def _is_for(host: Host, criteria: list[str]) -> bool:
    pairs = dict(zip(criteria[::2], criteria[1::2], strict=False))
    if [one.lower() for one in criteria] == ["all"]:
        return True
    users = {name.lower(): value.split(",") for name, value in pairs.items()}
    return set(users) == {"user"} and matches(host.user, users["user"])
