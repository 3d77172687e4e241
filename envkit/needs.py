"""What each start of a shell needs so that our block has the last word in it. Pure.

A start ends the file that its shell reads first-hand in one or more ways: at its last line, or
where a guard leaves it. For each of these exits a block must stand below the last line that may
put entries in front of ours, and above the exit: an interval of lines. A start that reads none of
its user's files needs one to be made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from envkit import block, preflight, syntax
from envkit.host import Host
from envkit.model import Event, Location, Order, Start, StartupFile
from envkit.reading import programs


@dataclass(frozen=True, slots=True)
class Need:
    """A block must stand in `path` below line `after` and not below line `before`.

    `exit` is the line of the statement that leaves the file there, None at its end; `front` the
    line that would otherwise put its entries in front of ours.
    """

    path: Path
    after: int
    before: int
    start: str
    exit: int | None = None
    front: Location | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Unreached:
    """A start that no block can reach, or not as it should; `reason` says why."""

    start: str
    reason: str


def needs(
    host: Host,
    start: Start,
    order: Order,
    new_file: Path,
    ours: Collection[Path],
    names: Collection[str],
) -> Iterator[Need | Unreached]:
    """What `start`, whose files are those of `order`, asks for.

    `new_file` is what is made where the shell reads none of its user's files; `ours` are files
    of envkit's own and `names` the variables that are to have our value.
    """
    top = _first_hand(host, order)
    if top is None:
        yield _make(host, start, order, new_file)
        return
    if not host.locate(top.path).is_file():
        yield Unreached(start.context, f"{host.show(top.path)} is not an ordinary file")
        return
    reading = _Reading(host, start, order, top, ours, names)
    for exit_line, certain in reading.exits():
        need = reading.need(exit_line)
        inner = need if need.after < need.before else reading.inside(exit_line)
        if inner is None:
            front = need.front
            assert front is not None
            yield Unreached(
                start.context,
                f"{host.show(str(front))} puts its entries in front and is part of the statement"
                f" that leaves {host.show(top.path)}",
            )
        else:
            yield inner
        if certain:
            return
    yield reading.need(None)


def _first_hand(host: Host, order: Order) -> StartupFile | None:
    """The last file of the user's that the shell reads by itself when it starts."""
    mine = [
        row
        for row in order.files
        if row.status == "read"
        and row.sourced_at is None
        and not row.logout
        and host.home in row.path.parents
    ]
    return mine[-1] if mine else None


def _make(host: Host, start: Start, order: Order, new_file: Path) -> Need | Unreached:
    """A start that reads none of its user's files: which one to make, if that helps."""
    wanted = start.shell.login_files if start.invocation.login else start.shell.rc_files
    mine = {host.home / name for name in wanted}
    rows = [row for row in order.files if row.path in mine and row.sourced_at is None]
    for row in rows:
        if row.status == "unreadable":
            return Unreached(start.context, f"{host.show(row.path)} is in the way: {row.reason}")
    if not any(row.status in ("missing", "hidden") for row in rows):
        return Unreached(start.context, "it reads no startup file")
    return Need(new_file, 0, 1, start.context)


class _Reading:
    """One start's reading of the file that its shell reads first-hand."""

    def __init__(
        self,
        host: Host,
        start: Start,
        order: Order,
        top: StartupFile,
        ours: Collection[Path],
        names: Collection[str],
    ) -> None:
        self.host, self.start, self.order, self.top = host, start, order, top
        self.ours, self.names = ours, names
        self.before = start.environment.get("PATH")
        content = host.read(top.path)
        self.end = _end_line(content)
        with preflight.about(host, top.path):
            self.blocks = block.find_all(content)
        dash = start.shell.name in ("sh", "dash") and start.build in ("", "dash")
        self.parts = syntax.parse(content, "dash" if dash else "bash").parts
        self.fronts = sorted(self._fronts(), key=lambda pair: pair[0])

    def exits(self) -> Iterator[tuple[int, bool]]:
        """Lines of the statements that leave the file, and whether this start surely does."""
        found = {
            (event.where.line, event.certain)
            for event in self.order.events
            if event.kind == "leave" and event.where.path == self.top.path
        }
        # At a syntax error every shell stops reading.
        found |= {(node.line, True) for node in self.parts if node.kind == "broken"}
        yield from sorted(found)

    def need(self, exit_line: int | None) -> Need:
        """The interval for one exit."""
        before = self.end if exit_line is None else exit_line
        after, front = 0, None
        for line, last, where in self.fronts:
            if line < before:
                after, front = max(after, min(last, before - 1)), where
            elif line == exit_line:  # part of the statement that leaves: no block fits between
                after, front = before, where
        return Need(self.top.path, after, before, self.start.context, exit_line, front)

    def inside(self, exit_line: int) -> Need | None:
        """Where the leaving statement sources a file which leaves the shell: before that, there."""
        for event in self.order.events:
            if event.kind != "leave" or event.where.path == self.top.path:
                continue
            rows = [row for row in self.order.files if row.path == event.where.path]
            if rows and rows[-1].scope == "user" and self._line(event.where) == exit_line:
                nested = _Reading(
                    self.host, self.start, self.order, rows[-1], self.ours, self.names
                )
                need = nested.need(event.where.line)
                if need.after < need.before:
                    return need
        return None

    def _fronts(self) -> Iterator[tuple[int, int, Location]]:
        """Statements of this file that may put entries in front: first line, last line, where."""
        read = {row.path for row in self.order.files if row.status == "read"}
        value = self.before
        for event in self.order.events:
            appended = False
            if event.kind == "assign" and event.variable == "PATH":
                old, value = value, event.value
                appended = bool(old and value and f"{value}:".startswith(f"{old}:"))
            if appended or not self._may_put(event, read):
                continue
            line = self._line(event.where)
            if line is not None and not self._is_ours(event.where, line):
                yield self._statement(line, event.where)

    def _may_put(self, event: Event, read: set[Path]) -> bool:
        if event.kind == "assign":
            return event.variable in self.names
        if event.kind == "eval":
            return not programs.leave_path_alone(event.value or "")
        if event.kind == "source" and event.value is not None:
            # The events of a file that is read are there, too; one that is not there does nothing.
            path = Path(event.value)
            return path not in read and self.host.kind(path) == "file"
        return event.kind == "source"

    def _statement(self, line: int, where: Location) -> tuple[int, int, Location]:
        for node in self.parts:
            if node.line <= line <= node.last:
                # A function's body runs where it is called: perhaps in the last line.
                last = self.end - 1 if node.kind == "function" else node.last
                return node.line, last, where
        return line, line, where

    def _is_ours(self, where: Location, line: int) -> bool:
        return where.path in self.ours or any(
            each.line <= line <= each.last for each in self.blocks if where.path == self.top.path
        )

    def _line(self, where: Location) -> int | None:
        """The line of this file by which `where` was come to; None where by none."""
        seen: set[Path] = set()
        while where.path != self.top.path:
            if where.path in seen or where.path in self.ours:
                return None
            seen.add(where.path)
            sources = [
                row.sourced_at
                for row in self.order.files
                if row.path == where.path and row.sourced_at is not None and row.status == "read"
            ]
            if not sources:
                return None
            where = sources[-1]
        return where.line


def _end_line(content: bytes) -> int:
    """One past the last line."""
    return content.count(b"\n") + (1 if content.endswith(b"\n") or not content else 2)
