"""The accounts that a system-wide install is for: any new one, as the skeleton makes it, and root.

What stands in the homes of those who are there is theirs, and is not looked at: whoever puts
entries in front in a file of their own has the last word.
"""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from envkit.host import Host

_SKELETON = Path("/etc/skel")
_NOBODY = 65534  # nobody, on every Linux; elsewhere it is asked for
_ORDINARY, _ROOT = "an ordinary account", "root"


def models(host: Host) -> tuple[Host, ...]:
    """An ordinary account and root, each with a home as useradd(8) makes it. Pure."""
    skeleton = host.locate(_SKELETON)
    shell = Path("/bin/zsh" if _is_macos(host) else "/bin/bash")
    return tuple(
        host.but(
            home=home,
            home_at=skeleton,
            env={"HOME": str(home)},
            uid=uid,
            user=name,
            login_shell=shell,
            scope="user",
        )
        for home, uid, name in (
            (Path("/home/envkit-someone"), _nobody(), "envkit-someone"),
            (Path("/root"), 0, "root"),
        )
    )


def title(account: Host) -> str:
    """What a model account stands for, for people."""
    return _ROOT if account.uid == 0 else _ORDINARY


@contextmanager
def thrown_away(host: Host) -> Iterator[tuple[Host, ...]]:
    """The same accounts with real homes, copies of the skeleton that go at the end.

    Only root can become another account; who is not has none but their own.
    """
    homes: list[Path] = []
    try:
        found = []
        for model in models(host):
            if model.uid != os.geteuid() and os.geteuid() != 0:
                continue
            home = Path(tempfile.mkdtemp(prefix="envkit-home-"))
            homes.append(home)
            _fill(model, home)
            name = pwd.getpwuid(model.uid).pw_name if _is_known(model.uid) else str(model.uid)
            env = {"HOME": str(home)}
            found.append(model.but(home=home, home_at=home, env=env, user=name))
        yield tuple(found)
    finally:
        for home in homes:
            shutil.rmtree(home, ignore_errors=True)


def people(host: Host) -> Iterator[tuple[Path, Path]]:
    """Home and shell of each account that somebody logs in with, or that has files of its own."""
    if host.foreign:
        try:
            lines = host.read(Path("/etc/passwd")).decode("utf-8", "replace").splitlines()
        except OSError:
            return
        table = [row for row in (line.split(":") for line in lines) if len(row) == 7]
        rows = [(row[2], row[5], row[6]) for row in table]
    else:
        rows = [(str(one.pw_uid), one.pw_dir, one.pw_shell) for one in pwd.getpwall()]
    for uid, home, shell in rows:
        is_person = uid.isdigit() and int(uid) >= 1000
        if is_person or Path(shell).name not in ("nologin", "false", "sync", ""):
            yield Path(home), Path(shell)


def _fill(model: Host, home: Path) -> None:
    if model.home_at.is_dir():
        shutil.copytree(model.home_at, home, symlinks=True, dirs_exist_ok=True)
    for path in (home, *home.rglob("*")):
        os.chown(path, model.uid, -1, follow_symlinks=False)
    home.chmod(0o755)


def _is_known(uid: int) -> bool:
    return any(entry.pw_uid == uid for entry in pwd.getpwall())


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return _NOBODY


def _is_macos(host: Host) -> bool:
    return host.kind(Path("/System/Library/CoreServices")) == "directory"
