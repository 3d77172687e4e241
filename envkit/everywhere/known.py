"""The files that any start of any shell here knows: read, or not, or named by a dead line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import contexts, discover, order, shells
from envkit.everywhere import csh, fish, setters, structure
from envkit.everywhere.structure import Placed
from envkit.host import Host
from envkit.model import Order, Platform, Start, StartupFile
from envkit.provenance import Trace

_DIALECTS = {"ksh93": "ksh", "tcsh": "csh", "sh": "dash"}
#: Shells whose files are not searched: their language has no reader here.
UNREAD = frozenset(("nushell", "xonsh"))
#: The contexts whose files a shell is known by.
COMMON = ("login_terminal", "terminal", "ssh_command", "script")
# What a shell brings along is no startup file; what packages put into vendor_conf.d is.
_LIBRARY = re.compile(
    r"/(usr|opt|nix|run|home/linuxbrew)/.*/(zsh/.*functions/|fish/(?!vendor_conf\.d/))"
)
_LARGE = 1 << 20


class Known(NamedTuple):
    """A file, the grammar that it is read by, the shells that know it, and its statements."""

    path: Path
    dialect: str
    shells: tuple[str, ...]
    content: bytes

    def names(self, variable: str) -> frozenset[str]:
        """The variable, and what its shell ties to it."""
        own = fish.names(variable) if self.dialect == "fish" else frozenset(())
        return own or setters.names(variable, self.dialect)

    def statements(self) -> tuple[Placed, ...]:
        """What stands in it; nothing for csh, which has no tree."""
        if self.dialect in ("csh", ""):
            return ()
        return structure.statements(self.content, self.dialect)

    def sources(self) -> Iterator[tuple[Placed, str]]:
        """The statements that read a file, each with the word that names it."""
        of = fish.sourced if self.dialect == "fish" else setters.sourced
        for one in self.statements():
            if word := of(one):
                yield one, word

    def lines(self, variable: str) -> Iterator[tuple[int, int, Placed | None]]:
        """First and last line of each statement that sets the variable."""
        if self.dialect == "csh":
            yield from ((one.number, one.last, None) for one in csh.found(self.content, variable))
            return
        for one in self.statements():
            if self.dialect == "fish":
                sets = fish.sets(one, variable)
            else:
                sets = setters.sets(one, variable, self.dialect)
            if sets:
                yield one.node.line, one.node.last, one


def other_orders(host: Host, platform: Platform, own: Iterable[str]) -> tuple[Order, ...]:
    """What the everyday starts of the other shells of this machine come by."""
    found = []
    for name in discover.names("envkit.shells"):
        shell = shells.get(name)
        if name in own or name == "sh" or shells.program(host, shell) is None:
            continue
        for context in map(contexts.get, COMMON):
            start = order.start_for(host, context, shell, platform)
            if start.shell.name == name:
                found.append(order.order(host, start))
            else:
                found.append(order.order(host, start._replace(shell=shell, build="", version="")))
    return tuple(found)


def files(
    host: Host, account: str, orders: Sequence[Order], traces: Sequence[Trace]
) -> tuple[Known, ...]:
    """Every known file that is there, in the order in which one comes by them."""
    readers: dict[Path, list[str]] = {}
    for found in orders:
        for row in found.files:
            if row.status != "missing":
                readers.setdefault(row.path, []).append(found.shell)
    for one in traces:
        for path in (*(line.where.path for line in one.lines), *_blamed(one)):
            readers.setdefault(path, []).append(one.shell)
    known: dict[Path, Known] = {}
    waiting = [(path, tuple(dict.fromkeys(names))) for path, names in readers.items()]
    while waiting:
        path, names = waiting.pop(0)
        made = _known(host, path, names, account) if path not in known else None
        if made is None:
            continue
        known[path] = made
        for _, word in made.sources() if len(made.content) < _LARGE else ():
            target = named(host, word)
            if target is not None and target not in known:
                waiting.append((target, names))
    return tuple(known.values())


def _blamed(one: Trace) -> Iterator[Path]:
    yield from (each.where.path for each in one.assignments if each.where)


def _known(host: Host, path: Path, names: tuple[str, ...], account: str) -> Known | None:
    if _LIBRARY.match(str(path)) or host.kind(path) not in ("file", "unreadable"):
        return None
    try:
        content = host.read(path) if host.locate(path).is_file() else b""
    except OSError:
        content = b""
    chosen = account if account in names else "bash" if "bash" in names else names[0]
    dialect = _DIALECTS.get(chosen, chosen)
    dialect = dialect if dialect != "none" and dialect not in UNREAD else ""
    return Known(path, dialect, names, content)


def named(host: Host, word: str) -> Path | None:
    """The file that a word means, where only the home and the XDG folders stand in it."""
    text = re.sub(r"[\"']", "", word)
    values = {
        "HOME": str(host.home),
        "ZDOTDIR": str(host.home),
        "XDG_CONFIG_HOME": str(host.home / ".config"),
        "__fish_config_dir": str(host.home / ".config/fish"),
    }
    text = re.sub(
        r"\$(?:\{(\w+)(?::?-[^{}]*|:?-\$\{?HOME\}?[^{}]*)?\}|(\w+))",
        lambda m: values.get(m[1] or m[2], "$"),
        text,
    )
    if text.startswith("~/"):
        text = f"{host.home}/{text[2:]}"
    if not text.startswith("/") or re.search(r"[$`*?()<>\[]", text):
        return None
    return Path(text)


def rows(orders: Iterable[Order], path: Path) -> Iterator[StartupFile]:
    """What these starts say of a file."""
    for found in orders:
        yield from (row for row in (*found.before, *found.files) if row.path == path)


def alike(starts: Sequence[Start]) -> tuple[tuple[int, ...], ...]:
    """The numbers of the starts, those that are one and the same start together."""
    groups: dict[object, list[int]] = {}
    for number, one in enumerate(starts):
        key = (
            one.shell.name,
            one.invocation,
            frozenset(one.environment.items()),
            one.build,
            one.before,
            one.after,
        )
        groups.setdefault(key, []).append(number)
    return tuple(map(tuple, groups.values()))
