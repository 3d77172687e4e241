"""sudoers(5): its Defaults lines, with what is included.

A line for hosts, users or target accounts counts where it is for this one; one for a command never
does, since the command is not known. sudo reads the file as root, and so it is read here if it can.
"""

from __future__ import annotations

import os
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
# What sudo 1.9 has by itself: `sudo -V` as root.
_KEEP = (
    *("COLORS", "DISPLAY", "DPKG_COLORS", "HOSTNAME", "KRB5CCNAME", "LS_COLORS", "PATH", "PS1"),
    *("PS2", "XAUTHORITY", "XAUTHORIZATION", "XDG_CURRENT_DESKTOP"),
)
_CHECK = ("COLORTERM", "LANG", "LANGUAGE", "LC_*", "LINGUAS", "TERM", "TZ")


class Policy(NamedTuple):
    """What the Defaults say that bears on the environment; `values` are those with one value."""

    readable: bool
    values: dict[str, tuple[str, Location]]
    flags: dict[str, bool]
    lists: dict[str, tuple[str, ...]]


def read(host: Host, caller: str) -> Policy:
    """The Defaults for a start of this account by `caller`; the last of a name counts."""
    policy = Policy(True, {}, {}, {"env_keep": _KEEP, "env_check": _CHECK, "env_delete": ()})
    for path in _FILES:
        try:
            host.read(path)
        except FileNotFoundError:
            continue
        except OSError:
            return policy._replace(readable=False)
        for where, off, name, operator, value in _defaults(host, caller, path, 0):
            if name in policy.lists:
                policy.lists[name] = _list(policy.lists[name], off, operator, value)
            elif off:
                policy.values.pop(name, None)
                policy.flags[name] = False
            elif operator:
                policy.values[name] = value, where
            else:
                policy.flags[name] = True
        break
    return policy


def caller(host: Host) -> str:
    """Who types sudo: the account itself, or root where root asks about another."""
    return host.user if os.geteuid() == host.uid else "root"


def _list(old: tuple[str, ...], off: bool, operator: str, value: str) -> tuple[str, ...]:
    names = tuple(value.split())
    if off or operator == "=":
        return () if off else names
    rest = tuple(one for one in old if one not in names)
    return rest if operator == "-=" else rest + names


def _defaults(
    host: Host, caller: str, path: Path, depth: int
) -> Iterator[tuple[Location, bool, str, str, str]]:
    for number, line in _lines(host, path):
        if include := _INCLUDE.match(line):
            for each in _included(host, path, include[1], include[2] or include[3]):
                if depth < 128:
                    yield from _defaults(host, caller, each, depth + 1)
            continue
        found = re.match(r"Defaults(?:([@:>!])\s*(\S+))?\s+", line)
        if not found or not _is_for(host, caller, found[1], found[2]):
            continue
        for part in _PARAMETER.finditer(line[found.end() :]):
            value = part[4] or ""
            value = value[1:-1] if value.startswith('"') else value.strip()
            yield Location(path, number), len(part[1]) % 2 == 1, part[2], part[3] or "", value


def _is_for(host: Host, caller: str, kind: str | None, names: str | None) -> bool:
    if not kind or not names:
        return True
    mine = {"@": os.uname().nodename, ":": caller, ">": host.user}.get(kind)
    return mine is not None and bool({mine, "ALL"} & set(names.split(",")))


def _included(host: Host, path: Path, kind: str, name: str) -> list[Path]:
    target = path.parent / name
    if kind == "include":
        return [target]
    try:
        names = sorted(one.name for one in host.locate(target).iterdir())
    except OSError:
        return []
    return [target / one for one in names if "." not in one and not one.endswith("~")]


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
            parts += line[:-1] if parts == "" else line[:-1].lstrip()
            continue
        whole, parts = (parts + (line.lstrip() if parts else line)).strip(), ""
        if _INCLUDE.match(whole):
            yield begun, whole
        elif whole and not whole.startswith("#"):
            yield begun, re.split(r"(?<!\\)\s#", whole)[0].strip()
