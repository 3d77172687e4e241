"""What several contexts give alike: the account's variables, login.defs, pam_env.

Nothing of the caller's environment is handed on but what the terminal and the language are.
"""

from __future__ import annotations

import re
from pathlib import Path

from envkit.host import Host
from envkit.model import Platform


def account(host: Host) -> dict[str, str]:
    """Who it is, as login(1), sshd(8) and cron(8) say it."""
    return {
        "HOME": str(host.home),
        "USER": host.user,
        "LOGNAME": host.user,
        "SHELL": str(host.login_shell),
    }


def terminal(host: Host, platform: Platform) -> dict[str, str]:
    """What a shell in a terminal is given: the account, the login's PATH, terminal and language."""
    given = account(host) | {
        "PATH": login_path(host, platform),
        "TERM": host.env.get("TERM", "xterm-256color"),
        "LANG": host.env.get("LANG", "C.UTF-8"),
    }
    if platform.name == "macos":
        # /etc/bashrc reads the file of the terminal program; Terminal is the one that is there.
        given["TERM_PROGRAM"] = "Apple_Terminal"
    return given | pam_env(host)


def login_path(host: Host, platform: Platform) -> str:
    """PATH as login(1) and su(1) set it: ENV_PATH of login.defs(5), ENV_SUPATH for root."""
    wanted = "ENV_SUPATH" if host.uid == 0 else "ENV_PATH"
    for line in _lines(host, "/etc/login.defs"):
        name, *values = line.split()[:2] or [""]
        if name == wanted and values:
            return values[0].removeprefix("PATH=")
    return platform.default_path


def pam_env(host: Host) -> dict[str, str]:
    """/etc/environment as pam_env(8) reads it for login, su, sshd and cron."""
    given = {}
    for line in _lines(host, "/etc/environment"):
        found = re.fullmatch(r"(?:export\s+)?([A-Za-z_]\w*)=(.*)", line)
        if found:
            value = found[2]
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            given[found[1]] = value[1:-1] if quoted else value
    return given


def _lines(host: Host, path: str) -> list[str]:
    try:
        text = host.read(Path(path)).decode("utf-8", "surrogateescape")
    except OSError:
        return []
    return [line.strip() for line in text.splitlines() if not line.lstrip().startswith("#")]
