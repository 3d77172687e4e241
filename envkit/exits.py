"""One start's way through its files: which lines put entries in front, and where files are left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from envkit import language
from envkit.fronts import SNIPPET, Fronts
from envkit.model import Location
from envkit.needs import Need


class Reading(Fronts):
    """The files that one start reads first-hand, and what happens in each."""

    def ways(self) -> Iterator[tuple[Need, ...]]:
        """In which of the user's files blocks would have the last word, and where in each."""
        last = max((self.places[front.file] for front in self.fronts), default=-1)
        end = len(self.firsts) if self.seal is None else self.places[self.seal.file]
        if self.seal is not None:
            where = self.host.show(str(self.seal.where))
            self.problem = f"{where} makes it read-only, and no place above is the last word"
        for place, row in enumerate(self.firsts):
            if place < last or place > end or not self.is_mine(row):
                continue
            if row.status == "missing":
                yield (Need(row.path, 0, 1, self.asked.name, language=self.language),)
            elif not self.host.locate(row.path).is_file():
                self.problem = f"{self.host.show(row.path)} is not an ordinary file"
            else:
                way = self._way(row.path)
                if way:
                    yield way
        if self.seal is not None and self._is_below(self.seal.where):
            need = self._inside_of(self.seal.where)
            if need.after < need.before:
                yield (need,)

    def _is_below(self, where: Location) -> bool:
        """Whether a line stands in a file of the user's that is only sourced."""
        rows = [row for row in self.asked.order.files if row.path == where.path]
        return where.path not in self.places and any(row.scope == "user" for row in rows)

    def snippet(self) -> Need | None:
        """fish: our own file in conf.d, whole."""
        if self.language != "fish" or not self.firsts:
            return None
        path = next((row.path for row in self.firsts if row.path.name == SNIPPET), None)
        if path is None:
            return None
        end = self._text(path).end if self.host.kind(path) == "file" else 1
        return Need(path, 0, end, self.asked.name, language=self.language)

    def why_not(self) -> str:
        """Why there is no way."""
        if self.problem:
            return self.problem
        folder = self.asked.start.environment.get("ZDOTDIR", "/")
        if self.language == "zsh" and not folder.startswith("/"):
            return f"ZDOTDIR is {folder!r} in this session, which names no folder: unset ZDOTDIR"
        rows = [row for row in self.asked.order.files if self.is_mine(row)]
        closed = [row for row in rows if row.status == "unreadable" and row.sourced_at is None]
        if closed:
            return f"{self.host.show(closed[0].path)} cannot be read: {closed[0].reason}"
        if not self.firsts:
            return "it reads no startup file"
        rows = [row for row in self.asked.order.files if row.sourced_at is None and not row.certain]
        if rows:
            return f"{self.host.show(rows[0].path)}: {rows[0].reason}"
        if self.fronts:
            where = self.host.show(str(self.fronts[-1].where))
            return f"{where} puts its entries in front, and none of the account's files comes after"
        return "it reads none of the account's files"

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
                if self.seal is not None and self.seal.file == path:
                    return ()
                self.problem = (
                    f"{self.host.show(str(need.front))} puts its entries in front and is part of"
                    f" the statement that leaves {self.host.show(path)}"
                )
                return ()
            found.append(inner)
            if certain:
                return tuple(found)
        last = self._need(path, None)
        return (*found, last) if last.after < last.before else ()

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
        if self.seal is not None and self.seal.file == path:
            before = min(before, self.seal.line)
        after, where = 0, None
        for front in self.fronts:
            if front.file != path:
                continue
            if front.line < before:
                after, where = max(after, min(front.last, before - 1)), front.where
            elif self._is_sealing(front):
                after, where = before, front.where
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
