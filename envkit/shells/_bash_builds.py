"""What a bash was compiled with: config-top.h, as each system's package sets it.

Sources: Debian's, Fedora's, Arch's and Gentoo's build files, main/bash/APKBUILD of Alpine (since
3.18), pkgs/shells/bash of nixpkgs, Apple's published source; openSUSE's is known, not seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host
from envkit.model import Invocation
from envkit.shells._bash_argv import Call


class Build(NamedTuple):
    """config-top.h: SYS_BASHRC, SYS_BASH_LOGOUT, SSH_SOURCE_BASHRC, and `dash_is_login`,
    NON_INTERACTIVE_LOGIN_SHELLS: argv[0] `-bash` reads the login files with -c, too. `apple`: an
    interactive login shell reads them in posix mode, too, and managed files stand for /etc's.
    `version`: what such a bash is where there is none to ask.
    """

    bashrc: str
    logout: str
    dash_is_login: bool
    ssh: bool
    apple: bool = False
    version: str = "5.2.15"


BUILDS = {
    "debian": Build("/etc/bash.bashrc", "/etc/bash.bash_logout", True, True),
    "arch": Build("/etc/bash.bashrc", "/etc/bash.bash_logout", True, False),
    "fedora": Build("", "/etc/bash.bash_logout", True, True),
    "suse": Build("/etc/bash.bashrc", "/etc/bash.bash_logout", True, True),
    "nixos": Build("/etc/bashrc", "/etc/bash_logout", True, True),
    "gentoo": Build("/etc/bash/bashrc", "/etc/bash/bash_logout", True, True),
    "alpine": Build("/etc/bash/bashrc", "", False, False),
    "homebrew": Build("", "", False, True),
    "apple": Build("", "", False, True, apple=True, version="3.2.57"),
    "upstream": Build("", "", False, False),
}


def build(host: Host, program: Path | None) -> str:
    """What the binary was compiled with, from the texts in it; "" where there is none to ask.

    The switch for `-bash -c` leaves no text; it goes with the others in every build known.
    """
    content = _content(host, program)
    ssh = b"SSH_CLIENT\0" in content
    if b"BASH_VERSINFO" not in content:
        return ""
    if b"/etc/bash.bashrc\0" in content:
        with_ssh = "suse" if b"-suse-linux" in content else "debian"
        return with_ssh if ssh else "arch"
    if b"/etc/bash/bashrc\0" in content:
        return "gentoo" if ssh else "alpine"
    if b"/etc/bash_logout\0" in content:
        return "nixos"
    if b"/etc/bash.bash_logout\0" in content:
        return "fedora"
    if b"com.apple.bash" in content:  # the name that its signature gives it
        return "apple"
    return "homebrew" if ssh else "upstream"


def version(host: Host, program: Path | None) -> str:
    """`5.2.15`, as the binary's texts say it; "" where there is none to ask."""
    content = _content(host, program)
    at = content.find(b"@(#)Bash version ") + 17
    found = re.match(rb"[0-9.]+", content[at : at + 12]) if at > 16 else None
    return found[0].decode() if found else ""


def _content(host: Host, program: Path | None) -> bytes:
    return host.read(program) if program and host.kind(program) == "file" else b""


def level(environment: Mapping[str, str], old: bool = False) -> int:
    """SHLVL as bash counts it for itself: one more, 1 where it is no number or too large."""
    given = environment.get("SHLVL", "").strip()
    level = int(given) + 1 if re.fullmatch(r"[-+]?\d+", given) else 1
    return 1 if level >= 1000 + old else max(level, 0)


def is_remote(call: Call, compiled: Build, environment: Mapping[str, str], stdin: str) -> bool:
    """Whether bash takes itself to be run over the network (shell.c, run_by_ssh).

    bash 3.2 takes a closed stdin for a network's, too (lib/sh/netconn.c; experiment).
    """
    network = stdin == "socket" or (call.old and stdin == "closed")
    by_name = compiled.ssh and ("SSH_CLIENT" in environment or "SSH2_CLIENT" in environment)
    plain = not (call.interactive or call.login or call.sh or call.norc)
    top_level = plain and call.command is not None and level(environment, call.old) < 2
    return top_level and (by_name or network)


def sequence(
    call: Call, compiled: Build, environment: Mapping[str, str], stdin: str
) -> tuple[str, ...]:
    """The kinds of file that bash opens, in order: `profile`, `login`, `BASH_ENV`, `ENV`, `rc`."""
    if call.stops:
        return ()
    if is_remote(call, compiled, environment, stdin):
        return ("rc",)
    found: list[str] = []
    by_name = call.login and (compiled.dash_is_login or call.interactive or call.su)
    posix = call.posix and not (compiled.apple and call.login and call.interactive)
    if (call.login_option or by_name) and not posix and not call.noprofile:
        found += ["profile", "login"]
    privileged = "privileged" in call.options
    if not call.interactive and not (call.su and call.login):
        if not (call.posix or call.sh or privileged):
            found.append("BASH_ENV")
    elif call.posix or call.sh:
        if not privileged and (call.interactive or call.sh):
            found.append("ENV")
    elif not call.norc and not call.login:
        found.append("rc")
    return tuple(found)


def is_left_by_exit(call: Call, how: Invocation) -> bool:
    """Whether it ends as a login shell must to read its logout files."""
    typed = call.interactive and call.command is None and how.end in ("eof", "hangup")
    return how.end == "exit" or typed or (call.interactive and how.end == "hangup")
