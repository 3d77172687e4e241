"""environment.d(5): *.conf of five folders, each name once, all sorted by name; then expanded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.contexts import _env_file
from envkit.host import Host
from envkit.model import Given, Location, Scope, StartupFile

_SYSTEM = ("/etc", "/run", "/usr/local/lib", "/usr/lib")


def read(host: Host, environment: Mapping[str, str]) -> tuple[Given, ...]:
    """What the files set, over `environment`."""
    had, given = dict(environment), []
    for path in _taken(host):
        text = host.read(path).decode("utf-8", "surrogateescape")
        for number, name, value in _env_file.assignments(text):
            had[name] = _env_file.expand(value, had)
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
