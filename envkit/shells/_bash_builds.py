"""What a bash was compiled with: config-top.h, as each system's package sets it.

Sources: Debian's, Fedora's, Arch's and Gentoo's build files, main/bash/APKBUILD of Alpine (since
3.18), pkgs/shells/bash of nixpkgs, Apple's published source; openSUSE's is known, not seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from envkit.host import Host


class Build(NamedTuple):
    """config-top.h: SYS_BASHRC, SYS_BASH_LOGOUT, SSH_SOURCE_BASHRC, and `dash_is_login`,
    NON_INTERACTIVE_LOGIN_SHELLS: argv[0] `-bash` reads the login files with -c, too.
    """

    bashrc: str
    logout: str
    dash_is_login: bool
    ssh: bool


BUILDS = {
    "debian": Build("/etc/bash.bashrc", "/etc/bash.bash_logout", True, True),
    "arch": Build("/etc/bash.bashrc", "/etc/bash.bash_logout", True, False),
    "fedora": Build("", "/etc/bash.bash_logout", True, True),
    "suse": Build("/etc/bash.bashrc", "/etc/bash.bash_logout", True, True),
    "nixos": Build("/etc/bashrc", "/etc/bash_logout", True, True),
    "gentoo": Build("/etc/bash/bashrc", "/etc/bash/bash_logout", True, True),
    "alpine": Build("/etc/bash/bashrc", "", False, False),
    "homebrew": Build("", "", False, True),
    "apple": Build("", "", False, True),
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


def _content(host: Host, program: Path | None) -> bytes:
    return host.read(program) if program and host.kind(program) == "file" else b""
