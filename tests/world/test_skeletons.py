"""The skeleton homes of the systems: order's files and trace's value, against the real shells."""

from __future__ import annotations

import os
import shutil
from itertools import product
from pathlib import Path

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.trace import trace
from tests.real import platform_texts
from tests.world import real_start

_TEXTS = {"bash": platform_texts.TEXTS, "zsh": platform_texts.ZSH}
_CONTEXTS = ("terminal", "login_terminal", "ssh_command")
_FEW = {("debian", "bash"), ("suse", "zsh")}
_CASES = [
    pytest.param(
        shell,
        platform,
        context,
        marks=() if (platform, shell) in _FEW and context != "terminal" else pytest.mark.full,
    )
    for shell, texts in _TEXTS.items()
    for platform, context in product(texts, _CONTEXTS)
]


@pytest.mark.parametrize(("shell", "platform", "context"), _CASES)
def test_skeleton(tmp_path: Path, shell: str, platform: str, context: str) -> None:
    missing = [name for name in (shell, "strace") if shutil.which(name) is None]
    if missing and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"not here: {', '.join(missing)}")
    home = tmp_path / "home"
    home.mkdir()
    texts = _TEXTS[shell][platform]
    ours = {home / name[2:]: text for name, text in texts.items() if name.startswith("~/")}
    ours.setdefault(home / f".{shell}rc", "# nothing\n")
    for path, text in ours.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    host = Host.real(home)
    start = order.start_for(host, contexts.get(context), shells.get(shell))
    found = trace(host, [start], "PATH")[0]
    seen = real_start.see(home, start, tmp_path)
    rows = [row for row in order.order(host, start).files if row.status == "read"]
    assert [row.path for row in rows if row.path in ours] == [
        path for path in seen.opened if path in ours
    ]
    assert found.value == seen.path
