"""rpm: its SQLite database read directly, an older one through `rpm -qf` where it can be asked.

A row of `Packages` is a header: two counts, an index of (tag, type, offset, count), the data, all
big-endian (RPM's "Package format"; a header in the database has no magic before it).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from envkit.host import Host
from envkit.owners import SYSTEM, Finder, Owner
from envkit.owners._text import as_root, names

_DATABASES = ("/usr/lib/sysimage/rpm/rpmdb.sqlite", "/var/lib/rpm/rpmdb.sqlite")
_OLD = ("/var/lib/rpm/Packages", "/var/lib/rpm/Packages.db", "/usr/lib/sysimage/rpm/Packages.db")
_INSTALLERS = ("dnf", "zypper", "yum", "tdnf", "microdnf", "urpme")
_NAME, _VERSION, _RELEASE, _EPOCH = 1000, 1001, 1002, 1003
_DIRECTORY_OF, _BASENAMES, _DIRECTORIES = 1116, 1117, 1118


def find(host: Host, path: Path) -> Owner | None:
    """Say which package a file of the system belongs to."""
    if host.home in path.parents:
        return None
    for database in map(Path, _DATABASES):
        if host.kind(database) == "file":
            return _in_sqlite(host, database, path)
    if not host.foreign and any(host.kind(Path(old)) == "file" for old in _OLD):
        return _asked(host, path)
    return None


def _in_sqlite(host: Host, database: Path, path: Path) -> Owner | None:
    try:
        import sqlite3
    except ImportError:  # a Python that was built without it
        return None
    wanted = {str(Path(name).parent) + "/" for name in names(path)}
    place = host.locate(database).as_uri()
    query = (
        "SELECT blob FROM Packages WHERE hnum IN (SELECT hnum FROM Basenames WHERE key IN (?, ?))"
    )
    try:
        # immutable: not even a lock file is made beside it.
        with closing(sqlite3.connect(f"{place}?immutable=1", uri=True)) as opened:
            rows = opened.execute(query, (path.name, path.name.encode())).fetchall()
    except sqlite3.Error:
        return None
    for (blob,) in rows:
        header = _Header(blob)
        if any(base == path.name and folder in wanted for folder, base in header.files()):
            return _owner(host, header.text(_NAME), header.version())
    return None


class _Header:
    """The fields of one package's header."""

    def __init__(self, blob: bytes) -> None:
        count, size = struct.unpack_from(">II", blob)
        self._data = blob[8 + 16 * count : 8 + 16 * count + size]
        rows = struct.iter_unpack(">IIiI", blob[8 : 8 + 16 * count])
        self._index = {tag: (offset, many) for tag, _, offset, many in rows}

    def texts(self, tag: int) -> list[str]:
        """A string, or an array of them: each ends in NUL."""
        offset, many = self._index.get(tag, (0, 0))
        parts = self._data[offset:].split(b"\0", many)[:many]
        return [part.decode("utf-8", "surrogateescape") for part in parts]

    def text(self, tag: int) -> str:
        return next(iter(self.texts(tag)), "")

    def numbers(self, tag: int) -> tuple[int, ...]:
        offset, many = self._index.get(tag, (0, 0))
        return struct.unpack_from(f">{many}I", self._data, offset)

    def files(self) -> Iterator[tuple[str, str]]:
        """(folder with a slash at its end, name) of each file."""
        folders = self.texts(_DIRECTORIES)
        for number, base in zip(self.numbers(_DIRECTORY_OF), self.texts(_BASENAMES), strict=False):
            yield folders[number], base

    def version(self) -> str:
        epoch = "".join(f"{number}:" for number in self.numbers(_EPOCH))
        return f"{epoch}{self.text(_VERSION)}-{self.text(_RELEASE)}"


def _asked(host: Host, path: Path) -> Owner | None:
    form = "%{NAME}\\t%{EPOCH}:%{VERSION}-%{RELEASE}\\n"
    for name in names(path):
        answer = host.ask(("rpm", "-qf", "--queryformat", form, name)) or ""
        package, tab, version = answer.partition("\n")[0].partition("\t")
        if tab:
            return _owner(host, package, version.removeprefix("(none):"))
    return None


def _owner(host: Host, package: str, version: str) -> Owner:
    for name in _INSTALLERS:
        if host.kind(Path("/usr/bin") / name) == "file":
            return Owner("rpm", package, version, as_root(host, f"{name} remove {package}"))
    return Owner("rpm", package, version, as_root(host, f"rpm -e {package}"))


OWNER = Finder(SYSTEM, find, ("rpm",))
