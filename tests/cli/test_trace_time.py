"""`trace --time`: the tree of files, and the lines that cost most."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from envkit.cli.trace_time import costliest, tree
from envkit.model import Location
from envkit.provenance import Trace
from envkit.steps import Line, Step
from envkit.tracing.history import History, Reading
from tests.cli import trace_command


def _step(name: str, depth: int, seconds: float | None, resumed: bool = False) -> Step:
    return Step(Path(name), depth, None, resumed, 1, 1, None, None, seconds)


def _trace(*steps: Step, lines: tuple[Line, ...] = ()) -> Trace:
    return Trace("c", "bash", "PATH", None, (), (), (), steps=steps, lines=lines)


def test_own_and_total() -> None:
    """A file that is read twice is told twice; one that goes on after another once."""
    one = _trace(
        _step("/p", 0, 1),
        _step("/q", 1, 2),
        _step("/r", 2, 4),
        _step("/q", 1, 8, resumed=True),
        _step("/p", 0, 16, resumed=True),
        _step("/q", 1, 32),
        _step("/u", 0, 64),
    )
    assert [(str(each.path), each.depth, each.own, each.total) for each in tree(one)] == [
        ("/p", 0, 17, 63),
        ("/q", 1, 10, 14),
        ("/r", 2, 4, 4),
        ("/q", 1, 32, 32),
        ("/u", 0, 64, 64),
    ]


def test_without_a_clock_there_is_no_tree() -> None:
    assert tree(_trace(_step("/p", 0, None))) == ()
    assert tree(_trace()) == ()


def test_the_ten_costliest() -> None:
    lines = tuple(Line(Location(Path("/p"), at), 1, float(at)) for at in range(12))
    found = costliest(_trace(lines=(*lines, Line(Location(Path("/p"), 99), 1, None))))
    assert [one.where.line for one in found] == [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]


SHELLS = {
    "bash": (".bashrc", "slow"),
    "zsh": (".zshrc", "slow"),
    "fish": (".config/fish/config.fish", "slow.fish"),
}


@pytest.mark.parametrize("shell", SHELLS)
def test_what_sleeps_is_told_first(tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"no {shell} here")
    rc, slow = SHELLS[shell]
    trace_command.write(
        tmp_path, {rc: f"true\n. ~/{slow}\n", slow: "true\nsleep 0.7 # GITHUB_TOKEN=abcdef\n"}
    )
    words = ("--time", "--shell", shell, "--context", "terminal")
    found = trace_command.data(tmp_path, *words)
    first = found["costliest"][0]
    assert first["where"] == {"path": f"{tmp_path}/{slow}", "line": 2}
    assert first["text"] == "sleep 0.7 # GITHUB_TOKEN=(not shown)"
    nodes = {one["path"]: one for one in found["tree"]}
    reader, own = nodes[f"{tmp_path}/{rc}"], nodes[f"{tmp_path}/{slow}"]
    assert (reader["depth"], own["depth"]) == (0, 1)
    assert reader["total"] >= own["own"] > reader["own"]
    assert {"seconds", "overhead"} <= set(found)


def test_as_text(tmp_path: Path) -> None:
    trace_command.write(tmp_path, {".bashrc": ". ~/slow\n", "slow": "true\nsleep 0.5\n"})
    words = ("--time", "--shell", "bash", "--context", "terminal")
    done = trace_command.run(tmp_path, *words)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("The start of a terminal takes ")
    assert any(line.endswith("   ~/.bashrc") for line in lines)
    assert any(line.endswith("     ~/slow") for line in lines)
    first = lines[lines.index("  the costliest lines") + 1]
    assert first.split()[2:] == ["~/slow:2", "sleep", "0.5"]
    assert all(len(line) <= 80 for line in lines)


def test_where_no_shell_stands_between(tmp_path: Path) -> None:
    done = trace_command.run(tmp_path, "--time", "--context", "systemd-user")
    assert done.returncode == 0
    assert "no line of a startup file runs there" in done.stdout


@pytest.mark.parametrize("seed", range(6))
def test_lines_and_files_have_one_sum(seed: int) -> None:
    """Whatever a record costs: a line is never above its file, nor the files above the start."""
    dice, history, clock = random.Random(seed), History(), 0.0
    top = Reading(Path("/p"), None, 1)
    for number in range(300):
        below = Reading(Path("/q"), Location(Path("/p"), 1), number // 40)
        stack = (top, below) if dice.random() < 0.4 else (top,)
        history.record(stack, dice.randint(1, 9), None, clock)
        clock += dice.choice((0.0001, 0.00015, 0.0002, 0.004))
    history.end(None, clock)
    for untouched in (None, clock * 0.9, clock * 0.3, clock * 0.001):
        history.settle(untouched, clock + 0.01)
        files, lines = dict.fromkeys("pq", 0.0), dict.fromkeys("pq", 0.0)
        for step in history.steps:
            files[step.path.name if step.path else ""] += step.seconds or 0.0
        for line in history.lines:
            lines[line.where.path.name] += line.seconds or 0.0
        assert lines == pytest.approx(files)
        assert untouched is None or sum(files.values()) <= untouched * 1.000001
        assert sum(files.values()) > 0
