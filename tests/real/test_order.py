"""Order against the real bash and dash: an ordinary user, a mount namespace, a fake /etc.

Every startup file appends its own name to a log; what the log says is the truth.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from tests.real import namespace, platform_texts, programs, starts
from tests.real.starts import Case


def _why_not() -> str:
    if os.geteuid() != 0:
        return "a mount namespace of one's own needs root"
    missing = [name for name in ("unshare", "bash", "dash") if not shutil.which(name)]
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
    namespace.make_root(folder)
    here = folder.parent
    while here != Path("/") and here.stat().st_uid == os.geteuid():
        here.chmod(here.stat().st_mode | 0o011)
        here = here.parent
    return folder


def _differences(root: Path, cases: list[Case], count: int | None) -> str:
    if count is not None:
        cases = Random(1).sample(cases, min(count, len(cases)))
    return "\n".join(starts.differences(root, cases))


@pytest.mark.parametrize("shell", ["bash", "dash"])
@pytest.mark.parametrize("count", [150, pytest.param(6000, marks=pytest.mark.full)])
def test_command_lines(root: Path, shell: str, count: int) -> None:
    assert _differences(root, starts.command_lines(shell), count) == ""


@pytest.mark.parametrize("count", [150, pytest.param(None, marks=pytest.mark.full)])
def test_states_of_the_login_files(root: Path, count: int | None) -> None:
    assert _differences(root, starts.login_states(starts.MORE_STATES), count) == ""


@pytest.mark.parametrize("count", [60, pytest.param(None, marks=pytest.mark.full)])
def test_states_of_the_other_files(root: Path, count: int | None) -> None:
    assert _differences(root, starts.other_states(starts.MORE_STATES), count) == ""


@pytest.mark.parametrize("count", [120, pytest.param(None, marks=pytest.mark.full)])
def test_texts_of_the_platforms(root: Path, count: int | None) -> None:
    assert _differences(root, starts.platform_starts(platform_texts.TEXTS), count) == ""


@pytest.mark.parametrize(
    ("count", "seed"), [(120, 1), pytest.param(3000, 2, marks=pytest.mark.full)]
)
def test_random_startup_files(root: Path, count: int, seed: int) -> None:
    """Static reading of text that holds all that is needed to decide it.

    One in a thousand may differ: an `unset` of a caller's local variable, which bash destroys and
    the model gives back, is the one kind known.
    """
    found = starts.differences(root, programs.cases(count, seed))
    assert len(found) <= count // 1000, "\n".join(found)
