"""A display manager's session: which one it is, and what its wrapper reads beside the shell's."""

from __future__ import annotations

import re
from pathlib import Path

from envkit.contexts import _base, _login_defs, _pam
from envkit.host import Host
from envkit.model import Given, Platform, StartupFile, Status

_DEFAULT = Path("/etc/X11/default-display-manager")
_UNIT = Path("/etc/systemd/system/display-manager.service")


def session(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The account, a login's PATH and PAM's variables; on macOS what launchd gives."""
    if platform.name == "macos":
        path = Given("PATH", "/usr/bin:/bin:/usr/sbin:/sbin", "launchd, compiled in")
        return (*_base.account(host, "launchd"), path)
    by = "the display manager"
    service = {"gdm": "gdm-password", "": "login"}.get(manager(host), manager(host))
    return (
        *_base.account(host, by),
        _login_defs.login_path(host, platform)._replace(by=by),
        Given("LANG", host.env.get("LANG", "C.UTF-8"), by),
        *_pam.files_only(host, platform, service),
    )


def manager(host: Host) -> str:
    """gdm, sddm or lightdm: what Debian's file, else the unit's link, names; "" for none known."""
    name = ""
    try:
        name = host.read(_DEFAULT).decode(errors="replace")
    except OSError:
        here = host.locate(_UNIT.parent) / _UNIT.name
        name = str(here.readlink()) if here.is_symlink() else ""
    found = re.search(r"(gdm|sddm|lightdm)\d?(?:\.service)?\s*$", name)
    return found[1] if found else ""


def files(host: Host, platform: Platform) -> tuple[StartupFile, ...]:
    """What an X11 session reads after the shell's own: ~/.xprofile, ~/.xsessionrc (Debian)."""
    rows = []
    wayland = manager(host) == "gdm"
    for name in _after(host, platform):
        path = host.home / name
        if host.kind(path) == "file":
            reason = "an X11 session's script reads it, GNOME on Wayland does not"
            if not wayland:
                reason = "sourced by the X11 session's own script"
            status: Status = "skipped" if wayland else "read"
            rows.append(StartupFile(path, "user", status, reason, "Xsession"))
    gone = host.home / ".pam_environment"
    if host.kind(gone) == "file":
        reason = "display managers read it no more (pam_env: user_readenv=0)"
        rows.append(StartupFile(gone, "user", "skipped", reason, "pam_env"))
    return tuple(rows)


def _after(host: Host, platform: Platform) -> tuple[str, ...]:
    """Names in the home, in the order in which the wrapper takes them."""
    own = (
        () if manager(host) in ("sddm", "lightdm") and platform.name == "debian" else (".xprofile",)
    )
    return (*own, ".xsessionrc") if platform.name in ("debian", "wsl") else own
