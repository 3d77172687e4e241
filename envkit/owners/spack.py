"""Spack: each installation has its specification in .spack/spec.json."""

from __future__ import annotations

import json
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import read


def find(host: Host, path: Path) -> Owner | None:
    """Say which installation a program is part of."""
    for prefix in tuple(path.parents)[1:3]:
        if text := read(host, prefix / ".spack/spec.json"):
            node = json.loads(text)["spec"]["nodes"][0]  # the first is the package itself
            name, version, digest = node["name"], str(node["version"]), str(node["hash"])
            return Owner("spack", name, version, f"spack uninstall {name}/{digest[:7]}")
    return None


OWNER = Finder(45, find, ("spack",))
