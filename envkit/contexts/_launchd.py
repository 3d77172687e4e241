"""launchd's environment: PATH as compiled in, or as `launchctl config user path` left it.

A job's own plist may have EnvironmentVariables (launchd.plist(5)); they are for that job alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Given, Location, Platform, StartupFile

_CONFIG = Path("/private/var/db/com.apple.xpc.launchd/config/user.plist")
_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"


def environment(host: Host, platform: Platform) -> tuple[Given, ...]:
    """What a program started by launchd is given before its own plist."""
    path = Given("PATH", _PATH, "launchd, compiled in")
    configured = _plist(host, _CONFIG).get("PathEnvironmentVariable")
    if isinstance(configured, str):
        path = Given("PATH", configured, "launchctl config user path", Location(_CONFIG, 1))
    return (*_base.account(host, "launchd"), path, Given("TMPDIR", "/var/folders", "launchd"))


def files(host: Host, platform: Platform) -> tuple[StartupFile, ...]:
    """The agents that set variables, each for itself."""
    rows: list[StartupFile] = []
    folders = (host.home / "Library/LaunchAgents", Path("/Library/LaunchAgents"))
    for folder in folders:
        for name in host.entries(folder):
            names = _plist(host, folder / name).get("EnvironmentVariables") or {}
            if names:
                reason = f"sets {', '.join(sorted(names))}, for that agent alone"
                scope = "user" if folder == folders[0] else "system"
                rows.append(StartupFile(folder / name, scope, "read", reason, "launchd"))  # type: ignore[arg-type]
    return tuple(rows)


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return "" if platform.name == "macos" else "macOS alone has launchd"


def _plist(host: Host, path: Path) -> dict[str, Any]:
    if host.kind(path) != "file":
        return {}
    import plistlib

    try:
        data = plistlib.loads(host.read(path))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
