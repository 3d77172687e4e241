"""Environment behind a guard.

## What it finds

Exports and PATH edits that stand in a startup file below the line that leaves it when the shell is
not interactive (Debian's `~/.bashrc` begins with such a line). It is proved by two real starts: a
terminal has the variable or the folder, `ssh host command` has not.

What matters in terminals only (prompts, history, colours, pagers, editors) is left alone, and so
is what a login file sets as well: that was done on purpose.

## Why it matters

`ssh host python train.py`, Ansible and schedulers that start over ssh run another Python than your
terminal, or none, and CUDA or license variables are missing.

## Example

    # ~/.bashrc
    case $- in
        *i*) ;;
          *) return;;
    esac
    export PATH="$HOME/.venvs/dl/bin:$PATH"
    export CUDA_HOME=/usr/local/cuda

## Fix

Move the exports above the guard; leave aliases, prompt and completion below it.

Evidence: https://github.com/conda/conda/issues/8072
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from envkit.facts.starts import Starts
from envkit.facts.startup import Startup
from envkit.facts.traces import Traces
from envkit.finding import Finding, Fix, Rule
from envkit.model import Location, Order

# Variables that are read by what people type at, and by nothing else.
_FOR_TERMINALS = re.compile(
    r"PS\d|PROMPT\w*|HIST\w*|\w*COLORS?|CLICOLOR\w*|LS_\w+|LESS\w*|(MAN)?PAGER|MANROFFOPT|EDITOR|"
    r"VISUAL|BROWSER|TERM\w*|COLORTERM|GPG_TTY|FZF_\w+|BAT_\w+|INPUTRC|FIGNORE|IGNOREEOF|"
    r"STARSHIP_\w+|\w+_SHELL|SSH_\w+|CDPATH|TMOUT|GREP_OPTIONS|_\w*|BASH_\w+|GCC_COLORS|SHLVL|PWD|"
    r"DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_\w+|GTK_\w+|QT_\w+|OLDPWD|WINDOWID|VIRTUAL_ENV_PROMPT|CONDA_PROMPT_MODIFIER|PYENV_VIRTUALENV_INIT"
)


def check(startup: Startup, starts: Starts, traces: Traces) -> Iterator[Finding]:
    """Yield one finding for each guard below which the environment of terminals is set."""
    terminal, remote = startup.order("terminal"), startup.order("ssh_command")
    had, lacks = starts.variables("terminal"), starts.variables("ssh_command")
    if terminal is None or remote is None or had is None or lacks is None:
        return
    for guard in remote.events:
        if guard.kind == "leave" and startup.is_users(guard.where.path):
            below = _Below(startup, terminal, guard.where)
            lost = {**_variables(below, had, lacks), **_entries(below, traces, lacks)}
            if lost:
                yield _finding(guard.where, lost, startup)


def _finding(guard: Location, lost: Mapping[str, int], startup: Startup) -> Finding:
    what = ", ".join(f"{name} (line {line})" for name, line in lost.items())
    lines = sorted(set(lost.values()))
    named = _named(guard.path, lines, startup)
    return Finding(
        "EK103",
        "warning",
        f"{guard.path} is left at line {guard.line} by shells that are not interactive; below that "
        "stands what other programs need.",
        Location(guard.path, lines[0]),
        ("ssh_command",),
        observed=f"In terminals only: {what}",
        fix=Fix(f"move {named} of {guard.path} above the guard at line {guard.line}"),
    )


def _named(path: Path, lines: list[int], startup: Startup) -> str:
    """The lines in words; one that is indented is part of something that moves as a whole."""
    inside = [line for line in lines if not startup.is_plain(Location(path, line))]
    plain = [line for line in lines if line not in inside]
    parts = []
    if plain:
        parts.append(f"line{'s' if plain[1:] else ''} {', '.join(map(str, plain))}")
    if inside:
        parts.append(f"the block{'s' if inside[1:] else ''} around {', '.join(map(str, inside))}")
    return " and ".join(parts)


class _Below:
    """The lines of a file below its guard, and the files that they source."""

    def __init__(self, startup: Startup, terminal: Order, guard: Location) -> None:
        self.startup, self.guard = startup, guard
        self._sourced_by = {
            file.path: file.sourced_at for file in terminal.files if file.sourced_at is not None
        }
        self.assigned = [event for event in terminal.events if event.kind == "assign"]

    def line(self, where: Location | None) -> int | None:
        """The line of the guarded file, below its guard, that answers for `where`."""
        for _ in range(8):  # a file that sources itself has no end
            if where is None:
                return None
            if where.path == self.guard.path:
                return where.line if where.line > self.guard.line else None
            where = self._sourced_by.get(where.path)
        return None

    def set_at_login(self, name: str, entry: str = "") -> bool:
        """Whether a login file sets it, too (static reading; the entry by its text)."""
        order = self.startup.order("login_terminal")
        return order is not None and any(
            event.kind == "assign"
            and event.variable == name
            and event.where.path in self.startup.login_files
            and (not entry or self._mentions(event.where, entry))
            for event in order.events
        )

    def _mentions(self, where: Location, entry: str) -> bool:
        home = str(self.startup.home)
        names = [entry, *(entry.replace(home, short, 1) for short in ("$HOME", "${HOME}", "~"))]
        return any(name in self.startup.line(where) for name in names)


def _variables(below: _Below, had: Mapping[str, str], lacks: Mapping[str, str]) -> dict[str, int]:
    lost: dict[str, int] = {}
    for event in below.assigned:
        name, line = event.variable, below.line(event.where)
        if line is None or name == "PATH" or name not in had or name in lacks:
            continue
        if not _FOR_TERMINALS.fullmatch(name) and not below.set_at_login(name):
            lost.setdefault(name, line)
    return lost


def _entries(below: _Below, traces: Traces, lacks: Mapping[str, str]) -> dict[str, int]:
    trace = traces.trace("terminal")
    there = set(lacks.get("PATH", "").split(":"))
    lost: dict[str, int] = {}
    for entry in trace.entries if trace else ():
        line = below.line(entry.set_by)
        if line is None or not entry.directory or entry.directory in there:
            continue
        if not Path(entry.directory).is_absolute() or _at_login(below, traces, entry.directory):
            continue
        lost.setdefault(f"{entry.directory} on PATH", line)
    return lost


def _at_login(below: _Below, traces: Traces, directory: str) -> bool:
    """Whether a login file puts a folder on PATH, too: by its text, or by what really happened."""
    trace = traces.trace("login_terminal")
    return below.set_at_login("PATH", directory) or any(
        entry.directory == directory
        and entry.set_by is not None
        and entry.set_by.path in below.startup.login_files
        for entry in (trace.entries if trace else ())
    )


RULE = Rule("EK103", "warning", check)
