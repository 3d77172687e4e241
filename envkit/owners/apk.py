"""apk: /lib/apk/db/installed, a paragraph for each package (apk-tools, apk-db(5): P, V, F, R)."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import SYSTEM, Finder, Owner
from envkit.owners._text import as_root, names, read

_DATABASES = ("/usr/lib/apk/db/installed", "/lib/apk/db/installed")  # apk 3's place, apk 2's


def find(host: Host, path: Path) -> Owner | None:
    """Say which package a file of the system belongs to."""
    if host.home in path.parents:
        return None
    wanted = {name.lstrip("/") for name in names(path)}
    for database in _DATABASES:
        package = version = folder = ""
        for line in read(host, Path(database)).splitlines():
            field, text = line[:2], line[2:]
            if field == "P:":
                package = text
            elif field == "V:":
                version = text
            elif field == "F:":
                folder = text
            elif field == "R:" and text == path.name and f"{folder}/{text}" in wanted:
                return Owner("apk", package, version, as_root(host, f"apk del {package}"))
    return None


OWNER = Finder(SYSTEM, find, ("apk",))
