"""Node's version managers: nvm (versions/node/VERSION) and fnm (node-versions/VERSION)."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import below, folders


def find(host: Host, path: Path) -> Owner | None:
    """Say which of their Nodes a program is part of."""
    for top in folders(host, "NVM_DIR", ".nvm", ".config/nvm"):
        parts = below(path, top)
        if parts[:2] == ("versions", "node") and len(parts) > 3:
            return Owner("nvm", "node", parts[2].removeprefix("v"), f"nvm uninstall {parts[2]}")
    for top in folders(host, "FNM_DIR", ".local/share/fnm", ".fnm"):
        parts = below(path, top)
        if parts[:1] == ("node-versions",) and len(parts) > 2:
            return Owner("fnm", "node", parts[1].removeprefix("v"), f"fnm uninstall {parts[1]}")
    return None


OWNER = Finder(45, find, ("nvm", "fnm"))
