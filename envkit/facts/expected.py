"""What each expected command runs, in each context that the configuration names for it.

It is what `envkit which` tells: the shells are started and asked, so that aliases, functions and
version managers' shims are seen for what they are. Without an [[expect]] nothing is started.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from envkit import configuration, contexts, order
from envkit.configuration import Expectation
from envkit.errors import Refused, UsageError
from envkit.facts import CannotTell, Missing, Request
from envkit.facts._targets import match
from envkit.finding import Fact
from envkit.host import Host
from envkit.model import Context, Start

if TYPE_CHECKING:
    from envkit.which.found import File, Found, Told


class Observed(NamedTuple):
    """One expected command in one context, and how what runs there stands to the expectation.

    `file` is the program in the end (an alias's), None where there is none. `avoided` is what it
    matches of `avoid`, `preferred` of `prefer`. `better`: a file behind it on PATH that would do.
    `there`: the preferred folders that hold such a program; `gone`: those that do not exist.
    `why`: where nothing runs, the line that would have put it there, and why it did not. `unseen`:
    why the shell could not be asked, since it left or hung before. `title`, `remedy`: see Context.
    """

    expectation: Expectation
    context: str
    title: str
    found: Found
    file: File | None
    avoided: str
    preferred: str
    better: File | None
    there: tuple[str, ...]
    gone: tuple[str, ...]
    why: str
    remedy: str
    unseen: str


@dataclass(frozen=True, slots=True)
class Expected:
    """One row per expectation and context; `missing` where a function may run anything."""

    rows: tuple[Observed, ...]
    missing: tuple[Missing, ...]
    home: Path


def gather(request: Request) -> Expected:
    """Read the expectations, and ask the shells of all contexts about all commands at once."""
    host = request.host
    expectations = configuration.load(host).expectations
    asked = {row.name for row in request.contexts}
    if asked == {row.name for row in contexts.common()}:
        asked = set(contexts_of(expectations))  # no context was named: all that are expected of
    wanted = [name for name in contexts_of(expectations) if name in asked]
    if not wanted:
        return Expected((), (), host.home)
    if request.static:
        raise CannotTell("needs to start a shell")
    where = [_start(request, contexts.get(name)) for name in wanted]
    names = tuple(dict.fromkeys(one.command for one in expectations))
    try:
        from envkit import which

        told = {one.name: one for one in which.which(host, where, names, request.limit)}
    except (UsageError, Refused) as error:
        raise CannotTell(error.message) from error
    rows, missing = [], []
    for expectation in expectations:
        for (context, _), found in zip(where, told[expectation.command].contexts, strict=True):
            if context.name in expectation.contexts:
                row = _observed(host, expectation, context, found, told[expectation.command])
                if why := _unknown(host, row):
                    missing.append(Missing(context.name, why))
                rows.append(row)
    return Expected(tuple(rows), tuple(missing), host.home)


def contexts_of(expectations: Sequence[Expectation]) -> tuple[str, ...]:
    """The contexts that any expectation names, in the order in which contexts are told."""
    named = {name for one in expectations for name in one.contexts}
    return tuple(one.name for one in contexts.every() if one.name in named) if named else ()


def _start(request: Request, context: Context) -> tuple[Context, Start]:
    shell = None if context.shell else request.shell
    one = order.start_for(request.host, context, shell, request.platform)
    return context.here(request.host, request.platform) if context.here else context, one


def _observed(host: Host, one: Expectation, context: Context, found: Found, told: Told) -> Observed:
    file = found.file if found.kind in ("file", "function") else found.runs
    if found.kind == "alias" and file is None and found.text.split()[:1] == [one.command]:
        file = found.file  # alias ls='ls --color': the file itself
    runs = file if file is not None and file.runnable and found.kind != "none" else None
    behind = [each for each in found.shadows if each.same_as == 0]
    better = [each for each in behind if one.prefer and _fits(host, one, each)]
    plain = [name for name in one.prefer if name.startswith("/") and "*" not in name]
    return Observed(
        one,
        context.name,
        context.title,
        found,
        runs,
        _matched(host, one.avoid, runs),
        _matched(host, one.prefer, runs),
        better[0] if better else None,
        tuple(folder for folder in plain if host.may_run(Path(folder) / one.command)),
        tuple(folder for folder in plain if host.kind(Path(folder)) == "missing"),
        _why(host, found, told),
        context.remedy,
        _unseen(found),
    )


def _unseen(found: Found) -> str:
    if found.kind != "unknown" and found.note.endswith("are not asked about"):
        return ""  # a shell whose words envkit does not speak: its programs are known all the same
    return found.note


def _fits(host: Host, one: Expectation, file: File) -> bool:
    return bool(_matched(host, one.prefer, file)) and not _matched(host, one.avoid, file)


def _matched(host: Host, targets: Sequence[str], file: File | None) -> str:
    """The first of the targets that a file, or the program behind its shim, is of."""
    if file is None:
        return ""
    paths = [file.path]
    if file.shim is not None and file.shim.program is not None:
        paths.append(file.shim.program)
    return next((one for one in targets if any(match(host, one, path) for path in paths)), "")


def _why(host: Host, found: Found, told: Told) -> str:
    for would in told.would:
        if found.title in would.contexts:
            return f"{host.show(would.path)}:{would.line} would put it on PATH: {would.reason}"
    return ""


def _unknown(host: Host, row: Observed) -> str:
    """Why it cannot be told what runs there, although something does; "" where it can."""
    found, name = row.found, row.expectation.command
    if found.kind == "function" and not row.avoided:
        where = f" ({host.show(found.where.path)}:{found.where.line})" if found.where else ""
        return f"{name} is a function{where}, and what it runs is not known"
    return ""


FACT = Fact(Expected, gather)
