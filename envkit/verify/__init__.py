"""The proof: real shells are started in every context, and run the descent with what they find.

Each shell is told to run the bundled example with its `python` and its `python3`, as a user
would type it there. What the startup files print is not listened to: the answers come through
files of their own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Literal

from envkit import child, contexts, order, start, trace
from envkit.child import Outcome
from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Context, Invocation, Location, Start
from envkit.provenance import Trace
from envkit.verify import answer
from envkit.verify.answer import Interpreter

_SH_LOGIN = "sh_login"
_Ran = tuple[Interpreter, Interpreter, Outcome]  # python, python3, the shell itself


@dataclass(frozen=True, slots=True)
class Row:
    """One context. `reached` is False where no startup file is read: nothing is to be proved.

    `result` is ok where `python` and `python3` both descend (either of them, where not reached),
    failed where a reached context lacks that, - where an unreached one does. `set_by` is the line
    that put the folder of `python` on PATH, `sourced_at` where that line's file is read from.
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


def starts(host: Host, names: Sequence[str] = ()) -> tuple[Start, ...]:
    """The starts that are verified: the contexts named, else all of them and a login of sh.

    UsageError on an unknown name.
    """
    if names:
        return tuple(order.start_for(host, context(name)) for name in names)
    every = (*contexts.common(), context(_SH_LOGIN))
    # Those that no startup file reaches come last: they have a remedy of their own.
    return tuple(order.start_for(host, one) for one in sorted(every, key=lambda c: bool(c.remedy)))


def context(name: str) -> Context:
    """A context by name, or `sh_login`: what desktop sessions and many daemons start."""
    if name.replace("-", "_") != _SH_LOGIN:
        return contexts.get(name)
    how = Invocation(login=True, command=True)
    terminal = contexts.get("login_terminal")
    return replace(
        terminal, name=_SH_LOGIN, title="sh login", invocation=how, shell="sh", imitated="sh -l"
    )


def verify(host: Host, starts: Sequence[Start], limit: float = 20.0) -> tuple[Row, ...]:
    """Run the example in each start; Refused where `host` is another machine's file system."""
    if host.foreign:
        raise Refused(
            f"{host.root} is another machine's file system: nothing of it is executed",
            "envkit order reads it without running it",
        )
    reached = [reads_files(host, one) for one in starts]
    ran = _run(host, starts, limit)
    traces = _traces(host, starts, reached, ran)
    rows = [
        replace(_row(host, one, *one_ran, traces.get(index)), reached=reached[index])
        for index, (one, one_ran) in enumerate(zip(starts, ran, strict=True))
    ]
    return tuple(_judged(row, one, rows) for row, one in zip(rows, starts, strict=True))


def failed(row: Row) -> bool:
    """Whether a context that startup files reach does not run the descent."""
    return row.reached and row.result == "failed"


def reads_files(host: Host, one: Start) -> bool:
    """Whether some startup file is read by this start, or would be if it were there."""
    return any(
        file.status in ("read", "missing", "unreadable") and not file.logout
        for file in order.order(host, one).files
    )


def _run(host: Host, starts: Sequence[Start], limit: float) -> list[_Ran]:
    """Start them all; what each left about its two Pythons, and how it ended."""
    with child.private_folder(start.owner(host)) as folder:
        example = folder / "example.py"
        # Not the file itself: it may lie in a zip file, or where that account cannot read.
        text = files("envkit.descent").joinpath("example.py").read_bytes()
        try:
            example.write_bytes(text)
        except OSError as error:
            raise Refused(
                f"no room for the example in {folder.parent}: {error.strerror}",
                "TMPDIR=DIR names another folder",
            ) from error
        example.chmod(0o644)
        places = [folder / str(index) for index in range(len(starts))]
        commands = [
            start.prepare(host, one, answer.command(example, place), limit)
            for one, place in zip(starts, places, strict=True)
        ]
        return [
            (
                answer.interpreter(place, "python", outcome, limit),
                answer.interpreter(place, "python3", outcome, limit),
                outcome,
            )
            for place, outcome in zip(places, child.run_all(commands), strict=True)
        ]


def _traces(
    host: Host, starts: Sequence[Start], reached: Sequence[bool], ran: Sequence[_Ran]
) -> dict[int, Trace]:
    """PATH of each start that reads startup files and found a Python."""
    wanted = [
        index
        for index, (python, python3, _) in enumerate(ran)
        if reached[index] and (python.path or python3.path).startswith("/")
    ]
    traced = trace.trace(host, [starts[index] for index in wanted], "PATH") if wanted else ()
    return dict(zip(wanted, traced, strict=True))


def _row(
    host: Host,
    one: Start,
    python: Interpreter,
    python3: Interpreter,
    outcome: Outcome,
    traced: Trace | None,
) -> Row:
    """What is seen of one start; how it counts is `_judged` later."""
    about = context(one.context)
    set_by, sourced_at = _origin(traced, python.path or python3.path)
    notes = list(dict.fromkeys(filter(None, (python.failure, python3.failure))))
    if not notes and not _same(python, python3):
        notes.append(f"python3 is another: {host.show(python3.path)} {python3.version}")
    if not notes and traced is not None and set_by is None:
        notes += traced.notes
    return Row(
        name=one.context,
        title=about.title,
        imitated=about.imitated,
        python=python.path,
        version=python.version,
        result="failed" if python.failure or python3.failure else "ok",
        set_by=set_by,
        seconds=round(outcome.seconds, 3),
        note="; ".join(notes),
        python3=python3.path,
        python3_version=python3.version,
        sourced_at=sourced_at,
    )


def _judged(row: Row, one: Start, rows: Sequence[Row]) -> Row:
    """Where no startup file is read: what to write instead, with the PATH that it should have.

    There one Python of the two is enough, and none is no failure.
    """
    if row.reached:
        return row
    base = one.environment.get("PATH") or one.platform.default_path
    proved = next((other.python for other in rows if other.reached and other.result == "ok"), "")
    folder = os.path.dirname(proved)  # noqa: PTH120  (an entry is text: its links are kept)
    path = base if not folder or folder in base.split(":") else f"{folder}:{base}"
    remedy = context(one.context).remedy.replace("{path}", path)
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


def _origin(traced: Trace | None, path: str) -> tuple[Location | None, Location | None]:
    """The line that put the folder of `path` on PATH, and where its file is sourced."""
    if traced is None or not path.startswith("/"):
        return None, None
    folder = os.path.dirname(path)  # noqa: PTH120
    entry = next((entry for entry in traced.entries if entry.directory == folder), None)
    if entry is None or entry.set_by is None:
        return None, None
    sourced = [
        file.sourced_at
        for file in traced.files
        if file.path == entry.set_by.path and file.status == "read"
    ]
    return entry.set_by, sourced[-1] if sourced else None
