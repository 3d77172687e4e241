"""openSUSE and SUSE Linux Enterprise.

In order, for a login bash: /etc/profile, which, once a session (PROFILEREAD is exported), sets PATH
and sources /etc/profile.d/*.sh and /etc/profile.local; then sources /etc/bash.bashrc *and
~/.bashrc* by itself; then ~/.profile. A nested login shell keeps the PATH that it was given.
/etc/bash.bashrc sources /etc/profile for `ssh host command`, and /etc/bash.bashrc.local. zsh's
files lie in /etc: zprofile sources /etc/profile. /bin/sh is bash. (aaa_base; what its bash is
compiled with is known, not run: taken to be Debian's switches.)
"""

from __future__ import annotations

from pathlib import Path

from envkit import os_release
from envkit.host import Host
from envkit.model import Platform


def detect(host: Host) -> bool:
    """os-release says so, or, on a system without one, /etc/SuSE-release is there."""
    names = os_release.names(host)
    if names:
        return any(name in ("suse", "sles", "sled") or "opensuse" in name for name in names)
    return host.kind(Path("/etc/SuSE-release")) == "file"


PLATFORM = Platform(
    name="suse",
    title="openSUSE",
    detect=detect,
    bash_build="suse",
    system_files=("/etc/profile", "/etc/profile.d/*.sh", "/etc/bash.bashrc"),
    default_path="/usr/local/bin:/usr/bin:/bin",
    sshd_path="/usr/bin:/bin:/usr/sbin:/sbin",
    new_login_file=".profile",
    zsh_folder="/etc",
    path_rule="/etc/profile sets PATH once a session (PROFILEREAD); nested logins keep theirs",
    other_files=(
        *("/etc/profile.local", "/etc/bash.bashrc.local", "/etc/ksh.kshrc", "/etc/csh.cshrc"),
        *("/etc/csh.login", "/etc/csh.logout", "/etc/profile.d/*.csh", "/etc/zshenv"),
        *("/etc/zprofile", "/etc/zshrc", "/etc/zlogin", "/etc/zlogout", "/etc/zsh.zshrc.local"),
        *("/etc/fish/config.fish", "/etc/fish/conf.d/*.fish"),
    ),
)
