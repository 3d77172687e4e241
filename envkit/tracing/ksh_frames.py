"""Entries of a Korn shell's record -> records with openers: in which file, function or eval.

The shells say less than bash: what a command is within is told by what the command before it was,
and by the text that stands at its line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from envkit.tracing import ksh_thin
from envkit.tracing.ksh_probe import Entry
from envkit.tracing.record import Record
from envkit.tracing.statements import Source, scan, words
from envkit.tracing.words import fit, unquote

_DOT = re.compile(r"\\?((builtin|command) (-p )?)*\\?(\.|source) (-- )?")
_EVAL = re.compile(r"\\?((builtin|command) )*\\?eval( --)? ")


class Frame:
    """What commands run within: a file, a function or an eval; `opener` is the command's index."""

    def __init__(self, kind: str, opener: int, path: str, source: Source | None) -> None:
        self.kind, self.opener, self.path, self.source = kind, opener, path, source
        self.name = ""
        self.first = self.last = 0
        self.line = self.end = 0


class Frames:
    """The stack of frames while a record is read; `scanned` gives a file's statements.

    `heard` is told each command that has a record, the last of `records`: a driver's own are in no
    frame. `astray`: under xtrace ksh93 counts the lines of a sourced file on from the caller's.
    """

    def __init__(
        self,
        token: str,
        folder: Path,
        scanned: Callable[[str], Source | None],
        startup: Sequence[str],
        variable: str,
        heard: Callable[[Frames, Entry], None] | None = None,
        astray: bool = False,
    ) -> None:
        self.token, self.folder, self.scanned = token, folder, scanned
        self._variable, self._heard, self._astray = variable, heard, astray
        self._thinned = 0
        self.startup = frozenset(startup)
        self.records: list[Record] = []
        self.stack: list[Frame] = []
        self.known = list(startup)  # files that may have defined functions, the latest last
        self.done = False

    def take(self, entries: Iterable[Entry]) -> tuple[Record, ...]:
        """All records, the driver's marks among them."""
        for entry in entries:
            if self.token in entry.text:
                self._mark(entry)
            elif not self.done:
                self._add(entry)
            if len(self.records) > self._thinned + ksh_thin.MOST:
                self._thin()
        return tuple(self.records)

    def _thin(self) -> None:
        openers = [frame.opener for frame in self.stack]
        self.records, places = ksh_thin.thin(self.records, self._variable, openers)
        for frame in self.stack:
            frame.opener = places[frame.opener]
        self._thinned = len(self.records)

    def _mark(self, entry: Entry) -> None:
        self.stack.clear()
        self.done = self.done or entry.text.endswith("-end")
        text = entry.text.replace("\\", "")
        self.records.append(Record(1, 0, "", 0, "", entry.value, text, -1))
        if self._heard:
            self._heard(self, entry)

    def _add(self, entry: Entry) -> None:
        source = str(Path(os.path.normpath(self.folder / entry.source))) if entry.source else ""
        entry = entry._replace(source=source)
        if not self._enter(entry):
            self._leave(entry)
        if not self.stack:
            return  # the driver's own
        top = self.stack[-1]
        function = next((f.name for f in reversed(self.stack) if f.kind == "function"), "source")
        function = function if top.kind != "file" else "source"
        path, line = top.path, entry.line
        if top.kind == "function":
            path = self._home(top, entry)
        line = self._first(path, entry) if top.kind != "eval" else line
        depth = sum(frame.kind != "eval" for frame in self.stack)
        level = 1 + sum(frame.kind != "function" for frame in self.stack)
        made = Record(level, depth, path, line, function, entry.value, entry.text, top.opener)
        if top.kind != "eval":  # which keeps its line in the file
            top.line, top.end = entry.line, entry.end
        self.records.append(made)
        if self._heard:
            self._heard(self, entry)
        if name := self._dotted(entry.text):
            self._know(os.path.normpath(self.folder / name))

    def _first(self, path: str, entry: Entry) -> int:
        """The first line of the statement, where the shell told another one of its lines.

        After an alias ksh93 counts on from the alias's file: then the text alone says the line.
        """
        source = self.scanned(path)
        if source is None:
            return entry.line
        if not entry.line:  # mksh knows no line of `"$command" … 2>&-`: it comes after the last
            later = (each.first for each in source.statements if each.first > self.stack[-1].line)
            return next(later, 0)
        near = [each for each in source.statements if each.first <= entry.line <= each.last]
        if not near or (self._astray and all(fit(each.text, entry.text) < 0 for each in near)):
            near = [each for each in source.statements if fit(each.text, entry.text) >= 0]
            near = [each for each in near if each.first <= entry.line][-1:] or near
        return near[0].first if len(near) == 1 else entry.line

    # Into another frame

    def _enter(self, entry: Entry) -> bool:
        """Whether the command before this one opened a frame that this one is in."""
        last = self.records[-1] if self.records and self.stack else None
        if last is None or last.opener != self.stack[-1].opener:
            return self._start(entry)
        top, text, index = self.stack[-1], last.text, len(self.records) - 1
        # A bare name is found in PATH: of the path that is told only the name can be compared.
        dotted = self._dotted(text)
        if dotted and entry.source and Path(dotted).name == Path(entry.source).name:
            deeper = entry.depth < 0 or entry.depth > self._depth()
            if deeper and (entry.source != top.path or entry.line <= last.line):
                return self._push("file", index, entry.source, self.scanned(entry.source))
        if _EVAL.match(text) and self._in_eval(text, entry, last):
            found = _EVAL.match(text)
            rest = text[found.end() :] if found else text
            source = scan(" ".join(unquote(word) for word in words(rest)))
            self._push("eval", index, top.path, source)
            self.stack[-1].line = last.line
            return True
        name = unquote(text.split()[0]).lstrip("\\") if text.split() else ""
        if self._calls(name, entry, last):
            self._push("function", index, "", None)
            self.stack[-1].name = name
            return True
        return entry.source in self.startup and self._start(entry)

    def _start(self, entry: Entry) -> bool:
        """The shell's own next startup file."""
        within = any(frame.path == entry.source for frame in self.stack)
        if not entry.source or within or entry.source not in self.startup:
            return False
        self.stack.clear()
        text = f". {entry.source}"
        self.records.append(Record(1, 0, "", 0, "", entry.value, text, -1))
        return self._push("file", len(self.records) - 1, entry.source, self.scanned(entry.source))

    def _push(self, kind: str, opener: int, path: str, source: Source | None) -> bool:
        self.stack.append(Frame(kind, opener, path, source))
        if kind == "file":
            self._know(path)
        return True

    def _know(self, path: str) -> None:
        if path in self.known:
            self.known.remove(path)
        self.known.append(path)

    def _dotted(self, text: str) -> str:
        """What a `. NAME` names; "" for another command."""
        found = _DOT.match(text)
        named = words(text[found.end() :])[:1] if found else ()
        return unquote(named[0]) if named else ""

    def _in_eval(self, text: str, entry: Entry, last: Record) -> bool:
        if entry.depth < 0:  # mksh: no file is read, and the line stays that of the eval
            return not entry.source and entry.line in (0, last.line)
        if entry.depth != self._depth():
            return False
        found = _EVAL.match(text)
        rest = text[found.end() :] if found else text
        source = scan(" ".join(unquote(word) for word in words(rest)))
        return _fits(source, entry) >= 0

    def _depth(self) -> int:
        """ksh93's level: functions and files, the driver's own `.` among them."""
        return sum(frame.kind != "eval" for frame in self.stack)

    def _calls(self, name: str, entry: Entry, last: Record) -> bool:
        if entry.depth >= 0:
            return entry.depth > self._depth()
        top = self.stack[-1]
        if not self._defined(name, entry):
            return False
        same = entry.source == (top.path if top.kind != "eval" else "") or top.kind == "function"
        return same and (entry.end == top.end or not entry.source)

    def _defined(self, name: str, entry: Entry) -> str:
        """The file in which the body of function `name` has this line, the latest read first."""
        found = ""
        for path in reversed(self.known):
            source = self.scanned(path)
            if source is not None and source.defines(name, entry.line):
                if _fits(source, entry) >= 0:
                    return path
                found = found or path
        return found

    def _home(self, frame: Frame, entry: Entry) -> str:
        frame.path = self._defined(frame.name, entry) or frame.path or entry.source
        return frame.path

    # Out of one

    def _leave(self, entry: Entry) -> None:
        while self.stack and not self._holds(self.stack[-1], entry):
            self.stack.pop()
        if not self.stack:
            self._start(entry)

    def _holds(self, frame: Frame, entry: Entry) -> bool:
        """Whether the command can be in this frame."""
        if entry.depth >= 0:
            return self._holds_by_depth(frame, entry)
        if frame.kind == "file":
            return entry.source in (frame.path, "")  # mksh names no file within an alias
        if frame.kind == "eval":
            return not entry.source and entry.line in (0, frame.line)  # 0: armed, it does not say
        home = self._defined(frame.name, entry)
        if not home or entry.end != frame.end:
            return False
        body, caller = self.scanned(home), self.scanned(entry.source)
        inside = _fits(body, entry) if body is not None else -1
        # The same line of the caller's file may be meant, in a command that is not over yet.
        return inside >= 0 or caller is None or _fits(caller, entry) < 0

    def _holds_by_depth(self, frame: Frame, entry: Entry) -> bool:
        depth = self._depth()
        if depth != entry.depth:
            return depth < entry.depth
        if frame.kind == "file":
            return entry.source == frame.path
        if frame.kind == "eval" and frame.source is not None:
            inside, outer = _fits(frame.source, entry), self.scanned(frame.path)
            beyond = _fits(outer, entry) if outer is not None else -1
            if inside < 0:  # `export X=…` is told twice, the second time as no text has it
                return beyond < 0 and entry.line < frame.line
            return entry.line <= frame.line or beyond <= inside
        return True


def _fits(source: Source, entry: Entry) -> int:
    near = (each for each in source.statements if each.first <= entry.line <= each.last)
    return max((fit(each.text, entry.text) for each in near), default=-1)
