"""uv's tools: an environment for each, with uv-receipt.toml in it."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._python import distribution
from envkit.owners._text import read


def find(host: Host, path: Path) -> Owner | None:
    """Say which tool a program is part of."""
    prefix = path.parent.parent
    if not read(host, prefix / "uv-receipt.toml"):
        return None
    found = distribution(host, prefix, prefix.name)
    version = found.version if found else ""
    return Owner("uv", prefix.name, version, f"uv tool uninstall {prefix.name}")


OWNER = Finder(20, find, ("uv",))
