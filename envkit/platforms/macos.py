"""macOS: every terminal window opens a login shell.

/etc/profile runs path_helper over /etc/paths and /etc/paths.d/*, which puts those folders in front
of whatever PATH was; then sources /etc/bashrc, and that /etc/bashrc_$TERM_PROGRAM. ~/.bashrc is
never read by itself.
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
    bash_build="homebrew",
    system_files=("/etc/profile", "/etc/paths", "/etc/paths.d/*", "/etc/bashrc"),
    default_path="/usr/bin:/bin:/usr/sbin:/sbin",
    sshd_path="/usr/bin:/bin:/usr/sbin:/sbin",
    new_login_file=".bash_profile",
    terminal_is_login=True,
)
