"""asdf: installs/PLUGIN/VERSION below its data folder."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import below, folders


def find(host: Host, path: Path) -> Owner | None:
    """Say which of asdf's tools a program is part of; a shim is part of none."""
    for top in folders(host, "ASDF_DATA_DIR", ".asdf"):
        parts = below(path, top)
        if parts[:1] == ("shims",):
            return Owner("asdf", "shims", "", "")
        if parts[:1] == ("installs",) and len(parts) > 3:
            tool, version = parts[1:3]
            return Owner("asdf", tool, version, f"asdf uninstall {tool} {version}")
    return None


OWNER = Finder(45, find, ("asdf",))
