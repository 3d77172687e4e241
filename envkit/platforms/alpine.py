"""Alpine Linux, and postmarketOS, which is made of it.

In order, for a login shell: /etc/profile, which appends the six usual folders where they are
missing, then sources /etc/profile.d/*.sh, of which 00-bashrc.sh sources /etc/bash/bashrc for bash;
then ~/.profile. /bin/sh is busybox's ash, and so is the account's shell. bash is not there at
first; the package compiles /etc/bash/bashrc in (since 3.18), and nothing else: no logout file, no
`-bash -c` as a login shell, no SSH_CLIENT. zsh's files lie in /etc/zsh; zprofile sources
/etc/profile. (alpine-baselayout's profile and main/bash's APKBUILD.)
"""

from __future__ import annotations

from pathlib import Path

from envkit import os_release
from envkit.host import Host
from envkit.model import Platform


def detect(host: Host) -> bool:
    """os-release says so, or, on a system without one, /etc/alpine-release is there."""
    names = os_release.names(host)
    if names:
        return bool({"alpine", "postmarketos"} & set(names))
    return host.kind(Path("/etc/alpine-release")) == "file"


PLATFORM = Platform(
    name="alpine",
    title="Alpine",
    detect=detect,
    bash_build="alpine",
    system_files=("/etc/profile", "/etc/profile.d/*.sh", "/etc/bash/bashrc"),
    default_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    sshd_path="/bin:/usr/bin:/sbin:/usr/sbin",
    new_login_file=".profile",
    path_rule="/etc/profile appends what is missing; nothing is lost",
    sh="ash",
    other_files=(
        *("/etc/zsh/zshenv", "/etc/zsh/zprofile", "/etc/zsh/zshrc", "/etc/zsh/zlogin"),
        *("/etc/zsh/zlogout", "/etc/csh.cshrc", "/etc/csh.login", "/etc/csh.logout"),
        *("/etc/fish/config.fish", "/etc/fish/conf.d/*.fish", "/etc/mkshrc"),
    ),
)
