"""A fish that envkit starts leaves the user's universal variables as they were."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from envkit import contexts, order, shells, start
from envkit.host import Host

_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
pytestmark = pytest.mark.skipif(
    not shutil.which("fish") and not _REQUIRED, reason="fish is not installed"
)


@pytest.mark.parametrize("content", [None, "# VERSION: 3.0\nSETUVAR X:1\n"], ids=["none", "one"])
@pytest.mark.parametrize("context", ["terminal", "ssh_command"])
def test_universal_variables(tmp_path: Path, content: str | None, context: str) -> None:
    folder = tmp_path / "home/.config/fish"
    folder.mkdir(parents=True)
    (folder / "config.fish").write_text("set -U X 2\nfish_add_path /usr/local\nset -gx Y $X\n")
    stored = folder / "fish_variables"
    if content is not None:
        stored.write_text(content)
    host = Host.real(home=tmp_path / "home")
    one = order.start_for(host, contexts.get(context), shells.get("fish"))
    (found,) = start.environments(host, (one,))
    assert found.variables is not None and found.variables["Y"] == "2"
    assert (stored.read_text() if stored.exists() else None) == content
