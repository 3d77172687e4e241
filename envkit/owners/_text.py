"""What the finders have in common: commands for people, and where a path lies."""

from __future__ import annotations

import shlex
from pathlib import Path

from envkit.host import Host


def quoted(host: Host, path: Path) -> str:
    """A path as a word of a command: the home as `~` where no quotes are needed."""
    word = host.show(path)
    safe = shlex.quote(word.removeprefix("~/")) == word.removeprefix("~/")
    return word if safe else shlex.quote(str(path))


def as_root(host: Host, command: str) -> str:
    """A command that only root may give."""
    return command if host.uid == 0 else f"sudo {command}"


def below(path: Path, folder: Path) -> tuple[str, ...]:
    """The parts of a path below a folder; () where it does not lie there."""
    return path.relative_to(folder).parts if folder in path.parents else ()


def read(host: Host, path: Path) -> str:
    """The text of a file; "" where there is none that can be read."""
    try:
        return host.read(path).decode("utf-8", "replace")
    except OSError:
        return ""


def folders(host: Host, variable: str, *names: str) -> tuple[Path, ...]:
    """The folder that a variable of the caller's names, then others below the home."""
    given = host.env.get(variable, "")
    named = (Path(given),) if given.startswith("/") else ()
    return tuple(dict.fromkeys((*named, *(host.home / name for name in names))))
