"""sudo(8) with sudoers(5): the environment that it makes of the caller's, for this account.

The caller is taken to be a bare terminal. Without reading rights on sudoers (an ordinary user) what
sudo does by itself is told, and `by` says so.
"""

from __future__ import annotations

from envkit.contexts import _base, _login_defs, _pam, _sudoers
from envkit.host import Host
from envkit.model import Given, Platform

_SECURE = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def environment(host: Host, platform: Platform, login: bool = False) -> tuple[Given, ...]:
    """What a program that sudo starts is given; `login`: with -i."""
    policy = _sudoers.read(host)
    by = "the caller, kept by sudo"
    given = [
        Given("TERM", host.env.get("TERM", "xterm-256color"), by),
        Given("LANG", host.env.get("LANG", "C.UTF-8"), by),
        *_pam.variables(host, platform, "sudo-i" if login else "sudo"),
        *_base.account(host, "sudo"),
        Given("MAIL", f"/var/mail/{host.user}", "sudo"),
        _path(host, platform, policy),
        Given("SUDO_USER", "root", "sudo"),
        Given("SUDO_UID", "0", "sudo"),
        Given("SUDO_GID", "0", "sudo"),
    ]
    return tuple(given)


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return _base.not_installed(host, "sudo")


def _path(host: Host, platform: Platform, policy: _sudoers.Policy) -> Given:
    """secure_path, where one is set; else the caller's."""
    if policy.secure_path is not None:
        return Given("PATH", policy.secure_path[0], "secure_path of sudoers", policy.secure_path[1])
    if not policy.readable:
        if platform.name in ("debian", "wsl", "redhat", "suse"):
            return Given("PATH", _SECURE, "secure_path as shipped; sudoers cannot be read")
        return Given("PATH", platform.default_path, "the caller; sudoers cannot be read")
    path = _login_defs.login_path(host, platform)
    return path._replace(by=f"the caller ({path.by}); sudoers has no secure_path")
