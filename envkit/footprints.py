"""What a shell makes in a home merely by being started, taken away again.

fish and xonsh make their folders for configuration and data, nushell its two files of defaults
(found by experiment, fish 3.6, xonsh and nushell as of 2026); a home that never saw them is to look
so after a proof, too, and `uninstall` must not find folders that are nobody's. Only what was not
there before is removed, and of folders only empty ones.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit.host import Host
from envkit.model import Start

_CONFIG, _DATA = ("XDG_CONFIG_HOME", ".config"), ("XDG_DATA_HOME", ".local/share")
# Shell -> (where, below it): folders, and files that are in the last of them.
_FOLDERS = {
    "fish": ((_CONFIG, "fish"), (_DATA, "fish")),
    "xonsh": ((_CONFIG, "xonsh"), (_DATA, "xonsh"), (_DATA, "xonsh/history_json")),
    "nushell": ((_DATA, "nushell"), (_CONFIG, "nushell")),
}
_FILES = {"nushell": ("config.nu", "env.nu", "history.txt")}


@contextlib.contextmanager
def none_left(host: Host, starts: Sequence[Start]) -> Iterator[None]:
    """Start shells within; what they made of themselves is gone afterwards."""
    missing = [path for path in _made(host, starts) if not host.locate(path).exists()]
    try:
        yield
    finally:
        for path in sorted(missing, key=lambda path: -len(path.parts)):
            here = host.locate(path)
            with contextlib.suppress(OSError):  # not empty, or never made
                here.unlink() if here.is_file() else here.rmdir()


def _made(host: Host, starts: Sequence[Start]) -> set[Path]:
    """The shells' folders, those on the way to them, and their files of defaults."""
    found: set[Path] = set()
    for start in starts:
        for (variable, default), below in _FOLDERS.get(start.shell.name, ()):
            base = Path(start.environment.get(variable) or host.home / default)
            folder = base / below
            found |= {folder, *folder.parents}
            if below == start.shell.name:
                found |= {folder / name for name in _FILES.get(start.shell.name, ())}
    return {path for path in found if host.home in path.parents}
