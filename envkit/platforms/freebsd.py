"""FreeBSD, and GhostBSD and NomadBSD, which are made of it.

PATH comes before any file: login(1), su(1) and sshd(8) take it from /etc/login.conf (`path=` of the
class). In order, for a login sh: /etc/profile, of comments as it is shipped; ~/.profile, which sets
ENV to ~/.shrc for the interactive sh. /bin/sh is an Almquist shell, as dash is. bash is a port, in
/usr/local/bin, compiled as upstream has it: it reads /etc/profile and no system bashrc. csh:
/etc/csh.cshrc, /etc/csh.login. The ports' zsh and fish have theirs in /usr/local/etc.
(login.conf(5), share/skel, shells/bash of the ports.)
"""

from __future__ import annotations

from pathlib import Path

from envkit import os_release
from envkit.host import Host
from envkit.model import Platform

_PATH = "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"


def detect(host: Host) -> bool:
    """os-release says so, or, on a system without one, freebsd-version(1) is there."""
    names = os_release.names(host)
    if names:
        return "freebsd" in names
    return host.kind(Path("/bin/freebsd-version")) == "file"


PLATFORM = Platform(
    name="freebsd",
    title="FreeBSD",
    detect=detect,
    bash_build="upstream",
    system_files=("/etc/profile",),
    default_path=_PATH,
    sshd_path=_PATH,
    new_login_file=".profile",
    zsh_folder="/usr/local/etc",
    path_rule="/etc/login.conf gives PATH before any file; /etc/profile leaves it alone",
    sh="ash",
    other_files=(
        *("/etc/csh.cshrc", "/etc/csh.login", "/etc/csh.logout", "/usr/local/etc/zshenv"),
        *("/usr/local/etc/zprofile", "/usr/local/etc/zshrc", "/usr/local/etc/zlogin"),
        *("/usr/local/etc/zlogout", "/usr/local/etc/fish/config.fish"),
        "/usr/local/etc/fish/conf.d/*.fish",
    ),
    edits_profile=True,
)
