"""What a history file is, envkit leaves it: also where it is none that can be read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from envkit import contexts, order, shells, start
from envkit.host import Host

_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"


@pytest.mark.parametrize("kind", ["absent", "file", "folder", "device", "dangling"])
@pytest.mark.parametrize("shell", ["ksh93", "mksh"])
def test_a_history_file_stays_what_it_is(tmp_path: Path, shell: str, kind: str) -> None:
    if not shutil.which(shell) and not _REQUIRED:
        pytest.skip(f"{shell} is not installed")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".profile").write_text("HISTFILE=~/history\nHISTSIZE=2\n")
    history = home / "history"
    if kind == "file":
        history.write_bytes(b"\x81\x01one\n\0two\n\0")
    elif kind == "folder":
        history.mkdir()
    elif kind in ("device", "dangling"):
        history.symlink_to("/dev/null" if kind == "device" else "nowhere")
    before = _seen(history)
    host = Host.real(home=home)
    one = order.start_for(host, contexts.get("login_terminal"), shells.get(shell))
    start.environments(host, (one,), limit=2.0)
    assert _seen(history) == before
    assert not (home / "nowhere").exists()


def _seen(path: Path) -> object:
    if not os.path.lexists(path):
        return None
    status = path.lstat()
    link = path.readlink() if path.is_symlink() else None
    return status.st_mode, link, path.read_bytes() if path.is_file() else b""
