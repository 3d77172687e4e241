"""Lines that would put a program's folder on PATH, but that ran in no context that was asked.

Found by their text: a statement about PATH that names the folder, in a file that a shell would look
for in this home, read or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from envkit import discover, language, shells
from envkit.host import Host
from envkit.model import Location
from envkit.reading.nodes import Node
from envkit.which import reasons
from envkit.which.asked import Seen
from envkit.which.found import Told, Would

_WORDS = ("PATH", "path", "fish_add_path")
_SYSTEM = {Path(name) for name in ("/usr/bin", "/bin", "/usr/sbin", "/sbin")}
_MOST = 5  # folders


def lines(host: Host, told: Told, seen: Sequence[Seen]) -> Iterator[Would]:
    """For each folder that holds a copy: the lines about it, and why they did not count."""
    own = (copy.path.parent for copy in told.copies if copy.path.parent not in _SYSTEM)
    folders = list(dict.fromkeys(own))[:_MOST]
    for folder in folders:
        for where, spoken in _about(host, folder, seen):
            by_reason: dict[str, list[str]] = {}
            for one, found in zip(seen, told.contexts, strict=True):
                known = any(row.path == where.path for row in one.files)
                why = f"it is a file of {spoken}"
                if known or not spoken:
                    effect = reasons.Effect("file", str(folder))
                    why = reasons.why(host, one, where, one, effect)
                by_reason.setdefault(why, []).append(found.title)
            for why, titles in by_reason.items():
                yield Would(where.path, where.line, str(folder), tuple(titles), (), why)


def _about(host: Host, folder: Path, seen: Sequence[Seen]) -> Iterator[tuple[Location, str]]:
    """The statements about PATH that name a folder; with the shell, where it is another's file."""
    names = [str(folder)]
    if host.home in folder.parents:
        below = str(folder.relative_to(host.home))
        names += [f"~/{below}", f"$HOME/{below}", f"${{HOME}}/{below}", f"$HOME'/{below}"]
    for path, (spoken, other) in _files(host, seen).items():
        try:
            content = host.read(path)
        except OSError:
            continue
        text = content.decode("utf-8", "surrogateescape")
        if not any(name in text for name in names):
            continue
        for node in _commands(language.parts(content, spoken)):
            plain = node.text.replace('"', "")
            if any(_names(plain, name) for name in names) and any(w in plain for w in _WORDS):
                yield Location(path, node.line), other


def _names(text: str, name: str) -> bool:
    """Whether the folder itself is named, and not one below it."""
    at = text.find(name)
    return at >= 0 and text[at + len(name) :][:1] not in ("/", "-", "_", ".")


def _files(host: Host, seen: Sequence[Seen]) -> dict[Path, tuple[str, str]]:
    """Files that may have such lines: their language; the shell, where none asked looks there."""
    found = {
        row.path: (language.of(one.start), "")
        for one in seen
        for row in one.files
        if not row.logout
    }
    for name in discover.names("envkit.shells"):
        if name in ("nushell", "xonsh", "tcsh"):
            continue  # no grammar of theirs is known here
        shell = shells.get(name)
        spoken = {"ksh93": "ksh", "sh": "dash", "ash": "dash"}.get(name, name)
        for file in (*shell.login_files, *shell.rc_files):
            found.setdefault(host.home / file, (spoken, name))
    return found


def _commands(parts: Sequence[Node]) -> Iterator[Node]:
    for node in parts:
        if node.kind == "command":
            yield node
        yield from _commands(node.parts)
