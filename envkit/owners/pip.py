"""pip, and whatever else keeps Python's records (uv pip, poetry, pdm): RECORD names each script."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._python import owning
from envkit.owners._text import quoted, read


def find(host: Host, path: Path) -> Owner | None:
    """Say which distribution a script of an environment, or of a Python's prefix, belongs to."""
    found = owning(host, path)
    if found is None:
        return None
    return Owner("pip", found.name, found.version, _remove(host, path, found.record, found.name))


def _remove(host: Host, path: Path, record: Path, package: str) -> str:
    """`-m pip` of the Python that has it; an environment without pip was filled by uv."""
    prefix, library = path.parent.parent, record.parent
    own = next((name for name in _pythons(library) if _is_there(host, path.parent / name)), "")
    if own:
        python = quoted(host, path.parent / own)
        if _is_there(host, library / "pip") or not _is_there(host, prefix / "pyvenv.cfg"):
            return f"{python} -m pip uninstall{_breaking(host, library, prefix)} {package}"
        return f"uv pip uninstall --python {quoted(host, prefix)} {package}"
    # Below ~/.local or /usr/local: the system's Python of that version wrote there.
    python = _pythons(library)[-1]
    return f"{python} -m pip uninstall{_breaking(host, library, prefix)} {package}"


def _pythons(library: Path) -> tuple[str, ...]:
    """The names that the Python of a library folder may have, the plainest first."""
    folder = library.parent.name
    versioned = (folder,) if re.fullmatch(r"(python|pypy)\d[\d.]*t?", folder) else ()
    return ("python", "python3", *versioned)


def _breaking(host: Host, library: Path, prefix: Path) -> str:
    """The option that pip asks for where the system's Python is another installer's (PEP 668)."""
    if _is_there(host, prefix / "pyvenv.cfg"):
        return ""
    folder = library.parent.name
    marks = (Path(top, "lib", folder, "EXTERNALLY-MANAGED") for top in ("/usr", prefix))
    return " --break-system-packages" if any(read(host, mark) for mark in marks) else ""


def _is_there(host: Host, path: Path) -> bool:
    return host.kind(path) in ("file", "directory")


OWNER = Finder(40, find)
