"""Really start shells as their contexts do, and say what a program that they start would find.

The one room that runs the user's startup files untouched: the shell's own argv, streams and clean
base environment, in the home directory, as the home's owner where root asks about another account.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import child, shells
from envkit.child import Outcome
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Event, Start

# A line `HISTFILESIZE=2000`, which Debian's ~/.bashrc has, cuts the history file at once: it must
# be none of the user's. What is no regular file is left alone.
_NO_HISTORY = "/dev/null"


class Environment(NamedTuple):
    """What one start gave its programs. `variables` is None where no program was `reached`.

    `reached` is False where a startup file left the shell (exit, exec) or never ended.
    """

    outcome: Outcome
    variables: dict[str, str] | None
    reached: bool


def run_all(
    host: Host, starts: Sequence[Start], command: str, limit: float = 10.0
) -> tuple[Outcome, ...]:
    """Start each shell as its context does and let it run `command`, a text for its -c.

    Refused on another machine's file system; UsageError where a shell is not installed.
    """
    with history_kept(host, starts):
        return child.run_all([prepare(host, start, command, limit) for start in starts])


def environments(
    host: Host, starts: Sequence[Start], limit: float = 10.0
) -> tuple[Environment, ...]:
    """The environment that a program started by each of these shells gets; see `run_all`.

    It is read from a file and ends at a mark: startup files print, and agents hold pipes open.
    """
    if not starts:
        return ()
    with history_kept(host, starts), child.private_folder(owner(host)) as folder:
        files = [folder / f"environment-{index}" for index in range(len(starts))]
        pairs = zip(starts, files, strict=True)
        outcomes = child.run_all([prepare(host, start, dump(file), limit) for start, file in pairs])
        return tuple(
            Environment(outcome, variables, variables is not None)
            for outcome, variables in zip(outcomes, map(read_dump, files), strict=True)
        )


@contextlib.contextmanager
def history_kept(host: Host, starts: Sequence[Start]) -> Iterator[None]:
    """Whatever these starts do to a history file or fish's universal variables is undone.

    An interactive ksh93 or mksh writes to its history, and may shorten it, even with -c, as soon as
    a startup file sets HISTFILE; so does any bash where HISTFILESIZE follows. A fish stores what
    `set -U` and `fish_add_path` set there. Nothing that the shells could be told prevents that.
    """
    names: set[Path] = set()
    for one in starts:
        if one.shell.name == "bash":
            names |= histories(host, one.shell.startup_files(host, one).events)
        elif one.shell.name in ("ksh93", "mksh", "sh") and one.invocation.interactive:
            names |= histories(host, one.shell.startup_files(host, one).events)
            names |= {host.home / ".sh_history"}
        elif one.shell.name == "fish":
            home, given = one.environment.get("HOME") or str(host.home), one.environment
            config = given.get("XDG_CONFIG_HOME") or f"{home}/.config"
            data = given.get("XDG_DATA_HOME") or f"{home}/.local/share"
            names |= {host.home / config / "fish/fish_variables"}
            names |= {host.home / data / "fish/fish_history"}
    with files_kept(host, names):
        yield


def histories(host: Host, events: Iterable[Event]) -> set[Path]:
    """The files that startup files name as HISTFILE."""
    values = [event.value for event in events if event.variable == "HISTFILE"]
    return {host.home / value for value in values if value}


@contextlib.contextmanager
def files_kept(host: Host, names: Iterable[Path]) -> Iterator[None]:
    """These files are afterwards as they were before."""
    places = [Path(os.path.realpath(host.locate(path))) for path in names]
    absent = [path for path in places if not os.path.lexists(path)]
    before = {
        path: (content, path.stat().st_mode)
        for path in places
        if (content := _content(path)) is not None
    }
    try:
        yield
    finally:
        for path in absent:
            if _content(path) is not None:
                path.unlink(missing_ok=True)
        for path, (content, mode) in before.items():
            if _content(path) != content:
                path.write_bytes(content)  # in place: other shells have it open
                path.chmod(mode)  # mksh makes another file where this one is none of its own


def _content(path: Path) -> bytes | None:
    """What a regular file holds; None for all else (a device, a folder) and where nobody may see.

    What was none of these before is not touched afterwards either.
    """
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def prepare(
    host: Host,
    start: Start,
    command: str,
    limit: float,
    argv: tuple[str, ...] = (),
    program: Path | None = None,
) -> child.Command:
    """The child that `start` means; `argv` and `program` in place of the shell's own, if given.

    Refused where `host` is another machine's file system; UsageError without such a shell here.
    """
    if host.foreign:
        raise Refused(
            f"{host.root} is another machine's file system: nothing of it is executed",
            "envkit order reads it without running it",
        )
    program = program or shells.program(host, start.shell)
    if program is None:
        raise UsageError(
            f"there is no {start.shell.name} on this machine", "envkit order can still predict it"
        )
    environment = dict(start.environment)
    if start.invocation.interactive:
        environment.setdefault("HISTFILE", _NO_HISTORY)
    if start.shell.name == "xonsh":  # it keeps a file for each session, -c or not
        environment.setdefault("XONSH_HISTORY_BACKEND", "dummy")
    if not argv:
        argv = start.shell.argv(start.invocation, _after(start) + command)
    return child.Command(
        argv,
        program,
        environment,
        start.invocation.stdin,
        limit,
        host.home_at,
        account(host),
    )


def _after(start: Start) -> str:
    """Text that reads what the context's own script reads in this shell after the shell's files."""
    read = (row.path for row in start.after if row.status == "read")
    return "".join(f". {shlex.quote(str(path))}\n" for path in read)


def account(host: Host) -> tuple[int, int, tuple[int, ...]] | None:
    """The account to change to: the home's owner where root asks about somebody else's home.

    So root never runs a user's files with its own power, and files behave as for their owner.
    """
    if os.geteuid() != 0 or host.uid == 0:
        return None
    import pwd

    try:
        entry = pwd.getpwuid(host.uid)
    except KeyError:
        return host.uid, host.uid, ()
    groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
    return host.uid, entry.pw_gid, tuple(groups)


def owner(host: Host) -> int:
    """Who must own a file that the shell is to write; -1: whoever asks."""
    who = account(host)
    return -1 if who is None else who[0]


def folder(host: Host, path: Path) -> Path:
    """Make a folder that the account may write into."""
    path.mkdir(0o700)
    if owner(host) != -1:
        os.chown(path, owner(host), -1)
    return path


def dump(file: Path) -> str:
    """Shell text that leaves the environment of a program in `file`, then a mark beside it."""
    return f"{dumper()} > {shlex.quote(str(file))} && : > {shlex.quote(f'{file}.end')}"


def dumper() -> str:
    """Shell text that prints the environment of a program, a NUL after each variable."""
    if sys.platform != "darwin":
        return "/usr/bin/env -0"  # GNU, BusyBox and FreeBSD know -0; older macOS does not
    text = "import os; os.write(1, b''.join(b'%s=%s\\0' % x for x in os.environb.items()))"
    return f"{shlex.quote(sys.executable)} -I -S -c {shlex.quote(text)}"


def read_dump(file: Path) -> dict[str, str] | None:
    """What `dump` left; None where the command was never reached, or not completed."""
    if not file.with_name(f"{file.name}.end").exists():
        return None
    pairs = (pair.partition("=") for pair in os.fsdecode(file.read_bytes()).split("\0"))
    variables = {name: value for name, equals, value in pairs if equals}
    variables.pop("_", None)  # the program that bash started last: our own
    if variables.get("HISTFILE") == _NO_HISTORY:
        del variables["HISTFILE"]
    return variables
