"""The same start with one thing changed, as data: what a `Change` means.

Files that a change adds, empties or takes away lie in a private folder; nothing of the user's is
touched, and no shell is started.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from envkit import child, order
from envkit.host import Host
from envkit.model import Change, End, Order, Start, StartupFile

_PHRASES = {
    "gone": "{} were gone",
    "login": "it were a login shell",
    "login no": "it were no login shell",
    "interactive": "it were interactive",
    "interactive no": "it were not interactive",
    "drop": "{} were left out",
    "add": "{} were given",
    "unset": "{} were not set",
    "set": "{} were set",
    "sourced": "{} sourced it",
    "leave": "it were left by {}",
    "earlier": "{} did not stand before it",
}
_FLAGS = (
    (Change("interactive"),),
    (Change("login"),),
    (Change("interactive", "no"),),
    (Change("login", "no"),),
    (Change("login"), Change("interactive")),
    (Change("leave", "exit"),),
    (Change("login"), Change("leave", "exit")),
    (Change("login"), Change("interactive"), Change("leave", "exit")),
)
_VARIABLES = ("POSIXLY_CORRECT", "ZDOTDIR", "ENV", "BASH_ENV", "XDG_CONFIG_HOME", "SHLVL")
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

    def entries(self, folder: Path) -> Iterator[str]:
        """The names in a folder, with those of the stand-ins, without what is nowhere."""
        names = set(Host.entries(self, folder))
        for path, here in self._places.items():
            if path.parent == Path(os.path.normpath(folder)):
                (names.add if here.exists() else names.discard)(path.name)
        yield from sorted(names, key=os.fsencode)


def overlay(host: Host, places: Mapping[Path, Path]) -> Overlay:
    """`host` with stand-ins for some of its files."""
    made = Overlay(**{name: getattr(host, name) for name in Host.FIELDS})
    before = host._places if isinstance(host, Overlay) else {}
    made._places = {**before, **places}
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
        return host, _again(start._replace(environment=environment))
    if kind == "leave":
        return host, start._replace(invocation=how._replace(end=cast(End, subject)))
    if kind in ("login", "interactive") and not how.argv:
        on = subject != "no"
        flag = how._replace(login=on) if kind == "login" else how._replace(interactive=on)
        if kind == "interactive":
            flag = flag._replace(stdin="pty" if on and how.stdin == "null" else how.stdin)
        return host, start._replace(invocation=flag)
    argv = _words(start, change)
    stdin = how.stdin
    if kind == "interactive" and subject == "no" and stdin == "pty":
        stdin = "null"
    return host, _again(start._replace(invocation=how._replace(argv=argv, stdin=stdin)))


def _again(start: Start) -> Start:
    """The flags of a literal command line are read anew."""
    how = start.invocation
    if not how.argv:
        return start
    shell = start.shell
    found = shell.invocation(how.argv, how.stdin, start.environment, start.build)
    end = how.end if start.context == order.COMMAND_LINE else found.end
    return start._replace(invocation=found._replace(end=end))


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
        at = 0
        while at < len(words) and _is_long(words[at]):
            at += 2 if words[at] in _WITH_VALUE else 1
        return (name, *words[:at], "-i", *words[at:])
    if kind == "drop" and subject not in words and len(subject) == 2:
        at = next((n for n, word in enumerate(words) if _has(word, subject[1])), len(words))
        return (name, *words[:at], *(_less(word, subject[1]) for word in words[at:]))
    if kind == "drop" and subject in words:
        at = words.index(subject)
        return (name, *words[:at], *words[at + (2 if subject in _WITH_VALUE else 1) :])
    return (name, subject, *words) if kind == "add" else (name, *words)


def _is_long(word: str) -> bool:
    return word.startswith("--") and len(word) > 2


def _less(word: str, letter: str) -> str:
    """A bundle of flags without one of them."""
    return word.replace(letter, "") if _has(word, letter) else word


def _has(word: str, letter: str) -> bool:
    """Whether a word is a bundle of several flags, `letter` one of them."""
    return 2 < len(word) < 6 and word[0] == "-" and word[1:].isalpha() and letter in word


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


def with_new(host: Host, path: Path, folder: Path) -> Overlay:
    """The machine with an empty file at `path`, and the folders above it."""
    places = {path: stand_in(folder)}
    for above in path.parents:
        if host.kind(above) != "missing":
            break
        places[above] = folder / f"above-{len(places)}"
        places[above].mkdir(exist_ok=True)
    return overlay(host, places)


# Asking the model again


def phrase(host: Host, change: Change) -> str:
    """A change in words that follow `read if`."""
    no = change.subject == "no"
    shown = host.show(change.subject)
    return _PHRASES[f"{change.kind} no" if no else change.kind].format(shown)


def reads(host: Host, start: Start, path: Path) -> bool:
    """Whether the model says for sure that this start reads the file."""
    files = order.order(host, start).files
    return any(row.path == path and row.status == "read" and row.certain for row in files)


def holds(host: Host, start: Start, path: Path, changes: tuple[Change, ...], folder: Path) -> bool:
    """Whether the file is read after these changes, as the model has it."""
    for change in changes:
        if change.kind == "sourced":
            by = Path(change.subject)
            if host.kind(by) != "file":
                return False
            host = sourcing(host, by, path, start.shell.name, folder)
        else:
            host, start = apply(host, start, change, folder)
    return reads(host, start, path)


def search(host: Host, start: Start, path: Path, found: Order, folder: Path) -> tuple[Change, ...]:
    """The first of the simple changes after which the file is read; none where none would do."""
    for changes in _candidates(host, start, found):
        if holds(host, start, path, changes, folder):
            return changes
    return ()


def settled(host: Host, start: Start, found: Order) -> Order:
    """`found` with each change put to the test: one that would not do gives way to what would."""
    doubted = [row for row in found.files if row.change and row.status in ("hidden", "skipped")]
    if not doubted:
        return found
    with child.private_folder() as folder:
        folder.chmod(0o755)
        rows = tuple(
            _settle(host, start, found, row, folder) if row in doubted else row
            for row in found.files
        )
    return found._replace(files=rows)


def _settle(host: Host, start: Start, found: Order, row: StartupFile, folder: Path) -> StartupFile:
    if row.change is None or holds(host, start, row.path, (row.change,), folder):
        return row
    changes = search(host, start, row.path, found, folder)
    reason = row.reason
    if changes:
        reason = "read if " + " and ".join(phrase(host, change) for change in changes)
    return row._replace(reason=reason, change=changes[0] if len(changes) == 1 else None)


def _flags(words: tuple[str, ...]) -> Iterator[str]:
    """The flags that may be left out one by one: those of a bundle, too, but not its `c`."""
    for word in words:
        if len(word) > 2 and _has(word, word[1]):
            yield from (f"-{letter}" for letter in word[1:] if letter not in "cil")
        elif word[:1] == "-" and word not in ("-c", "-i", "-l", "--login"):
            yield word


def _candidates(host: Host, start: Start, found: Order) -> Iterator[tuple[Change, ...]]:
    yield from _FLAGS
    drops = [Change("drop", flag) for flag in _flags(start.invocation.argv[1:])]
    unsets = [Change("unset", name) for name in _VARIABLES if name in start.environment]
    own = [
        Change("gone", str(row.path))
        for row in found.files
        if row.scope == "user" and row.status in ("read", "unreadable") and not row.sourced_at
    ]
    singles = (*drops, *unsets, *own)
    yield from ((one,) for one in singles)
    names = (host.home / name for name in start.shell.login_files)
    there = [path for path in names if host.kind(path) not in ("missing", "dangling")]
    more = [*singles, *(Change("gone", str(path)) for path in there)]
    for flags in _FLAGS:
        yield from ((*flags, one) for one in more)
    yield from ((one, other) for at, one in enumerate(singles) for other in singles[at + 1 :])
