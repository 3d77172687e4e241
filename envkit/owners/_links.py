"""Links followed one at a time, as that machine sees them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host

_MOST = 40  # Linux gives up at 40 (path_resolution(7))


def chain(host: Host, path: Path) -> Iterator[Path]:
    """The path with its folders' links resolved, then what each link on its way leads to."""
    for _ in range(_MOST):
        path = real(host, path.parent) / path.name
        yield path
        if (target := link(host, path)) is None:
            return
        path = Path(os.path.normpath(path.parent / target))


def inside(host: Host, path: Path) -> Iterator[Path]:
    """As `chain`, but no further than a virtual environment: its Python is its own."""
    for step in chain(host, path):
        yield step
        if host.kind(step.parent.parent / "pyvenv.cfg") == "file":
            return


def real(host: Host, path: Path) -> Path:
    """The path without any links, as that machine names it."""
    if not host.foreign and host.home == host.home_at:
        return Path(os.path.realpath(path))
    rest, seen, links = list(path.parts[:0:-1]), Path("/"), 0
    while rest:
        part = rest.pop()
        if part == "..":
            seen = seen.parent
            continue
        target = link(host, seen / part)
        if target is not None and links < _MOST:
            links += 1
            seen = Path("/") if target.is_absolute() else seen
            rest += [word for word in reversed(target.parts) if word != "/"]
        else:
            seen /= part
    return seen


def link(host: Host, path: Path) -> Path | None:
    """What a link says, in folders that are none; None for all else, and where nobody may look."""
    if path == host.home:
        return None  # wherever it lies here
    try:
        return (host.locate(path.parent) / path.name).readlink()
    except OSError:
        return None
