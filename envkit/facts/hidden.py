"""Login files that another one hides, and what is lost by it.

bash reads only the first of `~/.bash_profile`, `~/.bash_login` and `~/.profile` (Bash manual, 6.2).
The hidden one is sourced in a real login shell, after all that such a shell reads: what appears
then is what is lost now. A winner that sources it after all, in whatever way, loses nothing.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from envkit import child, start
from envkit.facts import Missing, Request
from envkit.facts.starts import Starts
from envkit.facts.startup import Startup
from envkit.finding import Fact
from envkit.model import Order, Start

# What a shell, a terminal or an agent sets by itself, or sets anew each time.
_OWN = {"_", "OLDPWD", "PWD", "SHLVL", "SSH_AGENT_PID", "SSH_AUTH_SOCK", "GPG_AGENT_INFO"}


@dataclass(frozen=True, slots=True)
class Hidden:
    """`file` is not read in `context` because `winner` is; `variables` and `entries` are lost."""

    file: Path
    winner: Path
    context: str
    variables: tuple[str, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HiddenFiles:
    """All hidden login files, in each context that they miss."""

    files: tuple[Hidden, ...]
    missing: tuple[Missing, ...] = ()


def pairs(startup: Startup) -> list[tuple[Start, Path, Path]]:
    """(start, hidden file, the file that was read in its place), by static reading."""
    return [
        (one, file.path, winner)
        for one, order in zip(startup.starts, startup.orders, strict=True)
        for file in order.files
        if file.status == "hidden" and (winner := _winner(order, startup)) is not None
    ]


def gather(request: Request, startup: Startup, starts: Starts) -> HiddenFiles:
    """Source each hidden file where it is missed, and compare the environments."""
    suspects = pairs(startup)
    hurt = {one.context for one, _, _ in suspects}
    missing = [gap for gap in starts.unreached if gap.context in hurt]
    cases = [case for case in suspects if starts.variables(case[0].context) is not None]
    with child.private_folder(start.owner(request.host)) as folder:
        commands = []
        for index, (one, file, _) in enumerate(cases):
            # Sourced as the file would be; what it prints or returns does not matter here.
            text = f". {shlex.quote(str(file))} >/dev/null 2>&1; {start.dump(folder / str(index))}"
            commands.append(start.prepare(request.host, one, text, request.limit))
        child.run_all(commands)
        after = [start.read_dump(folder / str(index)) for index in range(len(cases))]
    found = []
    for (one, file, winner), new in zip(cases, after, strict=True):
        if new is None:
            reason = f"{request.host.show(file)} leaves the shell, or hangs, when it is sourced"
            missing.append(Missing(one.context, reason))
        else:
            found.append(Hidden(file, winner, one.context, *_lost(one, starts, new)))
    return HiddenFiles(tuple(found), tuple(missing))


def _winner(order: Order, startup: Startup) -> Path | None:
    for file in order.files:
        if file.path in startup.login_files and file.status in ("read", "unreadable"):
            return file.path
    return None


def _lost(
    one: Start, starts: Starts, after: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What only the hidden file sets: nothing else gave the variable a value of its own."""
    before = starts.variables(one.context) or {}
    variables = tuple(
        name
        for name, value in sorted(after.items())
        if value
        and name not in _OWN
        and name != "PATH"
        and before.get(name) in (None, one.environment.get(name))
        and before.get(name) != value
    )
    had = {os.path.realpath(entry) for entry in before.get("PATH", "").split(":")}
    entries = dict.fromkeys(
        entry
        for entry in after.get("PATH", "").split(":")
        if entry and os.path.realpath(entry) not in had
    )
    return variables, tuple(entries)


FACT = Fact(HiddenFiles, gather)
