"""Order against the real zsh: two accounts, a fake /etc, both places of zsh's system files.

Every startup file appends its own name to a log; what the log says is the truth.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest

from tests.real import zsh_grids, zsh_namespace, zsh_programs, zsh_starts
from tests.real.namespace import HOME, UID, marker
from tests.real.zsh_starts import Case


def _why_not() -> str:
    if os.geteuid() != 0:
        return "a mount namespace of one's own needs root"
    missing = [name for name in ("unshare", "zsh") if not shutil.which(name)]
    if missing:
        return f"not here: {', '.join(missing)}"
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "mount namespaces are not allowed here"


_REASON = _why_not()
_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
pytestmark = pytest.mark.skipif(bool(_REASON) and not _REQUIRED, reason=_REASON)
_FOLDERS = {"debian": "/etc/zsh", "etc": "/etc"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A fake root, reachable for an ordinary user."""
    folder = tmp_path / "root"
    zsh_namespace.make_root(folder)
    here = folder.parent
    while here != Path("/") and here.stat().st_uid == os.geteuid():
        here.chmod(here.stat().st_mode | 0o011)
        here = here.parent
    return folder


def _differences(root: Path, cases: list[Case], count: int | None) -> str:
    if count is not None:
        cases = Random(1).sample(cases, min(count, len(cases)))
    return "\n".join(zsh_starts.differences(root, cases))


@pytest.mark.parametrize("count", [80, pytest.param(6000, marks=pytest.mark.full)])
def test_command_lines(root: Path, count: int) -> None:
    assert _differences(root, zsh_grids.command_lines(count, 1), None) == ""


@pytest.mark.parametrize("count", [60, pytest.param(None, marks=pytest.mark.full)])
def test_states_of_each_file(root: Path, count: int | None) -> None:
    assert _differences(root, zsh_grids.file_states(), count) == ""


@pytest.mark.parametrize("count", [60, pytest.param(None, marks=pytest.mark.full)])
def test_what_a_file_changes_for_those_behind_it(root: Path, count: int | None) -> None:
    assert _differences(root, zsh_grids.changes_in_files(), count) == ""


@pytest.mark.parametrize("count", [40, pytest.param(None, marks=pytest.mark.full)])
def test_compiled_files(root: Path, count: int | None) -> None:
    assert _differences(root, zsh_grids.compiled_files(), count) == ""


@pytest.mark.parametrize("count", [50, pytest.param(None, marks=pytest.mark.full)])
def test_how_a_command_ends(root: Path, count: int | None) -> None:
    assert _differences(root, zsh_grids.endings(), count) == ""


@pytest.mark.parametrize("count", [30, pytest.param(None, marks=pytest.mark.full)])
def test_texts_of_the_platforms(root: Path, count: int | None) -> None:
    assert _differences(root, zsh_grids.platform_starts(), count) == ""


@pytest.mark.parametrize(
    ("count", "seed"), [(40, 1), pytest.param(1000, 2, marks=pytest.mark.full)]
)
def test_random_startup_files(root: Path, count: int, seed: int) -> None:
    """Text that holds all that is needed to decide it; a doubt is never a wrong certainty.

    One in sixty may be wrong: where several long files source each other, differences are left.
    """
    cases = zsh_programs.cases(count, seed)
    found = zsh_starts.wrong_certainties(root, cases)
    assert len(found) <= count // 60, "\n".join(found)


def test_a_session_that_is_left_in_other_ways(root: Path) -> None:
    typed = {"exec": "exec /bin/true\n", "exit": "exit\n"}
    cases = [
        Case(f"{end}/{name}", (name, *flags), "pty", typed=text, end=end, uid=uid)
        for end, text in typed.items()
        for name in ("zsh", "-zsh", "-sh")
        for flags in ((), ("-p",), ("-d",))
        for uid in (UID, 0)
    ]
    cases += [Case(f"eof/{name}", (name, "-i"), end="eof") for name in ("zsh", "-zsh", "-sh")]
    assert _differences(root, cases, None) == ""


def test_the_build_is_asked_of_the_binary(root: Path) -> None:
    from envkit import shells
    from envkit.host import Host

    zsh = shells.get("zsh")
    other = root / "home/zsh"
    assert zsh.build(Host.real(home=Path("/")), other) == "etc"
    assert zsh.build(Host.real(home=Path("/")), zsh_namespace.ZSH) == "debian"


def test_what_the_history_is_after_argv(root: Path) -> None:
    """`Shell.argv` leaves a history that the files ask for as it is."""
    from envkit import shells
    from envkit.model import Invocation

    history = f"{HOME}/.history"
    text = f"HISTFILE={history}; HISTSIZE=9; SAVEHIST=9; setopt inc_append_history share_history\n"
    argv = shells.get("zsh").argv(Invocation(login=True, interactive=True), "true; print hello")
    case = Case(
        "history",
        argv,
        files=((f"{HOME}/.zshrc", "file", marker("rc") + text), (history, "file", "old\n")),
    )
    read = zsh_starts.real(root, [case])[0]
    assert "rc" in read
    assert (root / history.lstrip("/")).read_text() == "old\n"
