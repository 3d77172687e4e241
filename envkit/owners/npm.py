"""npm's global packages: PREFIX/bin holds links into PREFIX/lib/node_modules (npm-folders(5))."""

from __future__ import annotations

import json
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import as_owner, quoted, read

_WITH_NODE = ("npm", "corepack")  # these came with node itself, where npm is not asked for


def find(host: Host, path: Path) -> Owner | None:
    """Say which global package a program is part of."""
    if "node_modules" not in path.parts:
        return None
    at = path.parts.index("node_modules")
    size = 2 if path.parts[at + 1].startswith("@") else 1
    package = "/".join(path.parts[at + 1 : at + 1 + size])
    prefix = Path(*path.parts[:at])
    if prefix.name != "lib":
        return None  # a project's own, or another package's
    prefix = prefix.parent
    if package in _WITH_NODE and host.kind(prefix / "include/node") == "directory":
        return None
    text = read(host, Path(*path.parts[: at + 1 + size]) / "package.json")
    version = str(json.loads(text).get("version") or "") if text else ""
    npm = prefix / "bin/npm"
    own = host.kind(npm) == "file"
    command = quoted(host, npm) if own else "npm"
    option = "" if own else f" --prefix {quoted(host, prefix)}"
    remove = as_owner(host, prefix / "lib", f"{command} uninstall -g{option} {package}")
    return Owner("npm", package, version, remove)


OWNER = Finder(40, find, ("npm",))
