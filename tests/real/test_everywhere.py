"""--everywhere finds exactly the planted lines; each `why it did not run` is put to the test.

What is said to stand in a line's way is changed, and that alone, and the real shell started again:
then the folder that the line would add is in PATH, and before it was not.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import contexts, order, platforms, shells
from envkit.everywhere import Setting, everywhere
from envkit.host import Host
from tests.real.test_everywhere_random import real_path


class Case(NamedTuple):
    """A home; for each planted line whether it runs, or what kind of change would make it run."""

    shell: str
    name: str
    files: dict[str, str]
    lines: dict[str, str]


def bash(name: str, text: str, lines: dict[int, str], more: dict[str, str] | None = None) -> Case:
    places = {f".bashrc:{line}": kind for line, kind in lines.items()}
    return Case("bash", name, {".bashrc": text, **(more or {})}, places)


def zsh(name: str, text: str, lines: dict[int, str]) -> Case:
    return Case("zsh", name, {".zshrc": text}, {f".zshrc:{n}": k for n, k in lines.items()})


def fish(name: str, text: str, lines: dict[int, str]) -> Case:
    file = ".config/fish/config.fish"
    return Case("fish", name, {file: text}, {f"{file}:{n}": k for n, k in lines.items()})


CASES = [
    bash("plain", "PATH=/t/1:$PATH\n", {1: "ran"}),
    bash(
        "no lines that set",
        "# PATH=/t/1\necho PATH=/t/1 >/dev/null\nPATH=/t/1 true\n(PATH=/t/1)\n"
        "cat >/dev/null <<X\nPATH=/t/1\nX\nPATH=/t/8:$PATH\n",
        {8: "ran"},
    ),
    bash("false branch", "if [ -n \"$NO\" ]; then\n  PATH=/t/2:$PATH\nfi\n", {2: "true"}),
    bash("else", "if true; then\n  :\nelse\n  PATH=/t/4:$PATH\nfi\n", {4: "false"}),
    bash("and", "true\n[ -n \"$NO\" ] && PATH=/t/2:$PATH\n", {2: "true"}),
    bash("return", "PATH=/t/1:$PATH\nreturn\nPATH=/t/3:$PATH\n", {1: "ran", 3: "earlier"}),
    bash("function", "add() {\n  PATH=/t/2:$PATH\n}\n", {2: "call"}),
    bash("elif", 'if true; then\n  :\nelif true; then\n  PATH=/t/4:$PATH\nfi\n', {4: "false"}),
    bash("or", "true || PATH=/t/1:$PATH\n", {1: "false"}),
    bash("on one line", 'if [ -n "$NO" ]; then PATH=/t/1:$PATH; fi\n', {1: "true"}),
    bash("function on one line", "add() { PATH=/t/1:$PATH; }\nPATH=/t/2:$PATH\n",
         {1: "call", 2: "ran"}),
    bash(
        "ways to set",
        'export \\\n  PATH=/t/1:$PATH\nprintf -v PATH %s "/t/3:$PATH"\n'
        "read -r PATH <<<\"/t/4:$PATH\"\neval 'PATH=/t/5:$PATH'\n"
        "f() { local PATH=/t/no; }\nf\neval \"$(echo PATH=/t/8:$PATH)\"\n",
        {1: "ran", 3: "ran", 4: "ran", 5: "ran", 8: "ran"},
    ),
    bash("on one line, a loop", 'for d in a; do [ -n "$NO" ] && PATH=/t/1:$PATH; done\n',
         {1: "true"}),
    bash("of three ways none", 'if false; then\n  :\nelif false; then\n  PATH=/t/4:$PATH\nfi\n',
         {4: "true"}),
    bash("a function in a branch", "if false; then\n  :\nelse\n  f() {\n    PATH=/t/5:$PATH\n"
         "  }\nfi\n", {5: "call"}),
    zsh("zsh: ways to set", "typeset -U path\npath+=(/t/2)\nPATH+=:/t/3\npath[1,0]=(/t/4)\n",
        {2: "ran", 3: "ran", 4: "ran"}),
    zsh("zsh: false branch", "if [[ -n $NO ]]; then\n  path+=/t/2\nfi\npath+=/t/4\n",
        {2: "true", 4: "ran"}),
    zsh("zsh: return", "return\npath=(/t/2 $path)\n", {2: "earlier"}),
    fish("fish: false branch", "if test -n \"$NO\"\n  set -p PATH /t/2\nend\nset -a PATH /t/4\n",
         {2: "true", 4: "ran"}),
    fish("fish: return", "return\nset -p PATH /t/2\n", {2: "earlier"}),
]  # fmt: skip


def test_a_line_that_sets_what_is_there_already(host: Callable[..., Host]) -> None:
    rows = _rows(host(files={".bashrc": "true && PATH=$PATH\nfalse && PATH=$PATH\n"}), "bash")
    assert [(row.line, bool(row.contexts)) for row in rows.values()] == [(1, True), (2, False)]


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish")
def test_of_two_that_are_spelled_alike_the_right_one(host: Callable[..., Host]) -> None:
    text = "if false\n  set -p PATH /t/x\nelse\n  set -p PATH /t/x\nend\n"
    rows = _rows(host(files={".config/fish/config.fish": text}), "fish")
    assert [(row.line, bool(row.contexts)) for row in rows.values()] == [(2, False), (4, True)]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_exactly_the_planted_lines(case: Case, host: Callable[..., Host]) -> None:
    if shutil.which(case.shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"no {case.shell}")
    machine = host(files=case.files)
    rows = _rows(machine, case.shell)
    found = {place: "ran" if row.contexts else _kind(row) for place, row in rows.items()}
    assert found == case.lines
    for place, row in rows.items():
        folder = f"/t/{row.line}"
        assert (folder in _path(machine, case.shell)) == bool(row.contexts), place
        if not row.contexts:
            _confirm(machine, case.shell, row, folder)


def _kind(row: Setting) -> str:
    return row.change.kind if row.change else row.never or row.unknown or ""


def _rows(machine: Host, shell: str) -> dict[str, Setting]:
    """The lines of the home, by file and line."""
    platform = platforms.of(machine, None)
    terminal = (contexts.get("terminal"),)
    found = everywhere(machine, platform, terminal, "PATH", shells.get(shell))
    home = machine.home
    return {
        f"{one.path.relative_to(home)}:{one.line}": one
        for one in found.rows
        if home in one.path.parents
    }


def _confirm(machine: Host, shell: str, row: Setting, folder: str) -> None:
    """Change what is said to stand in the way; the line runs in the real shell."""
    assert row.change is not None, row.never
    name, _, number = row.change.subject.rpartition(":")
    path = Path(name) if name else row.path
    before = path.read_text()
    lines = before.split("\n")
    if row.change.kind == "call":
        lines.append(f"{row.change.subject}\n")
    elif row.change.kind == "earlier":
        lines[int(number) - 1] = ":" if shell != "fish" else "true"
    else:
        at = int(number) - 1
        condition = r"\[\[.*?\]\]|\[ .*? \]|test [^;\n]*|\b(true|false)\b"
        lines[at] = re.sub(condition, row.change.kind, lines[at], count=1)
    path.write_text("\n".join(lines))
    assert folder in _path(machine, shell), (row.never, path.read_text())
    path.write_text(before)


def _path(machine: Host, shell: str) -> list[str]:
    """PATH as a program has it which the real shell of a terminal starts."""
    start = order.start_for(machine, contexts.get("terminal"), shells.get(shell))
    return real_path(machine, start)
