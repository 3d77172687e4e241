"""flatpak: exports/bin/APPLICATION.ID of the system's or the user's installation."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner

_SYSTEM = Path("/var/lib/flatpak")


def find(host: Host, path: Path) -> Owner | None:
    """Say which application a program starts; its link leads into app/ID of the installation."""
    user = host.home / ".local/share/flatpak"
    for top, option in ((_SYSTEM, "--system"), (user, "--user")):
        if path.parent == top / "exports/bin":
            return Owner("flatpak", path.name, "", f"flatpak uninstall {option} {path.name}")
        if top / "app" in path.parents:
            name = path.relative_to(top / "app").parts[0]
            return Owner("flatpak", name, "", f"flatpak uninstall {option} {name}")
    return None


OWNER = Finder(20, find, ("flatpak",))
