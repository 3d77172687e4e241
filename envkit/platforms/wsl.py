"""WSL: a Linux distribution under Windows; its files, and Windows's PATH behind its own.

A terminal opens a login shell. /init, WSL's own, gives PATH before any file: the distribution's,
then /usr/lib/wsl/lib, then Windows's folders as /mnt/c/…, unless /etc/wsl.conf says
`[interop] appendWindowsPath = false`. Then come the files of the distribution that is below: on
Debian /etc/profile sets PATH outright, and a login shell loses Windows's folders; Ubuntu's leaves
them. /etc/wsl.conf, `[boot] systemd = true`, decides whether there are systemd's user units.
"""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.model import Platform

_INTEROP = Path("/proc/sys/fs/binfmt_misc")
_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))


def detect(host: Host) -> bool:
    """Windows's programs can be started, or the kernel is Microsoft's and this is no container.

    A container of Docker Desktop has the same kernel, but no Windows. An unpacked distribution has
    no kernel: there its wsl.conf counts.
    """
    if host.foreign:
        return host.kind(Path("/etc/wsl.conf")) == "file"
    if any(host.kind(_INTEROP / name) == "file" for name in ("WSLInterop", "WSLInterop-late")):
        return True
    try:
        version = host.read(Path("/proc/version")).lower()
    except OSError:
        return False
    return b"microsoft" in version and not any(host.kind(one) == "file" for one in _CONTAINER)


def appends_windows(host: Host) -> bool:
    """Whether /init appends Windows's PATH: /etc/wsl.conf, `[interop] appendWindowsPath`."""
    try:
        text = host.read(Path("/etc/wsl.conf")).decode("utf-8", "replace")
    except OSError:
        return True
    section, answer = "", True
    for line in map(str.strip, text.splitlines()):
        name, _, value = (part.strip().lower() for part in line.partition("="))
        if line.startswith("["):
            section = line.strip("[]").strip().lower()
        elif section == "interop" and name == "appendwindowspath":
            answer = value.strip("\"'") not in ("false", "0", "no")
    return answer


PLATFORM = Platform(
    name="wsl",
    title="WSL",
    detect=detect,
    bash_build="debian",
    system_files=("/etc/profile", "/etc/bash.bashrc", "/etc/profile.d/*.sh"),
    default_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    sshd_path="/usr/local/bin:/usr/bin:/bin:/usr/games",
    new_login_file=".profile",
    terminal_is_login=True,
    path_rule="/init appends Windows's PATH before any file; then as the distribution does",
    sh="dash",
    under="debian",
)
