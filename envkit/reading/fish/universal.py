"""fish's universal variables as they lie in ~/.config/fish/fish_variables (format of fish 3)."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host
from envkit.reading.fish.state import Variable

_LINE = re.compile(r"SETUVAR((?: --\w+)*) (\w+):(.*)")


def variables(host: Host, path: Path) -> dict[str, Variable]:
    """All of them; none where there is no such file."""
    found = {}
    for _number, flags, name, text in rows(host, path):
        found[name] = Variable(_values(text), "--export" in flags, "--path" in flags)
    return found


def line(host: Host, path: Path, name: str) -> int | None:
    """The line that a variable stands in."""
    return next((row[0] for row in rows(host, path) if row[2] == name), None)


def rows(host: Host, path: Path) -> list[tuple[int, str, str, str]]:
    """Line, flags, name and escaped text of each."""
    if host.kind(path) != "file" or not host.locate(path).is_file():
        return []
    text = host.read(path).decode("utf-8", "surrogateescape")
    found = []
    for number, row in enumerate(text.split("\n"), start=1):
        match = _LINE.fullmatch(row)
        if match:
            found.append((number, match[1], match[2], match[3]))
    return found


def _values(text: str) -> tuple[str, ...]:
    if text == "\\x1d":
        return ()
    plain = re.sub(
        r"\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", _unescaped, text
    )
    return tuple(plain.split("\x1e"))


def _unescaped(found: re.Match[str]) -> str:
    number = found[1] or found[2] or found[3]
    if number:
        return chr(int(number, 16))
    return {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "a": "\a", "b": "\b"}.get(
        found[4], found[4]
    )
