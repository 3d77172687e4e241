"""Homebrew: a formula's files lie in Cellar/NAME/VERSION, a cask's in Caskroom/NAME/VERSION."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner


def find(host: Host, path: Path) -> Owner | None:
    """Say which formula or cask a file belongs to."""
    for folder, option in (("Cellar", ""), ("Caskroom", " --cask")):
        if folder in path.parts:
            rest = path.parts[path.parts.index(folder) + 1 :]
            if len(rest) > 2:
                name, version = rest[:2]
                return Owner("brew", name, version, f"brew uninstall{option} {name}")
    return None


OWNER = Finder(20, find, ("brew",))
