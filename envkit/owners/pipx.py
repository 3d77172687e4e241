"""pipx: an environment for each application, with pipx_metadata.json in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import read


def find(host: Host, path: Path) -> Owner | None:
    """Say which application, or which package injected into one, has a program."""
    prefix = path.parent.parent
    text = read(host, prefix / "pipx_metadata.json")
    if not text:
        return None
    data: dict[str, Any] = json.loads(text)
    main = data.get("main_package") or {}
    environment = prefix.name  # pipx's own word: with a suffix, if one was asked for
    for package in (data.get("injected_packages") or {}).values():
        if path.name in (package.get("apps") or ()):
            name = str(package.get("package") or "")
            version = str(package.get("package_version") or "")
            return Owner("pipx", name, version, f"pipx uninject {environment} {name}")
    name = str(main.get("package") or environment)
    version = str(main.get("package_version") or "")
    return Owner("pipx", name, version, f"pipx uninstall {environment}")


OWNER = Finder(20, find, ("pipx",))
