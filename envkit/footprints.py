"""What a shell makes in a home merely by being started, taken away again.

fish makes its folders for configuration and data (found by experiment with fish 3.6); a home that
never saw it is to look so after a proof, too, and `uninstall` must not find folders that are
nobody's. Only empty folders that were not there before are removed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit.host import Host
from envkit.model import Start

_FOLDERS = (("XDG_CONFIG_HOME", ".config"), ("XDG_DATA_HOME", ".local/share"))


@contextlib.contextmanager
def none_left(host: Host, starts: Sequence[Start]) -> Iterator[None]:
    """Start shells within; empty folders that they made are gone afterwards."""
    missing = [path for path in _folders(host, starts) if not host.locate(path).exists()]
    try:
        yield
    finally:
        for path in sorted(missing, key=lambda path: -len(path.parts)):
            with contextlib.suppress(OSError):  # not empty, or never made
                host.locate(path).rmdir()


def _folders(host: Host, starts: Sequence[Start]) -> set[Path]:
    """fish's folders, and those on the way to them."""
    found: set[Path] = set()
    for start in starts:
        if start.shell.name != "fish":
            continue
        for variable, default in _FOLDERS:
            base = Path(start.environment.get(variable) or host.home / default)
            found |= {base / "fish", base, *base.parents}
    return {path for path in found if host.home in path.parents}
