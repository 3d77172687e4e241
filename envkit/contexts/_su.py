"""su(1): a login's clean environment, or the caller's with the account changed."""

from __future__ import annotations

from envkit.contexts import _base, _login_defs, _pam
from envkit.host import Host
from envkit.model import Given, Platform


def login(host: Host, platform: Platform) -> tuple[Given, ...]:
    """`su -`: TERM of the caller, the account, PATH of login.defs, then PAM."""
    return (
        *_base.account(host, "su"),
        _login_defs.su_path(host, platform),
        Given("TERM", host.env.get("TERM", "xterm-256color"), "the caller"),
        *_pam.variables(host, platform, "su-l"),
    )


def plain(host: Host, platform: Platform) -> tuple[Given, ...]:
    """`su`: what the caller has, here a bare terminal of the same account; then PAM."""
    path = _login_defs.su_path(host, platform)
    if not _login_defs.always_set_path(host):
        path = _login_defs.login_path(host, platform)
        path = path._replace(by=f"the caller ({path.by})")
    return (
        *_base.account(host, "su"),
        path,
        Given("TERM", host.env.get("TERM", "xterm-256color"), "the caller"),
        Given("LANG", host.env.get("LANG", "C.UTF-8"), "the caller"),
        Given("SHLVL", "1", "the caller"),
        *_pam.variables(host, platform, "su"),
    )


def absent(host: Host, platform: Platform) -> str:
    """Why there is none."""
    return _base.not_installed(host, "su")
