"""EK213 against random startup files, folders, links and expectations; and the command's exit.

The oracle is the shell itself: `command -v` in the same start, and the folder that it names.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from envkit import configuration, contexts, doctor, order, rules, shells, start
from envkit.host import Host

FOLDERS = ("a", "b", "c/d", "e")
CONTEXTS = ("login_terminal", "terminal", "ssh_command")
FILES = {
    "bash": (".bash_profile", ".bashrc"),
    "zsh": (".zshenv", ".zprofile", ".zshrc"),
    "fish": (".config/fish/config.fish",),
}


def _need(shell: str) -> None:
    if shutil.which(shell, path=os.defpath) is None:
        if os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1":
            pytest.fail(f"no {shell} here, and CI installs it")
        pytest.skip(f"no {shell} here")


def _line(random: Random, shell: str) -> str:
    folder = random.choice((*FOLDERS, "link"))
    if shell == "fish":
        back = random.choice(("set -gx PATH ~/{} $PATH", "set -gx PATH $PATH ~/{}"))
        guard = random.choice(("{}", "if status is-interactive\n{}\nend"))
        return guard.format(back.format(folder))
    back = random.choice(('export PATH="$HOME/{}:$PATH"', 'export PATH="$PATH:$HOME/{}"'))
    guard = random.choice(("{}", "{}", "case $- in *i*) {};; esac"))
    return guard.format(back.format(folder))


def _home(random: Random, host: Callable[..., Host], shell: str) -> Host:
    files = {
        name: "".join(f"{_line(random, shell)}\n" for _ in range(random.randint(0, 3)))
        for name in FILES[shell]
    }
    tools = [folder for folder in FOLDERS if random.random() < 0.7]
    machine = host({**files, **{f"{folder}/tool": "#!/bin/sh\n" for folder in tools}})
    for folder in FOLDERS:
        (machine.home_at / folder).mkdir(parents=True, exist_ok=True)
        if folder in tools:
            (machine.home_at / folder / "tool").chmod(0o755)
    (machine.home_at / "link").symlink_to(random.choice(FOLDERS))
    if random.random() < 0.3 and "a" not in tools:
        (machine.home_at / "a/tool").symlink_to("../e/tool")
    return machine


def _expectation(random: Random, home: Path) -> tuple[str, list[str], list[str]]:
    names = (*FOLDERS, "link", "c", "*/d")
    wanted, unwanted = (random.sample(names, random.randint(0, 2)) for _ in range(2))
    prefer, avoid = (
        ", ".join(f'"{random.choice(("~", "$HOME", str(home)))}/{name}"' for name in chosen)
        for chosen in (wanted, unwanted)
    )
    named = ", ".join(f'"{name}"' for name in CONTEXTS)
    text = f'[[expect]]\ncommand = "tool"\nprefer = [{prefer}]\navoid = [{avoid}]\n'
    return f"{text}contexts = [{named}]\n", wanted, unwanted


def _is_of(home: Path, file: Path, name: str) -> bool:
    """Whether a file lies in a folder, by its own name or by where links lead."""
    folder = "c/d" if name == "*/d" else name
    return any(
        Path(os.path.realpath(home / folder)) in Path(one).parents
        for one in (os.path.realpath(file.parent) + "/tool", os.path.realpath(file))
    )


def _truth(
    host: Host, shell: str, wanted: list[str], unwanted: list[str], limit: float = 10.0
) -> set[str]:
    """The contexts in which the expectation does not hold, as the shells themselves say."""
    wrong = set()
    starts = [order.start_for(host, contexts.get(name), shells.get(shell)) for name in CONTEXTS]
    outcomes = start.run_all(host, starts, "command -v tool; true", limit)
    for name, outcome in zip(CONTEXTS, outcomes, strict=True):
        # A terminal also gets what fish asks of it.
        lines = re.findall(r"/\S+/tool\b", outcome.stdout.decode("utf-8", "replace"))
        if not lines:
            wrong.add(name)
            continue
        file = Path(lines[-1])
        fits = not wanted or any(_is_of(host.home, file, one) for one in wanted)
        if not fits or any(_is_of(host.home, file, one) for one in unwanted):
            wrong.add(name)
    return wrong


def _check(host: Callable[..., Host], shell: str, seed: int) -> None:
    random = Random(seed)
    machine = _home(random, host, shell)
    text, wanted, unwanted = _expectation(random, machine.home)
    place = machine.home_at / ".config/envkit/config.toml"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    assert len(configuration.load(machine).expectations) == 1
    report = doctor.examine(doctor.request(machine, shell=shell), rules.select(["EK213"], ()))
    found = {name for one in report.findings for name in one.contexts}
    assert report.skipped == ()
    assert found == _truth(machine, shell, wanted, unwanted), (seed, text)
    assert {one.severity for one in report.findings} <= {"error"}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shell", FILES)
def test_random_homes(host: Callable[..., Host], shell: str, seed: int) -> None:
    _need(shell)
    _check(host, shell, seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 200))
@pytest.mark.parametrize("shell", FILES)
def test_many_random_homes(host: Callable[..., Host], shell: str, seed: int) -> None:
    _need(shell)
    _check(host, shell, seed)


@pytest.mark.parametrize(
    ("config", "status"),
    [
        ('[[expect]]\ncommand = "sh"\n', 0),
        ('[[expect]]\ncommand = "no-such-tool"\n', 1),
        ('[[expect]]\ncommand = "sh"\navoid = "/usr/bin"\n', 1),
        ('[[expect]]\ncommand = "sh"\navoid = "usr"\n', 2),
        ("expect\n", 2),
    ],
)
def test_exit_statuses(tmp_path: Path, config: str, status: int) -> None:
    home = tmp_path / "home"
    (home / ".config/envkit").mkdir(parents=True)
    (home / ".config/envkit/config.toml").write_text(config)
    argv = [sys.executable, "-m", "envkit", "doctor", "--select", "EK213", "--shell", "bash"]
    environment = {"PATH": os.defpath, "HOME": str(home)}
    done = subprocess.run(argv, env=environment, capture_output=True, text=True)
    assert done.returncode == status
    assert ("~/.config/envkit/config.toml:" in done.stderr) == (status == 2)
    assert max(map(len, done.stdout.splitlines()), default=0) <= 80
