"""go install: nothing is recorded, but each program has its module's name in it (debug/buildinfo).

After the mark come the pointer size and flags, and from byte 32 on two strings, each after its
length as a varint: the version of go, and lines `path`, `mod` (Go 1.18 and later).
"""

from __future__ import annotations

import mmap
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import quoted

_MARK = b"\xff Go buildinf:"
_INLINE = 2


def find(host: Host, path: Path) -> Owner | None:
    """Say which module a program in go's bin folder was built from."""
    if path.parent not in _folders(host) or host.kind(path) != "file":
        return None
    with host.locate(path).open("rb") as file:
        if not file.read(1):
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            at = data.find(_MARK)
            text = _module(data[at : at + 65536]) if at >= 0 else ""
    for line in text.splitlines():
        kind, _, rest = line.partition("\t")
        if kind == "mod":
            name, version = rest.split("\t")[:2]
            return Owner("go", name, version.removeprefix("v"), f"rm {quoted(host, path)}")
    return None


def _folders(host: Host) -> set[Path]:
    """Where `go install` puts programs: GOBIN, GOPATH's bin, ~/go/bin (`go help install`)."""
    given = [host.env.get("GOBIN", "")]
    given += [f"{part}/bin" for part in host.env.get("GOPATH", "").split(":") if part]
    return {host.home / "go/bin", *(Path(one) for one in given if one.startswith("/"))}


def _module(info: bytes) -> str:
    if not info[15] & _INLINE:
        return ""  # before Go 1.18 the strings lay elsewhere
    _, rest = _string(info[32:])
    return _string(rest)[0][16:-16].decode("utf-8", "replace")  # between two marks of 16 bytes


def _string(data: bytes) -> tuple[bytes, bytes]:
    size = shift = 0
    for index, byte in enumerate(data):
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return data[index + 1 : index + 1 + size], data[index + 1 + size :]
    return b"", b""


OWNER = Finder(40, find, ("go",))
