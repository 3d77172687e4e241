"""What `which` tells is what the real shell says in the same start, line by line."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from envkit import contexts, order, shells, which
from envkit.host import Host
from envkit.model import Context, Start
from envkit.which.found import Found
from tests.real import which_homes
from tests.real.which_homes import NAMES, Home

SHELLS = ("bash", "zsh", "fish", "dash", "ksh93", "mksh")


def _host(folder: Path, user: str) -> Host:
    if user != "root":
        try:
            entry = pwd.getpwnam(user)
        except KeyError:
            pytest.skip(f"no account {user} here")
        for below, folders, files in os.walk(folder):
            for name in ("", *folders, *files):
                os.chown(Path(below, name), entry.pw_uid, entry.pw_gid, follow_symlinks=False)
    return Host.real(home=folder)


def _where(host: Host, shell: str, context: str) -> list[tuple[Context, Start]]:
    own = shells.get(shell)
    if shells.program(host, own) is None:
        if os.environ.get("ENVKIT_REQUIRE_SHELLS"):
            pytest.fail(f"no {shell} here, and .ci/run installs it")
        pytest.skip(f"no {shell} here")
    one = contexts.get(context)
    return [(one, order.start_for(host, one, own))]


def _files(one: Found, same: bool) -> tuple[str, ...]:
    """All files of the name on PATH, as told; `same`: with those that are the same once more."""
    files = ((one.file,) if one.file and one.file.runnable else ()) + one.shadows
    return tuple(str(each.path) for each in files if same or not each.same_as)


def _check(one: Found, name: str, says: which_homes.Says, made: Home, shell: str) -> None:
    kinds = tuple(dict.fromkeys((one.kind, *one.overrides)))
    told = tuple(kind for kind in kinds if kind != "none")
    where = (one.where.path, one.where.line) if one.where else None
    if shell == "fish" and one.kind == "alias":
        told = ("function", *told[1:])  # an alias of fish is a function
    # dash, mksh: only the first is told.
    assert told[: len(says.kinds)] == says.kinds, (name, told, says)
    if one.kind == "alias":
        assert where == made.aliases[name], (name, where, made.aliases[name])
    if one.kind == "function" and (shell, name) != ("fish", "ls"):  # that is fish's own
        assert where == made.functions[name], (name, where, made.functions[name])
    told_files = _files(one, same=shell != "ksh93")  # it tells a file once, of /bin and /usr/bin
    count = len(says.files) if shell in ("dash", "sh", "mksh") else None
    assert told_files[:count] == says.files, (name, told_files, says.files)
    for file in filter(None, (one.file, *one.shadows)):
        if file.entry in made.entries and file.runnable:
            by = file.set_by
            assert by and (by.path, by.line) == made.entries[file.entry], (name, by, file.entry)


def _compare(tmp_path: Path, shell: str, seed: int, user: str) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    made = which_homes.home(folder, shell, seed)
    host = _host(folder, user)
    context = "login_terminal" if shell in ("dash", "ksh93", "mksh") else "terminal"
    where = _where(host, shell, context)
    says = which_homes.said(host, where[0][1], NAMES, tmp_path / "said")
    told = which.which(host, where, NAMES)
    for each in told:
        _check(each.contexts[0], each.name, says[each.name], made, shell)


@pytest.mark.parametrize("user", ["root", "newbie"])
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("shell", SHELLS)
def test_random_homes(tmp_path: Path, shell: str, seed: int, user: str) -> None:
    _compare(tmp_path, shell, seed, user)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 160))
@pytest.mark.parametrize("shell", SHELLS)
def test_more_random_homes(tmp_path: Path, shell: str, seed: int) -> None:
    _compare(tmp_path, shell, seed, "newbie" if seed % 2 else "root")
