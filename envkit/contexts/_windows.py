"""What tmux.conf and screenrc say about a window's shell and its variables.

Read are the lines that people write: `set -g OPTION VALUE` and `setenv` of tmux.conf; `shell`,
`setenv` and `term` of screenrc. Conditions and sourced files are not followed.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from envkit import discover
from envkit.host import Host
from envkit.model import Context, Given, Location


def tmux_files(host: Host) -> tuple[Path, ...]:
    """Those that tmux 3 reads, in order (tmux(1), -f)."""
    own = Path(host.env.get("XDG_CONFIG_HOME") or host.home / ".config") / "tmux/tmux.conf"
    return Path("/etc/tmux.conf"), host.home / ".tmux.conf", own


def screen_files(host: Host) -> tuple[Path, ...]:
    """Those that screen reads, in order (screen(1), FILES)."""
    return Path("/etc/screenrc"), host.home / ".screenrc"


def settings(host: Host, files: tuple[Path, ...]) -> Iterator[tuple[str, str, Location]]:
    """Option and value of each line that sets one; `setenv NAME` for a variable."""
    for path in files:
        for number, line in _lines(host, path):
            try:
                words = shlex.split(line, comments=True)
            except ValueError:
                continue
            command, *rest = words or [""]
            values = [word for word in rest if not word.startswith("-") or command == "shell"]
            where = Location(path, number)
            if command in ("set", "set-option") and len(values) == 2:
                yield values[0], values[1], where
            elif command in ("setenv", "set-environment") and len(values) == 2:
                yield f"setenv {values[0]}", values[1], where
            elif command in ("shell", "term") and len(values) == 1:
                yield command, values[0], where


def variables(host: Host, files: tuple[Path, ...], term: str, shell: str) -> Iterator[Given]:
    """TERM, SHELL and what is set outright; `term` and `shell` are the options that say so."""
    for option, value, where in settings(host, files):
        if option == term:
            yield Given("TERM", value, where.path.name, where)
        elif option == shell and "$" not in value:
            yield Given("SHELL", value.removeprefix("-"), where.path.name, where)
        elif option.startswith("setenv "):
            yield Given(option[7:], value, where.path.name, where)


def with_shell(context: Context, text: str, login: bool) -> Context:
    """The context with the shell that a command means: `exec zsh`, `-bash`, `/bin/bash -l`."""
    words = shlex.split(text)
    for word in words:
        name = word.rpartition("/")[2].removeprefix("-")
        if name in discover.names("envkit.shells"):
            dashed = word.startswith("-") or "-l" in words or "--login" in words
            how = context.invocation._replace(login=login or dashed)
            return context._replace(shell=name, invocation=how)
        if word in ("$SHELL", "${SHELL}", "-$SHELL"):
            dashed = word.startswith("-") or "-l" in words
            return context._replace(invocation=context.invocation._replace(login=login or dashed))
    return context


def _lines(host: Host, path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = host.read(path).decode("utf-8", "surrogateescape")
    except OSError:
        return
    yield from enumerate(text.split("\n"), start=1)
