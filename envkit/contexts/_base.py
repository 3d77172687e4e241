"""What several contexts give alike: the account's variables, a terminal's; programs.

Nothing of the caller's environment is handed on but what the terminal and the language are.
"""

from __future__ import annotations

from pathlib import Path

from envkit.contexts import _login_defs, _pam
from envkit.host import Host
from envkit.model import Given, Platform

_FOLDERS = (
    *("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin"),
    *("/opt/homebrew/bin", "/run/current-system/sw/bin"),
)


def account(host: Host, by: str) -> tuple[Given, ...]:
    """Who it is, as login(1), sshd(8) and cron(8) say it."""
    return (
        Given("HOME", str(host.home), by),
        Given("USER", host.user, by),
        Given("LOGNAME", host.user, by),
        Given("SHELL", str(host.login_shell), by),
    )


def terminal(host: Host, platform: Platform) -> tuple[Given, ...]:
    """What a shell in a terminal is given: the account, the login's PATH, terminal and language."""
    by = "the terminal"
    given = (
        *account(host, "login"),
        _login_defs.login_path(host, platform),
        Given("TERM", host.env.get("TERM", "xterm-256color"), by),
        Given("LANG", host.env.get("LANG", "C.UTF-8"), by),
    )
    if platform.name == "macos":
        # /etc/bashrc reads the file of the terminal program; Terminal is the one that is there.
        given += (Given("TERM_PROGRAM", "Apple_Terminal", by),)
    return given + _pam.files_only(host, platform, "login")


def program(host: Host, *names: str) -> Path | None:
    """Where the first of these programs lies on that machine, or None."""
    for name in names:
        for folder in _FOLDERS:
            path = Path(folder) / name
            if host.kind(path) == "file":
                return path
    return None


def not_installed(host: Host, *names: str) -> str:
    """Why a context is absent: there is none of these programs; "" where there is one."""
    return "" if program(host, *names) else f"no {names[0]} here"
