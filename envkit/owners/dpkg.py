"""dpkg: /var/lib/dpkg/info/*.list, the lists of each package's files (dpkg-query(1), --search).

The lists name a file as its package ships it: /bin/x also where /bin has become a link to /usr/bin.
A diversion (dpkg-divert(1)) gives a name to one package and puts the others' file elsewhere.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from envkit.host import Host
from envkit.owners import SYSTEM, Finder, Owner
from envkit.owners._text import as_root, names, read

_BASE = Path("/var/lib/dpkg")


def find(host: Host, path: Path) -> Owner | None:
    """Say which package a file of the system belongs to."""
    if host.home in path.parents:
        return None  # no package has files there
    name = str(path)
    diverted = {row[1]: (row[0], row[2]) for row in _diversions(host)}
    by = {row[0]: row[2] for row in _diversions(host)}
    original, diverter = diverted.get(name, (name, ""))
    for package in _packages(host, original):
        plain = package.partition(":")[0]
        if plain == diverter or (original == name and by.get(name, plain) != plain):
            continue  # what it ships under that name lies elsewhere
        return _owner(host, package)
    return None


def _packages(host: Host, name: str) -> Iterator[str]:
    lines = [b"\n%s\n" % os.fsencode(other) for other in names(Path(name))]
    for package, text in _lists(host):
        if any(line in text for line in lines):
            yield package


@cache
def _lists(host: Host) -> tuple[tuple[str, bytes], ...]:
    folder = host.locate(_BASE / "info")  # once: there are hundreds of them
    found = [name for name in host.entries(_BASE / "info") if name.endswith(".list")]
    return tuple((name.removesuffix(".list"), _lines(f"{folder}/{name}")) for name in found)


def _lines(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  (a Path each costs as much)
            return b"\n" + file.read()
    except OSError:
        return b""


@cache
def _diversions(host: Host) -> tuple[tuple[str, str, str], ...]:
    """(name, where the others' file lies instead, the package that has the name)."""
    rows = read(host, _BASE / "diversions").splitlines()
    return tuple(zip(rows[::3], rows[1::3], rows[2::3], strict=False))


def _owner(host: Host, package: str) -> Owner:
    plain, _, architecture = package.partition(":")
    for stanza in _stanzas(host, plain):
        fields = dict(re.findall(r"^([A-Z][\w-]*): (.*)$", stanza, re.MULTILINE))
        if architecture in ("", fields.get("Architecture", architecture)):
            needed = fields.get("Essential") == "yes" or fields.get("Priority") == "required"
            remove = "" if needed else as_root(host, f"apt remove {plain}")
            return Owner("dpkg", plain, fields.get("Version", ""), remove)
    return Owner("dpkg", plain, "", as_root(host, f"apt remove {plain}"))


def _stanzas(host: Host, package: str) -> list[str]:
    """The parts of the status file that speak of a package (one for each architecture)."""
    text = "\n" + _status(host)
    starts = [match.start() for match in re.finditer(rf"\nPackage: {re.escape(package)}\n", text)]
    return [text[start:].split("\n\n", 1)[0] for start in starts]


@cache
def _status(host: Host) -> str:
    return read(host, _BASE / "status")


OWNER = Finder(SYSTEM, find, ("dpkg",))
