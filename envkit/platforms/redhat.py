"""Fedora, RHEL and what is made of them: CentOS, Rocky, Alma, Oracle, Amazon Linux.

In order, for a login bash: /etc/profile, which appends /usr/sbin (root: prepends), sources
/etc/profile.d/*.sh and sh.local, and for bash /etc/bashrc; then ~/.bash_profile, which sources
~/.bashrc, which sources /etc/bashrc again (BASHRCSOURCED skips its body), then ~/.bashrc.d/*. No
system bashrc is compiled in: a bash that is no login shell comes to /etc/bashrc by ~/.bashrc alone,
and profile.d comes from there. zsh's files lie in /etc: zprofile sources /etc/profile, zshrc
profile.d where the shell is no login shell. /bin/sh is bash.
"""

from __future__ import annotations

from pathlib import Path

from envkit import os_release
from envkit.host import Host
from envkit.model import Platform

_NAMES = {"rhel", "fedora", "centos", "rocky", "almalinux", "amzn", "ol"}


def detect(host: Host) -> bool:
    """os-release says so, or, on a system without one, /etc/redhat-release is there."""
    names = os_release.names(host)
    if names:
        return bool(_NAMES & set(names))
    return host.kind(Path("/etc/redhat-release")) == "file"


PLATFORM = Platform(
    name="redhat",
    title="Red Hat",
    detect=detect,
    bash_build="fedora",
    system_files=("/etc/profile", "/etc/profile.d/*.sh", "/etc/profile.d/sh.local", "/etc/bashrc"),
    default_path="/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin",
    sshd_path="/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin",
    new_login_file=".bash_profile",
    zsh_folder="/etc",
    path_rule="/etc/profile appends /usr/sbin (root: puts it in front); nothing is lost",
    other_files=(
        *("/etc/zshenv", "/etc/zprofile", "/etc/zshrc", "/etc/zlogin", "/etc/zlogout"),
        *("/etc/csh.cshrc", "/etc/csh.login", "/etc/csh.logout", "/etc/profile.d/*.csh"),
        *("/etc/fish/config.fish", "/etc/fish/conf.d/*.fish", "/etc/kshrc", "/etc/mkshrc"),
    ),
)
