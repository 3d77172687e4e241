"""The operating systems that envkit knows: one file each, ending in PLATFORM."""

from __future__ import annotations

from typing import cast

from envkit import discover, os_release
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Platform

_NEAREST = "debian"
_LAYER = "wsl"  # what lies over a distribution is asked first, and takes the distribution's files


def get(name: str, host: Host | None = None) -> Platform:
    """The platform of that name; UsageError with the known names where there is none.

    With `host`, WSL has the files of the distribution that is there.
    """
    found = cast(Platform, discover.get(__name__, "PLATFORM", name))
    if host is not None and found.name == _LAYER:
        return _over(found, _named(host) or get(_NEAREST))
    return found


def of(host: Host, name: str | None) -> Platform:
    """The platform that was asked for by name, else the machine's own."""
    return get(name, host) if name else detect(host)


def detect(host: Host) -> Platform:
    """The platform of a machine, by the files that name it; an unknown one is taken for Debian."""
    return look(host)[0]


def is_known(host: Host) -> bool:
    """Whether `detect` found the machine's own platform, or had to take the nearest."""
    return look(host)[1]


def look(host: Host) -> tuple[Platform, bool]:
    """The platform, and whether it is known for the machine's own."""
    found = _named(host)
    below = get(_NEAREST) if found is None else found
    layer = get(_LAYER)
    return (_over(layer, below) if layer.detect(host) else below), found is not None


def _named(host: Host) -> Platform | None:
    # First those that os-release names in so many words: each module costs start-up time.
    for name in (*os_release.names(host), ""):
        for one in _called(name) if name else discover.names(__name__):
            platform = get(one)
            if one != _LAYER and platform.detect(host):
                return platform
    return None


def _called(name: str) -> tuple[str, ...]:
    try:
        return (get(name).name,)
    except UsageError:
        return ()


def _over(layer: Platform, below: Platform) -> Platform:
    """The layer's own ways over the distribution's files."""
    return below._replace(
        name=layer.name,
        title=f"{layer.title} ({below.title})",
        detect=layer.detect,
        terminal_is_login=layer.terminal_is_login,
        path_rule=f"{layer.path_rule}: {below.path_rule}",
        under=below.name,
    )
