"""A display manager's session: which of its wrappers stands between, and what that reads."""

from __future__ import annotations

from envkit.contexts import _base, _login_defs, _pam
from envkit.host import Host
from envkit.model import Given, Platform, StartupFile


def session(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The account, a login's PATH and PAM's variables; on macOS what launchd gives."""
    if platform.name == "macos":
        path = Given("PATH", "/usr/bin:/bin:/usr/sbin:/sbin", "launchd, compiled in")
        return (*_base.account(host, "launchd"), path)
    by = "the display manager"
    return (
        *_base.account(host, by),
        _login_defs.login_path(host, platform)._replace(by=by),
        Given("LANG", host.env.get("LANG", "C.UTF-8"), by),
        *_pam.variables(host, platform, "login"),
    )


def files(host: Host, platform: Platform) -> tuple[StartupFile, ...]:
    """What Xsession reads after the shell's own: ~/.xprofile (GDM), ~/.xsessionrc (Debian)."""
    rows = []
    for name in (".xprofile", ".xsessionrc"):
        path = host.home / name
        if host.kind(path) == "file":
            reason = "sourced by the X11 session's own script, not on Wayland"
            rows.append(StartupFile(path, "user", "read", reason, "Xsession"))
    gone = host.home / ".pam_environment"
    if host.kind(gone) == "file":
        reason = "no display manager reads it any more (pam_env 1.5: user_readenv=0)"
        rows.append(StartupFile(gone, "user", "skipped", reason, "pam_env"))
    return tuple(rows)
