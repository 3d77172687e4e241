"""asdf: installs/PLUGIN/VERSION below its data folder."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner, _installs


def find(host: Host, path: Path) -> Owner | None:
    """Say which of asdf's tools a program is part of; a shim is part of none."""
    return _installs.find(host, path, "asdf", "ASDF_DATA_DIR", ".asdf", " ")


OWNER = Finder(45, find, ("asdf",))
