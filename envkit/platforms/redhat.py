"""Fedora, RHEL and what is made of them: CentOS, Rocky, Alma, Amazon Linux.

/etc/profile sources /etc/profile.d/*.sh and sh.local; /etc/bashrc comes by way of ~/.bashrc, which
~/.bash_profile sources, and reads profile.d itself where the shell is no login shell.
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
)
