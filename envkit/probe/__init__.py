"""Prove the order model on the user's own shell: markers in place of files, real starts.

A throw-away home has the same names and kinds of file as the real one, and then every other kind;
each file holds a marker only, that logs its own name. Where a mount namespace can be made, the
system's files are stood in for, too. The user's own files are never run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from envkit import child, order, platforms, shells, start
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Platform, Shell, Stdin
from envkit.probe import cases, machine
from envkit.probe.machine import LOG, Machine, Room

_LIMIT = 10.0
_GIVE_UP = 3  # starts that never end; then the shell waits for something that is not there


class Case(NamedTuple):
    """One start: the command line, and what the files are."""

    argv: tuple[str, ...]
    stdin: Stdin
    environment: Mapping[str, str]
    kinds: Mapping[Path, str]


class Difference(NamedTuple):
    """A start in which the shell read other files than the model says."""

    case: Case
    predicted: tuple[str, ...]
    seen: tuple[str, ...]
    problem: str = ""


class Proof(NamedTuple):
    """What a probe found. `stand_ins`: why the system's files were not stood in for, "": they were.

    `untold`: starts in which only running the system's own files could tell.
    """

    shell: str
    program: Path
    version: str
    build: str
    platform: Platform
    stand_ins: str
    starts: int
    untold: int
    differences: tuple[Difference, ...]


def probe(host: Host, shell: Shell | None = None, limit: float = _LIMIT) -> Proof:
    """Start the account's own shell, or `shell`, in every way that matters, and compare.

    Refused on another machine's file system, or where no temporary folder can be made; UsageError
    where the shell is not installed, or has files that cannot be marked.
    """
    if host.foreign:
        raise Refused(
            f"{host.root} is another machine's file system: nothing of it is executed",
            "--probe starts the shells of this machine",
        )
    shell = shell or shells.of(host)
    program = shells.program(host, shell)
    if program is None:
        raise UsageError(f"there is no {shell.name} on this machine", "--shell names another one")
    family = cases.family(shell.name)
    platform = platforms.detect(host)
    with child.private_folder(start.owner(host)) as folder:
        room = machine.furnish(host, folder, platform, program, family)
        wanted = list(_cases(host, room, family))
        first = order.literal(host, shell.name, (shell.name, "-c", ":"), "null", {})
        outcomes = _run(host, room, program, wanted, limit)
        untold = 0
        found: list[Difference] = []
        for case, outcome in zip(wanted, outcomes, strict=False):
            answer = _compare(host, room, shell, case, outcome, platform)
            untold += answer is None
            found += [answer] if isinstance(answer, Difference) else []
    return Proof(
        shell.name, program, first.version, first.build, platform, room.why_not, len(outcomes),
        untold, tuple(found),
    )  # fmt: skip


def _cases(host: Host, room: Room, family: cases.Family) -> Iterable[tuple[Case, Machine]]:
    own = {name: host.kind(host.home / name) for name in family.files}
    for kinds, every in cases.homes(family, own):
        here = machine.home(host, room, kinds, family)
        for call in cases.calls(family, str(here.home), every):
            environment = machine.environment(host, here, room, call.environment)
            paths = {here.home / name: kind for name, kind in kinds.items()}
            yield Case(call.argv, call.stdin, environment, paths), here


def _run(
    host: Host, room: Room, program: Path, wanted: list[tuple[Case, Machine]], limit: float
) -> list[tuple[child.Outcome, list[str]]]:
    """Start all, a few at once; fewer where the shell hangs again and again."""
    found: list[tuple[child.Outcome, list[str]]] = []
    hung, batch = 0, 40
    for begin in range(0, len(wanted), batch):
        commands, logs = [], []
        for number, (case, here) in enumerate(wanted[begin : begin + batch], start=begin):
            log = room.logs / str(number)
            commands.append(machine.command(host, room, program, here, case, log, limit))
            logs.append(log)
        outcomes = child.run_all(commands)
        hung += sum(outcome.timed_out for outcome in outcomes)
        found += [(outcome, _read(log)) for outcome, log in zip(outcomes, logs, strict=True)]
        if hung >= _GIVE_UP:
            break
    return found


def _read(log: Path) -> list[str]:
    try:
        return log.read_text(encoding="utf-8", errors="surrogateescape").split("\n")[:-1]
    except OSError:
        return []


def _compare(
    host: Host,
    room: Room,
    shell: Shell,
    wanted: tuple[Case, Machine],
    outcome: tuple[child.Outcome, list[str]],
    platform: Platform,
) -> Difference | bool | None:
    """A difference; False where there is none, None where nobody could tell."""
    case, here = wanted
    ended, seen = outcome
    known = order.literal(
        here, shell.name, case.argv, case.stdin, case.environment, platform=platform
    )
    rows = order.order(here, known._replace(shell=shell)).files
    if any(not row.certain for row in rows):
        return None
    marked = {str(path) for path in machine.marked(here, room)}
    predicted = [str(row.path) for row in rows if row.status == "read" and str(row.path) in marked]
    problem = "it did not end in time" if ended.timed_out else ""
    if predicted == seen and not problem:
        return False
    shown = [tuple(here.show(name) for name in names) for names in (predicted, seen)]
    return Difference(_told(here, case), shown[0], shown[1], problem)


def _told(here: Machine, case: Case) -> Case:
    """The case as a stranger may see it: no path of this machine."""
    words = tuple(here.show(word) for word in case.argv)
    given = cases.telling(case.environment)
    environment = {name: here.show(value) for name, value in given.items() if name != LOG}
    kinds = {Path(here.show(path)): kind for path, kind in case.kinds.items()}
    return Case(words, case.stdin, environment, kinds)
