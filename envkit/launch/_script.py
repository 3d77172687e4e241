"""What the launchers' scripts share: they are texts of sh, run as one child each."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from envkit import start
from envkit.child import Command
from envkit.host import Host
from envkit.model import Start

# The starters' own programs; what the context gives is none of it.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def program(name: str) -> str:
    """The path of a starter, "" where there is none."""
    return shutil.which(name, path=PATH) or ""


def is_account(host: Host) -> bool:
    """Whether the home is the account's own: su, sudo, sshd and cron know no other."""
    import pwd

    try:
        return pwd.getpwnam(host.user).pw_dir == str(host.home)
    except KeyError:
        return False


def other_account(host: Host, one: Start) -> str:
    """Why the account cannot be logged in to as it is asked for: another home, or another shell."""
    if not is_account(host):
        return "another home"
    own = host.login_shell.name
    return "" if own in one.shell.programs else f"its own shell is {own}"


def caller(one: Start) -> dict[str, str]:
    """What the starter's own caller has: all that the context gives, less what PAM adds."""
    return {given.variable: given.value for given in one.given if not given.by.startswith("pam_")}


def flags(one: Start) -> tuple[str, ...]:
    """The shell's own words after argv[0] for an interactive start that runs a text, less it."""
    return one.shell.argv(one.invocation, "")[1:-1]


def login(one: Start) -> tuple[str, ...]:
    """The flags, with -l for a login shell: a starter of ours cannot choose argv[0]."""
    words = flags(one)
    dashed = "-l" in words or "--login" in words
    return words if dashed or not one.invocation.login else ("-l", *words)


def text_file(host: Host, folder: Path, text: str, last: str = "") -> Path:
    """A file in `folder` that holds a text for the context's shell, which may read it."""
    path = folder / "text"
    path.write_text(text + "\n" + last)
    path.chmod(0o644)
    return path


def script(
    text: str,
    environment: Mapping[str, str],
    limit: float,
    stdin: str = "null",
    host: Host | None = None,
) -> Command:
    """A text of sh as root or whoever asks; with `host`, as that account and in its home."""
    return Command(
        ("sh", "-c", text),
        "/bin/sh",
        {"PATH": PATH, **environment},
        stdin,
        limit,
        host.home_at if host else None,
        start.account(host) if host else None,
    )
