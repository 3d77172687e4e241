"""Where a fish has its system files: compiled in, or beside the program (fish 3.6).

A binary PREFIX/bin/fish takes PREFIX/etc/fish and PREFIX/share/fish, where both are there; else
what it was built with, which stands in it as wide characters.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Platform


class Folders(NamedTuple):
    """`system`: config.fish and conf.d of the administrator; `data`: fish's own library."""

    system: Path
    data: Path


_NAMED = {
    "etc": Folders(Path("/etc/fish"), Path("/usr/share/fish")),
    "local": Folders(Path("/usr/local/etc/fish"), Path("/usr/local/share/fish")),
    "homebrew": Folders(Path("/opt/homebrew/etc/fish"), Path("/opt/homebrew/share/fish")),
}
_ALSO = {"debian": "etc", "fedora": "etc", "arch": "etc", "alpine": "etc", "upstream": "local"}
_OF_PLATFORMS = {"macos": "homebrew", "freebsd": "local"}


def ask(host: Host, program: Path | None) -> str:
    """A binary's folders by name, `SYSTEM:DATA` where they have none; "" for /etc/fish's, or none.

    Distributions build alike: /etc/fish and /usr/share/fish are no build that needs a name.
    """
    if program is None or host.kind(program) != "file":
        return ""
    real = host.locate(program).resolve()
    inside = Path("/") / real.relative_to(host.root.resolve()) if _within(host, real) else real
    if inside.parent.name == "bin" and inside.name == "fish":
        prefix = inside.parent.parent
        beside = Folders(prefix / "etc/fish", prefix / "share/fish")
        if all(host.kind(folder) == "directory" for folder in beside):
            return _name(beside)
    try:
        content = real.read_bytes()
    except OSError:
        return ""
    system, data = _wide(content, "/etc/fish"), _wide(content, "/share/fish")
    return _name(Folders(Path(system), Path(data))) if system and data else ""


def folders(build: str, platform: Platform) -> Folders:
    """What a build's name stands for; UsageError for a name that nobody knows."""
    name = build or _OF_PLATFORMS.get(platform.name, "etc")
    name = _ALSO.get(name, name)
    if name in _NAMED:
        return _NAMED[name]
    system, colon, data = name.partition(":")
    if not colon or not (system.startswith("/") and data.startswith("/")):
        known = ", ".join((*_NAMED, *_ALSO, "SYSCONFDIR:DATADIR"))
        raise UsageError(f"unknown build of fish: {build}", f"known: {known}")
    return Folders(Path(system), Path(data))


def vendor(host: Host, found: Folders) -> Path:
    """The vendors' folder that is always read; the build leaves its name in a file of its own."""
    try:
        text = host.read(found.data / "__fish_build_paths.fish").decode(errors="replace")
    except OSError:
        return found.data / "vendor_conf.d"
    said = re.search(r"^set __extra_confdir (\S+)", text, re.MULTILINE)
    return Path(said[1].strip("'\"")) if said else found.data / "vendor_conf.d"


def _within(host: Host, real: Path) -> bool:
    return host.foreign and host.root.resolve() in real.parents


def _name(found: Folders) -> str:
    known = {folders: name for name, folders in _NAMED.items()} | {_NAMED["etc"]: ""}
    return known.get(found, f"{found.system}:{found.data}")


def _wide(content: bytes, ending: str) -> str:
    """The first absolute path in wide characters that ends so."""
    end = f"{ending}\0".encode("utf-32-le")
    at = content.find(end)
    while at >= 0:
        start = at
        while start >= 4 and _printable(content[start - 4 : start]):
            start -= 4
        text = content[start:at].decode("utf-32-le") + ending
        if text.startswith("/") and (text != ending or ending == "/etc/fish"):
            return text
        at = content.find(end, at + 4)
    return ""


def _printable(char: bytes) -> bool:
    return char[1:] == b"\0\0\0" and 32 < char[0] < 127
