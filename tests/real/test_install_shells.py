"""install for zsh, fish, ksh93 and mksh, held to the really started shells; then every byte back.

envkit's own proof is not asked: the shells are started here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from envkit import install, platforms
from envkit.apply import apply
from envkit.host import Host
from envkit.plan import Profile
from envkit.uninstall import uninstall_plan
from tests.real import shell_homes, shell_texts
from tests.real.shell_homes import HOMES, SHELLS, Files
from tests.real.test_install_roundtrip import look

FULL = pytest.mark.full
OURS = "/opt/py/bin"
PROFILE = Profile("descent", (("A_B", "1"),), (OURS,), (), Path("descent.env"))
ALWAYS = ("zsh: prezto, ZDOTDIR in .zshenv", "ksh: ENV in .profile", "everything at once")
CASES = [name if name in ALWAYS else pytest.param(name, marks=FULL) for name in HOMES]


def machine(home: Path, env: Mapping[str, str] | None = None) -> Host:
    host = Host.real(home=home).but(login_shell=Path("/bin/bash"))
    base = {"HOME": str(home), "PATH": "/usr/bin:/bin", "TERM": "dumb", "LANG": "C.UTF-8"}
    return host.but(env=base | dict(env or {}))


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


def held(
    home: Path, files: Files, env: Mapping[str, str], shells: tuple[str, ...] = SHELLS
) -> None:
    """Install on a home, start every shell, install again, uninstall."""
    for shell in shells:
        shell_homes.installed(shell)
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


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=FULL) if "not there" in name else name for name in ELSEWHERE],
)
def test_folders_that_the_session_names(home: Path, name: str) -> None:
    files, env = ELSEWHERE[name]
    held(home, files, {key: value.format(home=home) for key, value in env.items()})


ETC: dict[str, tuple[Files, Files]] = {
    "zprofile puts in front": (
        {"/etc/zsh/zprofile": "PATH=/usr/local/bin:/sys:$PATH\n"},
        {".zshrc": "alias a=b\n"},
    ),
    "zprofile rebuilds PATH, as path_helper does": (
        {
            "/etc/zsh/zprofile": "if [ -x /bin/sh ]; then\n"
            "  eval \"$(echo PATH=/usr/bin:/bin:$PATH)\"\nfi\n"
        },
        {},
    ),
    "Arch: zprofile reads /etc/profile": (
        {
            "/etc/zsh/zprofile": "emulate sh -c 'source /etc/profile'\n",
            "/etc/profile": "append_path () {\n  case \":$PATH:\" in *:\"$1\":*) ;; "
            "*) PATH=\"${PATH:+$PATH:}$1\" ;; esac\n}\nPATH=/usr/local/sbin:/usr/bin:/bin\n"
            "append_path /opt/tools\nexport PATH\nunset -f append_path\n",
        },
        {".zshrc": "PATH=/x:$PATH\n"},
    ),
    "zshrc puts in front": ({"/etc/zsh/zshrc": "PATH=/sys:$PATH\n"}, {}),
    "zlogin puts in front": ({"/etc/zsh/zlogin": "PATH=/sys:$PATH\n"}, {}),
    "zshenv sets ZDOTDIR": (
        {"/etc/zsh/zshenv": "ZDOTDIR=$HOME/.config/zsh\n"},
        {".config/zsh/.zshrc": "PATH=/x:$PATH\n", ".zshrc": "PATH=/never:$PATH\n"},
    ),
    "zshenv leaves out the system's files": (
        {"/etc/zsh/zprofile": "PATH=/sys:$PATH\n"},
        {".zshenv": "unsetopt GLOBAL_RCS\n"},
    ),
    "fish: config.fish puts in front": ({"/etc/fish/config.fish": "set -p PATH /sys\n"}, {}),
    "fish: conf.d of the system": (
        {"/etc/fish/config.fish": "", "/etc/fish/conf.d/a.fish": "set -p PATH /sys\n"},
        {".config/fish/config.fish": "alias a b\n"},
    ),
}  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may have a mount namespace of its own")
@pytest.mark.parametrize(
    "name",
    [
        name if "Arch" in name or "ZDOTDIR" in name else pytest.param(name, marks=FULL)
        for name in ETC
    ],
)
def test_under_other_system_files(tmp_path: Path, home: Path, name: str) -> None:
    etc, files = ETC[name]
    for text, place in ((etc, "etc.json"), (files, "home.json")):
        (tmp_path / place).write_text(json.dumps(text))
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-m", "tests.real.shell_system",
         tmp_path / "etc.json", tmp_path / "home.json", home],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    if "unshare" in done.stderr.splitlines()[:1]:
        pytest.skip("no mount namespaces here")
    assert done.stdout.endswith("held\n"), done.stderr[-2000:]


def random_homes(folder: Path, shell: str, seeds: range) -> None:
    for seed in seeds:
        home = folder / str(seed)
        home.mkdir()
        held(home, shell_texts.home(shell, seed), {}, (shell,))


@pytest.mark.parametrize("shell", SHELLS)
def test_random_homes(tmp_path: Path, shell: str) -> None:
    random_homes(tmp_path, shell, range(2))


@pytest.mark.full
@pytest.mark.parametrize("shell", SHELLS)
def test_hundreds_of_random_homes(tmp_path: Path, shell: str) -> None:
    random_homes(tmp_path, shell, range(100, 250))
