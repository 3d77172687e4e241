"""rbenv: versions/VERSION holds a Ruby; what gems brought has the gem's name."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import below, folders


def find(host: Host, path: Path) -> Owner | None:
    """Say which of rbenv's Rubies a program is part of; a shim is part of none."""
    for top in folders(host, "RBENV_ROOT", ".rbenv"):
        parts = below(path, top)
        if parts[:1] == ("shims",):
            return Owner("rbenv", "shims", "", "")
        if parts[:1] == ("versions",) and len(parts) > 2:
            return Owner("rbenv", parts[1], parts[1], f"rbenv uninstall {parts[1]}")
    return None


OWNER = Finder(45, find, ("rbenv",))
