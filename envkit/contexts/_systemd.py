"""systemd.exec(5), "Environment variables in spawned processes": a service's, a user unit's."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.contexts import _base, _environment_d
from envkit.host import Host
from envkit.model import Given, Location, Platform, StartupFile

_SPLIT = ("debian", "wsl", "alpine", "suse")
_MERGED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
_SETTING = re.compile(r"DefaultEnvironment\s*=\s*(.*)")
_WORD = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+))""")
_FOLDERS = ("/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd")


def system(host: Host, platform: Platform) -> tuple[Given, ...]:
    """A system service's; with User= unless this account is root."""
    own = {"LANG": host.env.get("LANG", "C.UTF-8")}
    given = [Given("PATH", _path(platform), "systemd, compiled in")]
    given += [Given(name, value, "systemd") for name, value in own.items()]
    given += _default_environment(host, "system.conf")
    if host.uid != 0:
        given += _base.account(host, "systemd, for User=")
    return tuple(given)


def user(host: Host, platform: Platform) -> tuple[Given, ...]:
    """A user unit's: the manager's own, DefaultEnvironment of user.conf, environment.d."""
    given = [
        *_base.account(host, "systemd"),
        Given("PATH", _path(platform), "systemd, compiled in"),
        Given("LANG", host.env.get("LANG", "C.UTF-8"), "systemd"),
        Given("XDG_RUNTIME_DIR", f"/run/user/{host.uid}", "pam_systemd"),
    ]
    # The manager is a system service itself: it has what those have.
    given += [*_default_environment(host, "system.conf"), *_default_environment(host, "user.conf")]
    had = {one.variable: one.value for one in given}
    return (*given, *_environment_d.read(host, had))


def files(host: Host, platform: Platform) -> tuple[StartupFile, ...]:
    """environment.d's, read or masked; generators that add to them are programs."""
    return _environment_d.rows(host)


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    places = ("/usr/lib/systemd/systemd", "/lib/systemd/systemd")
    return "" if any(host.kind(Path(one)) == "file" for one in places) else "no systemd here"


def _path(platform: Platform) -> str:
    return _MERGED + (":/sbin:/bin" if platform.name in _SPLIT else "")


def _default_environment(host: Host, name: str) -> list[Given]:
    """DefaultEnvironment= of the manager's configuration; an empty one forgets those before."""
    given: list[Given] = []
    for path in _configuration(host, name):
        text = host.read(path).decode("utf-8", "surrogateescape")
        for number, line in enumerate(text.split("\n"), start=1):
            found = _SETTING.match(line.strip())
            if not found:
                continue
            if not found[1]:
                given = []
            for word in _WORD.finditer(found[1]):
                pair = next(part for part in word.groups() if part is not None)
                variable, equals, value = pair.partition("=")
                if equals and "%" not in value.replace("%%", ""):  # it knows no specifiers
                    by = f"DefaultEnvironment of {name}"
                    given.append(
                        Given(variable, value.replace("%%", "%"), by, Location(path, number))
                    )
    return given


def _configuration(host: Host, name: str) -> list[Path]:
    """The main file, the first that is there, then the drop-ins by name, each name once."""
    main = [Path(folder) / name for folder in _FOLDERS]
    drops: dict[str, Path] = {}
    for folder in _FOLDERS:
        below = Path(folder) / f"{name}.d"
        for one in host.entries(below):
            if one.endswith(".conf"):
                drops.setdefault(one, below / one)
    first = [path for path in main if host.kind(path) == "file"][:1]
    return first + [drops[one] for one in sorted(drops) if host.kind(drops[one]) == "file"]
