"""install for zsh, fish, ksh93 and mksh, held to the really started shells; then every byte back.

envkit's own proof is not asked: the shells are started here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from envkit import install, platforms
from envkit.apply import apply
from envkit.host import Host
from envkit.plan import Profile
from envkit.uninstall import uninstall_plan
from tests.real import shell_homes
from tests.real.shell_homes import HOMES, SHELLS, Files
from tests.real.test_install_roundtrip import look

FULL = pytest.mark.full
OURS = "/opt/py/bin"
PROFILE = Profile("descent", (("A_B", "1"),), (OURS,), (), Path("descent.env"))
ALWAYS = (
    *("bare", "zsh: oh-my-zsh", "zsh: prezto, ZDOTDIR in .zshenv", "fish: a guard"),
    *("fish: fish_add_path", "ksh: ENV in .profile", "everything at once"),
)
CASES = [name if name in ALWAYS else pytest.param(name, marks=FULL) for name in HOMES]


def machine(home: Path, env: Mapping[str, str] | None = None) -> Host:
    host = replace(Host.real(home=home), login_shell=Path("/bin/bash"))
    base = {"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"}
    return replace(host, env=base | dict(env or {}))


def there(host: Host, shells: tuple[str, ...] = SHELLS) -> install.InstallPlan:
    found = install.plan(host, PROFILE, platforms.detect(host), shells=shells)
    apply(host, found.plan)
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.mark.parametrize("name", CASES)
def test_the_last_word_is_ours_in_every_start(home: Path, name: str) -> None:
    held(home, HOMES[name], {})


def held(home: Path, files: Files, env: Mapping[str, str]) -> None:
    """Install on a home, start every shell, install again, uninstall."""
    shells = tuple(shell for shell in SHELLS if shell_homes.installed(shell))
    shell_homes.put(home, files)
    # fish makes folders of its own when it first starts.
    was = shell_homes.paths(home, shells, env)
    before = look(home)
    host = machine(home, env)
    found = there(host, shells)
    now = shell_homes.paths(home, shells, env)
    lost = {
        start: now[start]
        for start, path in was.items()
        if path is not None and (now[start] or "").split(":")[0] != OURS
    }
    assert lost == {}, found.unreached
    for start, path in was.items():
        # Nothing that was read before stops being read.
        assert set((path or "").split(":")) <= {*(now[start] or "").split(":"), ""}, start
    again = install.plan(host, PROFILE, platforms.detect(host), shells=shells)
    assert again.plan.edits == ()
    apply(host, uninstall_plan(host))
    assert look(home) == before


ELSEWHERE: dict[str, tuple[Files, dict[str, str]]] = {
    "ZDOTDIR of the session": (
        {"zdot/.zshrc": "PATH=/x:$PATH\n", "zdot/.zprofile": "PATH=/y:$PATH\n"},
        {"ZDOTDIR": "{home}/zdot"},
    ),
    "ZDOTDIR that is not there": ({}, {"ZDOTDIR": "{home}/zdot"}),
    "XDG_CONFIG_HOME": (
        {"cfg/fish/config.fish": "set -p PATH /x\n", ".zshrc": "PATH=/z:$PATH\n"},
        {"XDG_CONFIG_HOME": "{home}/cfg"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
def test_folders_that_the_session_names(home: Path, name: str) -> None:
    files, env = ELSEWHERE[name]
    held(home, files, {key: value.format(home=home) for key, value in env.items()})
