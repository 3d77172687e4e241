"""What a name runs, in every context, and why: the file, function, alias or builtin behind it.

Each different start is made once, traced, and asked about all names in its own words; what stands
behind the files is looked up afterwards, once for all contexts. Nothing here is guessed from the
caller's own PATH.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from envkit import secrets
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Context, Start
from envkit.which import asked, definitions, details, lookup
from envkit.which.asked import Seen
from envkit.which.found import File, Found, Kind, Told
from envkit.which.said import Said

__all__ = ["which"]

# An assignment in an alias: X_TOKEN=… client.
_SECRET = re.compile(r"""\b([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\S+)""")

Where = tuple[Context, Start]


def which(
    host: Host,
    where: Sequence[Where],
    names: Sequence[str],
    limit: float = 10.0,
    rest: Callable[[], Sequence[Where]] = tuple,
    owned: bool = False,
) -> tuple[Told, ...]:
    """Tell what each name runs in each context; one that none has is sought in the `rest`, too.

    `rest` is called only then. `owned`: also who installed it. UsageError for an empty name,
    Refused on another machine's file system: nothing of it is executed.
    """
    if host.foreign:
        raise Refused(
            f"{host.root} is another machine's file system: nothing of it is executed",
            "envkit order reads it without running it",
        )
    names = tuple(dict.fromkeys(names))
    if not names or "" in names:
        raise UsageError("a name is empty", "for example: envkit which python")
    starts = [start for _, start in where]
    seen = asked.ask(host, starts, names, limit)
    rows = [
        [_found(host, context, one, number, name) for number, name in enumerate(names)]
        for (context, _), one in zip(where, seen, strict=True)
    ]
    rows = details.add(host, rows, seen, limit, owned)
    told = [Told(name, tuple(row[number] for row in rows)) for number, name in enumerate(names)]
    if all(one.found for each in told for one in each.contexts):
        return tuple(told)
    from envkit.which import missing

    left = missing.Rest(rest, limit, partial(_found, host))
    return missing.explained(host, told, seen, left)


def _found(host: Host, context: Context, seen: Seen, number: int, name: str) -> Found:
    """One name in one start, as far as the start itself tells."""
    blank = Found(context.name, context.title, context.imitated, seen.start.shell.name, "none")
    if not seen.path and (seen.said is not None or not seen.note):
        blank = blank._replace(note="PATH is empty" if seen.path == "" else "PATH is not set")
    if "/" in name:
        return _one_file(host, blank, Path(os.path.abspath(name)))
    shell = seen.start.shell.name
    files = lookup.files(host, name, seen.entries, tilde=shell == "bash")
    said = seen.said[number] if seen.said is not None else None
    note = "" if shell == "none" else seen.note
    if said is None:
        kind: Kind = "file" if files and files[0].runnable else "none"
        if kind == "none" and note:
            kind = "unknown"
        return _with_files(blank._replace(kind=kind, note=note or blank.note), files)
    if not said.kinds:
        return _with_files(blank, files)
    kinds = tuple(kind for kind in said.kinds if kind != "file")
    if said.kinds[0] == "file":
        files = _as_said(host, files, said)
        # bash's `type` also tells files that may not be run.
        runs = bool(files) and files[0].runnable
        return _with_files(blank._replace(kind="file" if runs else "none"), files)
    row = blank._replace(
        kind=cast(Kind, said.kinds[0]),
        text=secrets.line(_SECRET.sub(_hidden, said.text)),
        source=said.source if said.kinds[0] == "function" else "",
        where=definitions.place(host, seen, name, said),
        runs=_runs(host, seen, name, said),
        overrides=(*kinds[1:], *(("file",) if files and files[0].runnable else ())),
    )
    return _with_files(row, files if files and files[0].runnable else ())


def _hidden(match: re.Match[str]) -> str:
    return f"{match[1]}={secrets.shown(match[1], match[2])}"


def _runs(host: Host, seen: Seen, name: str, said: Said) -> File | None:
    """The program that the first word of an alias leads to, where that is another name."""
    if said.kinds[0] not in ("alias", "abbreviation"):
        return None
    words = [word for word in _words(said.text) if "=" not in word]
    if not words or words[0] == name:
        return None
    files = lookup.files(host, words[0], seen.entries)
    return files[0] if files and files[0].runnable else None


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quote that another alias would close
        return text.split()


def _one_file(host: Host, blank: Found, path: Path) -> Found:
    """A name with a slash is a file, wherever PATH leads."""
    if host.may_run(path):
        return blank._replace(kind="file", file=File(path))
    if host.kind(path) in ("file", "unreadable"):
        problem = "its permissions do not let it be run"
        return blank._replace(file=File(path, runnable=False, problem=problem))
    if host.kind(path) == "directory":
        return blank._replace(file=File(path, runnable=False, problem="it is a directory"))
    return blank


def _with_files(row: Found, files: tuple[File, ...]) -> Found:
    if not files:
        return row
    if not files[0].runnable:
        problem = "its permissions do not let it be run"
        return row._replace(file=files[0]._replace(problem=problem))
    return row._replace(file=files[0], shadows=files[1:])


def _as_said(host: Host, files: tuple[File, ...], said: Said) -> tuple[File, ...]:
    """The files, the one first that the shell itself would run: it may remember another (hash)."""
    if not said.path:
        return files
    path = host.home / said.path
    own = [one for one in files if one.path == path]
    if own:
        return (own[0], *(one for one in files if one is not own[0]))
    remembered = File(path, via="remembered by the shell (hash)")
    return (remembered, *files)
