"""environment.d(5): *.conf of five folders, each name once, all sorted by name; then expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from envkit.host import Host
from envkit.model import Given, Location, Scope, StartupFile

_SYSTEM = ("/etc", "/run", "/usr/local/lib", "/usr/lib")
_REFERENCE = re.compile(
    r"\$(?:\$|\{([A-Za-z_]\w*)(?:(:[-+])((?:[^{}]|\$\{[^}]*\})*))?\}|([A-Za-z_]\w*))"
)


def read(host: Host, environment: Mapping[str, str]) -> tuple[Given, ...]:
    """What the files set, over `environment`."""
    had, given = dict(environment), []
    for path in _taken(host):
        for number, name, value in assignments(host, path):
            had[name] = expand(value, had)
            given.append(Given(name, had[name], "environment.d", Location(path, number)))
    return tuple(given)


def rows(host: Host) -> tuple[StartupFile, ...]:
    """Every file of the five folders, in the order in which they are read; then the masked."""
    taken = _taken(host)
    found = [
        StartupFile(path, _scope(host, path), "read", "read by systemd --user", "systemd")
        for path in taken
    ]
    names = {path.name: path for path in taken}
    for folder in _folders(host):
        for name in host.entries(folder):
            path = folder / name
            if not name.endswith(".conf") or path in taken:
                continue
            first = names.get(name)
            by = host.show(first) if first else "a file of that name in a folder before"
            reason = f"{by} has the same name and comes first"
            found.append(StartupFile(path, _scope(host, path), "hidden", reason, "systemd"))
    return tuple(found)


def assignments(host: Host, path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, name and raw value of each assignment of one file."""
    text = host.read(path).decode("utf-8", "surrogateescape")
    for number, line in enumerate(text.split("\n"), start=1):
        name, equals, value = line.strip().partition("=")
        if equals and re.fullmatch(r"[A-Za-z_]\w*", name.strip()):
            yield number, name.strip(), _unquoted(value.strip())


def expand(text: str, had: Mapping[str, str]) -> str:
    """$X, ${X}, ${X:-y}, ${X:+y}; `$$` is one dollar; in quotes of either kind, too."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[4]
        if not name:
            return "$"
        current = had.get(name, "")
        if found[2] == ":-":
            return current or expand(found[3], had)
        if found[2] == ":+":
            return expand(found[3], had) if current else ""
        return current

    return _REFERENCE.sub(value, text)


def _taken(host: Host) -> list[Path]:
    chosen: dict[str, Path] = {}
    for folder in _folders(host):
        for name in host.entries(folder):
            if name.endswith(".conf"):
                chosen.setdefault(name, folder / name)
    return [chosen[name] for name in sorted(chosen) if host.kind(chosen[name]) == "file"]


def _folders(host: Host) -> list[Path]:
    own = Path(host.env.get("XDG_CONFIG_HOME") or host.home / ".config")
    return [own / "environment.d", *(Path(one) / "environment.d" for one in _SYSTEM)]


def _scope(host: Host, path: Path) -> Scope:
    return "user" if host.home in path.parents else "system"


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
