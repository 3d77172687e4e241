"""sudoers(5): its Defaults lines, with what is included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host
from envkit.model import Location

_FILES = (Path("/etc/sudoers"), Path("/usr/local/etc/sudoers"))
_INCLUDE = re.compile(r'[@#](include|includedir)\s+(?:"([^"]*)"|(\S+))')
_PARAMETER = re.compile(
    r'\s*(!*)\s*(\w+)\s*(?:(\+=|-=|=)\s*("(?:[^"\\]|\\.)*"|(?:[^,\\]|\\.)*))?\s*(?:,|$)'
)


class Policy(NamedTuple):
    """What the Defaults say that bears on the environment."""

    readable: bool
    secure_path: tuple[str, Location] | None = None
    flags: dict[str, bool] = {}  # noqa: RUF012  (never changed after `read`)
    keep: tuple[str, ...] = ()


def read(host: Host) -> Policy:
    """The Defaults that hold for a start as this account; the last of a name counts."""
    path = next((one for one in _FILES if host.kind(one) == "file"), None)
    if path is None:
        return Policy(all(host.kind(one) == "missing" for one in _FILES))
    secure: tuple[str, Location] | None = None
    flags: dict[str, bool] = {}
    keep: list[str] = []
    for where, bang, name, operator, value in _defaults(host, path, 0):
        if name == "secure_path":
            secure = (value, where) if operator == "=" and not bang else None
        elif name == "env_keep":
            names = value.split()
            if operator == "=" or bang:
                keep = []
            keep = [one for one in keep if one not in names]
            keep += names if operator in ("=", "+=") and not bang else []
        elif not operator:
            flags[name] = not bang
    return Policy(True, secure, flags, tuple(keep))


def _defaults(host: Host, path: Path, depth: int) -> Iterator[tuple[Location, bool, str, str, str]]:
    for number, line in _lines(host, path):
        if include := _INCLUDE.match(line):
            for each in _included(host, path, include[1], include[2] or include[3]):
                if depth < 128:
                    yield from _defaults(host, each, depth + 1)
            continue
        found = re.match(r"Defaults(?:([>])(\S+))?\s+", line)
        if not found or (found[1] and found[2] != host.user):
            continue
        for part in _PARAMETER.finditer(line[found.end() :]):
            value = part[4] or ""
            value = value[1:-1] if value.startswith('"') else value.strip()
            yield Location(path, number), len(part[1]) % 2 == 1, part[2], part[3] or "", value


def _included(host: Host, path: Path, kind: str, name: str) -> list[Path]:
    target = path.parent / name
    if kind == "include":
        return [target]
    return [
        target / one for one in host.entries(target) if "." not in one and not one.endswith("~")
    ]


def _lines(host: Host, path: Path) -> Iterator[tuple[int, str]]:
    """Logical lines without comments; #include is none."""
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return
    begun, parts = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        begun = begun if parts else number
        if line.endswith("\\"):
            parts += line[:-1] + " "
            continue
        whole, parts = (parts + line).strip(), ""
        if _INCLUDE.match(whole):
            yield begun, whole
        elif whole and not whole.startswith("#"):
            yield begun, re.split(r"(?<!\\)\s#", whole)[0].strip()
