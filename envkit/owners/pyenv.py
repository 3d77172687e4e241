"""pyenv: versions/VERSION, and the environments of pyenv-virtualenv in versions/VERSION/envs."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import below, folders


def find(host: Host, path: Path) -> Owner | None:
    """Say which of pyenv's Pythons a program is part of; a shim is part of none."""
    for top in folders(host, "PYENV_ROOT", ".pyenv"):
        parts = below(path, top)
        if parts[:1] == ("shims",):
            return Owner("pyenv", "shims", "", "")
        if parts[:1] == ("versions",) and len(parts) > 2:
            version = parts[1]
            if parts[2] == "envs" and len(parts) > 4:
                return Owner("pyenv", parts[3], version, f"pyenv virtualenv-delete {parts[3]}")
            if host.kind(top / "versions" / version / "pyvenv.cfg") == "file":
                return Owner("pyenv", version, "", f"pyenv virtualenv-delete {version}")
            return Owner("pyenv", version, version, f"pyenv uninstall {version}")
    return None


OWNER = Finder(45, find, ("pyenv",))
