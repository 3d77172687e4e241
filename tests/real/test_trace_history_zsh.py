"""zsh: the stretches and lines of a start, their time, and what a question at its end finds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import contexts, order, shells
from envkit.host import Host
from envkit.model import Location
from envkit.provenance import Trace, Wanted
from envkit.trace import trace

pytestmark = pytest.mark.skipif(
    shutil.which("zsh") is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1",
    reason="there is no zsh here",
)

ALL = Wanted(history=True, clock=True)
RC = """path+=/t/a
add() {
  path+=$1
  sleep 0.05
}
add /t/b
source ~/two
for i in 1 2 3; do
  x=$i
done
eval "true
. ~/three"
[[ -f ~/three ]] && . ~/three
precmd() {
  path+=/t/hook
}
"""
FILES = {
    ".zshrc": RC,
    "two": "path=(/t/two $path)\n\n. ~/three; add /t/c\nsleep 0.2\n",
    "three": "path=(/t/three $path)\n",
}


def test_stretches(host: Callable[..., Host]) -> None:
    """A file goes on after one that it sourced; a function's commands are in no other file."""
    machine = host(files=FILES)
    found = traced(machine, ALL)
    assert steps(machine, found) == [
        (".zshrc", 0, "", False, 1, 7),
        ("two", 1, ".zshrc:7", False, 1, 3),
        ("three", 2, "two:3", False, 1, 1),
        ("two", 1, ".zshrc:7", True, 3, 4),
        (".zshrc", 0, "", True, 8, 11),
        ("three", 1, ".zshrc:12", False, 1, 1),
        (".zshrc", 0, "", True, 13, 13),
        ("three", 1, ".zshrc:13", False, 1, 1),
        (".zshrc", 0, "", True, 14, 14),
        ("", 0, ".zshrc:14", False, 15, 15),
    ]
    values = [step.after for step in found.steps]
    assert [step.before for step in found.steps[1:]] == values[:-1]
    assert found.steps[-1].after == found.value
    ours = [step for step in found.steps if step.path == machine.home / "three"]
    for step in ours:
        assert step.after == f"/t/three:{step.before}"


def test_lines(host: Callable[..., Host]) -> None:
    """The lines of a function's body stand beside those that call it; others did not run."""
    machine = host(files={**FILES, "never": "true\n", ".zlogin": "true\n"})
    found = traced(machine, ALL)
    numbers = {
        name: {one.where.line for one in found.lines if one.where.path == machine.home / name}
        for name in (".zshrc", "two", "three", "never", ".zlogin")
    }
    assert numbers == {
        ".zshrc": {1, 2, 3, 4, 6, 7, 8, 9, 11, 13, 14, 15},
        "two": {1, 3, 4},
        "three": {1},
        "never": set(),
        ".zlogin": set(),
    }
    assert times(machine, found, ".zshrc", 3) == 2
    assert times(machine, found, ".zshrc", 9) == 3
    assert times(machine, found, "three", 1) == 3


def test_time_is_spent_at_the_line_that_the_file_stands_at(host: Callable[..., Host]) -> None:
    """Programs and functions included; what a sourced file takes is its own."""
    machine = host(files=FILES)
    found = traced(machine, ALL)
    spent = {one.where: one.seconds or 0.0 for one in found.lines}
    order_of = sorted(spent, key=lambda where: -spent[where])[:3]
    home = machine.home
    assert order_of[0] == Location(home / "two", 4)
    assert {*order_of[1:]} == {Location(home / ".zshrc", 6), Location(home / "two", 3)}
    assert spent[home / ".zshrc", 7] < spent[home / ".zshrc", 6]
    assert all(one.seconds is None for one in found.lines if one.where == (home / ".zshrc", 4))
    own = sum(step.seconds or 0.0 for step in found.steps)
    assert abs(own - sum(spent.values())) < own / 5
    assert found.seconds is not None
    assert found.overhead is not None


def test_library_functions_are_their_callers_time(host: Callable[..., Host]) -> None:
    text = "autoload -Uz add-zsh-hook\nf() { : }\nadd-zsh-hook precmd f\npath+=/t/a\n"
    machine = host(files={".zshrc": text})
    found = traced(machine, ALL)
    assert [each for each in steps(machine, found) if each[0] == ".zshrc"] == [
        (".zshrc", 0, "", False, 1, 4)
    ]
    library = [one for one in found.lines if "add-zsh-hook" in one.where.path.name]
    assert (times(machine, found, ".zshrc", 3) > 0, library) == (True, [])


ASKED = 'print -r -- "$(alias gs) $(whence -w f TRAPDEBUG) ${+ENVKIT_SEEN} $PATH"'
LEFT = "path+=/t/a\nalias gs='git status'\nf() { : }\n"
OPTIONS = (
    "",
    "setopt ksh_arrays",
    "setopt sh_word_split",
    "setopt noglob noclobber",
    "set -eu",
    "emulate sh",
    "emulate ksh",
    "alias builtin=false eval=false print=false",
    "setopt no_rcs",
    "alias -g unset=false",
    "setopt err_exit no_unset",
    "unsetopt function_argzero",
)


@pytest.mark.parametrize(("options", "once"), [("set -eu", False), ("emulate ksh", True)])
def test_a_question_finds_what_the_files_left(
    host: Callable[..., Host], options: str, once: bool
) -> None:
    check_question(host, options, once)


