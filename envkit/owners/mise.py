"""mise: installs/TOOL/VERSION below its data folder."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import below, folders


def find(host: Host, path: Path) -> Owner | None:
    """Say which of mise's tools a program is part of; a shim is part of none."""
    for top in folders(host, "MISE_DATA_DIR", ".local/share/mise"):
        parts = below(path, top)
        if parts[:1] == ("shims",):
            return Owner("mise", "shims", "", "")
        if parts[:1] == ("installs",) and len(parts) > 3:
            tool, version = parts[1:3]
            return Owner("mise", tool, version, f"mise uninstall {tool}@{version}")
    return None


OWNER = Finder(45, find, ("mise",))
