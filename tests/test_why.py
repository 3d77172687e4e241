"""--why: where a file is read, over all contexts, and what alone would change that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import otherwise, platforms, shells, why
from envkit.host import Host
from envkit.model import Change
from envkit.why import Why

ROOT = {"etc/profile": "x=1\n", "etc/bash.bashrc": "x=1\n", "etc/os-release": "ID=debian\n"}
GUARD = "case $- in\n  *i*) ;;\n  *) return ;;\nesac\n. ~/.more\n"
FILES = {
    ".bash_profile": "[ -f ~/.bashrc ] && . ~/.bashrc\n",
    ".profile": "x=1\n",
    ".bashrc": GUARD,
    ".more": "x=1\n",
    ".bash_logout": "x=1\n",
}


def _why(host: Host, name: str, shell: str = "bash") -> dict[str, Why]:
    every = why.every(host, shells.get(shell), platforms.get("debian"))
    path = why.path_of(host, name, Path("/"))
    return {one.one.context.name: one for one in why.why(host, path, every)}


def test_a_file_that_is_read(host: Callable[..., Host]) -> None:
    found = _why(host(FILES, ROOT), "~/.bash_profile")
    one = found["login_terminal"]
    assert (one.status, one.place, one.reason) == ("read", 2, "the first of three that exists")


def test_hidden(host: Callable[..., Host]) -> None:
    machine = host(FILES, ROOT)
    one = _why(machine, "~/.profile")["login_terminal"]
    assert one.status == "hidden"
    assert one.change == Change("gone", "/home/ada/.bash_profile")
    assert "read if ~/.bash_profile were gone" in one.reason


@pytest.mark.parametrize(
    ("name", "context", "status", "reason"),
    [
        ("~/.more", "login_terminal", "read", "sourced by ~/.bashrc:5"),
        ("~/.more", "ssh_command", "skipped", "~/.bashrc:1 leaves the file before line 5"),
        ("~/.more", "script", "skipped", "~/.bashrc reads it, and is not read itself"),
        ("~/.bashrc", "terminal", "read", "bash, because it is interactive"),
        ("~/.bashrc", "cron", "skipped", "~/.bash_profile reads it, and is not read itself"),
        ("~/.profile", "terminal", "skipped", "a login shell and ~/.bash_profile were gone"),
        ("/etc/profile", "terminal", "skipped", "only a login shell reads it"),
        ("~/.profile", "desktop", "read", "sh, because it is a login shell"),
        ("~/.bash_login", "login_terminal", "missing", "read if ~/.bash_profile were gone"),
        ("~/.nothing", "terminal", "missing", "does not look for it"),
        ("~/.bashrc", "sudo_command", "skipped", "no shell stands between"),
    ],
)
def test_reasons(
    host: Callable[..., Host], name: str, context: str, status: str, reason: str
) -> None:
    one = _why(host(FILES, ROOT), name)[context]
    assert one.status == status
    assert reason in one.reason


def test_a_change_is_what_makes_it_be_read(host: Callable[..., Host]) -> None:
    """By the model; tests/real/test_order_changes.py asks the shells."""
    machine = host(FILES, ROOT)
    folder = machine.root / "stand-ins"
    folder.mkdir()
    count = 0
    for name in FILES:
        path = machine.home / name
        for one in _why(machine, f"~/{name}").values():
            if one.changes:
                count += 1
                assert not otherwise.reads(machine, one.one.start, path)
                assert otherwise.holds(machine, one.one.start, path, one.changes, folder)
    assert count > 30


@pytest.mark.parametrize(
    ("text", "folder", "expected"),
    [
        ("~/.profile", "/", "/home/ada/.profile"),
        ("~/a/../.profile", "/", "/home/ada/.profile"),
        (".profile", "/", "/home/ada/.profile"),
        ("/etc/profile", "/", "/etc/profile"),
        ("/etc/../etc/profile", "/", "/etc/profile"),
        ("{root}/etc/profile", "/", "/etc/profile"),
        ("{root}/home/ada/.profile", "/", "/home/ada/.profile"),
        ("etc/profile", "{root}", "/etc/profile"),
        (".profile", "{root}/home/ada", "/home/ada/.profile"),
        ("nothing", "{root}", "/home/ada/nothing"),
    ],
)
def test_the_file_that_is_meant(
    host: Callable[..., Host], text: str, folder: str, expected: str
) -> None:
    machine = host(FILES, ROOT)
    root = str(machine.root)
    path = why.path_of(machine, text.format(root=root), Path(folder.format(root=root)))
    assert path == Path(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".zshrc", "zsh"),
        (".config/fish/config.fish", "fish"),
        (".mkshrc", "mksh"),
        (".tcshrc", "tcsh"),
        (".nothing", None),
    ],
)
def test_whose_file_it_is(host: Callable[..., Host], name: str, expected: str | None) -> None:
    machine = host({}, ROOT)
    found = why.others(machine, machine.home / name, platforms.get("debian"), "bash")
    assert (expected in found) if expected else not found


def test_zsh(host: Callable[..., Host]) -> None:
    machine = host({".zprofile": "x=1\n", ".zshrc": "x=1\n"}, ROOT)
    found = _why(machine, "~/.zprofile", "zsh")
    assert found["login_terminal"].status == "read"
    assert found["terminal"].change == Change("login")
