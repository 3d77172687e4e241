"""fish: the steps and the lines of a start, their time, and what is asked at its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import contexts, order, shells, trace
from envkit.host import Host
from envkit.model import Location
from envkit.provenance import PLAIN, Trace, Wanted

_REQUIRED = os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"
pytestmark = pytest.mark.skipif(
    not shutil.which("fish") and not _REQUIRED, reason="fish is not installed"
)
_CONFIG = ".config/fish/config.fish"
_A = ".config/fish/conf.d/a.fish"


class Case(NamedTuple):
    """A home; its stretches (file, depth, sourced at, first and last line), and lines that ran."""

    name: str
    files: Mapping[str, str]
    steps: tuple[str, ...]
    lines: Mapping[str, int]
    context: str = "terminal"


CASES = (
    Case("nothing of the user's", {}, (), {}),
    Case("one line", {_CONFIG: "set -p PATH /a\n"}, ("config 0  1-1",), {"config:1": 1}),
    Case(
        "a file sourced, and resumed",
        {_CONFIG: "true\nsource ~/x.fish\ntrue\n", "x.fish": "\nset -p PATH /a\n"},
        ("config 0  1-2", "x 1 config:2 2-2", "config 0  3-3 again"),
        {"config:2": 1, "x:2": 1, "config:3": 1},
    ),
    Case(
        "read twice",
        {_CONFIG: "for n in 1 2\n    . ~/x.fish\nend\n", "x.fish": "true\n"},
        ("config 0  1-2", "x 1 config:2 1-1", "config 0  2-2 again", "x 1 config:2 1-1"),
        {"config:1": 1, "config:2": 2, "x:1": 2},
    ),
    Case(
        "snippets and config.fish are each read by the shell",
        {_A: "true\n", _CONFIG: "set -p PATH /a\n"},
        ("a 0  1-1", "config 0  1-1"),
        {"a:1": 1, "config:1": 1},
    ),
    Case(
        "a function's body has lines of its own",
        {
            _A: "function f\n    true\n    set -p PATH $argv\nend\n",
            _CONFIG: "f /a\nf /b\n",
        },
        ("a 0  1-1", "config 0  1-2"),
        {"a:2": 2, "a:3": 2},
    ),
    Case(
        "a file sourced in a function",
        {_CONFIG: "function f\n    source ~/x.fish\nend\nf\ntrue\n", "x.fish": "true\n"},
        ("config 0  1-4", "x 1 config:2 1-1", "config 0  5-5 again"),
        {"config:2": 1, "x:1": 1},
    ),
    Case(
        "conditions and what did not run",
        {_CONFIG: "if test -e /none\n    true\nelse\n    set -p PATH /a\nend\nfalse; and true\n"},
        ("config 0  1-6",),
        {"config:1": 1, "config:2": 0, "config:4": 1},
    ),
    Case(
        "what a program printed belongs to the line",
        {_CONFIG: "true\necho 'set -p PATH /a; true' | source\neval 'set -p PATH /b'\n"},
        ("config 0  1-3",),
        {"config:1": 1, "config:2": 1, "config:3": 1},
    ),
    Case(
        "a loop in a pipe, and in the background",
        {
            _CONFIG: "sleep .01 &\nprintf '%s\\n' /a /b | while read -l d\n"
            "    set -p PATH $d\nend\nbegin\n    true\nend | cat\n"
        },
        ("config 0  1-6",),
        {"config:1": 1, "config:3": 2, "config:6": 1},
    ),
    Case(
        "a file that an eval sources",
        {_CONFIG: "eval 'true; source ~/x.fish; true'\n", "x.fish": "set -p PATH /a\n"},
        ("config 0  1-1", "x 1 config:1 1-1", "config 0  1-1 again"),
        {"config:1": 1, "x:1": 1},
    ),
    Case(
        "a function of fish's own is no line",
        {_CONFIG: "fish_add_path -P /usr/lib\nset x (fish_add_path -P /usr/share)\n"},
        ("config 0  1-2",),
        {"config:1": 1, "config:2": 1},
    ),
    Case(
        "a substitution is no line of its own",
        {_CONFIG: "set x (echo 1) (echo 2)\nset -p PATH (echo /a)\n"},
        ("config 0  1-2",),
        {"config:1": 1, "config:2": 1},
    ),
    Case(
        "statements that are spelled alike",
        {
            _CONFIG: "true\ntrue\nfor n in 1 2\n    set -p PATH /a\nend\n"
            "set -p PATH /a\nset x (true)\n"
        },
        ("config 0  1-7",),
        {"config:1": 1, "config:2": 1, "config:4": 2, "config:6": 1, "config:7": 1},
    ),
    Case(
        "a function that fish loads when it is called",
        {
            _CONFIG: "true\nf\nf\n",
            ".config/fish/functions/f.fish": "function f\n    set -p PATH /a\nend\n",
        },
        ("config 0  1-2", "f 1 config:2 1-1", "config 0  2-3 again"),
        {"f:2": 2},
    ),
    Case(
        "a file that the file names by itself",
        {
            _CONFIG: "for f in ~/.config/fish/my/*.fish\n    source $f\nend\n"
            "source (status dirname)/my/b.fish\n",
            ".config/fish/my/a.fish": "true\n",
            ".config/fish/my/b.fish": "\nset -p PATH /b\n",
        },
        (
            "config 0  1-2",
            "a 1 config:2 1-1",
            "config 0  2-2 again",
            "b 1 config:2 2-2",
            "config 0  4-4 again",
            "b 1 config:4 2-2",
        ),
        {"config:2": 2, "b:2": 2},
    ),
    Case(
        "a hook of the first prompt",
        {_CONFIG: "true\nfunction h --on-event fish_prompt\n    set -p PATH /a\nend\n"},
        ("config 0  1-2", "None 0 config:2 0-0"),
        {"config:3": 1},
    ),
    Case(
        "no prompt where nobody types",
        {_CONFIG: "true\nfunction h --on-event fish_prompt\n    set -p PATH /a\nend\n"},
        ("config 0  1-2",),
        {"config:3": 0},
        context="cron",
    ),
    Case(
        "the shell is replaced: the lines that set",
        {_CONFIG: "source ~/x.fish\nset -p PATH /b\nexec true\n", "x.fish": "set -p PATH /a\n"},
        ("x 1 config:1 1-1", "config 0  2-2"),
        {"x:1": 1, "config:2": 1},
    ),
)


def _host(folder: Path, files: Mapping[str, str]) -> Host:
    home = folder / "home"
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (home / ".local/share/fish/generated_completions").mkdir(parents=True, exist_ok=True)
    return Host.real(home=home)


def _trace(host: Host, context: str, wanted: Wanted) -> Trace:
    start = order.start_for(host, contexts.get(context), shells.get("fish"))
    return trace.trace(host, (start,), "PATH", 20.0, wanted)[0]


def _at(host: Host, where: Location | None) -> str:
    ours = where is not None and host.home in where.path.parents
    return f"{where.path.stem}:{where.line}" if where and ours else ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_steps_and_lines(tmp_path: Path, case: Case) -> None:
    host = _host(tmp_path, case.files)
    found = _trace(host, case.context, Wanted(history=True))
    steps = [
        f"{step.path and step.path.stem} {step.depth} {_at(host, step.sourced_at)} "
        f"{step.first}-{step.last}{' again' if step.resumed else ''}"
        for step in found.steps
        if step.path is None or host.home in step.path.parents
    ]
    assert steps == list(case.steps)
    times = {_at(host, line.where): line.times for line in found.lines}
    assert {place: times.get(place, 0) for place in case.lines} == case.lines
    assert all(step.seconds is None for step in found.steps)
    assert all(line.seconds is None for line in found.lines)


def test_what_each_step_did(tmp_path: Path) -> None:
    host = _host(
        tmp_path,
        {
            _A: "set -p PATH /a\nsource ~/x.fish\nset -p PATH /c\n",
            "x.fish": "set -l PATH /n\nset -e PATH\nset -gx PATH /b\n",
        },
    )
    found = _trace(host, "cron", Wanted(history=True))
    ours = [step for step in found.steps if step.path and host.home in step.path.parents]
    start = "/usr/bin:/bin"
    assert [(step.before, step.after) for step in ours] == [
        (start, f"/a:{start}"),
        (f"/a:{start}", "/b"),
        ("/b", "/c:/b"),
    ]
    assert found.value == "/c:/b"


def test_where_the_time_goes(tmp_path: Path) -> None:
    """To the line that waits; not to the one that sources, and not to what the tracer does."""
    loop = "for n in (seq 300)\n    set -gx PATH $PATH\nend\n"
    host = _host(
        tmp_path,
        {
            _CONFIG: f"source ~/x.fish\n{loop}f\n",
            "x.fish": "function f\n    sleep .4\nend\nsleep .9\n",
        },
    )
    found = _trace(host, "terminal", Wanted(history=True, clock=True))
    spent = {_at(host, line.where): line.seconds or 0.0 for line in found.lines}
    first, second = sorted(spent, key=spent.__getitem__)[-1:-3:-1]
    assert (first, second) == ("x:4", "config:5")
    assert spent["config:3"] < 0.3
    steps = {step.path.stem: step for step in found.steps if step.path}
    assert (steps["x"].seconds or 0.0) > 0.8
    assert found.seconds is not None and found.overhead is not None
    assert sum(spent.values()) <= found.seconds + found.overhead


@pytest.mark.parametrize("once", [False, True], ids=["twice", "once"])
@pytest.mark.parametrize("context", ["terminal", "cron"])
def test_a_question(tmp_path: Path, context: str, once: bool) -> None:
    """It is asked when all files have been read, and the hooks of a prompt have run."""
    files = {
        _CONFIG: "function f\n    true\nend\nset -g x 'a b'\n"
        "function h --on-event fish_prompt\n    set -g y 1\nend\necho noise\n"
    }
    host = _host(tmp_path, files)
    wanted = Wanted(question="functions --details f\necho $x $y; echo no >&2", once=once)
    found = _trace(host, context, wanted)
    hook = " 1" if context == "terminal" else ""
    assert found.answer == f"{host.home}/{_CONFIG}\na b{hook}\n"
    assert found.notes == ()
    assert found.seconds is None


def test_a_question_that_is_never_reached(tmp_path: Path) -> None:
    host = _host(tmp_path, {_CONFIG: "set -p PATH /a\nexec true\n"})
    for once in (False, True):
        found = _trace(host, "cron", Wanted(question="echo here", once=once))
        assert found.answer == ""
        assert "exec true" in found.notes[0]
        assert found.entries[0].directory == "/a"


def test_once_tells_the_same(tmp_path: Path) -> None:
    """And where the start does other things when traced, it is not believed."""
    files = {_A: "set -U u 1\nfish_add_path /usr/local/lib\n", _CONFIG: "set -a PATH /b\n"}
    host = _host(tmp_path, files)
    assert _trace(host, "cron", Wanted(once=True))._replace(answer="") == _trace(
        host, "cron", PLAIN
    )
    assert not (host.home / ".config/fish/fish_variables").exists()


_MEASURE = """
import resource
import sys
from pathlib import Path
from envkit import contexts, order, shells, trace
from envkit.host import Host
from envkit.provenance import Wanted
host = Host.real(home=Path(sys.argv[1]))
start = order.start_for(host, contexts.get("cron"), shells.get("fish"))
found = trace.trace(host, (start,), "PATH", 60.0, Wanted(history=True, clock=True))[0]
print(found.entries[0].set_by, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.full
def test_a_long_start(tmp_path: Path) -> None:
    """200,000 commands that ran are no 100 MB."""
    body = "function f\n    set -g y $argv\n    test $y = 1\nend\n"
    loop = "for i in (seq 50000)\n    set z $i\n    f $i\nend\nset -p PATH /a\n"
    host = _host(tmp_path, {_CONFIG: body + loop})
    said = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(host.home)], capture_output=True, text=True, check=True
    ).stdout
    place, kilobytes = said.rsplit(" ", 1)
    assert place == f"{host.home}/{_CONFIG}:9"
    unit = 1024 if sys.platform == "darwin" else 1
    assert int(kilobytes) / unit < 100_000
