"""What `--system` asks of every command that writes: who may, which machine, which platform."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from envkit.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from envkit.host import Host


def possible(command: str, home: Path | None, root: Path | None) -> None:
    """Refuse at once what cannot be: a home of one account, somebody who may not write.

    With --root it is the image's own files that say who may.
    """
    if home is not None:
        raise Refused(
            "--system is for every account; --home names the home of one",
            f"envkit {command} --user --home {home}; or leave --home out",
        )
    if os.geteuid() != 0 and root is None:
        raise Refused(
            "--system writes below /etc, and only root may", f"sudo envkit {command} --system"
        )


def machine(command: str, system: bool, home: Path | None, root: Path | None) -> Host:
    """The machine as the scope sees it; Refused as `possible` says."""
    from envkit.host import Host

    if not system:
        return Host.real(home, root)
    possible(command, home, root)
    return Host.real(home, root).for_system()


def known(host: Host, platform: str | None) -> None:
    """Refuse a machine of which envkit cannot tell what is read there; --platform says it."""
    from envkit import platforms

    if platform is None and not platforms.is_known(host):
        raise Refused(
            "this is no system that envkit knows: it cannot tell which files of /etc are read",
            "if it is like one of them, say so: --platform NAME",
        )
