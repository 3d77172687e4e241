"""Debian, Ubuntu and what is made of them.

/etc/profile sets PATH outright, sources /etc/bash.bashrc for an interactive bash, then
/etc/profile.d/*.sh; ~/.profile sources ~/.bashrc, which leaves at its guard where nobody types.
"""

from __future__ import annotations

from pathlib import Path

from envkit import os_release
from envkit.host import Host
from envkit.model import Platform


def detect(host: Host) -> bool:
    """os-release says so, or, on a system without one, /etc/debian_version is there."""
    names = os_release.names(host)
    if names:
        return bool({"debian", "ubuntu"} & set(names))
    return host.kind(Path("/etc/debian_version")) == "file"


PLATFORM = Platform(
    name="debian",
    title="Debian",
    detect=detect,
    bash_build="debian",
    system_files=("/etc/profile", "/etc/bash.bashrc", "/etc/profile.d/*.sh"),
    default_path="/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games",
    sshd_path="/usr/local/bin:/usr/bin:/bin:/usr/games",
    new_login_file=".profile",
)
