"""Tools' blocks in real homes: order's files, trace's value and lines, against the real shells."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.model import Start
from envkit.trace import trace
from tests.world import real_start
from tests.world.tools import TOOLS, Tool

_CONTEXTS = ("terminal", "login_terminal", "ssh_command")
_ALL = [(tool, context) for tool in TOOLS for context in _CONTEXTS]
_FEW = set(Random(4).sample(range(len(_ALL)), 9))
_CASES = [
    pytest.param(
        tool,
        context,
        id=f"{tool.name}-{tool.shell}-{context}",
        marks=() if index in _FEW else pytest.mark.full,
    )
    for index, (tool, context) in enumerate(_ALL)
]


def _why_not(shell: str) -> str:
    missing = [name for name in (shell, "strace") if shutil.which(name) is None]
    return f"not here: {', '.join(missing)}" if missing else ""


def build(home: Path, tool: Tool) -> None:
    """Write the home of a tool's user."""
    for name, text in {**tool.files, **tool.more, **tool.programs}.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("{H}", str(home)))
        if name in tool.programs:
            path.chmod(0o755)


def start_of(home: Path, shell: str, context: str) -> tuple[Host, Start]:
    """The start that a context means for the owner of that home."""
    host = Host.real(home)
    return host, order.start_for(host, contexts.get(context), shells.get(shell))


@pytest.mark.parametrize(("tool", "context"), _CASES)
def test_tool(tmp_path: Path, tool: Tool, context: str) -> None:
    reason = _why_not(tool.shell)
    if reason and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(reason)
    home = tmp_path / "home"
    home.mkdir()
    build(home, tool)
    host, start = start_of(home, tool.shell, context)
    found = trace(host, [start], "PATH")[0]
    for path in (home / ".config/fish").glob("fish_variables*"):
        if tool.name != "pyenv":
            path.unlink()
    seen = real_start.see(home, start, tmp_path)
    ours = {home / name for name in (*tool.files, *tool.more)}
    rows = [row for row in order.order(host, start).files if row.status == "read"]
    read = [row.path for row in rows if row.path in ours and not row.logout]
    assert read == [path for path in seen.opened if path in ours]
    assert found.value == seen.path
    if context in tool.contexts:
        assert _places(home, found.entries) >= _expected(home, tool)


def _expected(home: Path, tool: Tool) -> set[tuple[str, str]]:
    wanted = set()
    for entry in tool.entries:
        path = home / entry.file
        lines = path.read_text().splitlines()
        line = next(n for n, text in enumerate(lines, 1) if entry.piece in text)
        wanted.add((entry.folder.replace("{H}", str(home)), f"{path}:{line}"))
    return wanted


def _places(home: Path, entries: object) -> set[tuple[str, str]]:
    return {(entry.directory, str(entry.set_by)) for entry in entries}  # type: ignore[attr-defined]
