"""What asdf and mise have in common: installs/TOOL/VERSION and shims below a data folder."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Owner
from envkit.owners._text import below, folders


def find(
    host: Host, path: Path, manager: str, variable: str, folder: str, joint: str
) -> Owner | None:
    """Say which of a manager's tools a program is part of; a shim is part of none.

    `joint` stands between the tool and its version where the manager is told what to remove.
    """
    for top in folders(host, variable, folder):
        parts = below(path, top)
        if parts[:1] == ("shims",):
            return Owner(manager, "shims", "", "")
        if parts[:1] == ("installs",) and len(parts) > 3:
            tool, version = parts[1:3]
            return Owner(manager, tool, version, f"{manager} uninstall {tool}{joint}{version}")
    return None
