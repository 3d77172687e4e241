"""Which files each start reads, what stands in them, and whether they can be parsed.

Nothing of the user's is executed: the order is static reading, and `bash -n` and `dash -n` parse
a file without running it (Bash manual, 4.3.1; POSIX.1-2024, `set -n`).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from envkit import child
from envkit import order as orders
from envkit.facts import Request
from envkit.finding import Fact
from envkit.model import Location, Order, Start

_AT_ONCE = 16
_PLACE = re.compile(rb": (?:line )?(\d+): (.*)")


@dataclass(frozen=True, slots=True)
class Flaw:
    """A file that `reader` (bash, sh) cannot parse, and what it says of it."""

    where: Location
    message: str
    reader: str


@dataclass(frozen=True, slots=True)
class Startup:
    """One Order per context, the bytes of each file that is read or hidden, and the flaws."""

    starts: tuple[Start, ...]
    orders: tuple[Order, ...]
    texts: Mapping[Path, bytes]
    flaws: tuple[Flaw, ...]
    login_files: tuple[Path, ...]
    own_files: tuple[Path, ...]
    home: Path

    def order(self, context: str) -> Order | None:
        """The Order of a context; None where it is not among those looked at."""
        return next((order for order in self.orders if order.context == context), None)

    def line(self, where: Location | None) -> str:
        """The text of a line, stripped; "" where it is not there."""
        if where is None:
            return ""
        lines = self.texts.get(where.path, b"").decode("utf-8", "replace").splitlines()
        return lines[where.line - 1].strip() if 0 < where.line <= len(lines) else ""

    def is_plain(self, where: Location) -> bool:
        """Whether a line begins at the margin: what is indented may be part of something."""
        lines = self.texts.get(where.path, b"").splitlines()
        return 0 < where.line <= len(lines) and not lines[where.line - 1][:1].isspace()

    def is_users(self, path: Path) -> bool:
        """Whether a file is the user's to change: it lies below the home directory."""
        return self.home in path.parents

    def readers(self, path: Path) -> tuple[str, ...]:
        """The contexts that read a file."""
        return tuple(
            order.context
            for order in self.orders
            if any(file.path == path and file.status == "read" for file in order.files)
        )


def gather(request: Request) -> Startup:
    """Work out the order of every context, read the files and have them parsed."""
    host, shell = request.host, request.shell
    starts = tuple(
        orders.start_for(host, context, None if context.shell else shell, request.platform)
        for context in request.contexts
    )
    found = tuple(orders.order(host, start) for start in starts)
    texts: dict[Path, bytes] = {}
    for file in (file for order in found for file in order.files):
        if file.status in ("read", "hidden") and file.path not in texts:
            try:
                texts[file.path] = host.read(file.path)
            except OSError:  # gone since, or readable for others only: order says what it can
                continue
    return Startup(
        starts,
        found,
        texts,
        _flaws(request, found, texts),
        tuple(host.home / name for name in shell.login_files),
        tuple(host.home / name for name in (*shell.login_files, *shell.rc_files)),
        host.home,
    )


def _flaws(
    request: Request, found: tuple[Order, ...], texts: Mapping[Path, bytes]
) -> tuple[Flaw, ...]:
    readers: dict[tuple[Path, str], None] = {}
    for order in found:
        for file in order.files:
            if file.status == "read" and file.certain and file.path in texts:
                readers[file.path, "sh" if order.shell == "dash" else order.shell] = None
    if (profile := request.host.home / ".profile") in texts:
        readers[profile, "sh"] = None  # a desktop session reads it with sh
    places = os.defpath + ":" + request.host.env.get("PATH", "")
    names = {"bash": "bash", "sh": "dash"}
    where = {shell: shutil.which(name, path=places) for shell, name in names.items()}
    programs = {shell: program for shell, program in where.items() if program}
    asked = [(path, shell) for path, shell in readers if shell in programs]
    commands = [
        _parse(programs[shell], shell, str(request.host.locate(path))) for path, shell in asked
    ]
    flaws = []
    for (path, shell), outcome in zip(asked, child.run_all(commands), strict=True):
        place = _PLACE.search(outcome.stderr)
        if outcome.status > 0 and place:
            program, line = programs[shell], int(place[1])
            if b"end of file" in outcome.stderr:
                line = _opened_at(program, shell, texts[path])
            message = place[2].decode("utf-8", "replace")
            flaws.append(Flaw(Location(path, line), message, shell))
    return tuple(flaws)


def _opened_at(program: str, shell: str, text: bytes) -> int:
    """The line of the command that is never closed: all that stands before it can be parsed.

    Asked backwards, some lines at a time, since a command that is closed in time passes again.
    """
    lines = text.splitlines(keepends=True)
    for last in range(len(lines), 0, -_AT_ONCE):
        counts = range(last, max(last - _AT_ONCE, 0), -1)
        commands = [_parse(program, shell, "-c", b"".join(lines[:n])) for n in counts]
        for count, outcome in zip(counts, child.run_all(commands), strict=True):
            if outcome.status == 0:
                return min(count + 1, len(lines))
    return 1


def _parse(program: str, shell: str, *what: str | bytes) -> child.Command:
    # extglob: a file may switch it on before it uses it, and `-n` does not run that line.
    options = ("--norc", "--noprofile", "-O", "extglob") if shell == "bash" else ()
    argv = (shell, *options, "-n", *map(os.fsdecode, what))
    return child.Command(argv, program, {"PATH": os.defpath, "LC_ALL": "C"}, limit=5.0)


FACT = Fact(Startup, gather)
