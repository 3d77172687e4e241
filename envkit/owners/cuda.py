"""NVIDIA's runfile: a folder cuda-VERSION with a program in it that takes it away again."""

from __future__ import annotations

import json
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import as_owner, quoted, read


def find(host: Host, path: Path) -> Owner | None:
    """Say which toolkit a program is part of; one that a package manager brought is that one's."""
    for top in tuple(path.parents)[1:4]:
        remover = top / "bin/cuda-uninstaller"
        if host.kind(remover) == "file":
            text = read(host, top / "version.json")
            version = str(json.loads(text)["cuda"]["version"]) if text else ""
            version = version or top.name.removeprefix("cuda-")
            return Owner("runfile", "cuda", version, as_owner(host, top, quoted(host, remover)))
    return None


OWNER = Finder(45, find, ("runfile",))
