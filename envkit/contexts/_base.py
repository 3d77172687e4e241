"""What several contexts give alike: the account's variables, login.defs, pam_env.

Nothing of the caller's environment is handed on but what the terminal and the language are.
"""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host
from envkit.model import Given, Location, Platform

_ENVIRONMENT = Path("/etc/environment")
_LOGIN_DEFS = Path("/etc/login.defs")


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
        login_path(host, platform),
        Given("TERM", host.env.get("TERM", "xterm-256color"), by),
        Given("LANG", host.env.get("LANG", "C.UTF-8"), by),
    )
    if platform.name == "macos":
        # /etc/bashrc reads the file of the terminal program; Terminal is the one that is there.
        given += (Given("TERM_PROGRAM", "Apple_Terminal", by),)
    return given + pam_env(host)


def login_path(host: Host, platform: Platform) -> Given:
    """PATH as login(1) and su(1) set it: ENV_PATH of login.defs(5), ENV_SUPATH for root."""
    wanted = "ENV_SUPATH" if host.uid == 0 else "ENV_PATH"
    for number, line in _lines(host, _LOGIN_DEFS):
        name, *values = line.split()[:2] or [""]
        if name == wanted and values:
            where = Location(_LOGIN_DEFS, number)
            return Given("PATH", values[0].removeprefix("PATH="), "login.defs", where)
    return Given("PATH", platform.default_path, "login, compiled in")


def pam_env(host: Host) -> tuple[Given, ...]:
    """/etc/environment as pam_env(8) reads it for login, su, sshd and cron."""
    given = []
    for number, line in _lines(host, _ENVIRONMENT):
        found = re.fullmatch(r"(?:export\s+)?([A-Za-z_]\w*)=(.*)", line)
        if found:
            value = found[2]
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            value = value[1:-1] if quoted else value
            given.append(Given(found[1], value, "pam_env", Location(_ENVIRONMENT, number)))
    return tuple(given)


def _lines(host: Host, path: Path) -> list[tuple[int, str]]:
    """The lines that are no comments, each with its number."""
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return []
    rows = enumerate(map(str.strip, text.splitlines()), start=1)
    return [(number, line) for number, line in rows if not line.startswith("#")]
