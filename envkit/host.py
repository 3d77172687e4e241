"""The one door to the machine: home, root, environment, account; nothing else asks for them.

`root` is `/`, or a folder that stands for the root of another machine (an unpacked image, a
chroot). Paths that envkit speaks of are as that machine sees them; `locate` says where one lies
here. A machine with a foreign root is only read, nothing of it is executed.
"""

from __future__ import annotations

import errno
import os
import pwd
import stat
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from envkit.errors import UsageError

Kind = Literal["file", "directory", "missing", "dangling", "loop", "unreadable"]


class Host:
    """A machine as one account sees it.

    `home` is the home directory as that machine names it, `home_at` where it lies here.
    `uid` is whom the shells would run as: the home's owner when root asks, else who asks.
    `scope` system: what is envkit's own lies in /etc and /var/lib (`for_system`).
    """

    # No dataclass: to make one costs a start 0.2 times what Python itself does.
    __slots__ = FIELDS = (
        *("home", "home_at", "root", "env", "uid", "user", "login_shell"),
        "scope",
    )

    def __init__(
        self,
        home: Path,
        home_at: Path,
        root: Path,
        env: Mapping[str, str],
        uid: int,
        user: str,
        login_shell: Path,
        scope: str = "user",
    ) -> None:
        self.home, self.home_at, self.root, self.env = home, home_at, root, env
        self.uid, self.user, self.login_shell, self.scope = uid, user, login_shell, scope

    def but(self, **changes: Any) -> Host:
        """The same machine with other fields."""
        return Host(**{name: getattr(self, name) for name in Host.FIELDS} | changes)

    @classmethod
    def real(cls, home: Path | None = None, root: Path | None = None) -> Host:
        """This machine and this account, or `--home` and `--root` in their place."""
        env = dict(os.environ)
        top = Path("/") if root is None else Path(os.path.abspath(root))
        if root is not None and not top.is_dir():
            raise UsageError(f"--root {root} is not a folder", "name an unpacked root file system")
        if home is None and root is None:
            home = Path(env.get("HOME") or _account(top, os.geteuid(), None)[1])
        inside, here = _place_home(top, home)
        if not here.is_dir():
            raise UsageError(f"the home directory {here} is not a folder", "name one: --home DIR")
        uid = here.stat().st_uid if os.geteuid() == 0 else os.geteuid()
        if env.get("HOME") != str(inside):
            # The caller's XDG folders are those of the caller's own home.
            env = {name: value for name, value in env.items() if not name.startswith("XDG_")}
        env["HOME"] = str(inside)
        user, _, shell = _account(top, uid, inside)
        if not shell and root is None:
            shell = env.get("SHELL", "")  # the caller's says nothing of another machine
        return cls(inside, here, top, env, uid, user, Path(shell or "/bin/sh"))

    @property
    def foreign(self) -> bool:
        """Whether this is another machine's file system: read, never executed."""
        return self.root != Path("/")

    def for_system(self) -> Host:
        """The same machine as `--system` sees it: for every account, not this one.

        As who asks: under sudo the home, by which an account is known, may be another's.
        """
        return self.but(scope="system", uid=os.geteuid())

    @property
    def config(self) -> Path:
        """`~/.config/envkit`, XDG respected (XDG Base Directory Specification 0.8)."""
        return self._xdg("XDG_CONFIG_HOME", ".config", "/etc")

    @property
    def state(self) -> Path:
        """`~/.local/state/envkit`: receipts, the lock, the journal; /var/lib for the system."""
        return self._xdg("XDG_STATE_HOME", ".local/state", "/var/lib")

    @property
    def data(self) -> Path:
        """`~/.local/share/envkit`: Python environments that envkit made."""
        return self._xdg("XDG_DATA_HOME", ".local/share", "/var/lib")

    def _xdg(self, variable: str, default: str, systems: str) -> Path:
        if self.scope == "system":
            return Path(systems) / "envkit"
        given = self.env.get(variable, "")
        # The specification: a relative path is invalid and is to be ignored.
        base = Path(given) if given.startswith("/") else self.home / default
        return base / "envkit"

    def locate(self, path: Path) -> Path:
        """Where `path` lies on this machine, links followed as the other machine would."""
        if not self.foreign and self.home == self.home_at:
            return path
        return self._walk(path, 0)

    def _walk(self, path: Path, links: int) -> Path:
        seen, here = Path("/"), self.root
        for part in Path(os.path.normpath(path)).parts[1:]:
            seen /= part
            here = self.home_at if seen == self.home else here / part
            if here.is_symlink() and here != self.home_at:
                if links >= 40:  # Linux gives up at 40 (path_resolution(7))
                    return here
                target = seen.parent / here.readlink()
                here = self._walk(target, links + 1)
        # A root made of texts has no devices; a link to /dev/null is a common way to mask a file.
        return seen if seen == Path("/dev/null") else here

    def named(self, here: Path) -> Path:
        """How the machine that is asked about names a place of this one; `locate`, turned back."""
        if not self.foreign and self.home == self.home_at:
            return here
        for top, name in ((self.home_at, self.home), (self.root, Path("/"))):
            real = os.path.realpath(top)
            if here.is_relative_to(real):
                return name / here.relative_to(real)
        return here

    def kind(self, path: Path) -> Kind:
        """What open() would find there for this account (open(2): ENOENT, ELOOP, EACCES)."""
        here = self.locate(path)
        try:
            mode = here.stat().st_mode
        except OSError as error:
            if error.errno == errno.ENOENT:
                return "dangling" if here.is_symlink() else "missing"
            return "loop" if error.errno == errno.ELOOP else "unreadable"
        if stat.S_ISDIR(mode):
            return "directory"
        return "file" if self._may_read(here) else "unreadable"

    def may_run(self, path: Path) -> bool:
        """Whether this account may execute the regular file there (execve(2): EACCES)."""
        here = self.locate(path)
        try:
            return stat.S_ISREG(here.stat().st_mode) and self._may(here, os.X_OK)
        except OSError:  # also: a folder on the way that nobody else may enter
            return False

    def _may_read(self, here: Path) -> bool:
        return self._may(here, os.R_OK)

    def _may(self, here: Path, bit: int) -> bool:
        if os.geteuid() != 0 or self.uid == 0:
            return os.access(here, bit)
        return _allows(here, self.root, self.uid, bit) and all(
            _allows(folder, self.root, self.uid, 1)
            for folder in self._folders_above(here.resolve())
        )

    def _folders_above(self, here: Path) -> Iterator[Path]:
        """The folders on the way; what lies above another machine's root is none of its own."""
        tops = {self.root.resolve(), self.home_at.resolve()} if self.foreign else set()
        for folder in here.parents:
            yield folder
            if folder in tops:
                return

    def read(self, path: Path) -> bytes:
        """The bytes of a file; OSError where open() fails. No pipe, no device is waited for."""
        here = self.locate(path)
        mode = here.stat().st_mode
        return here.read_bytes() if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else b""

    def entries(self, folder: Path) -> Iterator[str]:
        """The names in a folder in the order of the C locale; nothing where it cannot be read."""
        here = self.locate(folder)
        try:
            if self._may_read(here):
                yield from sorted((path.name for path in here.iterdir()), key=os.fsencode)
        except OSError:
            return

    def ask(self, argv: Sequence[str | Path], limit: float = 10.0) -> str | None:
        """What a well-known program prints; None where it fails, or is not done within `limit`.

        Nothing is written, so that a dry run may ask, too. Users' files are run by `child` alone.
        """
        import signal
        import subprocess

        try:
            process = subprocess.Popen(
                argv,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return None
        try:
            answer, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            # Not read to its end: a grandchild may hold the pipe open.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None
        return answer.decode(errors="replace") if process.returncode == 0 else None

    def show(self, path: Path | str) -> str:
        """A path for people: the home directory as `~`, `?` for what a terminal would obey."""
        text, home = str(path), str(self.home)
        if not text.isprintable():
            text = "".join("?" if ord(one) < 32 or ord(one) == 127 else one for one in text)
        if home == "/" or not (text == home or text.startswith(home + "/")):
            return text
        return "~" + text[len(home) :]


def _place_home(root: Path, home: Path | None) -> tuple[Path, Path]:
    """The home as the machine names it, and where it lies here."""
    if root == Path("/"):
        assert home is not None
        here = Path(os.path.abspath(home))
        return here, here
    if home is None:
        return Path("/root"), root / "root"
    if not home.is_absolute() or home == root or root in home.parents:
        here = Path(os.path.abspath(home))
        return (Path("/") / here.relative_to(root), here) if root in here.parents else (here, here)
    inside = root / home.relative_to("/")
    return (home, inside) if inside.is_dir() or not home.is_dir() else (home, home)


def _account(root: Path, uid: int, home: Path | None) -> tuple[str, str, str]:
    """User name, home directory and shell from the machine's passwd file."""
    if root != Path("/"):
        for row in sorted(_rows(root / "etc/passwd", 7), key=lambda row: row[5] != str(home)):
            if row[5] == str(home) or row[2] == str(uid):
                return row[0], row[5], row[6]
        # macOS keeps its people elsewhere (Open Directory), and gives them zsh.
        is_macos = (root / "System/Library/CoreServices").is_dir()
        return "user", str(home), "/bin/zsh" if is_macos else ""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return str(uid), os.environ.get("HOME", "/"), ""
    return entry.pw_name, entry.pw_dir, entry.pw_shell


def _allows(path: Path, root: Path, uid: int, bit: int) -> bool:
    """Whether the permission bits let `uid` in (path_resolution(7)); groups of that machine."""
    status = path.stat()
    if status.st_uid == uid:
        return bool(status.st_mode >> 6 & bit)
    return bool(status.st_mode >> (3 if status.st_gid in _groups(root, uid) else 0) & bit)


@cache
def _groups(root: Path, uid: int) -> tuple[int, ...]:
    if root != Path("/"):
        return tuple(_groups_in(root, uid))
    try:
        account = pwd.getpwuid(uid)
    except KeyError:
        return ()
    return tuple(os.getgrouplist(account.pw_name, account.pw_gid))


def _groups_in(root: Path, uid: int) -> Iterator[int]:
    """The account's groups as another machine's passwd(5) and group(5) give them."""
    users = [row for row in _rows(root / "etc/passwd", 7) if row[2] == str(uid)]
    yield from (int(row[3]) for row in users if row[3].isdigit())
    names = {row[0] for row in users}
    for row in _rows(root / "etc/group", 4):
        if row[2].isdigit() and names & set(row[3].split(",")):
            yield int(row[2])


def _rows(table: Path, fields: int) -> list[list[str]]:
    try:
        lines = table.read_text(errors="replace").splitlines()
    except OSError:
        return []
    return [row for row in (line.split(":") for line in lines) if len(row) == fields]
