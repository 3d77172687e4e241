"""The proof: real shells are started in every context, and run the descent with what they find.

Each shell is told to run the bundled example with its `python` and its `python3`, as a user
would type it there. What the startup files print is not listened to: the answers come through
files of their own. A context is really started where a launcher can; else it is imitated, and its
row says so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from envkit import contexts, footprints, order, platforms, reach, shells
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Context, Invocation, Location, Platform, Shell, Start
from envkit.provenance import Trace
from envkit.targets import name_of
from envkit.verify import running
from envkit.verify.answer import Interpreter
from envkit.verify.running import Ran

_SH_LOGIN = "sh_login"
# Of a shell that is not the account's own: the ways in which it is started by hand, or by a script.
_OTHERS = {"login_terminal": "{} login", "terminal": "{} terminal", "ssh_command": "{} -c"}


@dataclass(frozen=True, slots=True)
class Row:
    """One context. `reached` is False where no startup file is read: nothing is to be proved.

    `result` is ok where `python` and `python3` both descend (either of them, where not reached),
    failed where a reached context lacks that, - where an unreached one does. `set_by` is the line
    that put the folder of `python` on PATH, `sourced_at` where that line's file is read from.
    `imitated`: how it was imitated, "" where it was really started.
    """

    name: str
    title: str
    imitated: str
    python: str
    version: str
    result: Literal["ok", "failed", "-"]
    set_by: Location | None
    seconds: float
    note: str
    python3: str = ""
    python3_version: str = ""
    reached: bool = True
    sourced_at: Location | None = None
    shell: str = ""
    via: str = ""


class Absent(NamedTuple):
    """A context that this machine does not have, and why."""

    name: str
    title: str
    reason: str


def starts(host: Host, names: Sequence[str] = (), used: Sequence[Shell] = ()) -> tuple[Start, ...]:
    """The starts that are verified: the contexts named, else all that this machine has.

    Also a login of sh, and the everyday starts of the shells `used` beside the account's own.
    UsageError on an unknown name.
    """
    if names:
        return tuple(order.start_for(host, context(name)) for name in names)
    platform = platforms.detect(host)
    away = {each.name for each in absent(host, platform)}
    own = [one for one in contexts.every() if one.name not in away]
    found = [_start(host, one, platform) for one in (*own, context(_SH_LOGIN))]
    extra = [
        order.start_for(host, contexts.get(name), shell, platform)
        for shell in used
        for name in _OTHERS
        if shell.name not in ("sh", found[0].shell.name)
    ]
    found += [one for one in extra if reach.reads_files(host, one)]
    here = [one for one in found if shells.program(host, one.shell) is not None]
    everyday = {one.name: place for place, one in enumerate(contexts.common())}
    # Those that no startup file reaches come last: they have a remedy of their own.
    return tuple(
        sorted(
            here,
            key=lambda one: (
                not reach.reads_files(host, one),
                one.context not in everyday and one.context != _SH_LOGIN,
            ),
        )
    )


def absent(host: Host, platform: Platform) -> tuple[Absent, ...]:
    """The contexts that are not on this machine."""
    reasons = ((one, one.absent(host, platform) if one.absent else "") for one in contexts.every())
    return tuple(Absent(one.name, one.title, reason) for one, reason in reasons if reason)


def context(name: str) -> Context:
    """A context by name, or `sh_login`: what desktop sessions and many daemons start."""
    if name.replace("-", "_") != _SH_LOGIN:
        return contexts.get(name)
    how = Invocation(login=True, command=True)
    terminal = contexts.get("login_terminal")
    return terminal._replace(
        name=_SH_LOGIN,
        title="sh login",
        invocation=how,
        shell="sh",
        imitated="sh -l",
        adapt=None,
        launcher="",
    )


def verify(host: Host, starts: Sequence[Start], limit: float = 20.0) -> tuple[Row, ...]:
    """Run the example in each start; Refused where `host` is another machine's file system."""
    if host.foreign:
        raise Refused(
            f"{host.root} is another machine's file system: nothing of it is executed",
            "envkit order reads it without running it",
        )
    reached = [reach.reads_files(host, one) for one in starts]
    with footprints.none_left(host, starts):
        ran = running.run(host, starts, limit)
        wanted = [
            index
            for index, one in enumerate(ran)
            if reached[index] and (one.python.path or one.python3.path).startswith("/")
        ]
        traces = running.traces(host, starts, wanted)
    first = next((one.shell.name for one in starts if context(one.context).shell is None), "")
    own = name_of(host, host.login_shell) or first
    rows = [
        replace(_row(host, one, one_ran, traces.get(index), own), reached=reached[index])
        for index, (one, one_ran) in enumerate(zip(starts, ran, strict=True))
    ]
    return tuple(_judged(row, one, rows) for row, one in zip(rows, starts, strict=True))


