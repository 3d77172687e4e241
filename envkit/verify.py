"""The proof: real shells are started in every context, and run the descent with what they find.

Each shell is told to run the bundled example with its `python` and its `python3`, as a user
would type it there. What the startup files print is not listened to: the answers come through
files of their own.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from envkit import child, contexts, order, start, trace
from envkit.child import Outcome
from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Context, Invocation, Location, Start, Trace

_COMMANDS = ("python", "python3")
_SH_LOGIN = "sh_login"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What one command name led to. `path` as the shell finds it, "" where it finds none.

    `executable` and `version` are what that Python says of itself; `failure` is why it does not
    descend, "" where it does.
    """

    path: str = ""
    executable: str = ""
    version: str = ""
    failure: str = ""


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
    every = (*contexts.every(), context(_SH_LOGIN))
    return tuple(order.start_for(host, one) for one in every)


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
    with child.private_folder(start.owner(host)) as folder:
        example = folder / "example.py"
        # Not the file itself: it may lie in a zip file, or where that account cannot read.
        example.write_bytes(files("envkit.descent").joinpath("example.py").read_bytes())
        example.chmod(0o644)
        answers = [folder / str(index) for index in range(len(starts))]
        outcomes = child.run_all(
            [
                start.prepare(host, one, _command(example, answer), limit)
                for one, answer in zip(starts, answers, strict=True)
            ]
        )
        found = [
            tuple(_interpreter(answer, name, outcome, limit) for name in _COMMANDS)
            for answer, outcome in zip(answers, outcomes, strict=True)
        ]
    traces = _traces(host, starts, found)
    rows = [
        _row(host, one, python, python3, outcome, traces.get(index))
        for index, (one, (python, python3), outcome) in enumerate(
            zip(starts, found, outcomes, strict=True)
        )
    ]
    return tuple(_with_remedy(row, one, rows) for row, one in zip(rows, starts, strict=True))


def failed(row: Row) -> bool:
    """Whether a context that startup files reach does not run the descent."""
    return row.reached and row.result == "failed"


def _command(example: Path, answer: Path) -> str:
    """What the shell is told, in words that every shell knows.

    Typed lines, not a program: so an alias or a function called python counts as it does there.
    """
    lines = []
    for name in _COMMANDS:
        where, out, err, end = (
            shlex.quote(f"{answer}.{name}.{part}") for part in ("where", "out", "err", "end")
        )
        # `|| :` because a startup file may have said `set -e`.
        lines.append(f"command -v {name} > {where} || :")
        lines.append(f"{name} {shlex.quote(str(example))} --json < /dev/null > {out} 2> {err} || :")
        lines.append(f": > {end}")
    return "\n".join(lines)


def _interpreter(answer: Path, name: str, outcome: Outcome, limit: float) -> Interpreter:
    """Read what the shell left about one command."""
    where, out, err, end = (
        _text(answer.with_name(f"{answer.name}.{name}.{part}"))
        for part in ("where", "out", "err", "end")
    )
    if where is None or (where and end is None):
        return Interpreter(where or "", failure=_unended(name, where, outcome, limit))
    if not where:
        return Interpreter(failure=f"no {name} on PATH")
    told = _told(out or "")
    if told is None:
        return Interpreter(where, failure=_last_words(where, err or ""))
    failure = ""
    if not told["passed"]:
        codes = ", ".join(check["code"] for check in told["checks"] if not check["passed"])
        failure = f"{name} does not compute rightly: {codes}"
    return Interpreter(where, told["executable"], told["python"], failure)


def _unended(name: str, where: str | None, outcome: Outcome, limit: float) -> str:
    if outcome.timed_out:
        what = f"{name} gave no answer" if where else "the shell did not come to its command"
        return f"{what} within {limit:g} s"
    if where:
        return f"the shell ended while it ran {name}"
    said = (outcome.stderr or outcome.stdout).decode("utf-8", "replace").strip().splitlines()
    return "the shell ended before its command" + (f": {said[-1]}" if said else "")


def _last_words(where: str, err: str) -> str:
    lines = err.strip().splitlines()
    if not lines:
        return f"{where} ended without an answer"
    return lines[-1] if where in lines[-1] else f"{where}: {lines[-1]}"


def _told(out: str) -> dict[str, Any] | None:
    """The example's own answer: a `python` that is a wrapper may print more around it."""
    for line in out.splitlines():
        if line.startswith('{"version": 1, "executable": '):
            try:
                told: dict[str, Any] = json.loads(line)
            except ValueError:
                return None
            return told
    return None


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape").strip()
    except OSError:
        return None


def _traces(
    host: Host, starts: Sequence[Start], found: Sequence[tuple[Interpreter, ...]]
) -> dict[int, Trace]:
    """PATH of each start that found a Python and reads startup files."""
    wanted = [
        index
        for index, one in enumerate(starts)
        if any(python.path.startswith("/") for python in found[index]) and reads_files(host, one)
    ]
    traced = trace.trace(host, [starts[index] for index in wanted], "PATH") if wanted else ()
    return dict(zip(wanted, traced, strict=True))


def reads_files(host: Host, one: Start) -> bool:
    """Whether some startup file is read by this start, or would be if it were there."""
    return any(
        file.status in ("read", "missing", "unreadable") and not file.logout
        for file in order.order(host, one).files
    )


def _row(
    host: Host,
    one: Start,
    python: Interpreter,
    python3: Interpreter,
    outcome: Outcome,
    traced: Trace | None,
) -> Row:
    about, reached = context(one.context), reads_files(host, one)
    failures = [each.failure for each in (python, python3) if each.failure]
    result: Literal["ok", "failed", "-"] = "failed" if failures else "ok"
    if not reached:
        result = "ok" if len(failures) < len(_COMMANDS) else "-"
    shown = python if python.path else python3
    set_by, sourced_at = _origin(traced, shown.path)
    notes = list(dict.fromkeys(failures))
    if not failures and not _same(python, python3):
        notes.append(f"python3 is another: {host.show(python3.path)} {python3.version}")
    if shown.path and not shown.path.startswith("/"):
        notes.append(f"not from PATH: {shown.path}")
    if traced is not None and set_by is None and result == "ok":
        notes += traced.notes
    return Row(
        name=one.context,
        title=about.title,
        imitated=about.imitated,
        python=python.path,
        version=python.version,
        result=result,
        set_by=set_by,
        seconds=round(outcome.seconds, 3),
        note="; ".join(notes),
        python3=python3.path,
        python3_version=python3.version,
        reached=reached,
        sourced_at=sourced_at,
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
    folder = os.path.dirname(path)  # noqa: PTH120  (an entry is text: its links are kept)
    entry = next((entry for entry in traced.entries if entry.directory == folder), None)
    if entry is None or entry.set_by is None:
        return None, None
    sourced = [
        file.sourced_at
        for file in traced.files
        if file.path == entry.set_by.path and file.status == "read"
    ]
    return entry.set_by, sourced[-1] if sourced else None


def _with_remedy(row: Row, one: Start, rows: Sequence[Row]) -> Row:
    """Where no startup file is read: what to write instead, with the PATH that it should have."""
    if row.reached:
        return row
    remedy = context(one.context).remedy
    base = one.environment.get("PATH") or one.platform.default_path
    proved = next((other.python for other in rows if other.reached and other.result == "ok"), "")
    folder = os.path.dirname(proved)  # noqa: PTH120
    entries = base.split(":")
    path = base if not folder or folder in entries else f"{folder}:{base}"
    notes = [row.note, remedy.replace("{path}", path)]
    return replace(row, note="; ".join(filter(None, notes)))
