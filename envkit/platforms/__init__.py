"""The operating systems that envkit knows: one file each, ending in PLATFORM."""

from __future__ import annotations

from typing import cast

from envkit import discover
from envkit.host import Host
from envkit.model import Platform

_NEAREST = "debian"


def get(name: str) -> Platform:
    """The platform of that name; UsageError with the known names where there is none."""
    return cast(Platform, discover.get(__name__, "PLATFORM", name))


def detect(host: Host) -> Platform:
    """The platform of a machine, by the files that name it; an unknown one is taken for Debian."""
    for name in discover.names(__name__):
        platform = get(name)
        if platform.detect(host):
            return platform
    return get(_NEAREST)


def is_known(host: Host) -> bool:
    """Whether `detect` found the machine's own platform, or had to take the nearest."""
    return any(get(name).detect(host) for name in discover.names(__name__))
