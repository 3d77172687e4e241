"""macOS: every terminal window opens a login shell, and that is zsh.

zsh, in order: ~/.zshenv; /etc/zprofile, which runs path_helper over /etc/paths and /etc/paths.d/*
and so moves those folders in front of all that ~/.zshenv, Homebrew or tmux had put there;
~/.zprofile; /etc/zshrc, which sources /etc/zshrc_$TERM_PROGRAM; ~/.zshrc. bash: /etc/profile, which
runs path_helper, then sources /etc/bashrc, and that /etc/bashrc_$TERM_PROGRAM; ~/.bash_profile;
~/.bashrc is never read by itself. A managed Mac reads its managed files *in place of* those of
/etc: /private/var/db/ManagedConfigurationFiles/com.apple.{bash,zsh}/etc/. /bin/sh is bash 3.2.
(Apple's published source.)
"""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.model import Platform


def detect(host: Host) -> bool:
    """SystemVersion.plist is macOS's own."""
    return host.kind(Path("/System/Library/CoreServices/SystemVersion.plist")) == "file"


PLATFORM = Platform(
    name="macos",
    title="macOS",
    detect=detect,
    bash_build="apple",
    system_files=("/etc/profile", "/etc/paths", "/etc/paths.d/*", "/etc/bashrc"),
    default_path="/usr/bin:/bin:/usr/sbin:/sbin",
    sshd_path="/usr/bin:/bin:/usr/sbin:/sbin",
    new_login_file=".bash_profile",
    terminal_is_login=True,
    zsh_folder="/etc",
    path_rule="path_helper moves the folders of /etc/paths and /etc/paths.d in front, if login",
    other_files=(
        *("/etc/zshenv", "/etc/zprofile", "/etc/zshrc", "/etc/zlogin", "/etc/zlogout"),
        *("/etc/zshrc_Apple_Terminal", "/etc/bashrc_Apple_Terminal", "/etc/csh.cshrc"),
        *("/etc/csh.login", "/etc/csh.logout", "/opt/homebrew/etc/fish/config.fish"),
        "/opt/homebrew/etc/fish/conf.d/*.fish",
    ),
)
