"""login.defs(5): what login(1) and su(1) make PATH, and whether a plain `su` sets it.

The line is `NAME value`; of several the last counts. ENV_PATH and ENV_SUPATH may begin with
`PATH=`. util-linux's su reads /etc/default/su as well, and that counts more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.model import Given, Location, Platform

_FILES = (Path("/etc/login.defs"), Path("/usr/etc/login.defs"))
_FOR_SU = Path("/etc/default/su")
# Compiled in: shadow's login, util-linux's su.
_LOGIN = {True: "/sbin:/bin:/usr/sbin:/usr/bin", False: "/bin:/usr/bin"}
_SU = {
    True: "/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin",
    False: "/usr/local/bin:/bin:/usr/bin",
}


def login_path(host: Host, platform: Platform) -> Given:
    """PATH as login(1) sets it: ENV_PATH of login.defs(5), ENV_SUPATH for root."""
    found = _setting(host, _name(host), _FILES)
    if found:
        return Given("PATH", found[0].removeprefix("PATH="), "login.defs", found[1])
    own = platform.default_path
    if platform.name in ("debian", "wsl") and any(host.kind(one) == "file" for one in _FILES):
        own = _LOGIN[host.uid == 0]
    return Given("PATH", own, "login, compiled in")


def su_path(host: Host, platform: Platform) -> Given:
    """PATH as su(1) sets it."""
    found = _setting(host, _name(host), (_FOR_SU, *_FILES))
    if found:
        value = found[0] if found[0] == "PATH=" else found[0].removeprefix("PATH=")
        return Given("PATH", value, found[1].path.name, found[1])
    known = platform.name not in ("macos", "freebsd")
    own = _SU[host.uid == 0] if known and host.kind(_FILES[0]) == "file" else platform.default_path
    return Given("PATH", own, "su, compiled in")


def always_set_path(host: Host) -> bool:
    """Whether a plain `su` sets PATH, too."""
    found = _setting(host, "ALWAYS_SET_PATH", (_FOR_SU, *_FILES))
    return found is not None and found[0].lower() == "yes"


def _name(host: Host) -> str:
    return "ENV_SUPATH" if host.uid == 0 else "ENV_PATH"


def _setting(host: Host, wanted: str, files: tuple[Path, ...]) -> tuple[str, Location] | None:
    """The value of one name and its line, from the first file that has it; None: none has."""
    for path in files:
        found = None
        for number, line in _lines(host, path):
            name, _, value = re.sub(r"[\s=]+", " ", line, count=1).partition(" ")
            if name.upper() == wanted:
                found = value.strip(' \t"'), Location(path, number)
        if found:
            return found
    return None


def _lines(host: Host, path: Path) -> Iterator[tuple[int, str]]:
    """The lines without comments and blanks around, each with its number."""
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.partition("#")[0].strip()
        if line:
            yield number, line
