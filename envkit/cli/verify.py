"""`envkit verify`: the descent in every way that a process can start here."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from envkit.cli import options, output
from envkit.errors import UsageError

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.model import Location
    from envkit.verify import Absent, Row

_WIDTH = 80
_GAP = 2
_GIVEN = 22  # letters for who gave PATH, where no startup file did


#: What exit status 1 means here.
ONE = "a context that reads startup files does not descend"


def verify(
    context: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
        typer.Option(metavar="NAME", help="Only this context; may be said several times."),
    ] = None,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long each context may take.")
    ] = 20.0,
    home: options.HomeOption = None,
    root: options.RootOption = None,
    as_json: options.JsonOption = False,
    no_color: options.NoColorOption = False,
) -> None:
    """Start real shells in every context, and run the descent with their python and python3.

    A context is really started where its starter can be used here (sshd, su, sudo, tmux, cron …);
    else it is imitated, and marked. Exit status 1 where a context that reads startup files cannot.
    """
    from envkit import platforms, targets
    from envkit import verify as room
    from envkit.host import Host

    if not limit > 0:
        raise UsageError(f"--limit {limit:g} is not above 0", "for instance: --limit 20")
    host = Host.real(home, root)
    with output.progress("starting your shells, and the descent in each"):
        rows = room.verify(host, room.starts(host, context or (), targets.used(host)), limit)
    absent = () if context else room.absent(host, platforms.detect(host))
    if as_json:
        output.say_json({"contexts": rows, "absent": absent})
    else:
        output.say("\n\n".join([table(rows, host), *_legend(rows, absent), verdict(rows)]))
    if any(room.failed(row) for row in rows):
        raise typer.Exit(1)


def table(rows: Sequence[Row], host: Host) -> str:
    """The rows within 80 columns: context, python, result, the line that put it first.

    Notes stand below their row. A path that is too long loses folders in its middle, and is given
    whole below the table.
    """
    head = ("context", "python", "descent", "put first by")
    cells = [
        (
            row.title + _mark(row),
            host.show(row.python or row.python3) or "-",
            _result(row),
            _first_by(row, host),
        )
        for row in rows
    ]
    spare = _WIDTH - 2 - 3 * _GAP
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    room = max(spare - widths[0] - widths[2] - widths[3], 20)
    shown = {cell[1]: _abbreviated(cell[1], room) for cell in cells}
    widths[1] = max(map(len, ("python", *shown.values())))
    room = max(spare - widths[0] - widths[1] - widths[2], 20)
    places = {cell[3]: _abbreviated(cell[3], room) for cell in cells}
    widths[3] = max(map(len, (head[3], *places.values())))
    lines = [_line(head, widths)]
    for row, cell in zip(rows, cells, strict=True):
        line = (cell[0], shown[cell[1]], cell[2], places[cell[3]])
        lines.append(_line(line, widths, row.result))
        lines += _below(_note(row, host), 2 + widths[0] + _GAP)
    both = [*shown.items(), *places.items()]
    whole = [f"  {short} is {path}" for path, short in both if short != path]
    return "\n".join([*lines, *([""] if whole else []), *whole])


def _mark(row: Row) -> str:
    return " *" if row.imitated else ""


def _legend(rows: Sequence[Row], absent: Sequence[Absent]) -> list[str]:
    """What the mark means, and which contexts have no row."""
    lines = []
    if any(row.imitated for row in rows):
        text = (
            "* imitated: the shell, flags and variables of that context, without the program that"
            " would start it; envkit contexts NAME says how."
        )
        lines.append(textwrap.fill(text, _WIDTH - 1))
    if absent:
        names = ", ".join(each.title for each in absent)
        lines.append(textwrap.fill(f"Not on this machine: {names}.", _WIDTH - 1))
    return ["\n".join(lines)] if lines else []


def verdict(rows: Sequence[Row]) -> str:
    """One sentence about them all."""
    from envkit.verify import failed

    reached = [row for row in rows if row.reached]
    bad = [row for row in rows if failed(row)]
    if bad:
        names = ", ".join(row.title for row in bad)
        count = f"{len(bad)} of {len(reached)} contexts that read startup files"
        said = textwrap.wrap(f"The descent fails in {count}: {names}.", _WIDTH - 1)
        return "\n".join(
            [*said, "What is wrong: envkit doctor      To set it right: envkit install"]
        )
    if not reached:
        return "No startup file is read in any of these contexts: nothing was to be proved."
    if len({(row.version, PurePosixPath(row.python).parent) for row in reached}) > 1:
        return "Every shell that reads a startup file runs the descent, with different Pythons."
    return f"Every shell that reads a startup file finds this Python {reached[0].version}."


def _result(row: Row) -> str:
    version = row.version or row.python3_version
    return f"{row.result} {version}" if row.result == "ok" else row.result


def _first_by(row: Row, host: Host) -> str:
    if not row.reached:
        return "no startup file"
    where = row.set_by
    if where is None:
        given = row.via if 0 < len(row.via) <= _GIVEN else "inherited"
        return given if row.python or row.python3 else "-"
    # Of our own env.sh the line that reads it is wanted: it is the one that decides.
    return _place(row.sourced_at if row.sourced_at and _ours(where, host) else where, host)


def _ours(where: Location, host: Host) -> bool:
    return where.path.parent == host.config


def _place(where: Location, host: Host) -> str:
    return f"{host.show(where.path)}:{where.line}"


def _note(row: Row, host: Host) -> str:
    # A remedy is to be copied, and no crontab knows what ~ means.
    return row.note if not row.reached else row.note.replace(f"{host.home}/", "~/")


def _line(cells: tuple[str, ...], widths: list[int], result: str = "") -> str:
    padded = [cell.ljust(width + _GAP) for cell, width in zip(cells, widths, strict=True)]
    if result in ("ok", "failed"):
        padded[2] = padded[2].replace(
            result, output.style(result, "good" if result == "ok" else "error"), 1
        )
    return ("  " + "".join(padded)).rstrip()


def _below(note: str, indent: int) -> list[str]:
    """A note, wrapped; where a word (a PATH, to be copied) is too long, it stands further left."""
    longest = max(map(len, note.split()), default=0)
    margin = " " * (indent if indent + longest < _WIDTH else 4)
    return textwrap.wrap(
        note,
        _WIDTH - 1,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _abbreviated(path: str, room: int) -> str:
    """The path with `…` for folders in its middle: its beginning and its end tell most."""
    if len(path) <= room:
        return path
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    gap = "…" if utf8 else "..."
    parts = path.split("/")
    shorter = [
        "/".join([*parts[:head], gap, *parts[tail:]])
        for head in (1, 2)
        for tail in range(head + 1, len(parts))
    ]
    fitting = [text for text in shorter if len(text) <= room]
    return max(fitting, key=len) if fitting else min((path, *shorter), key=len)
