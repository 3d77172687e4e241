"""MacPorts: its registry, an SQLite database with a row for each file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from envkit.host import Host
from envkit.owners import SYSTEM, Finder, Owner
from envkit.owners._text import as_root

_REGISTRY = Path("/opt/local/var/macports/registry/registry.db")
_QUERY = (
    "SELECT ports.name, ports.version, ports.revision FROM files JOIN ports ON files.id = ports.id "
    "WHERE files.active = 1 AND files.actual_path = ?"
)


def find(host: Host, path: Path) -> Owner | None:
    """Say which port a file belongs to."""
    if Path("/opt/local") not in path.parents or host.kind(_REGISTRY) != "file":
        return None
    try:
        import sqlite3
    except ImportError:  # a Python that was built without it
        return None
    place = host.locate(_REGISTRY).as_uri()
    try:
        with closing(sqlite3.connect(f"{place}?immutable=1", uri=True)) as opened:
            row = opened.execute(_QUERY, (str(path),)).fetchone()
    except sqlite3.Error:
        return None
    if row is None:
        return None
    name, version, revision = row
    return Owner("macports", name, f"{version}_{revision}", as_root(host, f"port uninstall {name}"))


OWNER = Finder(SYSTEM, find, ("macports",))
