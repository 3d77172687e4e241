"""Why no start ran a line: because its file is not read, or because of what stands in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit.everywhere import known as files
from envkit.everywhere import reasons
from envkit.everywhere.known import Known
from envkit.everywhere.reasons import Otherwise, Reason
from envkit.everywhere.seen import Seen
from envkit.everywhere.structure import Placed
from envkit.host import Host
from envkit.model import Location, Order, StartupFile

_RANK = ("hidden", "unreadable", "skipped", "read", "missing")


class Readers:
    """All starts of the account, and the files that any start knows."""

    def __init__(
        self,
        host: Host,
        account: str,
        seen: Sequence[Seen],
        others: Sequence[Order],
        every: Sequence[Known],
    ) -> None:
        self.host, self.account, self.seen = host, account, seen
        self.others = others
        self.known = {one.path: one for one in every}
        self._sources: dict[Path, list[tuple[Known, Placed]]] = {}
        for one in every:
            for placed, word in one.sources():
                target = files.named(host, word)
                if target is not None and target != one.path:
                    self._sources.setdefault(target, []).append((one, placed))

    def show(self, path: Path) -> str:
        """A file for people."""
        return self.host.show(str(path))

    def unknown(self, known: Known) -> str:
        """Why it cannot be told whether a line ran: a shell reads the file that has no tracer."""
        if any(one.lines(known.path) for one in self.seen):
            return ""
        for one in self.seen:
            if one.trace is None and one.reads(known.path):
                return f"{one.start.shell.name} reads it, and cannot be traced: {one.why}"
        return ""

    def why(self, known: Known, placed: Placed | None, depth: int = 0) -> Reason:
        """Why a statement ran in no start; of several reasons that of the nearest start."""
        found = [
            reasons.not_run(known, placed, one.lines(known.path), self.show(known.path))
            for one in self.seen
            if placed is not None and one.trace is not None and one.reads(known.path)
        ]
        if found:
            return max(found, key=lambda one: one.line)
        return self._unread(known, depth)

    def _unread(self, known: Known, depth: int) -> Reason:
        """Why the file is read in no start."""
        if any(one.left(known.path) for one in self.seen):
            return Reason("read when the shell is left: too late for any program")
        rows = sorted(self._rows(known.path), key=_rank)
        own = [row for row in rows if row.sourced_at is None]
        if own:
            return _told(own[0])
        sourced = list(self._sourced(known, rows, depth))
        if sourced:
            return max(sourced, key=lambda one: one.line)
        if rows:
            return _told(rows[0])
        by = [name for name in known.shells if name != self.account]
        if by and self.account not in known.shells:
            names = " and ".join(by[:2])
            text = f"{names} {'read' if len(by) > 1 else 'reads'} it, {self.account} does not"
            return Reason(text, Otherwise("shell", by[0]))
        return Reason("no file that is read sources it")

    def _rows(self, path: Path) -> Iterator[StartupFile]:
        """What the account's own starts say of a file."""
        own = [one.order for one in self.seen if one.start.shell.name == self.account]
        yield from files.rows(own or [one.order for one in self.seen], path)

    def _sourced(self, known: Known, rows: list[StartupFile], depth: int) -> Iterator[Reason]:
        """Why the statements that would read it did not."""
        places = self._sources.get(known.path, [])
        at = {row.sourced_at for row in rows if row.sourced_at}
        for by, placed in places:
            if self.account not in by.shells or depth > 8:
                continue
            where = Location(by.path, placed.node.line)
            at.discard(where)
            line = f"{self.show(by.path)}:{placed.node.line}"
            if any(one.ran(by, placed.node.line, placed.node.last, placed) for one in self.seen):
                yield Reason(f"{line}, which should read it, does not", None)
                continue
            inner = self.why(by, placed, depth + 1)
            yield inner._replace(text=f"{line} would read it, but: {inner.text}")


def _rank(row: StartupFile) -> tuple[int, bool]:
    return _RANK.index(row.status), row.change is None


def _told(row: StartupFile) -> Reason:
    change = Otherwise(row.change.kind, row.change.subject) if row.change else None
    if row.status == "unreadable":
        change = Otherwise("readable", str(row.path))
    return Reason(row.reason or f"it is {row.status}", change)
