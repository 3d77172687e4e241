"""NixOS: the files of /etc are generated, and each runs once a session.

In order, for a login bash: /etc/profile, which sources /etc/set-environment unless
__NIXOS_SET_ENVIRONMENT_DONE is set (it sets PATH outright, once), then /etc/profile.local, and
/etc/bashrc for bash; then ~/.bash_profile or ~/.profile. A bash that is no login shell reads
/etc/bashrc, compiled in, which sources /etc/profile where no parent did (__ETC_PROFILE_DONE). zsh:
/etc/zshenv, always, sources /etc/set-environment; then /etc/zprofile, /etc/zshrc. /bin/sh is bash.
Changes belong into configuration.nix, into the *.local files, or into the home.
(nixpkgs: nixos/modules/programs/bash, …/zsh, pkgs/shells/bash.)
"""

from __future__ import annotations

from pathlib import Path

from envkit import os_release
from envkit.host import Host
from envkit.model import Platform

_PATH = "/run/wrappers/bin:/nix/var/nix/profiles/default/bin:/run/current-system/sw/bin"


def detect(host: Host) -> bool:
    """os-release says so, or, on a system without one, /etc/NIXOS is there."""
    names = os_release.names(host)
    if names:
        return "nixos" in names
    return host.kind(Path("/etc/NIXOS")) == "file"


PLATFORM = Platform(
    name="nixos",
    title="NixOS",
    detect=detect,
    bash_build="nixos",
    system_files=("/etc/profile", "/etc/set-environment", "/etc/bashrc"),
    default_path=_PATH,
    sshd_path=_PATH,
    new_login_file=".bash_profile",
    zsh_folder="/etc",
    path_rule="/etc/set-environment sets PATH outright, once a session",
    other_files=(
        *("/etc/profile.local", "/etc/bashrc.local", "/etc/zshenv", "/etc/zprofile"),
        *("/etc/zshrc", "/etc/zlogin", "/etc/zlogout", "/etc/fish/config.fish"),
    ),
    generated="made from configuration.nix",
)
