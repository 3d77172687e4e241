"""ksh93, mksh: the stretches and lines of a start, their time, and a question at its end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.model import Location
from envkit.provenance import Trace, Wanted
from envkit.trace import trace
from tests.real.test_trace_history_zsh import measured, steps

_RC = {"ksh93": ".kshrc", "mksh": ".mkshrc"}
_NONE = [name for name in _RC if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(
    bool(_NONE) and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1",
    reason=f"not here: {', '.join(_NONE)}",
)
both = pytest.mark.parametrize("shell", _RC)

ALL = Wanted(history=True, clock=True)
RC = """PATH=$PATH:/t/a
add() {
  PATH=$PATH:$1
  sleep 0.05
}
add /t/b
. ~/two
for i in 1 2 3; do
  x=$i
done
eval '. ~/three'
[ -f ~/three ] && . ~/three
alias gs='git status'
"""
FILES = {
    "two": "PATH=/t/two:$PATH\n\n. ~/three; add /t/c\nsleep 0.2\n",
    "three": "PATH=/t/three:$PATH\n",
}


@both
@pytest.mark.parametrize("hides", [False, True])
def test_stretches_and_lines(host: Callable[..., Host], shell: str, hides: bool) -> None:
    """A file goes on after one that it sourced; where files hide from the first try, too."""
    rc = _RC[shell]
    more = {"ksh93": "trap : DEBUG\n", "mksh": "PS4=+\n"}[shell] if hides else ""
    machine = host(files={**FILES, rc: RC + more})
    found = traced(machine, shell, ALL)
    assert steps(machine, found)[:8] == [
        (rc, 0, "", False, 1, 7),
        ("two", 1, f"{rc}:7", False, 1, 3),
        ("three", 2, "two:3", False, 1, 1),
        ("two", 1, f"{rc}:7", True, 3, 4),
        (rc, 0, "", True, 9 if shell == "mksh" or hides else 8, 11),
        ("three", 1, f"{rc}:11", False, 1, 1),
        (rc, 0, "", True, 12, 12),
        ("three", 1, f"{rc}:12", False, 1, 1),
    ]
    values = [step.after for step in found.steps]
    assert [step.before for step in found.steps[1:]] == values[:-1]
    assert found.steps[-1].after == found.value
    ran = {one.where.line for one in found.lines if one.where.path == machine.home / rc}
    assert {1, 3, 4, 6, 7, 9, 11, 12, 13} <= ran <= {*range(1, 15)} - {5, 10}
    assert found.notes == ()


@both
def test_time_is_spent_at_the_line_that_the_file_stands_at(
    host: Callable[..., Host], shell: str
) -> None:
    """Programs and functions included; what a sourced file takes is its own."""
    rc = _RC[shell]
    machine = host(files={**FILES, rc: RC})
    found = traced(machine, shell, ALL)
    spent = {one.where: one.seconds or 0.0 for one in found.lines}
    order_of = sorted(spent, key=lambda where: -spent[where])[:3]
    home = machine.home
    assert order_of[0] == Location(home / "two", 4)
    assert {*order_of[1:]} == {Location(home / rc, 6), Location(home / "two", 3)}
    assert all(one.seconds is None for one in found.lines if one.where == (home / rc, 4))
    own = sum(step.seconds or 0.0 for step in found.steps)
    assert abs(own - sum(spent.values())) < own / 5
    assert found.seconds is not None


OPTIONS = ("", "set -eu", "set -f", "IFS=:", "alias eval=false print=false", "exec 3>&-")


@both
@pytest.mark.parametrize(("options", "once"), [("set -eu", False), ("IFS=:", True)])
def test_a_question_finds_what_the_files_left(
    host: Callable[..., Host], shell: str, options: str, once: bool
) -> None:
    check_question(host, shell, options, once)


@pytest.mark.full
@both
@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize("options", OPTIONS)
def test_each_question_finds_what_the_files_left(
    host: Callable[..., Host], shell: str, options: str, once: bool
) -> None:
    check_question(host, shell, options, once)


def check_question(host: Callable[..., Host], shell: str, options: str, once: bool) -> None:
    machine = host(files={**FILES, _RC[shell]: f"{RC}{options}\n"})
    question = '\\alias gs\n\\typeset -f add\n\\command print -r -- "PATH=$PATH"'
    found = traced(machine, shell, Wanted(question=question, once=once))
    first, *body, last = found.answer.rstrip("\n").split("\n")
    assert first in ("gs='git status'", "git status")
    assert "sleep 0.05" in "".join(body)
    assert last == f"PATH={found.value}"
    assert (found.value or "").endswith("/t/c")
    assert found.notes == ()


@pytest.mark.full
@both
@pytest.mark.parametrize(
    ("loop", "wanted"), [("x=$i", "Wanted()"), ("f", "Wanted(history=True, clock=True)")]
)
def test_memory_is_flat(host: Callable[..., Host], shell: str, loop: str, wanted: str) -> None:
    """200,000 commands; measured in a process of its own."""
    text = f"f() {{ :; }}\ni=0\nwhile (( (i += 1) < 70000 )); do\n  {loop}\ndone\nPATH=/t/b:$PATH\n"
    machine = host(files={_RC[shell]: text})
    peak, last = measured(machine.home, shell, wanted)
    assert (last, peak < 100 << 20) == (f"{machine.home}/{_RC[shell]}:6", True), peak >> 20


def traced(machine: Host, shell: str, wanted: Wanted, limit: float = 10.0) -> Trace:
    start = order.start_for(machine, contexts.get("terminal"), shells.get(shell))
    return trace(machine, [start], "PATH", limit, wanted)[0]
