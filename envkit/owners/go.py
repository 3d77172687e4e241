"""go install: nothing is recorded, but each program has its module's name in it (debug/buildinfo).

The text, lines `path`, `mod` and `dep`, stands between two marks of 16 bytes (cmd/go, modload).
"""

from __future__ import annotations

import mmap
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import quoted

_BEGIN = bytes.fromhex("3077af0c9274080241e1c107e6d618e6")
_END = bytes.fromhex("f932433186182072008242104116d8f2")
_MOST = 1 << 20


def find(host: Host, path: Path) -> Owner | None:
    """Say which module a program in go's bin folder was built from."""
    if path.parent not in _folders(host) or host.kind(path) != "file":
        return None
    with host.locate(path).open("rb") as file:
        if not file.read(1):
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            at = data.find(_BEGIN)
            found = data[at + 16 : at + _MOST] if at >= 0 else b""
    for line in found.partition(_END)[0].decode("utf-8", "replace").splitlines():
        kind, _, rest = line.partition("\t")
        if kind == "mod":
            name, version = rest.split("\t")[:2]
            version = version[1:] if version.startswith("v") else ""  # (devel)
            return Owner("go", name, version, f"rm {quoted(host, path)}")
    return None


def _folders(host: Host) -> set[Path]:
    """Where `go install` puts programs: GOBIN, GOPATH's bin, ~/go/bin (`go help install`)."""
    given = [host.env.get("GOBIN", "")]
    given += [f"{part}/bin" for part in host.env.get("GOPATH", "").split(":") if part]
    return {host.home / "go/bin", *(Path(one) for one in given if one.startswith("/"))}


OWNER = Finder(40, find, ("go",))
