"""A mount namespace for daemons that know one spool only: they get one of ours (mount(8))."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from envkit.launch import _script


def why_not() -> str:
    """Root alone may make one, and not in every container."""
    if os.geteuid() != 0:
        return "not root"
    return "" if _script.program("unshare") else "no unshare here"


def script(binds: Sequence[tuple[Path, str]], text: str) -> str:
    """`text` with each file or folder of ours in the place of the machine's; /run is empty."""
    mounts = [
        f"mount --bind {shlex.quote(str(own))} {shlex.quote(place)} || exit 126"
        for own, place in binds
        if Path(place).exists()
    ]
    inner = "\n".join(["mount -t tmpfs envkit /run || exit 126", *mounts, text])
    return f"exec unshare -m sh -c {shlex.quote(inner)}"
