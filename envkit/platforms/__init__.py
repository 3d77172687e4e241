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


def of(host: Host, name: str | None) -> Platform:
    """The platform that was asked for by name, else the machine's own."""
    return get(name) if name else detect(host)


def detect(host: Host) -> Platform:
    """The platform of a machine, by the files that name it; an unknown one is taken for Debian."""
    found = _named(host)
    return get(_NEAREST) if found is None else found


def is_known(host: Host) -> bool:
    """Whether `detect` found the machine's own platform, or had to take the nearest."""
    return _named(host) is not None


def _named(host: Host) -> Platform | None:
    known: tuple[Platform, ...] = discover.every(__name__, "PLATFORM")
    return next((one for one in known if one.detect(host)), None)
