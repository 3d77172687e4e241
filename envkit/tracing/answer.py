"""What every tracer's answer is made of: the entries of a list with their origins, and facts."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from envkit.host import Host
from envkit.model import Start
from envkit.provenance import PathEntry
from envkit.tracing import align
from envkit.tracing.align import Origin

_LISTS = ("XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "TEXINPUTS", "BIBINPUTS")


def is_list(variable: str) -> bool:
    """Whether the variable holds folders, separated by colons."""
    return variable in _LISTS or (variable.endswith("PATH") and variable.isupper())


def entries(
    host: Host, start: Start, variable: str, value: str | None, origins: tuple[Origin, ...]
) -> tuple[PathEntry, ...]:
    """The entries of a colon list, each with who put it there; none for what is no list.

    What was there before any file has no `set_by`; its `via` says what the context's starter read
    it from (`/etc/environment:1`), or who has it compiled in.
    """
    if value is None or not is_list(variable):
        return ()
    given = next((one for one in start.given[::-1] if one.variable == variable), None)
    by = f"{given.where or given.by}" if given else ""
    known = tuple(Origin(via=by) if one == Origin() else one for one in origins)
    return tuple(_entries(host, value, known))


def _entries(host: Host, value: str, origins: tuple[Origin, ...]) -> Iterator[PathEntry]:
    seen: dict[object, int] = {}
    for number, (directory, origin) in enumerate(
        zip(align.entries(value), origins, strict=True), start=1
    ):
        # An empty entry, and any that does not begin with a slash, is below the current folder.
        status = _folder(host.locate(host.home / directory))
        same: object = (status.st_dev, status.st_ino) if status else directory
        yield PathEntry(
            directory,
            origin.where,
            origin.via,
            origin.moved_by,
            status is not None,
            seen.get(same),
            status is not None and _open_to_others(host, status),
        )
        seen.setdefault(same, number)


def _folder(path: Path) -> os.stat_result | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status if stat.S_ISDIR(status.st_mode) else None


def _open_to_others(host: Host, status: os.stat_result) -> bool:
    """Whether somebody else than this account and root may put programs there."""
    return bool(status.st_mode & stat.S_IWOTH) or status.st_uid not in (0, host.uid)
