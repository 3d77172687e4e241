"""Arch Linux and what is made of it: Manjaro, EndeavourOS.

In order, for a login shell: /etc/profile, which appends /usr/local/sbin, /usr/local/bin and
/usr/bin where they are missing, then sources /etc/profile.d/*.sh, and last, for an interactive bash
that is not sh, /etc/bash.bashrc; then ~/.bash_profile, which sources ~/.bashrc. sshd's SSH_CLIENT
says nothing to this bash, its socket does. zsh's files lie in /etc/zsh; zprofile sources
/etc/profile, so that a login zsh has it, another zsh has not. /bin/sh is bash.
(Arch's `filesystem`, `bash` and `zsh` packages.)
"""

from __future__ import annotations

from pathlib import Path

from envkit import os_release
from envkit.host import Host
from envkit.model import Platform


def detect(host: Host) -> bool:
    """os-release says so, or, on a system without one, /etc/arch-release is there."""
    names = os_release.names(host)
    if names:
        return bool({"arch", "archlinux"} & set(names))
    return host.kind(Path("/etc/arch-release")) == "file"


PLATFORM = Platform(
    name="arch",
    title="Arch",
    detect=detect,
    bash_build="arch",
    system_files=("/etc/profile", "/etc/profile.d/*.sh", "/etc/bash.bashrc"),
    default_path="/usr/local/sbin:/usr/local/bin:/usr/bin",
    sshd_path="/usr/local/sbin:/usr/local/bin:/usr/bin",
    new_login_file=".bash_profile",
    path_rule="/etc/profile appends what is missing; nothing is lost",
    other_files=(
        *("/etc/zsh/zshenv", "/etc/zsh/zprofile", "/etc/zsh/zshrc", "/etc/zsh/zlogin"),
        *("/etc/zsh/zlogout", "/etc/csh.cshrc", "/etc/csh.login", "/etc/csh.logout"),
        *("/etc/fish/config.fish", "/etc/fish/conf.d/*.fish"),
    ),
)
