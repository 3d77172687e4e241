"""One start's way through its files: which lines put entries in front, and where files are left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from envkit import block, language, preflight
from envkit.host import Host
from envkit.model import Event, Location, StartupFile
from envkit.needs import MARK, Asked, Need, is_first_hand
from envkit.reading import programs
from envkit.reading.nodes import Node

_SNIPPET = "envkit.fish"


class _Front(NamedTuple):
    """A statement that may put entries in front: of which first-hand file, its lines, and where."""

    file: Path
    line: int
    last: int
    where: Location


class _Text(NamedTuple):
    """A file as far as placing a block asks: its statements, its blocks, one past its last line."""

    parts: tuple[Node, ...]
    blocks: tuple[block.Block, ...]
    end: int


class Reading:
    """The files that one start reads first-hand, and what happens in each."""

    def __init__(self, host: Host, asked: Asked) -> None:
        self.host, self.asked = host, asked
        self.language = language.of(asked.start)
        self.problem = ""
        self.texts: dict[Path, _Text] = {}
        self.firsts = self._firsts()
        self.places = {row.path: place for place, row in enumerate(self.firsts)}
        self.fronts = sorted(self._fronts(), key=lambda front: front.line)

    def ways(self) -> Iterator[tuple[Need, ...]]:
        """In which of the user's files blocks would have the last word, and where in each."""
        last = max((self.places[front.file] for front in self.fronts), default=-1)
        for place, row in enumerate(self.firsts):
            if place < last or not self.is_mine(row):
                continue
            if row.status == "missing":
                yield (Need(row.path, 0, 1, self.asked.name, language=self.language),)
            elif not self.host.locate(row.path).is_file():
                self.problem = f"{self.host.show(row.path)} is not an ordinary file"
            else:
                way = self._way(row.path)
                if way:
                    yield way

    def is_mine(self, row: StartupFile) -> bool:
        """Whether a file is the user's own; ZDOTDIR may lead anywhere."""
        if self.language == "zsh":
            return row.path.name.startswith(".z")
        return row.scope == "user"

    def snippet(self) -> Need | None:
        """fish: our own file in conf.d, whole."""
        if self.language != "fish" or not self.firsts:
            return None
        path = next((row.path for row in self.firsts if row.path.name == _SNIPPET), None)
        if path is None:
            return None
        end = self._text(path).end if self.host.kind(path) == "file" else 1
        return Need(path, 0, end, self.asked.name, language=self.language)

    def why_not(self) -> str:
        """Why there is no way."""
        if self.problem:
            return self.problem
        if not self.firsts:
            return "it reads no startup file"
        rows = [row for row in self.asked.order.files if row.sourced_at is None and not row.certain]
        if rows:
            return f"{self.host.show(rows[0].path)}: {rows[0].reason}"
        if self.fronts:
            where = self.host.show(str(self.fronts[-1].where))
            return f"{where} puts its entries in front, and none of the account's files comes after"
        return "it reads none of the account's files"

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
        path = config.path.parent / "conf.d" / _SNIPPET
        if any(row.path == path for row in rows):
            return rows
        from envkit.reading.fish import files

        key = files.key(_SNIPPET)
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

    def _way(self, path: Path) -> tuple[Need, ...]:
        """One need for each exit of a file; nothing, and `problem` says why, where one has none."""
        found: list[Need] = []
        broken = next((node for node in self._text(path).parts if node.kind == "broken"), None)
        if broken is not None and language.reads_whole(self.language):
            where = f"{self.host.show(path)}:{broken.line}"
            self.problem = f"{where} is a syntax error: {self.language} runs nothing of that file"
            return ()
        for exit_line, certain in self._exits(path):
            need = self._need(path, exit_line)
            inner = need if need.after < need.before else self._inside(path, exit_line)
            if inner is None:
                self.problem = (
                    f"{self.host.show(str(need.front))} puts its entries in front and is part of"
                    f" the statement that leaves {self.host.show(path)}"
                )
                return ()
            found.append(inner)
            if certain:
                return tuple(found)
        return (*found, self._need(path, None))

    def _exits(self, path: Path) -> Iterator[tuple[int, bool]]:
        """Lines of the statements that leave the file, and whether this start surely does."""
        found = {
            (event.where.line, event.certain)
            for event in self.asked.order.events
            if event.kind == "leave" and event.where.path == path
        }
        # At a syntax error every shell stops reading.
        found |= {(node.line, True) for node in self._text(path).parts if node.kind == "broken"}
        yield from sorted(found)

    def _need(self, path: Path, exit_line: int | None) -> Need:
        """The interval for one exit."""
        before = self._text(path).end if exit_line is None else exit_line
        after, where = 0, None
        for front in self.fronts:
            if front.file != path:
                continue
            if front.line < before:
                after, where = max(after, min(front.last, before - 1)), front.where
            elif (
                front.line == exit_line
            ):  # part of the statement that leaves: no block fits between
                after, where = before, front.where
        return Need(path, after, before, self.asked.name, exit_line, where, language=self.language)

    def _inside(self, path: Path, exit_line: int) -> Need | None:
        """Where the leaving statement sources a file which leaves the shell: before that, there."""
        for event in self.asked.order.events:
            if event.kind != "leave" or event.where.path == path:
                continue
            rows = [row for row in self.asked.order.files if row.path == event.where.path]
            if (
                rows
                and rows[-1].scope == "user"
                and self._line(event.where, {path}) == (path, exit_line)
            ):
                need = self._inside_of(event.where)
                if need.after < need.before:
                    return need
        return None

    def _inside_of(self, where: Location) -> Need:
        """The interval before a line of a sourced file."""
        outer = self.fronts
        self.fronts = sorted(self._fronts((where.path,)), key=lambda front: front.line)
        need = self._need(where.path, where.line)
        self.fronts = outer
        return need

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
