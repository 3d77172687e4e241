"""A text for an interactive shell that only a terminal can reach: it is typed, as one line.

The line reads a file; its last command kills the shell, so that no history file is written: bash
writes its own at the end, dash has none. Others write each line at once, and fish prepares a home
on its first terminal: they are imitated.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from envkit.child import Command
from envkit.host import Host
from envkit.launch import _script
from envkit.model import Start

_QUIET = ("bash", "dash", "sh")


def why_not(one: Start) -> str:
    """Shells that would write the typed line into their history at once."""
    return "" if one.shell.name in _QUIET else f"{one.shell.name} would keep it as history"


def line(host: Host, one: Start, text: str, folder: Path) -> str:
    """What is typed; a blank in front keeps it out of fish's history."""
    fish = one.shell.name == "fish"
    end = f": > {folder / 'done'}; kill -9 ${'fish_pid' if fish else '$'}\n"
    file = _script.text_file(host, folder, text, end)
    return f" {'source' if fish else '.'} {file}"


def command(
    host: Host,
    one: Start,
    text: str,
    limit: float,
    folder: Path,
    words: tuple[str, ...],
    environment: Mapping[str, str],
) -> Command:
    """`words` on a terminal of script(1)'s, which reads the line from a file."""
    typed = folder / "typed"
    typed.write_text(line(host, one, text, folder) + "\n")
    call = (_script.program("script"), "-qc", shlex.join(words), "/dev/null")
    done = shlex.quote(str(folder / "done"))
    script = f"{shlex.join(call)} < {shlex.quote(str(typed))}; [ -e {done} ]"
    # script(1) starts its command with $SHELL, which would read files of its own.
    return _script.script(script, {**environment, "SHELL": "/bin/sh"}, limit)
