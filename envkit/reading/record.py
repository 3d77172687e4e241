"""What one start came by: the files, with status and reason, and the events in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from envkit.host import Host
from envkit.model import Change, Event, EventKind, Location, Scope, StartupFile, Status

if TYPE_CHECKING:
    from envkit.reading.nodes import Node

_PROBLEMS = {
    "file": "",
    "missing": "",
    "dangling": "a link that leads nowhere",
    "unreadable": "its permissions do not let it be read",
    "directory": "a directory",
    "loop": "a link that leads to itself",
}


def opened(host: Host, path: Path) -> tuple[Status, str]:
    """What open(2) and read(2) say of a file, and the problem where there is one."""
    kind = host.kind(path)
    problem = _PROBLEMS[kind]
    if kind == "file":
        return "read", problem
    return ("missing" if kind in ("missing", "dangling") else "unreadable"), problem


class Record:
    """Rows and events in the order in which the start comes by them."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.files: list[StartupFile] = []
        self.events: list[Event] = []
        self.logout = False
        self.skim = self.skimmed = 0  # see model.Start
        self.exit_trap: tuple[Path, Node, str, bool] | None = None
        self.aliases: dict[str, tuple[str, Path, int]] = {}

    def add(
        self,
        path: Path,
        status: Status,
        reason: str,
        reader: str,
        at: Location | None = None,
        certain: bool = True,
        change: Change | None = None,
    ) -> None:
        """One row of the answer."""
        if not certain and status == "read":
            reason += "; perhaps: that hangs on what only running it can tell"
        scope: Scope = "user" if self.host.home in path.parents else "system"
        self.files.append(
            StartupFile(path, scope, status, reason, reader, at, self.logout, certain, change)
        )

    def text(self, path: Path, sourced: bool) -> bytes | None:
        """What a file holds, None where it cannot be read; nothing of what is skimmed."""
        try:
            content = self.host.read(path)
        except OSError:
            return None
        if not sourced or b"HISTFILE" in content:  # that file is kept as it is
            return content
        self.skimmed += len(content)
        return b"" if 0 < self.skim < self.skimmed else content

    def open(
        self,
        path: Path,
        reader: str,
        reason: str,
        at: Location | None = None,
        certain: bool = True,
    ) -> Status:
        """A file that is opened here, and how that goes."""
        status, problem = opened(self.host, path)
        if status == "missing":
            problem = problem or "not there"
        self.add(path, status, problem or reason, reader, at, certain)
        return status

    def event(
        self, kind: EventKind, at: Location, name: str, value: str | None, certain: bool
    ) -> None:
        """Something that happens at a line."""
        self.events.append(Event(kind, at, name, value, certain))

    def show(self, what: Location | Path) -> str:
        """A place for people, `~` for the home."""
        return self.host.show(str(what))

    def known(self) -> frozenset[Path]:
        """The files that have a row."""
        return frozenset(row.path for row in self.files)

    def rows(self) -> Iterator[StartupFile]:
        """The files; one that was read, or tried, is not told a second time as passed over."""
        tried = {row.path for row in self.files if row.status in ("read", "unreadable")}
        told: set[Path] = set()
        for row in self.files:
            again = row.path in told or (row.path in tried and row.status != "unreadable")
            if row.status == "read" or not again:
                yield row
            told.add(row.path)
