"""What each start of a shell needs so that our block has the last word in it. Pure.

A start reads one or more of its user's files first-hand. Our block stands well in any of them after
which nothing puts entries in front of ours; `choice` picks. In that file a block must stand, for
each way in which the start leaves it (its last line, a guard), below the last line that may put
entries in front, and above that exit: an interval of lines (`exits`). A file that is not there can
be made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from envkit.host import Host
from envkit.model import Location, Order, Start, StartupFile

#: Stands for our entries in the PATH that a start is read with: whether it stays first is seen.
MARK = "/envkit/first"


@dataclass(frozen=True, slots=True)
class Need:
    """A block must stand in `path` below line `after` and not below line `before`.

    `exit` is the line of the statement that leaves the file there, None at its end; `front` the
    line that would otherwise put its entries in front of ours.
    """

    path: Path
    after: int
    before: int
    start: str
    exit: int | None = None
    front: Location | None = None
    optional: bool = False
    language: str = "bash"


@dataclass(frozen=True, slots=True)
class Unreached:
    """A start that no block can reach, or not as it should; `reason` says why."""

    start: str
    reason: str


class Choice(NamedTuple):
    """One of these ways serves a start; a way is all that one file needs for it."""

    start: str
    ways: tuple[tuple[Need, ...], ...]


class Asked(NamedTuple):
    """A start and what is to reach it: its name for people, `ours`: files of envkit's own,
    `names`: the variables that are to have our value, `new_file`: the one to make where bash or sh
    reads none of its user's. `order` was read with `order_path` as PATH. `inherits`: its caller
    gives it our environment, so that it asks for a block only where something comes in front.
    """

    start: Start
    order: Order
    order_path: str
    name: str
    new_file: Path
    ours: Collection[Path]
    names: Collection[str]
    inherits: bool = False


def needs(host: Host, asked: Asked) -> Iterator[Choice | Unreached]:
    """What a start asks for."""
    from envkit.exits import Reading

    reading = Reading(host, asked)
    if asked.inherits and not reading.fronts:
        return
    mine = [row for row in reading.firsts if row.status == "read" and reading.is_mine(row)]
    if not mine and asked.start.shell.login_files + asked.start.shell.rc_files == ():
        yield Unreached(asked.name, "it reads no startup file")
    elif asked.start.shell.name in ("bash", "sh") and not mine:
        yield _make(host, asked)
    else:
        snippet = reading.snippet()
        if snippet is not None:
            # Always: what config.fish runs is to find our environment, too.
            yield Choice(asked.name, ((snippet,),))
        ways = tuple(reading.ways())
        yield Choice(asked.name, ways) if ways else Unreached(asked.name, reading.why_not())


def _make(host: Host, asked: Asked) -> Choice | Unreached:
    """A start that reads none of its user's files: which one to make, if that helps."""
    shell = asked.start.shell
    wanted = shell.login_files if asked.start.invocation.login else shell.rc_files
    mine = {host.home / name for name in wanted}
    rows = [row for row in asked.order.files if row.path in mine and row.sourced_at is None]
    for row in rows:
        if row.status == "unreadable":
            return Unreached(asked.name, f"{host.show(row.path)} is in the way: {row.reason}")
    if not any(row.status in ("missing", "hidden") for row in rows):
        return Unreached(asked.name, "it reads no startup file")
    return Choice(asked.name, ((Need(asked.new_file, 0, 1, asked.name),),))


def is_first_hand(row: StartupFile, start: Start) -> bool:
    """Whether the shell itself reads this file as it starts; not the context, not at the end."""
    contexts_own = {one.path for one in (*start.before, *start.after)}
    return row.sourced_at is None and not row.logout and row.path not in contexts_own
