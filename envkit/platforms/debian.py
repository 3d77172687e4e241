"""Debian, Ubuntu and what is made of them.

In order, for a login shell: /etc/profile, which sets PATH outright (Ubuntu's leaves it alone),
sources /etc/bash.bashrc for an interactive bash, then /etc/profile.d/*.sh; then ~/.profile, which
sources ~/.bashrc, which leaves at its guard where nobody types. A bash that is no login shell reads
/etc/bash.bashrc and ~/.bashrc. /bin/sh is dash. zsh has its files in /etc/zsh and never reads
/etc/profile; fish appends Debian's folders by vendor_conf.d/00debian-profile.fish, if login.
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
    path_rule="/etc/profile sets PATH outright (Ubuntu's does not): what was there is lost",
    sh="dash",
    other_files=(
        *("/etc/zsh/zshenv", "/etc/zsh/zprofile", "/etc/zsh/zshrc", "/etc/zsh/zlogin"),
        *("/etc/zsh/zlogout", "/etc/csh.cshrc", "/etc/csh.login", "/etc/csh.logout"),
        *("/etc/fish/config.fish", "/etc/fish/conf.d/*.fish", "/etc/mkshrc"),
    ),
)
