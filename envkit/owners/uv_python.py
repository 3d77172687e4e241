"""uv's Pythons: ~/.local/share/uv/python/cpython-3.12.3-linux-x86_64-gnu."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import below, folders


def find(host: Host, path: Path) -> Owner | None:
    """Say which Python of uv's a program is part of."""
    for top in folders(host, "UV_PYTHON_INSTALL_DIR", ".local/share/uv/python"):
        parts = below(path, top)
        if len(parts) > 1 and parts[0].count("-") >= 2:
            version = parts[0].split("-")[1]
            return Owner("uv", parts[0], version, f"uv python uninstall {parts[0]}")
    return None


OWNER = Finder(45, find, ("uv",))
