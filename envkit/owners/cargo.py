"""cargo install: .crates2.json, or the older .crates.toml, beside the bin folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._links import link
from envkit.owners._text import quoted, read

_ROW = re.compile(r'^"(\S+ \S+)[^"]*" = \[(.*)\]', re.MULTILINE)


def find(host: Host, path: Path) -> Owner | None:
    """Say which crate a program was built from."""
    root = path.parent.parent
    if path.parent.name != "bin" or link(host, path):
        return None
    for crate, programs in _installed(host, root):
        if path.name in programs:
            name, version = crate.split(" ")[:2]
            standard = root in (host.home / ".cargo", Path(host.env.get("CARGO_HOME", "/")))
            option = "" if standard else f" --root {quoted(host, root)}"
            return Owner("cargo", name, version, f"cargo uninstall{option} {name}")
    return None


def _installed(host: Host, root: Path) -> Iterator[tuple[str, list[str]]]:
    if text := read(host, root / ".crates2.json"):
        for crate, row in (json.loads(text).get("installs") or {}).items():
            yield crate, list(row.get("bins") or ())
        return
    for crate, programs in _ROW.findall(read(host, root / ".crates.toml")):
        yield crate, re.findall(r'"([^"]+)"', programs)


OWNER = Finder(40, find, ("cargo",))
