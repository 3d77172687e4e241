"""The throw-away home and /etc of a probe, and the commands that start shells there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from envkit import child, start
from envkit.host import Host
from envkit.model import Platform
from envkit.probe.cases import Family

if TYPE_CHECKING:
    from envkit.probe import Case

LOG = "ENVKIT_PROBE"
_KEPT = (
    *("passwd", "group", "nsswitch.conf", "ld.so.cache", "ld.so.conf", "shells", "os-release"),
    *("locale.alias", "localtime", "login.defs"),
)
_PATH = "/usr/local/bin:/usr/bin:/bin"
# The namespace's root is this account; without capabilities an unreadable file stays unreadable.
_TEXT = (
    'mount --bind "$1" /etc || exit 97; shift; level=$1; shift; '
    'if [ -n "$level" ]; then exec env "SHLVL=$level" -- "$@"; fi; exec env -u SHLVL -- "$@"'
)
_DROP = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--")


class Room(NamedTuple):
    """Where a probe lives: `etc` stands for /etc; `why_not`: why it cannot, "" where it does."""

    folder: Path
    logs: Path
    links: Path
    etc: Path
    system: tuple[Path, ...]
    why_not: str


class Machine(Host):
    """This machine with a throw-away home, and perhaps a throw-away /etc."""

    __slots__ = ("_etc",)
    _etc: Path | None

    def locate(self, path: Path) -> Path:
        """Where `path` lies: what is below /etc, in the folder that stands for it."""
        plain = Path(os.path.normpath(path))
        if self._etc is not None and plain.is_relative_to("/etc"):
            return self._etc / plain.relative_to("/etc")
        return path


def furnish(host: Host, folder: Path, platform: Platform, program: Path, family: Family) -> Room:
    """The folders, names for the shell to be called by, and /etc where it can be stood in for."""
    folder.chmod(0o755)
    links, logs, etc = folder / "bin", folder / "logs", folder / "etc"
    for place in (links, logs, etc):
        place.mkdir()
        _give(host, place)
    for name in (family.name, f"-{family.name}", "sh", "-sh"):
        if not (links / name).is_symlink():
            (links / name).symlink_to(host.locate(program))
    system = dict.fromkeys(Path(name) for name in (*family.system, *platform.system_files))
    marked = tuple(path for path in system if "*" not in path.name)
    for path in marked:
        _mark(host, etc / path.relative_to("/etc"), path, "file", family)
    for name in _KEPT:
        here = Path("/etc") / name
        if here.is_file():
            (etc / name).write_bytes(here.read_bytes())
    room = Room(folder, logs, links, etc, marked, "")
    why_not = _why_not(host, room)
    return room._replace(why_not=why_not, system=() if why_not else marked)


def _why_not(host: Host, room: Room) -> str:
    """Try it: whether /etc can be stood in for here."""
    tried = child.run(
        child.Command(
            (*_wrapped(host, room, ""), "cat", "/etc/profile"),
            "/usr/bin/unshare" if Path("/usr/bin/unshare").exists() else "/bin/unshare",
            {"PATH": _PATH},
            account=start.account(host),
        )
    )
    if tried.status == 0 and LOG.encode() in tried.stdout:
        return ""
    return "no mount namespace can be made here"


def _wrapped(host: Host, room: Room, level: str) -> tuple[str, ...]:
    root = os.geteuid() == 0 and start.account(host) is None
    head = ("unshare", "-m") if root else ("unshare", "-r", "-m")
    inside = () if root else _DROP
    return (*head, "/bin/sh", "-c", _TEXT, "sh", str(room.etc), level, *inside)


def home(host: Host, room: Room, kinds: Mapping[str, str], family: Family) -> Machine:
    """A home whose files are of these kinds; those that variables name are there."""
    number = len(list(room.folder.iterdir()))
    folder = room.folder / f"home-{number}"
    folder.mkdir()
    _give(host, folder)
    for name, kind in (*kinds.items(), *((name, "file") for name in family.named)):
        _mark(host, folder / name, folder / name, kind, family)
    values = {name: getattr(host, name) for name in Host.FIELDS}
    made = Machine(**{**values, "home": folder, "home_at": folder})
    made._etc = None if room.why_not else room.etc
    return made


def _mark(host: Host, here: Path, name: Path, kind: str, family: Family) -> None:
    below = [folder for folder in here.parents if not folder.exists()]
    here.parent.mkdir(parents=True, exist_ok=True)
    for folder in below:
        _give(host, folder)
    if kind == "missing":
        return
    if kind == "directory":
        here.mkdir()
    elif kind == "dangling":
        here.symlink_to("nowhere-at-all")
    elif kind == "loop":
        here.symlink_to(here.name)
    else:
        here.write_text("" if kind == "empty" else family.marker.format(name=name))
        here.chmod(0o000 if kind == "unreadable" else 0o644)
    if not here.is_symlink():
        _give(host, here)


def _give(host: Host, here: Path) -> None:
    if start.owner(host) != -1:
        os.chown(here, start.owner(host), -1)


def marked(here: Machine, room: Room) -> Iterator[Path]:
    """The files that log their name when they are read."""
    yield from room.system
    for folder, _, names in os.walk(here.home):
        for name in names:
            path = Path(folder, name)
            if here.kind(path) == "file" and path.stat().st_size:
                yield path


def environment(host: Host, here: Machine, room: Room, given: Mapping[str, str]) -> dict[str, str]:
    """What the shell is given: nothing of the user's own."""
    return {
        "HOME": str(here.home),
        "USER": host.user,
        "LOGNAME": host.user,
        "PATH": f"{room.links}:{_PATH}",
        "PWD": str(here.home),
        "TERM": "dumb",
        "HISTFILE": "/dev/null",
        **given,
    }


def command(
    host: Host, room: Room, program: Path, here: Machine, case: Case, log: Path, limit: float
) -> child.Command:
    """The child: the shell alone, or in a namespace whose /etc is the stand-in."""
    environment = {**case.environment, LOG: str(log)}
    account = start.account(host)
    if room.why_not:
        return child.Command(
            case.argv, host.locate(program), environment, case.stdin, limit, here.home, account
        )
    argv = (*_wrapped(host, room, environment.get("SHLVL", "")), *case.argv)
    unshare = "/usr/bin/unshare" if Path("/usr/bin/unshare").exists() else "/bin/unshare"
    return child.Command(argv, unshare, environment, case.stdin, limit, here.home, account)
