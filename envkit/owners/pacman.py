"""pacman: /var/lib/pacman/local/NAME-VERSION/{desc,files}, the text database of libalpm."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import SYSTEM, Finder, Owner
from envkit.owners._text import as_root, names, read

_BASE = Path("/var/lib/pacman/local")


def find(host: Host, path: Path) -> Owner | None:
    """Say which package a file of the system belongs to."""
    if host.home in path.parents:
        return None
    wanted = [f"\n{name.lstrip('/')}\n" for name in names(path)]
    for entry in host.entries(_BASE):
        files = read(host, _BASE / entry / "files").partition("\n%BACKUP%")[0]
        if any(name in files for name in wanted):
            fields = _fields(read(host, _BASE / entry / "desc"))
            package = fields.get("NAME") or entry.rsplit("-", 2)[0]
            version = fields.get("VERSION", "")
            return Owner("pacman", package, version, as_root(host, f"pacman -R {package}"))
    return None


def _fields(text: str) -> dict[str, str]:
    """The first line of each field: `%NAME%`, then its lines, then an empty one."""
    paragraphs = (paragraph.split("\n") for paragraph in text.strip().split("\n\n"))
    return {lines[0].strip("%"): lines[1] for lines in paragraphs if len(lines) > 1}


OWNER = Finder(SYSTEM, find, ("pacman",))
