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
    if _service(platform) == "crond":  # cronie, busybox (entry.c, crond.c); Debian's does not
        own["USER"] = host.user
    table = _table(host, platform)
    by = "cron"
    if host.kind(table) == "unreadable" and not _readable(host, table):
        by = f"cron, unless {table} says otherwise: it cannot be read"
    path = Given("PATH", "/usr/bin:/bin", by)
    if is_busybox(platform):
        path = Given("PATH", platform.default_path, "crond, from what started it: not known here")
    return (
        *_pam.files_only(host, platform, _service(platform)),
        *(Given(name, value, by) for name, value in own.items()),
        path,
        *_settings(host, platform),
    )


def is_busybox(platform: Platform) -> bool:
    """Whether crond is busybox's: no PAM, and of the crontab's variables SHELL alone."""
    return platform.name == "alpine"


def shell(host: Host, platform: Platform) -> str:
    """The shell that runs the jobs: what SHELL= of the crontab names."""
    chosen = "/bin/sh"
    for one in _settings(host, platform):
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


def _readable(host: Host, table: Path) -> bool:
    try:
        host.read(table)
    except OSError:
        return False
    return True


def _settings(host: Host, platform: Platform) -> Iterator[Given]:
    """The variables that the table sets; LOGNAME cannot be, nor cronie's USER."""
    table = _table(host, platform)
    fixed = ("LOGNAME", "USER") if _service(platform) == "crond" else ("LOGNAME",)
    try:
        text = host.read(table).decode("utf-8", "surrogateescape")
    except OSError:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        found = setting(line)
        if not found or found[0] in fixed:
            continue
        if found[0] == "SHELL" or not is_busybox(platform):
            yield Given(*found, "crontab", Location(table, number))


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
