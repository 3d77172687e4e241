"""A virtual environment's own programs: `python`, `activate` (PEP 405: pyvenv.cfg above them)."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import as_owner, quoted, read

_OWN = re.compile(r"(python|pypy)[\d.]*t?|(de)?activate.*|Activate\.ps1", re.IGNORECASE)
_VERSION = re.compile(r"^version(?:_info)?\s*=\s*(\d+(?:\.\d+)*)", re.MULTILINE)


def find(host: Host, path: Path) -> Owner | None:
    """Say which environment a Python is that of; what was installed there is others' to tell."""
    folder = path.parent.parent
    text = read(host, folder / "pyvenv.cfg")
    if not text or path.parent.name not in ("bin", "Scripts") or not _OWN.fullmatch(path.name):
        return None
    version = _VERSION.search(text)
    remove = as_owner(host, folder, f"rm -r {quoted(host, folder)}")
    return Owner("venv", host.show(folder), version[1] if version else "", remove)


OWNER = Finder(50, find, ("venv",))
