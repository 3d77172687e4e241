"""Whether a line keeps the entries that it found: values that went through evals and functions.

Each text puts /t/new in front; that the others are still whoever's they were, or are that line's,
is known by construction.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import NamedTuple

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.trace import trace

RC = {"bash": ".bashrc", "zsh": ".zshrc", "ksh93": ".kshrc", "mksh": ".mkshrc"}


class Case(NamedTuple):
    """The text of a startup file, the line that sets /t/new, and whether it keeps the others."""

    name: str
    text: str
    line: int
    kept: bool


CASES = (
    Case("eval of the value", 'eval "export PATH=/t/new:$PATH"\n', 1, True),
    Case("eval of another's value", 'o=$PATH\neval "PATH=/t/new:$o"\n', 2, True),
    Case("eval of a new value", 'o=/usr/bin:/bin\neval "PATH=/t/new:$o"\n', 2, False),
    Case("eval in a function", 'f() { eval "PATH=$1:$PATH"; }\nf /t/new\n', 1, True),
    Case("eval of an argument", "f() { eval \"$1='$2'\"; }\nf PATH /t/new:$PATH\n", 1, True),
    Case("eval of a new argument", 'f() { eval "$1=$2"; }\nf PATH /t/new:/usr/bin\n', 1, False),
    Case(
        "as spack does",
        'v=PATH\neval "o=\\${${v}:-}"\nif [ -n "$o" ]; then\n'
        '  eval "export $v=\\"/t/new:$o\\""\nfi\n',
        4,
        True,
    ),
    Case("an eval of two lines", 'eval "A=1\nPATH=/t/new:\\$PATH"\n', 1, True),
    Case("read, a here-document", "read -r PATH <<X\n/t/new:$PATH\nX\n", 1, True),
    Case(
        "a function's function",
        'g() { PATH="$1"; }\nf() {\n n=$1:$PATH\n g "$n"\n}\nf /t/new\n',
        1,
        True,
    ),
)


@pytest.mark.parametrize(
    "shell",
    ["bash", "zsh", *(pytest.param(name, marks=pytest.mark.full) for name in ("ksh93", "mksh"))],
)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_line_keeps(case: Case, shell: str, host: Callable[..., Host]) -> None:
    if shutil.which(shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"there is no {shell} here")
    machine = host(files={RC[shell]: case.text})
    start = order.start_for(machine, contexts.get("terminal"), shells.get(shell))
    found = trace(machine, [start], "PATH")[0]
    assert found.notes == ()
    first, *others = found.entries
    assert (first.directory, first.set_by and first.set_by.line) == ("/t/new", case.line)
    assert {one.set_by is None for one in others} == {case.kept}
    assert not any(one.moved_by for one in found.entries)
