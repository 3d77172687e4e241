"""snap: /snap/bin/SNAP or SNAP.APP, each a link to /usr/bin/snap; an alias is a link to one."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._links import link
from envkit.owners._text import as_root, read

_FOLDERS = (Path("/snap/bin"), Path("/var/lib/snapd/snap/bin"))
_VERSION = re.compile(r"^version: *['\"]?([^'\"\n]+?)['\"]?$", re.MULTILINE)


def find(host: Host, path: Path) -> Owner | None:
    """Say which snap a program is part of."""
    if path.parent not in _FOLDERS:
        return None
    target = link(host, path)
    if target is not None and target.parent == Path() and target.name != "snap":
        return None  # an alias: its target comes next
    name = path.name.partition(".")[0]
    text = read(host, path.parent.parent / name / "current/meta/snap.yaml")
    version = _VERSION.search(text)
    return Owner("snap", name, version[1] if version else "", as_root(host, f"snap remove {name}"))


OWNER = Finder(20, find, ("snap",))
