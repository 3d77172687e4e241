"""Walking through fish's startup files as one start would; nothing is run."""

from __future__ import annotations

from pathlib import Path

from envkit.host import Host
from envkit.model import Location
from envkit.reading.record import Record


class Walk:
    """One start: what it came by."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.record = Record(host)
        self.ended_at: Location | None = None

    def start(self, path: Path, reason: str) -> None:
        """fish itself sources a file."""
        self.record.open(path, "fish", reason)
