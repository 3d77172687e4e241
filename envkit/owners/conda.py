"""conda, mamba, micromamba, pixi: conda-meta/*.json, one record of files for each package."""

from __future__ import annotations

import json
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import quoted, read


def find(host: Host, path: Path) -> Owner | None:
    """Say which package of an environment a file belongs to."""
    for prefix in tuple(path.parents)[1:5]:
        folder = prefix / "conda-meta"
        if host.kind(folder) == "directory":
            return _package(host, prefix, str(path.relative_to(prefix)))
    return None


def _package(host: Host, prefix: Path, file: str) -> Owner | None:
    word = json.dumps(file)
    for name in host.entries(prefix / "conda-meta"):
        if not name.endswith(".json"):
            continue
        text = read(host, prefix / "conda-meta" / name)
        if word not in text:  # most do not have it, and some are large
            continue
        data = json.loads(text)
        if file in (data.get("files") or ()):
            package = str(data["name"])
            version = str(data.get("version") or "")
            return Owner("conda", package, version, _remove(host, prefix, package))
    return None


def _remove(host: Host, prefix: Path, package: str) -> str:
    if ".pixi" in prefix.parts:
        if prefix.parent == host.home / ".pixi/envs":
            return f"pixi global uninstall {prefix.name}"
        return f"pixi remove {package}"
    return f"conda remove -p {quoted(host, prefix)} {package}"


OWNER = Finder(30, find, ("conda",))
