"""Really starting shells as their contexts do."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from envkit import contexts, order, shells, start
from envkit.errors import Refused
from envkit.host import Host
from envkit.model import Start

ROWS = [
    ("login_terminal", "himBHc", "on", "pty"),
    ("terminal", "himBHc", "off", "pty"),
    ("ssh_command", "hBc", "off", "null"),
    ("script", "hBc", "off", "null"),
]


def start_of(host: Host, context: str, shell: str = "bash") -> Start:
    return order.start_for(host, contexts.get(context), shells.get(shell))


@pytest.mark.parametrize(("context", "flags", "login", "stdin"), ROWS, ids=[r[0] for r in ROWS])
def test_a_context_starts_its_kind_of_shell(
    host: Callable[..., Host], context: str, flags: str, login: str, stdin: str
) -> None:
    machine = host(files={})
    text = 'echo "$-/$(shopt login_shell)/$PWD"; [ -t 0 ] && echo pty || echo null'
    outcome = start.run_all(machine, [start_of(machine, context)], text)[0]
    words = outcome.stdout.decode().split()
    assert set(flags) == set(words[0].partition("/")[0])
    assert words[1] == f"{login}/{machine.home}"
    assert words[2] == stdin
    assert outcome.status == 0


def test_the_environment_of_a_program(host: Callable[..., Host]) -> None:
    text = "A='two\nlines'\nexport A\nB=hidden\nexport PATH=/t/a:$PATH\necho noise\n"
    machine = host(files={".bashrc": text})
    found = start.environments(machine, [start_of(machine, "terminal")])[0]
    assert found.reached
    assert found.variables is not None
    assert found.variables["A"] == "two\nlines"
    assert found.variables["PATH"].startswith("/t/a:")
    assert "B" not in found.variables
    assert "_" not in found.variables


@pytest.mark.parametrize("text", ["exit 0", "exec true", "set -C -e; false"])
def test_a_file_that_leaves_the_shell(host: Callable[..., Host], text: str) -> None:
    machine = host(files={".bashrc": text + "\n"})
    found = start.environments(machine, [start_of(machine, "terminal")])[0]
    assert not found.reached
    assert found.variables is None


def test_noclobber_and_an_empty_path_do_not_matter(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "set -C\nset -u\nexport PATH=\nalias env=false\n"})
    found = start.environments(machine, [start_of(machine, "terminal")])[0]
    assert found.variables is not None
    assert found.variables["PATH"] == ""


def test_over_the_limit(host: Callable[..., Host]) -> None:
    machine = host(files={".bashrc": "sleep 4720\n"})
    found = start.environments(machine, [start_of(machine, "terminal")], limit=0.4)[0]
    assert found.outcome.timed_out
    assert not found.reached


def test_nothing_of_another_machine_is_executed(host: Callable[..., Host]) -> None:
    machine = host(files={}, root_files={"bin/bash": "#!/bin/sh\n"})
    one = start_of(machine, "terminal")
    with pytest.raises(Refused, match="another machine"):
        start.run_all(machine, [one], "true")
    assert start.environments(machine, []) == ()


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[Host]:
    if os.geteuid() != 0:
        pytest.skip("only root can ask about somebody else")
    home = Path(mkdtemp(prefix="envkit-home-", dir="/var/tmp"))
    os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
    yield Host.real(home)
    shutil.rmtree(home)


def test_root_runs_a_users_files_as_that_user(nobody: Host) -> None:
    (nobody.home / ".bashrc").write_text("export WHO=$(id -un) GROUPS_=$(id -G)\n")
    found = start.environments(nobody, [start_of(nobody, "terminal")])[0]
    assert found.variables is not None
    assert found.variables["WHO"] == "nobody"
    assert "0" not in found.variables["GROUPS_"].split()
