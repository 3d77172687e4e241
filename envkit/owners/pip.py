"""pip, and whatever else keeps Python's records (uv pip, poetry, pdm): RECORD names each script."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._links import link
from envkit.owners._python import owning
from envkit.owners._text import as_owner, quoted, read


def find(host: Host, path: Path) -> Owner | None:
    """Say which distribution a script of an environment, or of a Python's prefix, belongs to."""
    # pip writes no links into bin: where one stands, somebody else has taken the name since.
    found = None if link(host, path) else owning(host, path)
    if found is None:
        return None
    remove = as_owner(host, found.record, _remove(host, path, found.record, found.name))
    return Owner("pip", found.name, found.version, remove)


def _remove(host: Host, path: Path, record: Path, package: str) -> str:
    """`-m pip` of the Python that has it; an environment without pip was filled by uv."""
    prefix, library = path.parent.parent, record.parent
    own = next((name for name in _pythons(library) if _is_there(host, path.parent / name)), "")
    is_environment = _is_there(host, prefix / "pyvenv.cfg")
    if is_environment and not _is_there(host, library / "pip"):
        return f"uv pip uninstall --python {quoted(host, prefix)} {package}"
    # Below ~/.local or /usr/local: the system's Python of that version wrote there.
    python = quoted(host, path.parent / own) if own else _pythons(library)[-1]
    mark = (prefix if own else Path("/usr")) / "lib" / library.parent.name / "EXTERNALLY-MANAGED"
    breaking = not is_environment and bool(read(host, mark))
    option = " --break-system-packages" if breaking else ""  # pip refuses without (PEP 668)
    return f"{python} -m pip uninstall{option} {package}"


def _pythons(library: Path) -> tuple[str, ...]:
    """The names that the Python of a library folder may have, the plainest first."""
    folder = library.parent.name
    if folder == "python":  # macOS: ~/Library/Python/3.11/lib/python/site-packages
        folder = f"python{library.parents[2].name}"
    versioned = (folder,) if re.fullmatch(r"(python|pypy)\d[\d.]*t?", folder) else ()
    return ("python", "python3", *versioned)


def _is_there(host: Host, path: Path) -> bool:
    return host.kind(path) in ("file", "directory")


OWNER = Finder(40, find, ("pip",))
