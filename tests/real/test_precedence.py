"""install on homes as people have them: what was read is read, what was exported is, ours is first.

Held to the really started shells, before and after; envkit's own proof is not asked. The oracle for
what cannot be reached is the home itself: only files that nobody can read excuse a start.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from random import Random

import pytest

import envkit
from envkit import install, platforms
from envkit.host import Host
from envkit.plan import Plan, Profile
from envkit.uninstall import uninstall_plan
from tests.real import precedence_homes as homes
from tests.real import precedence_texts, shell_homes
from tests.real.precedence_homes import World

FULL = pytest.mark.full
PROFILE = Profile("descent", ((homes.NAME, homes.VALUE),), (homes.OURS,), (), Path("x.env"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account may enter."""
    top = Path(tempfile.mkdtemp(prefix="envkit-home-", dir="/var/tmp"))
    top.chmod(0o755)
    yield top
    shutil.rmtree(top)


@pytest.fixture(scope="session")
def loaded() -> None:
    """All of envkit in memory: an ordinary account may not be able to read where it lies."""
    for module in pkgutil.walk_packages(envkit.__path__, "envkit."):
        if not any(word in module.name for word in ("descent", "__main__", "plot", ".cli")):
            importlib.import_module(module.name)
    Host.real(home=Path("/tmp")).ask(["true"])


def written(home: Path, world: World) -> dict[str, str]:
    """Install there and write it down; what is not reached, and why."""
    host = _host(home, world)
    found = install.plan(host, PROFILE, platforms.detect(host), shells=world.shells)
    _write(found.plan)
    again = install.plan(host, PROFILE, platforms.detect(host), shells=world.shells)
    assert again.plan.edits == (), "a second install changes something"
    return {one.start: one.reason for one in found.unreached}


def taken_back(home: Path, world: World) -> dict[str, str]:
    """Uninstall there without a receipt, and with nothing of the session's."""
    _write(uninstall_plan(_host(home, world._replace(env={}))))
    return {}


def _host(home: Path, world: World) -> Host:
    host = Host.real(home=home).but(login_shell=Path("/bin/bash"))
    given = {**homes.environment(home, world), "TERM": "xterm-256color"}
    return host.but(env={"HOME": str(home), "PATH": "/usr/bin:/bin", **given})


def _write(plan: Plan) -> None:
    """The plan's bytes, by nothing but open(2): the writer has tests of its own."""
    for edit in plan.edits:
        path = Path(os.path.realpath(edit.path))
        if edit.after is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(edit.after)


def as_user(uid: int, work: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What `work` gives where another account does it."""
    if uid == os.geteuid():
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(pwd.getpwuid(uid).pw_gid)
            os.setuid(uid)
            answer = work()
        except BaseException as error:  # it is told, and fails the test
            answer = {"failed": repr(error)}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said: dict[str, str] = json.loads(stream.read())
    os.waitpid(child, 0)
    assert "failed" not in said, said["failed"]
    return said


def contents(home: Path, world: World) -> Mapping[str, bytes]:
    return {name: (home / name).read_bytes() for name in world.files}


def held(folder: Path, world: World, uid: int) -> dict[str, str]:
    """One home, from its making to its uninstall; what could not be reached, and why."""
    for shell in world.shells:
        shell_homes.installed("dash" if shell == "sh" else shell)
    home = folder / "home"
    home.mkdir()
    homes.make(home, world, uid)
    was = contents(home, world)
    before = homes.observe(home, world, uid)
    unreached = as_user(uid, lambda: written(home, world))
    after = homes.observe(home, world, uid)
    problems = homes.differences(before, after, frozenset(unreached))
    texts = {name: (home / name).read_text() for name in world.files}
    assert problems == [], (world, unreached, texts)
    for name in world.unreadable:  # uninstall is to look into everything
        (home / name).chmod(0o600)
    as_user(uid, lambda: taken_back(home, world))
    assert contents(home, world) == was
    shutil.rmtree(home)
    return {start: why for start, why in unreached.items() if "--shell leaves out" not in why}


def account() -> int:
    """Somebody who cannot read what permissions do not let him read."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()


def excused(world: World, unreached: Mapping[str, str]) -> bool:
    """Whether all that was not reached is so because of a file that cannot be read."""
    return all(
        any(f"~/{name} " in why and "permissions" in why for name in world.unreadable)
        for why in unreached.values()
    )


# -- all subsets ----------------------------------------------------------------------------------

STATES = tuple(product("-ru", repeat=4))
GUARD = "case $- in *i*) ;; *) return ;; esac\n"
TEXTS = ("", "PATH=/x:$PATH\n", f"PATH=/x:$PATH\n{GUARD}PATH=/y:$PATH\n")


def some_states(seed: int, count: int) -> list[object]:
    """A few of all in every run, the rest in full ones."""
    picked = set(Random(seed).sample(range(len(STATES)), count))
    return [
        pytest.param(state, id="".join(state), marks=() if number in picked else FULL)
        for number, state in enumerate(STATES)
    ]


@pytest.mark.parametrize("states", some_states(1, 4))
def test_all_subsets_of_the_login_files(
    folder: Path, loaded: None, states: tuple[str, ...]
) -> None:
    text = TEXTS[STATES.index(states) % len(TEXTS)]
    world = homes.bash_world(states, text)
    assert excused(world, held(folder, world, account()))


@pytest.mark.parametrize("form", homes.ZDOTDIRS)
def test_the_zsh_set_wherever_it_lies(folder: Path, loaded: None, form: str) -> None:
    states = Random(form).choice(STATES)
    _held_zsh(folder, form, states)


@FULL
@pytest.mark.parametrize("form", homes.ZDOTDIRS)
def test_all_subsets_of_the_zsh_set(folder: Path, loaded: None, form: str) -> None:
    for states in STATES:
        _held_zsh(folder, form, states)


def _held_zsh(folder: Path, form: str, states: tuple[str, ...]) -> None:
    text = TEXTS[STATES.index(states) % len(TEXTS)]
    world = homes.zsh_world(form, states, text)
    unreached = held(folder, world, account())
    if form == "in the session, empty":
        # zsh looks for its files in the root folder then; without the session's value it is fine.
        told = [one for one in unreached if one.endswith("with ZDOTDIR")]
        assert len(told) == 4
        assert all("unset ZDOTDIR" in unreached.pop(one) for one in told)
    assert excused(world, unreached), unreached


# -- random contents ------------------------------------------------------------------------------


def random_homes(folder: Path, shell: str, seeds: range) -> None:
    for seed in seeds:
        world = precedence_texts.world(shell, seed)
        assert held(folder, world, os.geteuid()) == {}, (seed, world)


@pytest.mark.parametrize("shell", homes.SHELLS)
def test_random_homes(folder: Path, shell: str) -> None:
    random_homes(folder, shell, range(1))


@FULL
@pytest.mark.parametrize("shell", homes.SHELLS)
def test_hundreds_of_random_homes(folder: Path, shell: str) -> None:
    random_homes(folder, shell, range(1, 150))
