"""--everywhere on files that are not read, or not to their end: each reason put to the test.

What is said to be otherwise is made so, that alone, and the real shell started again: the folder
that the line would add is then in PATH.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import contexts, order, platforms, shells
from envkit.everywhere import Setting, everywhere
from envkit.host import Host
from envkit.model import Start
from tests.real.test_everywhere_random import real_path, skip_without


class Case(NamedTuple):
    """A home in one context, and for each line whether it runs or what kind of change it needs."""

    name: str
    shell: str
    context: str
    files: dict[str, str]
    lines: dict[str, str]


def add(number: int, shell: str = "sh") -> str:
    """A line that puts a folder of its own into PATH."""
    return f"set -p PATH /t/{number}\n" if shell == "fish" else f"PATH=/t/{number}:$PATH\n"


T, L, S = "terminal", "login_terminal", "script"
CONFIG = ".config/fish/config.fish"
CASES = (
    Case("nothing", "bash", T, {".bashrc": "true\n"}, {}),
    Case("plain", "bash", T, {".bashrc": add(1)}, {".bashrc:1": "ran"}),
    Case(
        "hidden",
        "bash",
        L,
        {".bash_profile": add(1), ".profile": add(2)},
        {".bash_profile:1": "ran", ".profile:1": "gone"},
    ),
    Case("login", "bash", T, {".bash_profile": add(1)}, {".bash_profile:1": "login"}),
    Case("interactive", "bash", S, {".bashrc": add(1)}, {".bashrc:1": "interactive"}),
    Case(
        "not sourced",
        "bash",
        L,
        {".bash_profile": add(1), ".bashrc": add(2)},
        {".bash_profile:1": "ran", ".bashrc:1": "sourced"},
    ),
    Case("dead dot", "bash", T, {".bashrc": "false && . ~/a\n", "a": add(1)}, {"a:1": "true"}),
    Case(
        "dead dot, by a variable",
        "bash",
        T,
        {".bashrc": 'D=$HOME\n[ -n "$NOPE" ] && . "$D/a"\n', "a": add(1)},
        {"a:1": "true"},
    ),
    Case(
        "dead dot, two deep",
        "bash",
        T,
        {".bashrc": "return\n. ~/a\n", "a": ". ~/b\n", "b": add(1)},
        {"b:1": "earlier"},
    ),
    Case(
        "exit in another",
        "bash",
        T,
        {".bashrc": ". ~/a\n" + add(1), "a": "true\nexit\n"},
        {".bashrc:2": "earlier"},
    ),
    Case("exec", "bash", T, {".bashrc": "exec true\n" + add(1)}, {".bashrc:2": "earlier"}),
    Case("set -e", "bash", T, {".bashrc": "set -e\nfalse\n" + add(1)}, {".bashrc:3": "earlier"}),
    Case("logout", "bash", L, {".bash_logout": add(1)}, {".bash_logout:1": ""}),
    Case(
        "syntax error",
        "bash",
        T,
        {".bashrc": add(1) + "fi\n" + add(2)},
        {".bashrc:1": "ran", ".bashrc:3": "earlier"},
    ),
    Case(
        "syntax error",
        "zsh",
        T,
        {".zshrc": add(1) + "fi\n" + add(2)},
        {".zshrc:1": "ran", ".zshrc:3": "earlier"},
    ),
    Case(
        "syntax error",
        "fish",
        T,
        {CONFIG: add(1, "fish") + "end\n" + add(2, "fish")},
        {f"{CONFIG}:1": "earlier", f"{CONFIG}:3": "earlier"},
    ),
    Case(
        "syntax error",
        "dash",
        L,
        {".profile": add(1) + "fi\n" + add(2)},
        {".profile:1": "ran", ".profile:3": "earlier"},
    ),
    Case("login", "zsh", T, {".zprofile": add(1)}, {".zprofile:1": "login"}),
    Case("interactive", "zsh", S, {".zshrc": add(1)}, {".zshrc:1": "interactive"}),
    Case("logout", "zsh", L, {".zlogout": add(1)}, {".zlogout:1": ""}),
    Case("dead dot", "zsh", T, {".zshrc": "false && . ~/a\n", "a": add(1)}, {"a:1": "true"}),
    Case(
        "a prompt's hook",
        "zsh",
        T,
        {".zshrc": "f() {\n  path+=/t/1\n}\nprecmd_functions+=(f)\n"},
        {".zshrc:2": "ran"},
    ),
    Case("login", "dash", T, {".profile": add(1)}, {".profile:1": "login"}),
    Case(
        "dead dot",
        "fish",
        T,
        {CONFIG: "false; and . ~/a.fish\n", "a.fish": add(1, "fish")},
        {"a.fish:1": "true"},
    ),
    Case(
        "another shell's",
        "zsh",
        T,
        {".bashrc": add(1), ".zshrc": add(2)},
        {".bashrc:1": "shell", ".zshrc:1": "ran"},
    ),
    Case("another shell's", "bash", T, {CONFIG: add(1, "fish")}, {f"{CONFIG}:1": "shell"}),
)


def _start(host: Host, case: Case) -> Start:
    return order.start_for(host, contexts.get(case.context), shells.get(case.shell))


@pytest.mark.parametrize("case", CASES, ids=[f"{one.shell}: {one.name}" for one in CASES])
def test_each_file_and_reason(case: Case, tmp_path: Path) -> None:
    skip_without(case.shell)
    for name, text in case.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    host = Host.real(home=tmp_path)
    where = (contexts.get(case.context),)
    found = everywhere(host, platforms.of(host, None), where, "PATH", shells.get(case.shell))
    rows = {
        f"{one.path.relative_to(tmp_path)}:{one.line}": one
        for one in found.rows
        if tmp_path in one.path.parents
    }
    kinds = {
        place: "ran" if one.contexts else one.change.kind if one.change else ""
        for place, one in rows.items()
    }
    assert kinds == case.lines, {place: one.never for place, one in rows.items()}
    for place, one in rows.items():
        if kinds[place] not in ("ran", ""):
            folder = one.text.split("/t/")[1][0]
            assert f"/t/{folder}" not in real_path(host, _start(host, case)), place
            assert f"/t/{folder}" in _changed(host, case, one), (place, one.never)


def _changed(host: Host, case: Case, row: Setting) -> list[str]:
    """PATH with what the reason says made otherwise, and nothing else."""
    assert row.change is not None
    start = _start(host, case)
    kind, subject = row.change
    name, _, line = subject.rpartition(":")
    undo: dict[Path, str] = {}
    if kind == "gone":
        undo[Path(subject)] = Path(subject).read_text()
        Path(subject).unlink()
    elif kind == "login":
        start = start._replace(invocation=start.invocation._replace(login=True))
    elif kind == "interactive":
        start = start._replace(invocation=start.invocation._replace(interactive=True))
    elif kind == "shell":
        start = order.start_for(host, contexts.get(case.context), shells.get(subject))
        skip_without(subject)
    else:
        path = Path(subject if kind == "sourced" else name)
        undo[path] = path.read_text()
        rows = path.read_text().split("\n")
        if kind == "sourced":
            rows.insert(0, f". {row.path}")
        elif kind == "earlier":
            rows[int(line) - 1] = "true"
        else:
            rows[int(line) - 1] = rows[int(line) - 1].replace("false", kind).replace("-n", "-z")
        path.write_text("\n".join(rows))
    found = real_path(host, start)
    for path, text in undo.items():
        path.write_text(text)
    return found
