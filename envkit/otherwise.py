"""The same start with one thing changed, as data: what a `Change` means.

Files that a change adds, empties or takes away lie in a private folder; nothing of the user's is
touched, and no shell is started.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import cast

from envkit import order
from envkit.host import Host
from envkit.model import Change, End, Start

_LOGIN_WORDS = frozenset(("-l", "--login", "-login"))
_WITH_VALUE = frozenset(("--rcfile", "--init-file", "-rcfile", "-init-file", "-o", "+o"))


class Overlay(Host):
    """A machine some of whose files lie elsewhere, or nowhere."""

    __slots__ = ("_places",)
    _places: Mapping[Path, Path]

    def locate(self, path: Path) -> Path:
        """Where `path` lies: its stand-in, if it has one."""
        here = self._places.get(Path(os.path.normpath(path)))
        return Host.locate(self, path) if here is None else here


def overlay(host: Host, places: Mapping[Path, Path]) -> Overlay:
    """`host` with stand-ins for some of its files."""
    made = Overlay(**{one.name: getattr(host, one.name) for one in fields(Host)})
    before = host._places if isinstance(host, Overlay) else {}
    object.__setattr__(made, "_places", {**before, **places})
    return made


def apply(host: Host, start: Start, change: Change, folder: Path) -> tuple[Host, Start]:
    """The machine and the start as they would be after `change`; `folder` is for stand-ins."""
    kind, subject = change
    how = start.invocation
    if kind in ("gone", "sourced", "earlier"):
        return _with_files(host, start, change, folder), start
    if kind in ("set", "unset"):
        name, _, value = subject.partition("=")
        environment = {one: text for one, text in start.environment.items() if one != name}
        if kind == "set":
            environment[name] = _expand(value, host)
        return host, _again(replace(start, environment=environment))
    if kind == "leave":
        return host, replace(start, invocation=replace(how, end=cast(End, subject)))
    if kind in ("login", "interactive") and not how.argv:
        on = subject != "no"
        flag = replace(how, login=on) if kind == "login" else replace(how, interactive=on)
        if kind == "interactive":
            flag = replace(flag, stdin="pty" if on and how.stdin == "null" else how.stdin)
        return host, replace(start, invocation=flag)
    argv = _words(start, change)
    stdin = how.stdin
    if kind == "interactive" and subject == "no" and stdin == "pty":
        stdin = "null"
    return host, _again(replace(start, invocation=replace(how, argv=argv, stdin=stdin)))


def _again(start: Start) -> Start:
    """The flags of a literal command line are read anew."""
    how = start.invocation
    if not how.argv:
        return start
    shell = start.shell
    found = shell.invocation(how.argv, how.stdin, start.environment, start.build)
    end = how.end if start.context == order.COMMAND_LINE else found.end
    return replace(start, invocation=replace(found, end=end))


def _words(start: Start, change: Change) -> tuple[str, ...]:
    """The command line after a change of its words."""
    name, *words = start.invocation.argv or _plain(start)
    kind, subject = change
    if kind == "login" and subject == "no":
        left = [_less(word, "l") for word in words if word not in _LOGIN_WORDS]
        return (name.removeprefix("-"), *left)
    if kind == "login":
        return _login(start.shell.name, name, words)
    if kind == "interactive" and subject == "no":
        return (name, *(_less(word, "i") for word in words if word != "-i"))
    if kind == "interactive":
        at = next((n for n, word in enumerate(words) if not _is_long(word)), len(words))
        return (name, *words[:at], "-i", *words[at:])
    if kind == "drop" and subject in words:
        at = words.index(subject)
        return (name, *words[:at], *words[at + (2 if subject in _WITH_VALUE else 1) :])
    return (name, subject, *words) if kind == "add" else (name, *words)


def _is_long(word: str) -> bool:
    return word.startswith("--") and len(word) > 2


def _less(word: str, letter: str) -> str:
    """A bundle of flags without one of them."""
    bundle = len(word) > 2 and word[0] == "-" and word[1:].isalpha() and len(word) < 6
    return word.replace(letter, "") if bundle else word


def _login(shell: str, name: str, words: list[str]) -> tuple[str, ...]:
    if shell == "bash":
        return (name, "--login", *words)
    if shell in ("zsh", "fish", "dash", "ash", "ksh93", "mksh"):
        return (name, "-l", *words)
    return ("-" + name.removeprefix("-"), *words)


def _plain(start: Start) -> tuple[str, ...]:
    """The command line of a context, which gives flags alone."""
    how, name = start.invocation, start.shell.programs[0]
    if how.command:
        return start.shell.argv(how, ":")
    return ("-" + name,) if how.login else (name,)


def _expand(value: str, host: Host) -> str:
    return str(host.home) + value[1:] if value.startswith("~") else value


def _with_files(host: Host, start: Start, change: Change, folder: Path) -> Overlay:
    kind, subject = change
    places: dict[Path, Path] = {}
    if kind == "gone":
        places[Path(subject)] = folder / "nowhere-at-all"
    elif kind == "earlier":
        path, _, line = subject.rpartition(":")
        rows = host.read(Path(path)).split(b"\n")
        rows[int(line) - 1] = b":"
        places[Path(path)] = stand_in(folder, b"\n".join(rows))
    return overlay(host, places)


def sourcing(host: Host, by: Path, path: Path, shell: str, folder: Path) -> Overlay:
    """`by` begins with a line that reads `path`."""
    word = "." if shell not in ("fish", "tcsh", "nushell", "xonsh") else "source"
    text = f"{word} {path}\n".encode("utf-8", "surrogateescape")
    return overlay(host, {by: stand_in(folder, text + host.read(by))})


def stand_in(folder: Path, text: bytes = b"") -> Path:
    """A file of `text` that every account may read."""
    path = folder / f"file-{len(list(folder.iterdir()))}"
    path.write_bytes(text)
    path.chmod(0o644)
    return path
