"""What the finders have in common: commands for people, and where a path lies."""

from __future__ import annotations

import shlex
from pathlib import Path

from envkit.host import Host

_MERGED = ("/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/")
_SUDO = Path("/usr/bin/sudo")


def quoted(host: Host, path: Path) -> str:
    """A path as a word of a command: the home as `~` where no quotes are needed."""
    word = host.show(path)
    safe = shlex.quote(word.removeprefix("~/")) == word.removeprefix("~/")
    return word if safe else shlex.quote(str(path))


def as_root(host: Host, command: str) -> str:
    """A command that only root may give."""
    if host.uid == 0:
        return command
    doas = host.kind(Path("/usr/bin/doas")) == "file" and host.kind(_SUDO) != "file"
    return f"doas {command}" if doas else f"sudo {command}"


def as_owner(host: Host, folder: Path, command: str) -> str:
    """A command that writes into a folder, which may be root's."""
    try:
        return as_root(host, command) if not host.locate(folder).stat().st_uid else command
    except OSError:
        return command


def names(path: Path) -> tuple[str, ...]:
    """The names that a package's list may have for a file: /bin is /usr/bin on most systems."""
    name = str(path)
    for folder in _MERGED:
        if name.startswith(folder):
            return name, "/usr" + name
        if name.startswith("/usr" + folder):
            return name, name.removeprefix("/usr")
    return (name,)


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