def failed(row: Row) -> bool:
    """Whether a context that startup files reach does not run the descent."""
    return row.reached and row.result == "failed"


def _start(host: Host, one: Context, platform: Platform) -> Start:
    try:
        return order.start_for(host, one, platform=platform)
    except UsageError:
        if one.shell is not None:
            raise
        # The account's own shell is none that envkit knows: nothing can be said about its files.
        return order.start_for(host, one, shells.get("bash"), platform)


def _row(host: Host, one: Start, ran: Ran, traced: Trace | None, own: str) -> Row:
    """What is seen of one start; how it counts is `_judged` later."""
    about = context(one.context)
    python, python3 = ran.python, ran.python3
    set_by, sourced_at, via = _origin(traced, python.path or python3.path)
    notes = list(dict.fromkeys(filter(None, (python.failure, python3.failure))))
    if not notes and not _same(python, python3):
        notes.append(f"python3 is another: {host.show(python3.path)} {python3.version}")
    if not notes and traced is not None and set_by is None:
        notes += traced.notes
    extra = about.shell is None and one.shell.name != own and one.context in _OTHERS
    imitated = "; ".join(filter(None, (about.imitated, ran.imitated))) if ran.imitated else ""
    return Row(
        name=one.context,
        title=_OTHERS[one.context].format(one.shell.name) if extra else about.title,
        imitated=imitated,
        python=python.path,
        version=python.version,
        result="failed" if python.failure or python3.failure else "ok",
        set_by=set_by,
        seconds=round(ran.outcome.seconds, 3),
        note="; ".join(notes),
        python3=python3.path,
        python3_version=python3.version,
        sourced_at=sourced_at,
        shell=one.shell.name,
        via=via,
    )


def _judged(row: Row, one: Start, rows: Sequence[Row]) -> Row:
    """Where no startup file is read: what to write instead, with the PATH that it should have.

    There one Python of the two is enough, and none is no failure.
    """
    if row.reached:
        return row
    proved = next((other.python for other in rows if other.reached and other.result == "ok"), "")
    folder = os.path.dirname(proved)  # noqa: PTH120  (an entry is text: its links are kept)
    remedy = reach.remedy(one, (folder,) if folder else ())
    return replace(
        row,
        result="ok" if row.version or row.python3_version else "-",
        note="; ".join(filter(None, (row.note, remedy))),
    )


def _same(one: Interpreter, other: Interpreter) -> bool:
    """Whether two names lead to one environment: the same folder and the same version."""
    folders = [Path(each.executable).parent for each in (one, other)]
    if not all(folder.is_dir() for folder in folders):
        return folders[0] == folders[1] and one.version == other.version
    return folders[0].samefile(folders[1]) and one.version == other.version


def _origin(traced: Trace | None, path: str) -> tuple[Location | None, Location | None, str]:
    """The line that put the folder of `path` on PATH, where its file is sourced; or who gave it."""
    if traced is None or not path.startswith("/"):
        return None, None, ""
    folder = os.path.dirname(path)  # noqa: PTH120
    entry = next((entry for entry in traced.entries if entry.directory == folder), None)
    if entry is None:
        return None, None, ""
    if entry.set_by is None:
        return None, None, entry.via or ""
    sourced = [
        file.sourced_at
        for file in traced.files
        if file.path == entry.set_by.path and file.status == "read"
    ]
    return entry.set_by, sourced[-1] if sourced else None, ""
