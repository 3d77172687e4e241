"""Who a Linux says it is: os-release(5), read from the machine's files."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host


def names(host: Host) -> tuple[str, ...]:
    """ID, then the words of ID_LIKE: the nearest first; nothing where there is no such file."""
    for path in (Path("/etc/os-release"), Path("/usr/lib/os-release")):
        try:
            text = host.read(path).decode("utf-8", "replace")
        except OSError:
            continue
        return tuple((_value(text, "ID") + " " + _value(text, "ID_LIKE")).lower().split())
    return ()


def _value(text: str, key: str) -> str:
    for line in text.splitlines():
        name, _, value = line.strip().partition("=")
        if name == key:
            return value.strip().strip("\"'")
    return ""
