"""What a container's process is given: ENV of the image, -e of the command line.

An image's ENV is part of its description, not of its files: it cannot be seen from an unpacked
root. Inside a running container it can: its first process was given it (proc(5)).
"""

from __future__ import annotations

from pathlib import Path

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Given, Location, Platform

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_FIRST = Path("/proc/1/environ")
_SIGNS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def container(host: Host, platform: Platform) -> tuple[Given, ...]:
    """PATH as the runtime sets it where the image has none, or as this container's own has it."""
    given = [
        Given("PATH", _PATH, "the runtime; the image's ENV is not known here"),
        Given("HOSTNAME", "container", "the runtime"),
        Given("HOME", str(host.home), "the runtime, from the image's passwd"),
    ]
    if not host.foreign and any(host.kind(sign) == "file" for sign in _SIGNS):
        given += _own(host)
    return tuple(given)


def on_terminal(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The same with -t: TERM is xterm, whatever the terminal is."""
    return (*container(host, platform), Given("TERM", "xterm", "the runtime, for -t"))


def absent(host: Host, platform: Platform) -> str:
    """Why there is none; another machine's file system is an image, as a rule."""
    if host.foreign or any(host.kind(sign) == "file" for sign in _SIGNS):
        return ""
    return _base.not_installed(host, "docker", "podman", "nerdctl")


def _own(host: Host) -> list[Given]:
    try:
        pairs = host.read(_FIRST).decode("utf-8", "surrogateescape").split("\0")
    except OSError:
        return []
    where = Location(_FIRST, 1)
    split = (pair.partition("=") for pair in pairs if "=" in pair)
    return [
        Given(name, value, "this container's first process", where)
        for name, _, value in split
        if name not in ("HOME", "HOSTNAME", "TERM")
    ]
