"""This session's environment against a fresh start of its shell: what is only here, only there.

What is compared is what a program gets, exported variables: envkit is one. The fresh value is that
of the untouched start; where that start did not come to its end, nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from envkit import child, secrets, trace
from envkit import start as starts_room
from envkit.host import Host
from envkit.model import Location, Start
from envkit.provenance import PLAIN, PathEntry, Trace
from envkit.session import setters
from envkit.tracing.align import UNSEEN, entries

# Of one session alone, whatever the startup files say; and how such names begin.
_OWN = frozenset(
    (
        *("SHLVL", "PWD", "OLDPWD", "_", "TERM", "COLUMNS", "LINES", "COLORTERM", "DISPLAY"),
        *("WINDOWID", "XAUTHORITY", "STY", "WINDOW", "GPG_TTY", "TMUX", "TMUX_PANE", "MAIL"),
        *("INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID", "MANAGERPID", "NOTIFY_SOCKET"),
        *("SESSION_MANAGER", "DESKTOP_SESSION", "HISTFILE", "TERMCAP", "WAYLAND_DISPLAY"),
        *("DESKTOP_STARTUP_ID", "__CF_USER_TEXT_ENCODING", "SECURITYSESSIONID", "COMMAND_MODE"),
        *(
            "MEMORY_PRESSURE_WATCH",
            "MEMORY_PRESSURE_WRITE",
            "UV",
            "UV_RUN_RECURSION_DEPTH",
            "MOTD_SHOWN",
        ),
        "LC_CTYPE",  # Python sets it for itself in the C locale (PEP 538)
    )
)
_OWN_PREFIXES = (
    *("SSH_", "XDG_SESSION_", "XDG_SEAT", "XDG_VTNR", "XDG_RUNTIME_DIR", "XDG_CURRENT_DESKTOP"),
    *("DBUS_", "TERM_", "VTE_", "GNOME_", "KITTY_", "ALACRITTY_", "WEZTERM_", "ITERM_", "LC_TERM"),
    *("KONSOLE_", "WT_", "SUDO_", "VSCODE_", "DIRENV_", "STARSHIP_", "ENVKIT_", "XPC_", "GIO_"),
    *("TILIX_", "GHOSTTY_", "WSL", "PYCHARM_", "TERMINAL_EMULATOR", "ZED_", "XMODIFIERS"),
)


class Fresh(NamedTuple):
    """What a fresh start gives its programs; `variables` None: `reason` says why nobody knows.

    `entries` are those of the variable asked for, with their lines; `unseen` says why these are
    not known, where they are not.
    """

    variables: dict[str, str] | None
    entries: tuple[PathEntry, ...] = ()
    trace: Trace | None = None
    reason: str = ""
    unseen: str = ""


class Entry(NamedTuple):
    """One folder of a list, and its positions here and in the fresh start, counted from 1.

    `status`: same, only here, only there, order or unknown. `set_by` is the line that a fresh start
    has it from; `by` who set it, in words; `reason`: what is to be said of it.
    """

    directory: str
    here: tuple[int, ...]
    fresh: tuple[int, ...]
    status: str
    set_by: Location | None = None
    by: str = ""
    reason: str = ""


class Variable(NamedTuple):
    """Another variable that differs; its values as they may be shown, None: not set.

    `session`: each session has its own. `only_here` and `only_there` are entries of a list.
    """

    variable: str
    status: str
    here: str | None
    fresh: str | None
    session: bool = False
    only_here: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()


def fresh(host: Host, one: Start, variable: str, limit: float) -> Fresh:
    """Start the shell anew; the lines from a trace, where its shell can be traced.

    Refused, UsageError: see `start.environments` and `trace.trace`.
    """
    with child.private_folder(starts_room.owner(host)) as folder:
        file = folder / "environment"
        told = _traced(host, one, variable, limit, file)
        variables = starts_room.read_dump(file)
    unseen = "" if one.shell.tracer else f"{one.shell.name} cannot be traced"
    if variables is None:
        found = starts_room.environments(host, (one,), limit)[0]
        variables = found.variables
        if variables is None:
            ended = f"did not end within {limit:g} s" if found.outcome.timed_out else "left early"
            why = f"a fresh {one.shell.name} {ended}: a startup file ends or replaces it"
            if found.outcome.timed_out:
                why = f"a fresh {one.shell.name} {ended}"
            return Fresh(None, (), told, why)
    if told and told.notes:
        unseen = "the trace was not whole"
    return Fresh(variables, told.entries if told else (), told, "", unseen)


def _traced(host: Host, one: Start, variable: str, limit: float, file: Path) -> Trace | None:
    if not one.shell.tracer:
        return None
    wanted = PLAIN._replace(question=starts_room.dump(file))
    return trace.trace(host, (one,), variable, limit, wanted)[0]


def compare(here: Mapping[str, str], there: Fresh, variable: str) -> tuple[Entry, ...]:
    """The entries of the list `variable`, those of this session first."""
    mine = entries(here.get(variable))
    if there.variables is None:
        return tuple(
            Entry(each, _positions(mine, each), (), "unknown", None, "", there.reason)
            for each in dict.fromkeys(mine)
        )
    theirs = entries(there.variables.get(variable))
    kept = _kept(mine, theirs)
    return tuple(
        _entry(each, mine, theirs, each in kept, here, there, variable)
        for each in dict.fromkeys([*mine, *theirs])
    )


def read_before(
    host: Host, before: Sequence[Start], variable: str, found: tuple[Entry, ...], limit: float
) -> tuple[Entry, ...]:
    """Name the line for entries that nobody owns up to, where the starts `before` add them.

    A terminal on a desktop inherits what the login read before it, and a shell that is typed into
    another one, or takes its place, what that has read; a fresh one starts from a bare environment.
    """
    open_ones = [one for one in found if one.status == "only here" and one.by == setters.NOBODY]
    traced = [one for one in before if one.shell.tracer] if open_ones else []
    lines = {
        entry.directory: (f"{each.shell} ({each.context})", entry.set_by)
        for each in reversed(trace.trace(host, traced, variable, limit) if traced else ())
        for entry in each.entries
        if entry.set_by
    }
    return tuple(
        one._replace(
            set_by=lines[one.directory][1], by=f"read before, by {lines[one.directory][0]}"
        )
        if one in open_ones and one.directory in lines
        else one
        for one in found
    )


def _entry(
    directory: str,
    mine: list[str],
    theirs: list[str],
    kept: bool,
    here: Mapping[str, str],
    there: Fresh,
    variable: str,
) -> Entry:
    at, fresh_at = _positions(mine, directory), _positions(theirs, directory)
    line = next((one for one in there.entries if one.directory == directory), None)
    where = line.set_by if line else None
    via = secrets.line(line.via) if line and line.via != UNSEEN else ""
    reason = "" if where or via or not fresh_at else there.unseen
    if not fresh_at:
        who = setters.of(variable, directory, here) or setters.NOBODY
        return Entry(directory, at, fresh_at, "only here", None, who)
    if not at:
        return Entry(directory, at, fresh_at, "only there", where, via, reason)
    if kept:
        return Entry(directory, at, fresh_at, "same", where, via, reason)
    if line and line.moved_by:
        via = f"{via}; moved by {line.moved_by}".removeprefix("; ")
    if len(at) != len(fresh_at):
        reason = f"{_times(len(at))} here, {_times(len(fresh_at))} in a fresh start"
    return Entry(directory, at, fresh_at, "order", where, via, reason)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _positions(values: list[str], directory: str) -> tuple[int, ...]:
    return tuple(number for number, each in enumerate(values, start=1) if each == directory)


def _kept(mine: list[str], theirs: list[str]) -> set[str]:
    """Those that stand in the same order among what both have, as often as in the other."""
    both = set(mine) & set(theirs)
    old, new = ([each for each in one if each in both] for one in (theirs, mine))
    matched = {"old": [False] * len(old), "new": [False] * len(new)}
    for i, j, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        matched["old"][i : i + size] = [True] * size
        matched["new"][j : j + size] = [True] * size
    out = {each for each, ok in zip(old, matched["old"], strict=True) if not ok}
    out |= {each for each, ok in zip(new, matched["new"], strict=True) if not ok}
    return both - out


def others(here: Mapping[str, str], there: Fresh, asked: str) -> Iterator[Variable]:
    """The other variables that differ, by name; nothing where the fresh start is not known."""
    if there.variables is None:
        return
    for name in sorted({*here, *there.variables} - {asked}):
        mine, theirs = here.get(name), there.variables.get(name)
        if mine == theirs:
            continue
        status = "only there" if mine is None else "only here" if theirs is None else "other value"
        left, right = ((), ()) if not trace.is_list(name) else _apart(mine, theirs)
        yield Variable(
            name, status, _shown(name, mine), _shown(name, theirs), is_own(name), left, right
        )


def _shown(name: str, value: str | None) -> str | None:
    return None if value is None else secrets.shown(name, value)


def _apart(mine: str | None, theirs: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    here, there = entries(mine), entries(theirs)
    return (
        tuple(each for each in dict.fromkeys(here) if each not in there),
        tuple(each for each in dict.fromkeys(there) if each not in here),
    )


def is_own(name: str) -> bool:
    """Whether each session has a value of its own there, whatever the startup files say."""
    return name in _OWN or name.startswith(_OWN_PREFIXES)
