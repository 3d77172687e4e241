"""bash of other versions and builds, 3.2 to 5.3: the same grids, the same model.

ENVKIT_BASHES names them, `:` between: CI has none but the system's own, whose version is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from envkit import shells
from envkit.host import Host
from tests.real import starts
from tests.real.starts import Case
from tests.real.test_order import pytestmark, root  # noqa: F401

BASHES = [Path(name) for name in os.environ.get("ENVKIT_BASHES", "").split(":") if name]
HERE = [path for path in (Path("/bin/bash"), *BASHES) if path.exists()]


@pytest.mark.parametrize("program", HERE, ids=str)
def test_the_version_is_asked_of_the_binary(host: object, program: Path) -> None:
    machine = Host.real(home=Path("/tmp"))
    bash = shells.get("bash")
    assert bash.version is not None
    said = machine.ask([program, "-c", "echo $BASH_VERSION"])
    assert said is not None
    assert said.startswith(bash.version(machine, program) + "(")


def _cases() -> Iterator[Case]:
    yield from starts.command_lines("bash")
    yield from starts.login_states(starts.MORE_STATES)
    yield from (one for one in starts.other_states(starts.MORE_STATES) if one.shell == "bash")


@pytest.mark.skipif(not BASHES, reason="ENVKIT_BASHES names no other bash")
@pytest.mark.parametrize("program", BASHES, ids=str)
@pytest.mark.parametrize("count", [200, pytest.param(6000, marks=pytest.mark.full)])
def test_other_versions_read_the_same(root: Path, program: Path, count: int) -> None:  # noqa: F811
    cases = [
        one._replace(program=str(program))
        for one in Random(count).sample(list(_cases()), count)
        if one.shell == "bash"
    ]
    assert "\n".join(starts.differences(root, cases)) == ""
