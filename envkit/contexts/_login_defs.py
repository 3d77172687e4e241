"""login.defs(5): what login(1) and su(1) make PATH, and whether a plain `su` sets it.

The line is `NAME value`; of several the last counts. ENV_PATH and ENV_SUPATH may begin with
`PATH=`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.model import Given, Location, Platform

_FILE = Path("/etc/login.defs")


def login_path(host: Host, platform: Platform) -> Given:
    """PATH as login(1) and su(1) set it: ENV_PATH of login.defs(5), ENV_SUPATH for root."""
    wanted = "ENV_SUPATH" if host.uid == 0 else "ENV_PATH"
    found = setting(host, wanted)
    if found is None:
        return Given("PATH", platform.default_path, "login, compiled in")
    value, where = found
    return Given("PATH", value.removeprefix("PATH="), "login.defs", where)


def setting(host: Host, wanted: str) -> tuple[str, Location] | None:
    """The value of one name and its line; None where login.defs does not set it."""
    found = None
    for number, line in lines(host, _FILE):
        name, *values = line.split(maxsplit=1)
        if name == wanted and values:
            found = values[0].strip().strip('"'), Location(_FILE, number)
    return found


def lines(host: Host, path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are neither blank nor comments, stripped, each with its number."""
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        if line and not line.startswith("#"):
            yield number, line
