"""RubyGems: specifications/NAME-VERSION.gemspec names the programs of each gem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.owners import Finder, Owner
from envkit.owners._text import as_owner, read

_EXECUTABLES = re.compile(r"\.executables = \[(.*?)\]")
_PARTS = re.compile(r"(.+?)-(\d[^-]*)(?:-.+)?\.gemspec")


def find(host: Host, path: Path) -> Owner | None:
    """Say which gem a program is part of; those that came with Ruby are Ruby's."""
    for folder in _specifications(host, path.parent.parent):
        for name in host.entries(folder):
            match = _PARTS.fullmatch(name)
            if match is None:
                continue
            programs = _EXECUTABLES.search(read(host, folder / name))
            if programs and path.name in re.findall(r'"([^"]+)"', programs[1]):
                remove = as_owner(host, folder, f"gem uninstall {match[1]}")
                return Owner("gem", match[1], match[2], remove)
    return None


def _specifications(host: Host, prefix: Path) -> Iterator[Path]:
    """A Ruby's own gems, Debian's /var/lib/gems for /usr/local, and `gem install --user`."""
    tops = [prefix / "lib/ruby/gems", prefix.parent]
    if prefix == Path("/usr/local"):
        tops.append(Path("/var/lib/gems"))
    for top in tops:
        for version in host.entries(top):
            if version[:1].isdigit() and (top != prefix.parent or version == prefix.name):
                yield top / version / "specifications"


OWNER = Finder(40, find, ("gem",))
