"""Which lines of one start's files put entries in front of ours, take them back, or seal them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from envkit import block, language, preflight, takings
from envkit.host import Host
from envkit.model import Event, Location, StartupFile
from envkit.needs import MARK, Asked, is_first_hand
from envkit.reading import programs
from envkit.reading.nodes import Node

#: Our own file in fish's conf.d.
SNIPPET = "envkit.fish"
# Where zsh looks for its files if ZDOTDIR is empty, or relative.
_NOWHERE = (Path("/"), Path())


_FUNCTION = re.compile(rb"\s*(?:function\s+)?([^\s(){};]+)")


class _Front(NamedTuple):
    """A statement that may put entries in front: of which first-hand file, its lines, and where."""

    file: Path
    line: int
    last: int
    where: Location


_Look = Callable[[bytes, Collection[str], str], Iterator[int]]


class _Text(NamedTuple):
    """A file as far as placing a block asks: its statements, its blocks, one past its last line."""

    parts: tuple[Node, ...]
    blocks: tuple[block.Block, ...]
    end: int


class Fronts:
    """The files that one start reads first-hand, and what lines in or below them do to ours."""

    def __init__(self, host: Host, asked: Asked) -> None:
        self.host, self.asked = host, asked
        self.language = language.of(asked.start)
        self.problem = ""
        self.texts: dict[Path, _Text] = {}
        self.firsts = self._firsts()
        self.places = {row.path: place for place, row in enumerate(self.firsts)}
        self.fronts = sorted((*self._fronts(), *self._takings()), key=lambda front: front.line)
        self.seal = self._seal()
        if self.seal is not None and self.language != "zsh":  # there path is sealed by itself
            # What comes below a line that makes PATH read-only changes it no more.
            end = self._rank(self.seal.file, self.seal.last)
            self.fronts = [one for one in self.fronts if self._rank(one.file, one.line) <= end]

    def is_mine(self, row: StartupFile) -> bool:
        """Whether a file is the user's own; ZDOTDIR may lead anywhere, where it says where."""
        if self.language == "zsh":
            return row.path.name.startswith(".z") and row.path.parent not in _NOWHERE
        return row.scope == "user"

    def _firsts(self) -> list[StartupFile]:
        korn = self.asked.start.shell.name not in ("bash", "sh")
        rows = [
            row
            for row in self.asked.order.files
            if is_first_hand(row, self.asked.start)
            and (row.status == "read" or (row.status == "missing" and korn))
            and "*" not in row.path.name
        ]
        return self._with_snippet(rows) if self.language == "fish" else rows

    def _with_snippet(self, rows: list[StartupFile]) -> list[StartupFile]:
        """fish: with our own file in its turn, if it is not there yet."""
        every = self.asked.order.files[::-1]
        config = next((r for r in every if r.path.name == "config.fish" and self.is_mine(r)), None)
        if config is None:
            return rows
        path = config.path.parent / "conf.d" / SNIPPET
        if any(row.path == path for row in rows):
            return rows
        from envkit.reading.fish import files

        key = files.key(SNIPPET)
        before = [
            place + 1
            for place, row in enumerate(rows)
            if row.path.parent == path.parent and files.key(row.path.name) < key
        ]
        own = StartupFile(path, "user", "missing", "", "fish")
        at = max(before, default=0)
        return [*rows[:at], own, *rows[at:]]

    def _text(self, path: Path) -> _Text:
        if path not in self.texts:
            content = self.host.read(path)
            with preflight.about(self.host, path):
                blocks = block.find_all(content)
            parts = language.parts(content, self.language)
            self.texts[path] = _Text(parts, blocks, _end_line(content))
        return self.texts[path]

    def _fronts(self, files: tuple[Path, ...] = ()) -> Iterator[_Front]:
        """Statements that may put entries in front; of the files read first-hand, or of `files`."""
        tops = set(files) or {row.path for row in self.firsts}
        read = {row.path for row in self.asked.order.files if row.status == "read"}
        value: str | None = self.asked.order_path
        for event in self.asked.order.events:
            harmless = False
            if event.kind == "assign" and event.variable == "PATH":
                old, value = value, event.value
                harmless = _stays_first(old, value)
            if harmless or not self._may_put(event, read):
                continue
            place = self._line(event.where, tops)
            if place is not None and not self._is_ours(event.where, *place):
                yield self._statement(*place, event.where)
                yield from self._callers(event.where, tops, set())

    def _callers(self, where: Location, tops: set[Path], known: set[str]) -> Iterator[_Front]:
        """Where a line stands in a function's body: the lines that may call it, in any file."""
        name = self._function(where)
        if not name or name in known:
            return
        known.add(name)
        call = re.compile(rf"(?<![\w./-]){re.escape(name)}(?![\w./=(-])".encode())
        for path in self._read():
            for line in takings.lines(self.host.read(path), call):
                here = Location(path, line)
                if self._function(here):
                    yield from self._callers(here, tops, known)
                    continue
                place = self._line(here, tops)
                if place is not None and not self._is_ours(here, *place):
                    yield self._statement(*place, where)

    def _function(self, where: Location) -> str:
        """The name of the function in whose definition a line stands; "" where in none."""
        if where.path in self.asked.ours or not self._is_readable(where.path):
            return ""
        for node in self._text(where.path).parts:
            if node.kind == "function" and node.line <= where.line <= node.last:
                lines = self.host.read(where.path).split(b"\n")
                found = _FUNCTION.match(lines[node.line - 1])
                return found[1].decode("utf-8", "surrogateescape") if found else ""
        return ""

    def _takings(self) -> Iterator[_Front]:
        """Statements that may unset, hide or read over what is ours."""
        for where in self._said(takings.taken):
            place = self._line(where, set(self.places))
            if place is not None and not self._is_ours(where, *place):
                yield self._statement(*place, where)

    def _seal(self) -> _Front | None:
        """The first statement that makes a variable of ours read-only."""
        found = []
        for where in self._said(takings.sealed):
            if self._is_left_above(where):
                continue
            place = self._line(where, set(self.places))
            if where.path not in self.places and self._function(where):
                continue  # of a library: a name of its own
            if place is not None and not self._is_ours(where, *place):
                found.append(self._statement(*place, where))
        return min(found, key=lambda one: self._rank(one.file, one.line), default=None)

    def _is_left_above(self, where: Location) -> bool:
        """Whether this start leaves the file above that line, each time that it reads it."""
        path, line = where
        leaves = [
            event.where.line < line
            for event in self.asked.order.events
            if event.kind == "leave" and event.certain and event.where.path == path
        ]
        reads = [row for row in self.asked.order.files if (row.path, row.status) == (path, "read")]
        return sum(leaves) >= len(reads) > 0

    def _said(self, look: _Look) -> Iterator[Location]:
        """The lines of all files that are read in which `look` finds something."""
        for path in self._read():
            for line in look(self.host.read(path), self.asked.names, self.language):
                yield Location(path, line)

    def _read(self) -> Iterator[Path]:
        """The files that are read and are not envkit's own."""
        read = {row.path for row in self.asked.order.files if row.status == "read"}
        for path in sorted(read - set(self.asked.ours)):
            if self.host.locate(path).is_file():
                yield path

    def _rank(self, path: Path, line: int) -> tuple[int, int]:
        return self.places[path], line

    def _is_sealing(self, front: _Front) -> bool:
        seal = self.seal
        if seal is None or seal.file != front.file:
            return False
        return front.line <= seal.last or self.language == "zsh"

    def _may_put(self, event: Event, read: set[Path]) -> bool:
        if event.kind == "assign":
            return event.variable in self.asked.names
        if event.kind == "eval":
            return not programs.leave_path_alone(event.value or "")
        if event.kind == "source" and event.value is not None:
            # The events of a file that is read are there, too; one that is not there does nothing.
            path = Path(event.value)
            return path not in read and self.host.kind(path) == "file"
        return event.kind == "source"

    def _statement(self, path: Path, line: int, where: Location) -> _Front:
        if not self._is_readable(path):
            return _Front(path, line, line, where)
        text = self._text(path)
        for node in text.parts:
            if node.line <= line <= node.last:
                # A function's body runs where it is called: perhaps in the last line.
                last = text.end - 1 if node.kind == "function" else node.last
                return _Front(path, node.line, last, where)
        return _Front(path, line, line, where)

    def _is_ours(self, where: Location, path: Path, line: int) -> bool:
        if where.path in self.asked.ours:
            return True
        if where.path != path or not self._is_readable(path):
            return False
        return any(each.line <= line <= each.last for each in self._text(path).blocks)

    def _is_readable(self, path: Path) -> bool:
        """Whether a file is one of the user's, and its text is to be looked at."""
        rows = [row for row in self.asked.order.files if row.path == path]
        mine = any(row.scope == "user" or self.is_mine(row) for row in rows)
        return mine and self.host.locate(path).is_file()

    def _line(self, where: Location, tops: set[Path]) -> tuple[Path, int] | None:
        """The file of `tops`, and its line, by which `where` was come to; None where by none."""
        seen: set[Path] = set()
        while where.path not in tops:
            if where.path in seen or where.path in self.asked.ours:
                return None
            seen.add(where.path)
            sources = [
                row.sourced_at
                for row in self.asked.order.files
                if row.path == where.path and row.sourced_at is not None and row.status == "read"
            ]
            if not sources:
                return None
            where = sources[-1]
        return where.path, where.line


def _stays_first(old: str | None, value: str | None) -> bool:
    """Whether what stood first in PATH, for which the mark stands, does so after an assignment.

    Once something else has come in front, whether the rest was only appended to.
    """
    if not old or not value:
        return False
    was, now = f"{old}:", f"{value}:"
    return now.startswith(f"{MARK}:") or (not was.startswith(f"{MARK}:") and now.startswith(was))


def _end_line(content: bytes) -> int:
    """One past the last line."""
    return content.count(b"\n") + (1 if content.endswith(b"\n") or not content else 2)
