"""Python's records of what is installed (PEP 376, PEP 627; setuptools' older egg-info)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host
from envkit.owners._text import read

_NAME = re.compile(r"^Name:\s*(\S+)", re.MULTILINE)
_VERSION = re.compile(r"^Version:\s*(\S+)", re.MULTILINE)


class Distribution(NamedTuple):
    """An installed distribution: its name, its version, and the folder of its record."""

    name: str
    version: str
    record: Path


def libraries(host: Host, prefix: Path) -> Iterator[Path]:
    """The folders of an installation in which distributions lie (`site`, Debian's own, too)."""
    for lib in ("lib", "lib64", "local/lib"):
        for name in host.entries(prefix / lib):
            if re.fullmatch(r"(python|pypy)[\d.]*t?", name):
                yield prefix / lib / name / "site-packages"
                yield prefix / lib / name / "dist-packages"
    yield prefix / "Lib/site-packages"
    if prefix.parent.name == "Python":  # macOS: ~/Library/Python/3.11/bin
        yield prefix / "lib/python/site-packages"


def owning(host: Host, path: Path) -> Distribution | None:
    """The distribution whose record names a script beside its own library folders."""
    prefix = path.parent.parent
    for library in libraries(host, prefix):
        # A record's paths are relative to the library folder (PEP 376).
        ups = "../" * (len(library.relative_to(prefix).parts))
        wanted = (f"{ups}{path.parent.name}/{path.name}", str(path))
        for name in host.entries(library):
            if name.endswith((".dist-info", ".egg-info")) and _names(host, library / name, wanted):
                return _described(host, library / name)
    return None


def distribution(host: Host, prefix: Path, name: str) -> Distribution | None:
    """The distribution of that name in an environment."""
    for library in libraries(host, prefix):
        for entry in host.entries(library):
            if entry.endswith((".dist-info", ".egg-info")):
                plain = entry.rpartition(".")[0].partition("-")[0]
                if _canonical(plain) == _canonical(name):
                    return _described(host, library / entry)
    return None


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()  # PEP 503


def _names(host: Host, record: Path, wanted: tuple[str, str]) -> bool:
    if text := read(host, record / "RECORD"):
        if any(word in text for word in wanted):  # most do not: a CSV reader is slow
            return any(row and row[0] in wanted for row in csv.reader(text.splitlines()))
        return False
    if text := read(host, record / "installed-files.txt"):
        # An egg's are relative to the egg-info folder itself.
        return any(line in (f"../{wanted[0]}", wanted[1]) for line in text.splitlines())
    name = Path(wanted[1]).name
    return any(line == name for line in _scripts(read(host, record / "entry_points.txt")))


def _scripts(text: str) -> Iterator[str]:
    """The names of the console_scripts and gui_scripts of an entry_points.txt."""
    section = ""
    for line in text.splitlines():
        if line.strip().startswith("["):
            section = line.strip(" []")
        elif "=" in line and section in ("console_scripts", "gui_scripts"):
            yield line.partition("=")[0].strip()


def _described(host: Host, record: Path) -> Distribution:
    text = read(host, record / "METADATA") or read(host, record / "PKG-INFO")
    plain, _, rest = record.name.rpartition(".")[0].partition("-")
    name, version = _NAME.search(text), _VERSION.search(text)
    return Distribution(
        name[1] if name else plain, version[1] if version else rest.partition("-")[0], record
    )
