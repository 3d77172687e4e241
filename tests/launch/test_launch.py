"""What can be started is; what cannot is imitated, and says why."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import contexts, launch, order, platforms
from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Start


def _start(host: Host, name: str, platform: str | None = None) -> Start:
    return order.start_for(
        host, contexts.get(name), None, platforms.get(platform) if platform else None
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("terminal", launch.NO_STARTER),
        ("uwsm", launch.NO_STARTER),
        ("editor_vscode", launch.NO_STARTER),
        ("docker_exec", launch.NO_STARTER),
    ],
)
def test_without_a_starter(host: Callable[..., Host], name: str, reason: str) -> None:
    machine = host({})
    assert launch.why_not(machine, _start(machine, name)) == reason


def test_a_home_that_is_not_the_accounts(host: Callable[..., Host]) -> None:
    machine = host({})
    for name in ("su_login", "ssh_command", "sudo_command", "cron"):
        assert launch.why_not(machine, _start(machine, name)), name


def test_another_machine_is_not_executed(host: Callable[..., Host]) -> None:
    machine = host({}, {})
    start = _start(machine, "tmux")
    assert launch.why_not(machine, start) == "another machine's file system"
    with pytest.raises(Refused):
        launch.run_all(machine, [start], "true")


def test_another_platform_is_imitated(host: Callable[..., Host]) -> None:
    machine = host({})
    other = "arch" if platforms.detect(machine).name != "arch" else "debian"
    assert "this is not" in launch.why_not(machine, _start(machine, "tmux", other))


def test_imitated_where_it_must_be(host: Callable[..., Host]) -> None:
    machine = host({".profile": "export FROM=profile\n"})
    seen = launch.environments(machine, [_start(machine, "uwsm")])[0]
    assert seen.imitated == launch.NO_STARTER
    assert seen.variables is not None
    assert seen.variables["FROM"] == "profile"


def test_what_the_contexts_own_script_reads_is_read(host: Callable[..., Host]) -> None:
    machine = host({".profile": "export A=1\n", ".config/uwsm/env": "export A=${A}2\n"})
    seen = launch.environments(machine, [_start(machine, "uwsm")])[0]
    assert seen.variables is not None
    assert seen.variables["A"] == "12"


@pytest.mark.parametrize("name", ["tmux", "screen"])
def test_a_window_is_really_opened(host: Callable[..., Host], name: str) -> None:
    if not shutil.which(name):
        pytest.skip(f"no {name} here")
    machine = host({".bashrc": "export RC=1\n", ".profile": "export P=1\n"})
    start = order.start_for(machine, contexts.get(name), None)
    seen = launch.environments(machine, [start])[0]
    assert seen.imitated == ""
    assert seen.variables is not None
    assert seen.variables["HOME"] == str(machine.home)
    assert seen.outcome.leftovers == ()
    assert list(Path("/tmp").glob(f"envkit-{os.getpid()}-*")) == []