@pytest.mark.full
@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize("options", OPTIONS)
def test_each_question_finds_what_the_files_left(
    host: Callable[..., Host], options: str, once: bool
) -> None:
    check_question(host, options, once)


def check_question(host: Callable[..., Host], options: str, once: bool) -> None:
    machine = host(files={".zshrc": f"{LEFT}{options}\n"})
    question = "\\print -r -- gs=$aliases[gs] f=${functions[f]} PATH=$PATH"
    if "ksh" in options:
        question = '\\print -r -- gs=${aliases[gs]} "f=${functions[f]}" PATH=$PATH'
    if "print=" in options or "emulate sh" in options:
        question = '\\print -r -- "gs=${aliases[gs]} f=${functions[f]} PATH=$PATH"'
    found = traced(machine, Wanted(question=question, once=once))
    assert " ".join(found.answer.split()).startswith("gs=git status f= : PATH=")
    assert found.answer.rstrip("\n").endswith(f"PATH={found.value}")
    assert (found.value or "").endswith("/t/a")
    assert found.notes == ()


@pytest.mark.parametrize("once", [False, True])
def test_nothing_of_the_tracer_answers(host: Callable[..., Host], once: bool) -> None:
    found = traced(host(files={".zshrc": LEFT}), Wanted(question=ASKED, once=once))
    assert found.answer == f"gs='git status' f: function\nTRAPDEBUG: none 0 {found.value}\n"


def test_where_the_traced_start_is_hidden_from_the_untouched_one_answers(
    host: Callable[..., Host],
) -> None:
    """Its own DEBUG trap hides the files' lines at first; and a start that never ends is ended."""
    text = "trap : DEBUG\npath+=/t/a\n[[ -n $ENVKIT_TRACE$ENVKIT_SEEN ]] && path+=/t/traced\ntrue\n"
    machine = host(files={".zshrc": text})
    found = traced(machine, Wanted(question="print -r -- $PATH", once=True))
    assert found.value is not None
    assert "/t/traced" not in found.value
    assert found.answer == f"{found.value}\n"


def test_a_hidden_line_is_known_by_the_second_try(host: Callable[..., Host]) -> None:
    machine = host(files={".zshrc": "trap - DEBUG\npath+=/t/a\n"})
    found = traced(machine, Wanted(history=True, once=True, question="print yes"))
    assert (found.entries[-1].set_by, found.answer) == ((machine.home / ".zshrc", 2), "yes\n")
    assert found.notes == ()


@pytest.mark.full
@pytest.mark.parametrize(
    ("loop", "wanted"),
    [
        ("x=$i", "Wanted()"),
        ('eval "x=$i"', "Wanted()"),
        ('eval "x=$i"', "Wanted(history=True, clock=True)"),
        ("f", "Wanted(history=True, clock=True)"),
    ],
)
def test_memory_is_flat(tmp_path: Path, loop: str, wanted: str) -> None:
    """200,000 commands; measured in a process of its own."""
    text = f"f() {{ : }}\ni=0\nwhile (( i++ < 70000 )); do\n  {loop}\ndone\npath+=/t/b\n"
    (tmp_path / ".zshrc").write_text(text)
    peak, last = measured(tmp_path, "zsh", wanted)
    assert (last, peak < 100 << 20) == (f"{tmp_path}/.zshrc:6", True), peak >> 20


def measured(home: Path, shell: str, wanted: str) -> tuple[int, str]:
    """The peak of a process that traces that home, and the last entry's line."""
    program = (
        "import sys, resource\nfrom pathlib import Path\n"
        "from envkit import contexts, order, shells\nfrom envkit.host import Host\n"
        "from envkit.provenance import Wanted\nfrom envkit.trace import trace\n"
        "host = Host.real(Path(sys.argv[1]))\n"
        "start = order.start_for(host, contexts.get('terminal'), shells.get(sys.argv[2]))\n"
        f"found = trace(host, [start], 'PATH', 120.0, {wanted})[0]\n"
        "where = [e for e in found.entries if e.directory == '/t/b'][0].set_by\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, where)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(home), shell],
        capture_output=True,
        text=True,
        check=True,
    )
    peak, _, last = done.stdout.strip().partition(" ")
    unit = 1 if sys.platform == "darwin" else 1024
    return int(peak) * unit, last


def steps(machine: Host, found: Trace) -> list[tuple[str, int, str, bool, int, int]]:
    """The stretches of the home's own files, and of the hooks."""
    return [
        (
            str(one.path.relative_to(machine.home)) if one.path else "",
            one.depth,
            os.path.relpath(str(one.sourced_at), machine.home) if one.sourced_at else "",
            one.resumed,
            one.first,
            one.last,
        )
        for one in found.steps
        if one.path is None or machine.home in one.path.parents
    ]


def times(machine: Host, found: Trace, name: str, line: int) -> int:
    """How often a line ran."""
    where = Location(machine.home / name, line)
    return next((one.times for one in found.lines if one.where == where), 0)


def traced(machine: Host, wanted: Wanted, limit: float = 10.0) -> Trace:
    start = order.start_for(machine, contexts.get("terminal"), shells.get("zsh"))
    return trace(machine, [start], "PATH", limit, wanted)[0]
