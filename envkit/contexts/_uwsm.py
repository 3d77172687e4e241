"""uwsm's own files, sourced by sh after the profile: env, env.d/*, env-DESKTOP, env-DESKTOP.d/*.

Folders in rising priority: those of XDG_DATA_DIRS, of XDG_CONFIG_DIRS, XDG_CONFIG_HOME (uwsm(1)).
"""

from __future__ import annotations

from pathlib import Path

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Platform, StartupFile


def files(host: Host, platform: Platform) -> tuple[StartupFile, ...]:
    """Those that are there, in the order in which they are sourced."""
    rows = []
    desktops = host.env.get("XDG_CURRENT_DESKTOP", "").lower().split(":")
    for folder, scope in _folders(host):
        for name, path in _sourced(host, folder / "uwsm"):
            reason, status = "sourced by uwsm after the profile", "read"
            desktop = name.removeprefix("env-")
            if desktop != name and desktop not in desktops:
                reason, status = f"read in a session of {desktop} alone", "skipped"
            rows.append(StartupFile(path, scope, status, reason, "uwsm"))  # type: ignore[arg-type]
    return tuple(rows)


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return _base.not_installed(host, "uwsm")


def _folders(host: Host) -> list[tuple[Path, str]]:
    system = "/usr/share", "/usr/local/share", "/etc/xdg"
    own = Path(host.env.get("XDG_CONFIG_HOME") or host.home / ".config")
    return [*((Path(one), "system") for one in system), (own, "user")]


def _sourced(host: Host, folder: Path) -> list[tuple[str, Path]]:
    """env and env.d, then those of each desktop."""
    names = list(host.entries(folder))
    found = []
    for name in sorted({one.removesuffix(".d") for one in names if one.startswith("env")}):
        if name != "env" and not name.startswith("env-"):
            continue
        if host.kind(folder / name) == "file":
            found.append((name, folder / name))
        beside = folder / f"{name}.d"
        found += [
            (name, beside / one)
            for one in host.entries(beside)
            if not one.startswith(".") and host.kind(beside / one) == "file"
        ]
    return found
