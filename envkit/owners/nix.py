"""Nix: /nix/store/HASH-NAME-VERSION; what a profile's folders hold are links into others."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import below

_STORE = Path("/nix/store")
# The manual, builtins.parseDrvName: the version begins at the first dash before no letter.
_NAME = re.compile(r"[0-9a-z]{32}-(.+?)(?:-(\d.*))?")
_PROFILES = ("user-environment", "profile", "system-path", "home-manager-path")


def find(host: Host, path: Path) -> Owner | None:
    """Say which package of the store a file is part of."""
    parts = below(path, _STORE)
    match = _NAME.fullmatch(parts[0]) if parts else None
    if match is None or match[1] in _PROFILES:
        return None
    name, version = match[1], match[2] or ""
    # Only what the user's own profile shows can be taken out of it; the rest is configuration.
    own = host.kind(host.home / ".nix-profile/bin" / path.name) == "file"
    return Owner("nix", name, version, f"nix profile remove {name}" if own else "")


OWNER = Finder(20, find, ("nix",))
