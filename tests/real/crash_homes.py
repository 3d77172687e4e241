"""A home that a crash can hurt in every way, what is seen of it, and whether shells start in it."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

#: The shells that install is to write for: those of them that are installed.
_SHELLS = ("bash", "sh", "zsh", "fish", "mksh", "ksh93")
ASKED = tuple(name for name in _SHELLS if shutil.which(name))
_STATE = ".local/state"
_STARTS = (
    ("bash", "-lic", ":"),
    ("bash", "-ic", ":"),
    ("bash", "-lc", ":"),
    ("sh", "-lc", ":"),
    ("dash", "-lc", ":"),
    ("zsh", "-lic", ":"),
    ("zsh", "-c", ":"),
    ("fish", "-c", "true"),
    ("mksh", "-l", "-c", ":"),
    ("mksh", "-i", "-c", ":"),
    ("ksh93", "-l", "-c", ":"),
    ("ksh93", "-i", "-c", ":"),
)


class Seen(NamedTuple):
    """All that is kept of a file, by whoever looks."""

    kind: int
    mode: int
    owner: tuple[int, int]
    content: bytes
    attributes: tuple[tuple[str, bytes], ...]
    modified: int

    def same(self, other: Seen | None) -> bool:
        """Whether it is the same but for the time."""
        return other is not None and self._replace(modified=other.modified) == other


def build(home: Path) -> None:
    """Files with an xattr, odd modes, a link, no final newline, CRLF; and three that are absent."""
    home.mkdir()
    write(home / ".bashrc", b'alias ll="ls -l"\ncase $- in *i*) ;; *) return ;; esac\n', 0o600)
    write(home / ".bash_profile", b"if [ -f ~/.bashrc ]; then . ~/.bashrc; fi\n", 0o640)
    write(home / "dotfiles/profile", b"export EDITOR=vi # caf\xe9", 0o664)
    (home / ".profile").symlink_to("dotfiles/profile")
    write(home / ".zshrc", b"# zsh\r\n", 0o644)
    write(home / ".config/fish/config.fish", b"set -gx A 1\n", 0o644)
    with suppress(OSError):  # tmpfs has them since Linux 6.6
        os.setxattr(home / ".bash_profile", "user.mine", b"kept")
        os.setxattr(home / "dotfiles/profile", "user.also", b"\0\xff")
    for number, path in enumerate(sorted(home.rglob("*"))):
        time = 1_600_000_000_123_456_789 + number * 10**9
        os.utime(path, ns=(time, time), follow_symlinks=False)


def write(path: Path, content: bytes, mode: int) -> None:
    """A file of a home, and the folders around it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def put(source: Path, home: Path) -> None:
    """Make `home` a copy of `source`: hard links, times, owners and attributes too."""
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run(["cp", "-a", str(source), str(home)], check=True)


def look(home: Path) -> dict[str, Seen]:
    """Everything in a home but the records of envkit."""
    found = {}
    for path in sorted(home.rglob("*")):
        name = str(path.relative_to(home))
        if name in (".local", _STATE) or name.startswith(f"{_STATE}/"):
            continue
        status = path.lstat()
        content = b""
        if path.is_symlink():
            content = os.fsencode(path.readlink())
        elif path.is_file():
            content = path.read_bytes()
        names = sorted(os.listxattr(path, follow_symlinks=False))
        attributes = tuple((n, os.getxattr(path, n, follow_symlinks=False)) for n in names)
        owner = (status.st_uid, status.st_gid)
        mode, kind = status.st_mode & 0o7777, status.st_mode >> 12
        time = 0 if path.is_dir() and not path.is_symlink() else status.st_mtime_ns
        found[name] = Seen(kind, mode, owner, content, attributes, time)
    return found


def leftovers(home: Path) -> list[str]:
    """Names that only a transaction at work may have: of its files, its journal, its lock."""
    found = []
    for path in home.rglob("*"):
        name, place = path.name, str(path.parent.relative_to(home))
        beside = ".envkit-" in name or name.endswith((".new", ".old", ".tmp"))
        hidden = place.startswith(f"{_STATE}/envkit") and name.startswith(".")
        if beside or hidden or name in ("journal.json", "lock"):
            found.append(str(path.relative_to(home)))
    return sorted(found)


def half_done(home: Path, old: dict[str, Seen], new: dict[str, Seen]) -> list[str]:
    """What is neither old nor new in a home after a crash; names beside are left out."""
    now, wrong = look(home), []
    for name in sorted({*old, *new, *now}):
        if ".envkit-" in name.rpartition("/")[2]:
            continue
        seen = now.get(name)
        if seen is None:
            if name in old and name in new:
                wrong.append(f"{name} is lost")
        elif not (seen.same(old.get(name)) or seen.same(new.get(name))):
            wrong.append(f"{name} is neither old nor new: {seen}")
    return wrong


def unlike(home: Path, expected: dict[str, Seen], times: bool = False) -> list[str]:
    """Where a home is not as expected, with its names, and its times if they are asked for."""
    now, wrong = look(home), []
    for name in sorted({*expected, *now}):
        have, want = now.get(name), expected.get(name)
        if have is None or want is None:
            wrong.append(f"{name} is {'missing' if have is None else 'too much'}")
        elif not have.same(want):
            wrong.append(f"{name} differs: {have} for {want}")
        elif times and have.modified != want.modified:
            wrong.append(f"{name} has another time: {have.modified} for {want.modified}")
    return wrong


def complaints(home: Path) -> list[str]:
    """What shells say that start in this home: nothing, and with status 0."""
    wrong = []
    base = {"HOME": str(home), "TERM": "dumb", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    base |= {"LANG": "C.UTF-8", "HISTFILE": "/dev/null"}
    for words in _STARTS:
        if shutil.which(words[0]) is None:
            continue
        master, terminal = pty.openpty()
        try:
            # A terminal of its own: without one, an interactive shell complains of that.
            done = subprocess.run(
                ["setsid", "-c", "-w", *words],
                env={**base, "XDG_DATA_HOME": f"{home}.data", "XDG_CACHE_HOME": f"{home}.data"},
                cwd=home,
                stdin=terminal,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=30,
                check=False,
            )
        finally:
            os.close(terminal)
            os.close(master)
        if done.returncode != 0 or done.stderr:
            wrong.append(f"{' '.join(words)}: status {done.returncode}, {done.stderr!r}")
    return wrong
