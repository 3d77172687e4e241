"""FILE.zwc, what zcompile makes of FILE: where zsh runs it in its place (try_source_file)."""

from __future__ import annotations

import struct
from pathlib import Path

from envkit.host import Host

_MAGICS = (struct.pack("<I", 0x04050607), struct.pack(">I", 0x04050607))


def of(host: Host, path: Path) -> Path | None:
    """FILE.zwc where zsh would run that: not older than FILE by its seconds, or alone."""
    compiled = Path(f"{path}.zwc")
    if host.kind(compiled) != "file":
        return None
    here, there = host.locate(compiled), host.locate(path)
    try:
        if there.exists() and int(here.stat().st_mtime) < int(there.stat().st_mtime):
            return None
        content = host.read(compiled)
    except OSError:
        return None
    name = path.name.encode("utf-8", "surrogateescape") + b"\0"
    return compiled if content[:4] in _MAGICS and name in content else None
