"""A bash before 4.1, traced by a DEBUG trap alone: it has no BASH_XTRACEFD, PS4 has 99 bytes.

The trap is given BASH_COMMAND, which is a command as its file spells it, and the shell's own stack.
What an eval runs has no place on that stack: it is what stands in no line of the file, after an
eval. In an interactive bash 3.2 a function's lines are none of the file's: its text tells.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from envkit.tracing import prompt
from envkit.tracing.chunks import pieces
from envkit.tracing.stack import COMMAND, Frame, Record
from envkit.tracing.statements import Source, Statement, scan

if TYPE_CHECKING:
    from envkit.tracing.history import History
    from envkit.tracing.stack_places import Places

_EVAL = ("eval ", "builtin eval ", "command eval ", "\\eval ")


def is_old(version: str) -> bool:
    """Whether a bash of that version (`3.2.57`; "": nobody knows) has no BASH_XTRACEFD."""
    major, _, rest = version.partition(".")
    return major.isdigit() and (int(major), rest.partition(".")[0]) < (4, "1")


def text(
    trap: Path,
    token: str,
    files: Iterable[Path],
    before: Mapping[str, str],
    setup: Iterable[str] = (),
    hooks: bool = False,
    after: Iterable[str] = (),
) -> str:
    """The -c of the traced start: trap, files, hooks, `after`; see `driver` for the rest.

    The trap's function comes from a file: one that a -c made has no source, and bash 3.2 then takes
    that of another function off its stack when it returns.
    """
    lines = ["set +m", *(f"export {n}={shlex.quote(v)}" for n, v in before.items()), *setup]
    lines += [f". {shlex.quote(str(trap))}", "set -T"]
    lines.append("builtin trap 'ENVKIT_DEBUG \"$BASH_COMMAND\"' DEBUG")
    for file in files:
        name = shlex.quote(str(file))
        keep = "; ENVKIT_STATUS=${PIPESTATUS[0]}" if hooks else ""
        # `command .` under `!` would end a bash 3.2 in which the file said `set -e`.
        lines.append(f"case $- in *e*) \\. {name};; *) ! \\. {name}{keep};; esac")
        lines.append(f"\\: {token}-file")
    lines += prompt.run("${ENVKIT_STATUS:-0}") if hooks else ()
    return "\n".join([*lines, f"\\: {token}-end", *after])


# Armed, a file's own DEBUG trap is not set, and ours not taken away.
_ARMED = 'trap() { case "${*-}" in *DEBUG*) ;; *) \\builtin trap "$@";; esac; }\n'


def function(record: Path, token: str, variable: str, armed: bool) -> str:
    """The function that the trap calls: it writes down where the shell is."""
    stack = " ".join(f'"${{{name}[*]}}"' for name in ("FUNCNAME", "BASH_SOURCE", "BASH_LINENO"))
    value = f'"${{{variable}+=}}${{{variable}-}}"'
    fields = "\\037".join(["%s", *(["%s\\035"] * 3), "%s", "%s", "%s", "%s"])
    # One printf is one write: the two ends of a pipe say their lines at the same time.
    return (
        f"ENVKIT_DEBUG() {{ {{ \\builtin set -- \"$1\" {value}; \\builtin local IFS=$'\\035'; "
        f"\\builtin printf '\\036{token}{fields}' \"$BASH_SUBSHELL\" {stack} "
        f'"${{PROMPT_COMMAND[*]-}}" "$PWD" "$2" "$1"; }} >> {shlex.quote(str(record))} '
        "2>/dev/null || \\builtin true; }\n"
    ) + (_ARMED if armed else "")


def parse(record: Path, token: str, locate: Callable[[Path], Path]) -> tuple[Record, ...]:
    """The records of the shell itself, none of its subshells' and none of the driver's commands.

    The last is of the -c itself where the driver came to its end. A loop's are alike: each is there
    once.
    """
    once: dict[Record, Record] = {}
    told = _Reader(locate).records(pieces(record, f"\x1e{token}".encode()), token)
    return tuple(once.setdefault(one, one) for one in told)


def ended(records: Sequence[Record]) -> bool:
    """Whether the driver came to its end."""
    return bool(records) and records[-1].frames == COMMAND and not records[-1].text


def history(records: Sequence[Record], places: Places) -> History:
    """What the start went through; there is no clock."""
    from envkit.tracing.history import History
    from envkit.tracing.stack_readings import Readings
    from envkit.tracing.zsh_record import Told

    found = History()
    readings = Readings(places, found)
    seen: dict[Record, int] = {}
    for index, one in enumerate(records):
        readings.take(Told(0, one), seen.setdefault(one, index))
    found.end(records[-1].value if records else None)
    return found


class _Reader:
    """Makes records with frames out of the trap's lines."""

    def __init__(self, locate: Callable[[Path], Path]) -> None:
        self._locate = locate
        self._sources: dict[str, Source] = {}
        self._folders: dict[str, str] = {}
        self._shift: dict[tuple[str, str], int] = {}

    def records(self, pieces: Iterable[str], token: str) -> Iterator[Record]:
        evals: dict[int, Frame] = {}  # how many frames of the shell's own -> the eval within them
        for piece in pieces:
            fields = piece.split("\x1f", 7)
            if len(fields) != 8 or fields[0] != "0":
                continue
            command = fields[7].strip()
            if f"{token}-end" in command:
                yield Record(COMMAND, ":0", _value(fields[6]), "", ())
            if "ENVKIT_" in command or token in command:
                continue
            frames, where = self._frames(fields)
            if frames[-1].name == "trap":
                continue  # ours, where the trap is armed
            depth = len(frames)
            evals = {level: frame for level, frame in evals.items() if level <= depth}
            found = self._find(frames, where, command)
            if found is not None:
                path = where.rpartition(":")[0]
                where = f"{path}:{found.first}"
                evals.pop(depth, None)
            inner = tuple(self._with(frames, evals))
            yield Record(inner, where, _value(fields[6]), command, (fields[4],))
            if command.startswith(_EVAL) and depth not in evals:
                evals[depth] = Frame("eval", "(eval)", where, "")

    def _with(self, frames: tuple[Frame, ...], evals: Mapping[int, Frame]) -> Iterator[Frame]:
        for depth, frame in enumerate(frames):
            if depth in evals:
                yield evals[depth]
            yield frame
        if len(frames) in evals:
            yield evals[len(frames)]

    def _frames(self, fields: list[str]) -> tuple[tuple[Frame, ...], str]:
        names, paths, lines = (part.split("\x1d")[:-1] for part in fields[1:4])
        paths = [self._absolute(path, fields[5]) for path in paths]
        called = [f"{path}:{line}" for path, line in zip([*paths[1:], ""], lines, strict=False)]
        frames = [
            Frame("file", path, call, f"{path}:0")
            if name == "source"
            else Frame("shfunc", name, call, self._defined(path, name))
            for name, path, call in zip(names[1:], paths[1:], called[1:], strict=False)
        ][::-1]
        frames = [frame for frame in frames if frame.name != "main"]
        if not frames or frames[0].kind != "file":
            frames = [*COMMAND, *frames]
        return tuple(frames), called[0]

    def _defined(self, path: str, name: str) -> str:
        found = next((f.first for f in self._source(path).functions if f.name == name), None)
        return f"{path}:{found}" if found else ""

    def _find(self, frames: tuple[Frame, ...], where: str, command: str) -> Statement | None:
        """The statement of the file that the command is; None where it stands in no file."""
        path, _, number = where.rpartition(":")
        source, line = self._source(path), int(number)
        alike = [s for s in source.statements if _plain(s.text) == _plain(command)]
        last = frames[-1]
        if last.kind == "shfunc":
            spans = [(f.first, f.last) for f in source.functions if f.name == last.name]
            alike = [s for s in alike if any(a <= s.first and s.last <= b for a, b in spans)]
        elif not any(frame.kind == "shfunc" for frame in frames):
            near = [s for s in alike if s.first <= line <= s.last]
            return next(iter(near or [s for s in alike if line == s.last + 1]), None)
        if len(alike) > 1:
            # Lines are counted from somewhere else, but all of one function's from the same.
            shift = self._shift.get((path, last.name), 0)
            return min(alike, key=lambda s: abs(s.last - line - shift))
        if alike:
            self._shift[path, last.name] = alike[0].last - line
        return alike[0] if alike else None

    def _source(self, path: str) -> Source:
        if path not in self._sources:
            here = self._locate(Path(path))
            try:
                content = here.read_bytes() if path and here.is_file() else b""
            except OSError:
                content = b""
            self._sources[path] = scan(content.decode("utf-8", "surrogateescape"))
        return self._sources[path]

    def _absolute(self, path: str, folder: str) -> str:
        if not path or path.startswith("/"):
            return path
        return self._folders.setdefault(path, os.path.normpath(Path(folder, path)))


def _value(text: str) -> str | None:
    return text[1:] if text else None


def _plain(text: str) -> str:
    """A command without what bash writes otherwise than the file does."""
    drop = str.maketrans("", "", " \t\n;\\\"'")
    return text.translate(drop)
