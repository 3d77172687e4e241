"""Which line of which file a record belongs to, and by way of what, where records have stacks.

The rules are those of `places`; here the shell says itself what is around each command, so what is
left is to go outwards: from an eval to its line, from a function that no file holds to its call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from envkit import syntax
from envkit.model import Location
from envkit.tracing.places import shorten
from envkit.tracing.stack import Frame, Openers, Record
from envkit.tracing.statements import Source, Statement, scan

PIPE = re.compile(r"/dev/(fd/\d+|stdin)$|/proc/.*/fd/\d+$|.*/zsh\w{6}$")
# The functions that come with zsh: what they do belongs to whoever calls them.
_LIBRARY = re.compile(r"/(usr|opt|nix|run|home/linuxbrew)/.*/zsh/.*functions/")
_PRINTED = re.compile(
    r"\\?((builtin|command|noglob) )*\\?(eval|emulate\s+(-\w+\s+)*\w+\s+-\w*c)\s+(--\s+)?"
    r"\"?\s*(\$\(|`|\$\{?(?P<name>\w+)\}?\"?\s*$)"
)
_TEXT = ("utf-8", "surrogateescape")
PROMPT_HOOK = "prompt hook"


class Places:
    """Places of the records of one trace; `locate` opens files, `show` prints a path for people."""

    def __init__(
        self,
        records: Sequence[Record],
        locate: Callable[[Path], Path],
        show: Callable[[Path], str],
        tied: bool = True,
    ) -> None:
        self._locate, self._show = locate, show
        self._tied = tied
        self._lines: dict[str, tuple[str, ...]] = {}
        self.records: list[Record] = []
        self._openers = Openers()
        self._blind: set[str] = set()
        for record in records:
            self.add(record)

    def add(self, record: Record, known: int | None = None) -> None:
        """One more record; `known` is the index of one that ran at the same place before."""
        frames = record.frames
        self._blind |= {
            frame.name
            for at, frame in enumerate(frames)
            if frame.kind == "file" and not _counted(frames, at)
        }
        self.records.append(record)
        self._openers.add(record, known)

    def names(self, variable: str) -> tuple[str, ...]:
        """The variable and what zsh ties it to: PATH and path are one."""
        if not self._tied:
            return (variable,)
        return tuple(dict.fromkeys((variable, variable.upper(), variable.lower())))

    def opener(self, index: int, level: int) -> int:
        """The record of the command that opened the frame `level` around record `index`, or -1."""
        return self._openers.of(index, level)

    def place(self, index: int) -> tuple[Location | None, str]:
        """The line that did what record `index` did, and `via`; None for the shell itself."""
        if index < 0:
            return None, ""
        frames = self.records[index].frames
        if frames and frames[0].kind == "cmdarg":
            return self._hook(index)
        return self._inside(index)

    def statement(self, index: int) -> str:
        """The text of the list that record `index` is about to run; "" where none is known."""
        record = self.records[index]
        if record.text:
            return record.text
        where = self._location(index)
        lines = self._text(where.path)
        found = next(
            (s for s in self.scan("\n".join(lines)).statements if s.first <= where.line <= s.last),
            None,
        )
        return found.text if found else "\n".join(lines[where.line - 1 : where.line])

    def told(self, index: int) -> str:
        """What record `index` runs; as its line has it where that names a secret's variable."""
        words, where = self.statement(index), self._location(index)
        row = "\n".join(self._text(where.path)[where.line - 1 : where.line]).strip()
        if "$" not in row or words in row:
            return words
        from envkit import secrets

        return row if secrets.named(row) else words

    def scan(self, text: str) -> Source:
        """The statements of a text, as the shell reads it."""
        return scan(text, "zsh" if self._tied else "bash")

    def printed(self, index: int) -> bool:
        """Whether record `index` runs text that some program printed, as far as one can tell."""
        return any(self._evaluates(index, level) for level in range(self.depth(index)))

    def depth(self, index: int) -> int:
        """How many frames are around record `index`."""
        return len(self.records[index].frames)

    def lines(self, index: int) -> tuple[int, Location | None]:
        """The line at which the innermost file around a record stands; and `body`."""
        frames = self.records[index].frames
        files = [i for i, f in enumerate(frames) if f.kind == "file" and not PIPE.match(f.name)]
        level = files[-1] if files else -1
        if level == len(frames) - 1:
            return self._location(index).line, None
        opener = self.opener(index, level + 1)
        if opener >= 0:
            return self._location(opener).line, self.body(index)
        line = frames[level + 1].call.rpartition(":")[2]
        return int(line) if line.isdigit() else 0, self.body(index)

    def body(self, index: int) -> Location | None:
        """The record's line in a function's body; None where it runs in none."""
        level, frames = self._level(index), self.records[index].frames
        if level < 0 or frames[level].kind != "shfunc":
            return None
        at = index if level == len(frames) - 1 else self.opener(index, level + 1)
        return self._location(at) if at >= 0 else None

    def _inside(self, index: int) -> tuple[Location | None, str]:
        level = self._level(index)
        frames = self.records[index].frames
        if level == len(frames) - 1:
            where: Location | None = self._line(index)
            text = ""
        else:
            opener = self.opener(index, level + 1)
            where = self._location(opener) if opener >= 0 else None
            text = shorten(self.told(opener)) if opener >= 0 else ""
        if level < 0:
            return where, text
        frame, outer = frames[level], self.opener(index, level)
        if frame.kind == "file":
            at = self._inside(outer)[0] if outer >= 0 else None
            return where, text or (f"from {self._at(at)}" if at else "")
        if frame.name == "(anon)":
            return where, text
        call = shorten(self.told(outer)) if outer >= 0 else frame.name
        at = self._inside(outer)[0] if outer >= 0 else None
        return where, f"{call} at {self._at(at)}" if at else call

    def _level(self, index: int) -> int:
        """The innermost frame whose lines are lines of a file that somebody wrote."""
        frames = self.records[index].frames
        level, printed = len(frames) - 1, False
        while level >= 0:
            frame = frames[level]
            if frame.kind == "file" and not PIPE.match(frame.name):
                break
            if frame.kind == "shfunc" and not printed and self._written(index, level):
                break
            printed = printed or self._evaluates(index, level)
            level -= 1
        return level

    def _evaluates(self, index: int, level: int) -> bool:
        """Whether the frame is an eval of what a program printed, or a file that is a pipe."""
        frame = self.records[index].frames[level]
        if frame.kind == "file":
            return bool(PIPE.match(frame.name))
        opener = self.opener(index, level)
        return (
            frame.kind == "eval" and opener >= 0 and bool(_PRINTED.search(self.statement(opener)))
        )

    def _written(self, index: int, level: int) -> bool:
        """Whether the function of that frame stands in a file of the user's or the system's."""
        frame = self.records[index].frames[level]
        path, _, line = frame.defined.rpartition(":")
        if not path or not line.isdigit() or _LIBRARY.match(path) or PIPE.match(path):
            return False
        if line == "0":
            return True  # autoloaded: the file is the function
        if path in self._blind:
            functions = self.scan("\n".join(self._text(Path(path)))).functions
            return any(each.name == frame.name for each in functions)
        name = "" if frame.name == "(anon)" else re.escape(frame.name)
        lines = self._text(Path(path))
        pattern = rf"{name}[^()]*\(\s*\)|function\s.*{name}" if name else r"\(\s*\)|function\b"
        return any(re.search(pattern, text) for text in lines[int(line) - 1 : int(line) + 1])

    def _line(self, index: int) -> Location:
        """The line of the record itself, or that of the part of its list that sets something."""
        where = self._location(index)
        text = self.records[index].text
        if "&&" not in text and "||" not in text:
            return where
        parts = self.scan(text).statements
        at = next((i for i, part in enumerate(parts) if re.match(r"\w+\+?=|export ", part.text)), 0)
        near = [s for s in self._scan(where.path) if s.first >= where.line]
        if at < min(len(near), len(parts)) and _same(near[at].text, parts[at].text):
            return Location(where.path, near[at].first)
        return where

    def _location(self, index: int) -> Location:
        record = self.records[index]
        path, _, line = record.where.rpartition(":")
        where = Location(Path(path), int(line or 0))
        block = self._uncounted(record)
        return self._by_text(where, block, record.text) if block else where

    def _uncounted(self, record: Record) -> tuple[int, int] | None:
        """The lines that a record's is among, where zsh does not count them.

        In a file that `emulate sh -c` or an eval without EVAL_LINENO reads, each command has the
        line after the statement that it is part of, and functions made there have none.
        """
        frames = record.frames
        if not frames:
            return None
        at = max((i for i, frame in enumerate(frames) if frame.kind == "file"), default=0)
        made = [frame for frame in frames[at + 1 :] if frame.kind == "shfunc"]
        if made:
            path = made[-1].defined.rpartition(":")[0]
            functions = self.scan("\n".join(self._text(Path(path)))).functions
            spans = [(f.first, f.last) for f in functions if f.name == made[-1].name]
            return spans[-1] if spans and path in self._blind else None
        if frames[at].name not in self._blind or _counted(frames, at):
            return None
        line = int(record.where.rpartition(":")[2])
        content = "\n".join(self._text(Path(frames[at].name))).encode(*_TEXT)
        parts = syntax.parse(content, "zsh" if self._tied else "bash").parts
        blocks = ((part.line, part.last) for part in parts)
        return next((block for block in blocks if block[1] == line - 1), (line - 1, line - 1))

    def _by_text(self, where: Location, block: tuple[int, int], text: str) -> Location:
        """The line of a block that the text stands at; else where the block begins."""
        parts = self.scan(text).statements
        wanted = parts[0].text if parts else text
        inside = [s for s in self._scan(where.path) if block[0] <= s.first <= block[1]]
        found = next((s for s in inside if _same(s.text, wanted)), None)
        return Location(where.path, found.first if found else block[0])

    def _hook(self, index: int) -> tuple[Location | None, str]:
        """What a prompt hook does belongs to the line that set the hook."""
        record = self.records[index]
        named = [frame.name for frame in record.frames if frame.kind == "shfunc"]
        for name in named or [re.split(r"[ =;]", record.text, maxsplit=1)[0]]:
            setter = self._setter(name)
            if setter >= 0:
                return self._inside(setter)[0], PROMPT_HOOK
        return None, ""

    def _setter(self, hook: str) -> int:
        """The record of the command that made a function a hook; -1: none."""
        pattern = re.compile(rf"(?<![\w-]){re.escape(hook)}(?![\w-])")
        for index, record in enumerate(self.records):
            if any(pattern.search(each) for each in record.hooks):
                return index - 1
        return -1

    def _scan(self, path: Path) -> tuple[Statement, ...]:
        return self.scan("\n".join(self._text(path))).statements

    def _text(self, path: Path) -> tuple[str, ...]:
        if str(path) not in self._lines:
            here = self._locate(path)
            try:
                content = here.read_bytes() if here.is_file() else b""
            except OSError:
                content = b""
            self._lines[str(path)] = tuple(content.decode("utf-8", "surrogateescape").split("\n"))
        return self._lines[str(path)]

    def _at(self, where: Location) -> str:
        return f"{self._show(where.path)}:{where.line}"


def _counted(frames: tuple[Frame, ...], at: int) -> bool:
    """Whether zsh counts the lines of the file that is frame `at`."""
    return at == 0 or frames[at - 1].kind != "eval" or frames[at - 1].counted


def _same(one: str, other: str) -> bool:
    return re.sub(r"[\s\"';\\]", "", one) == re.sub(r"[\s\"';\\]", "", other)
