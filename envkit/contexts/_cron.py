"""cron(8) and crontab(5), as each system's own cron has it; the user's crontab wins over all.

Debian's (vixie 3.0) takes /etc/environment by PAM, cronie by PAM too, busybox knows no PAM.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from envkit import discover
from envkit.contexts import _pam
from envkit.host import Host
from envkit.model import Given, Location, Platform

_TABLES = {
    "debian": "/var/spool/cron/crontabs",
    "wsl": "/var/spool/cron/crontabs",
    "alpine": "/var/spool/cron/crontabs",
    "redhat": "/var/spool/cron",
    "arch": "/var/spool/cron",
    "nixos": "/var/spool/cron",
    "suse": "/var/spool/cron/tabs",
    "freebsd": "/var/cron/tabs",
    "macos": "/usr/lib/cron/tabs",
}
# A value may be quoted as a whole, or bare; an empty one must be quoted.
_SETTING = re.compile(
    r"""\s*("[^"]*"|'[^']*'|[^\s=#"'][^\s=]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'].*?)\s*$"""
)


def environment(host: Host, platform: Platform) -> tuple[Given, ...]:
    """What a job of this account's crontab is given."""
    own = {"HOME": str(host.home), "LOGNAME": host.user, "SHELL": "/bin/sh"}
    own["PATH"] = "/usr/bin:/bin"
    by = "cron"
    table = _table(host, platform)
    if host.kind(table) == "unreadable":
        by = f"cron, unless {table} says otherwise: it cannot be read"
    pam = () if platform.name == "alpine" else _pam.variables(host, platform, _service(platform))
    return (
        *pam,
        *(Given(name, value, by) for name, value in own.items()),
        *_settings(host, table),
    )


def shell(host: Host, platform: Platform) -> str:
    """The shell that runs the jobs: what SHELL= of the crontab names."""
    chosen = "/bin/sh"
    for one in _settings(host, _table(host, platform)):
        chosen = one.value if one.variable == "SHELL" else chosen
    name = chosen.rpartition("/")[2]
    return name if name in discover.names("envkit.shells") else "sh"


def _service(platform: Platform) -> str:
    return "cron" if platform.name in ("debian", "wsl", "freebsd", "macos") else "crond"


def _table(host: Host, platform: Platform) -> Path:
    return Path(_TABLES.get(platform.name, "/var/spool/cron")) / host.user


def setting(line: str) -> tuple[str, str] | None:
    """What a line `NAME = value` sets: quotes taken off, nothing expanded (crontab(5))."""
    found = _SETTING.match(line)
    return (_unquoted(found[1]), _unquoted(found[2])) if found else None


def _settings(host: Host, table: Path) -> Iterator[Given]:
    """The variables that the table sets; LOGNAME cannot be."""
    try:
        text = host.read(table).decode("utf-8", "surrogateescape")
    except OSError:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        found = setting(line)
        if found and found[0] != "LOGNAME":
            yield Given(*found, "crontab", Location(table, number))


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
