"""Really start contexts on this machine: sshd on a loopback port, su, sudo, tmux, cron, at, …

One file per starter, ending in LAUNCHER. Nothing of the user's is touched: keys, spools, sockets
and servers are of our own, in a private folder; what was started ends with the command that started
it, and `child`'s supervisor ends what does not. Where no launcher can, the start is imitated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from envkit import child, contexts, discover, order, platforms, start
from envkit.child import Command, Outcome
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Start

NO_STARTER = "envkit has no starter for it"


class Launcher(NamedTuple):
    """A way to really start a context.

    `why_not(host, start)` is "" where it can be done here, else the reason in a few words.
    `prepare(host, start, text, limit, folder)` is the command that does it: the context's own shell
    runs `text`. `folder` is private to the account, empty, and removed afterwards.
    """

    why_not: Callable[[Host, Start], str]
    prepare: Callable[[Host, Start, str, float, Path], Command]


class Launched(NamedTuple):
    """How one start ended. `imitated`: why it was only imitated, "" where it was really started."""

    outcome: Outcome
    imitated: str


class Environment(NamedTuple):
    """What one start gave its programs (None where none was reached), and whether it was real."""

    outcome: Outcome
    variables: dict[str, str] | None
    imitated: str


def why_not(host: Host, one: Start) -> str:
    """Why this start can only be imitated here; "" where it can be really started."""
    if host.foreign:
        return "another machine's file system"
    if one.context == order.COMMAND_LINE:
        return "a command line"
    try:
        context = contexts.get(one.context)
    except UsageError:  # a start that a command made for itself
        return "no such starter"
    if not context.launcher:
        return NO_STARTER
    if platforms.detect(host).name != one.platform.name:
        return f"this is not {one.platform.title}"
    return _get(context.launcher).why_not(host, one)


def run_all(
    host: Host, starts: Sequence[Start], text: str, limit: float = 20.0
) -> tuple[Launched, ...]:
    """Let the shell of each start run `text`: really started where that can be, else imitated.

    Refused on another machine's file system; UsageError where a shell is not installed.
    """
    return run_each(host, starts, [text] * len(starts), limit)


def environments(
    host: Host, starts: Sequence[Start], limit: float = 20.0
) -> tuple[Environment, ...]:
    """The environment that a program gets in each start; see `run_all` and start.environments."""
    with child.private_folder(start.owner(host)) as folder:
        files = [folder / f"environment-{index}" for index in range(len(starts))]
        launched = run_each(host, starts, [start.dump(file) for file in files], limit)
        return tuple(
            Environment(one.outcome, start.read_dump(file), one.imitated)
            for one, file in zip(launched, files, strict=True)
        )


def run_each(
    host: Host, starts: Sequence[Start], texts: Sequence[str], limit: float
) -> tuple[Launched, ...]:
    """As `run_all`, with a text for each start."""
    reasons = [why_not(host, one) for one in starts]
    kept = start.history_kept(host, starts)
    with kept, child.private_folder(start.owner(host)) as folder:
        commands = []
        for index, (one, text, reason) in enumerate(zip(starts, texts, reasons, strict=True)):
            if reason:
                commands.append(start.prepare(host, one, text, limit))
                continue
            own = start.folder(host, folder / str(index))
            launcher = _get(contexts.get(one.context).launcher)
            commands.append(launcher.prepare(host, one, text, limit, own))
        outcomes = child.run_all(commands)
    return tuple(Launched(*pair) for pair in zip(outcomes, reasons, strict=True))


def _get(name: str) -> Launcher:
    return cast(Launcher, discover.get(__name__, "LAUNCHER", name))
