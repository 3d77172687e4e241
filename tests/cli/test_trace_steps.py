"""`trace --steps` and `--follow`: real shells on homes whose steps are known by construction."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest

from envkit.cli.trace_steps import stages
from envkit.model import Location, StartupFile
from envkit.provenance import Trace
from envkit.steps import Step
from tests.cli import trace_command

RC = {"bash": ".bashrc", "zsh": ".zshrc"}
BASH = ("--shell", "bash", "--context", "terminal")
FILES = {
    ".bashrc": "PATH=/usr/bin:/bin\n. ~/env\n[ -r ~/nothing ] && . ~/nothing\n: > ~/ran\n"
    ". ~/empty\nPATH=/usr/bin:/bin:~/b\nexport CUDA=/a\n",
    "env": "PATH=~/b:$PATH\n. ~/deep\nPATH=$PATH:~/e\n",
    "deep": "CUDA=/b\n",
    "empty": "# nothing\n",
    ".bash_profile": "PATH=/never\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    trace_command.write(tmp_path, FILES)
    return tmp_path


def test_the_steps_as_text(home: Path) -> None:
    lines = trace_command.run(home, "--steps", *BASH).stdout.splitlines()
    start = next(at for at, line in enumerate(lines) if "~/.bashrc:1-2" in line)
    end = next(at for at, line in enumerate(lines) if "~/.bash_profile" in line)
    # What stands before depends on the system's files.
    told = [line[4:].replace("behind /usr/bin", "behind /bin") for line in lines[start:end]]
    assert told == [
        " ~/.bashrc:1-2",
        "   set       /usr/bin, /bin",
        "   removed   /usr/local/sbin, /usr/local/bin, /usr/sbin, /sbin",
        "   ~/env:1-2                            from ~/.bashrc:2",
        "     added   in front: ~/b",
        "     ~/deep:1                           from ~/env:2",
        "   ~/env:3                              (continued)",
        "     added   at the end: ~/e",
        " ~/.bashrc:3-7                          (continued)",
        "   set       /usr/bin, /bin, ~/b",
        "   removed   ~/e",
        "   ~/nothing                            missing: ~/.bashrc:3 would read it",
        "   ~/empty                              read, nothing ran in it",
        " /etc/profile                           skipped: only a login shell reads it",
    ]
    assert "skipped" in lines[end]
    assert lines[0].startswith("PATH in a terminal, 3 entries, ")


def test_with_v_the_value_as_it_was_then(home: Path) -> None:
    done = trace_command.run(home, "--steps", "-v", *BASH)
    rows = [line.split(maxsplit=1)[1] for line in done.stdout.splitlines() if " now " in line]
    assert rows[-5:] == [
        "/usr/bin, /bin",
        "~/b, /usr/bin, /bin",
        "~/b, /usr/bin, /bin",
        "~/b, /usr/bin, /bin, ~/e",
        "/usr/bin, /bin, ~/b",
    ]


def test_the_steps_as_json(home: Path) -> None:
    found = trace_command.data(home, "--steps", *BASH)["steps"]
    own = [one for one in found if str(home) in one["path"]]
    told = [(Path(one["path"]).name, one["status"], one["depth"], one["first"]) for one in own]
    assert told == [
        (".bashrc", "read", 0, 1),
        ("env", "read", 1, 1),
        ("deep", "read", 2, 1),
        ("env", "read", 1, 3),
        (".bashrc", "read", 0, 3),
        ("nothing", "missing", 1, None),
        ("empty", "read", 1, None),
        (".bash_profile", "skipped", 0, None),
    ]
    assert [one["resumed"] for one in own[:5]] == [False, False, False, True, True]
    assert [one["anew"] for one in own[:5]] == [True, False, False, False, True]
    assert own[1]["added"] == [{"directory": f"{home}/b", "position": 1}]
    (moved,) = own[4]["moved"]
    assert moved.pop("words") in ("behind /usr/bin", "behind /bin")
    assert moved == {"directory": f"{home}/b", "position": 3, "before": 1}
    assert (own[3]["before"], own[3]["after"]) == (
        f"{home}/b:/usr/bin:/bin",
        f"{home}/b:/usr/bin:/bin:{home}/e",
    )


def test_the_steps_of_another_variable(home: Path) -> None:
    done = trace_command.run(home, "CUDA", "--steps", *BASH)
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[0].startswith("CUDA in a terminal = /a, ")
    assert "at first   unset" in lines
    assert [line.split() for line in lines if line.startswith(("set ", "from  ", "to "))] == [
        ["set", "/b"], ["from", "/b"], ["to", "/a"],
    ]  # fmt: skip


def test_each_assignment_of_a_list(home: Path) -> None:
    done = trace_command.run(home, "--follow", *BASH)
    assert "PATH in a terminal, 3 entries, 4 assignments" in done.stdout
    found = trace_command.data(home, "--follow", *BASH)["assignments"]
    assert [Path(one["where"]["path"]).name for one in found] == [
        ".bashrc", "env", "env", ".bashrc",
    ]  # fmt: skip
    assert [one["before"] for one in found[1:]] == [one["value"] for one in found[:-1]]
    assert [one["directory"] for one in found[2]["added"]] == [f"{home}/e"]


ANEW = {
    "bash": ("PATH=/bin:/usr/bin\nPATH=/usr/bin:/bin\n", "PATH=/x:$PATH\n", "PATH=/bin:/usr/bin\n"),
    "zsh": ("PATH=/bin:/usr/bin\npath=(/usr/bin /bin)\n", "path+=/x\n", "path=(/bin /usr/bin)\n"),
    "fish": (
        "set PATH /bin /usr/bin\nset PATH /usr/bin /bin\n",
        "set PATH /x $PATH\n",
        "set PATH /bin /usr/bin\n",
    ),
    "mksh": ("PATH=/bin:/usr/bin\nPATH=/usr/bin:/bin\n", "PATH=/x:$PATH\n", "PATH=/bin:/usr/bin\n"),
}


@pytest.mark.parametrize("shell", ANEW)
def test_what_is_set_anew_is_not_moved(tmp_path: Path, shell: str) -> None:
    """`PATH=/usr/bin:/bin` looks like a move where it was `/bin:/usr/bin`, and is none."""
    if shutil.which(shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"no {shell} here")
    first, second, third = ANEW[shell]
    rc = {**RC, "fish": ".config/fish/config.fish", "mksh": ".mkshrc"}[shell]
    texts = {rc: f"{first}. ~/one\n. ~/two\n", "one": second, "two": third}
    trace_command.write(tmp_path, texts)
    words = ("--shell", shell, "--context", "terminal")
    found = trace_command.data(tmp_path, "--follow", *words)["assignments"]
    own = [one["anew"] for one in found if str(tmp_path) in one["where"]["path"]]
    assert own == [True, True, False, True]
    steps = trace_command.data(tmp_path, "--steps", *words)["steps"]
    ran = [one for one in steps if str(tmp_path) in one["path"] and one["after"]]
    anew = {Path(one["path"]).name: one["anew"] for one in ran if not one["resumed"]}
    assert anew == {Path(rc).name: True, "one": False, "two": True}
    lines = trace_command.run(tmp_path, "--follow", *words).stdout.splitlines()
    verbs = [line.split()[0] for line in lines if line.startswith(" " * 7)]
    assert "moved" not in verbs and verbs.count("set") == 3


def test_each_assignment_of_a_value(home: Path) -> None:
    done = trace_command.run(home, "CUDA", "--follow", *BASH)
    assert done.stdout.splitlines()[:4] == [
        "CUDA in a terminal = /a",
        "",
        "  ~/deep:1      unset   ->   /b   from ~/env:2",
        "  ~/.bashrc:7   /b      ->   /a",
    ]


@pytest.mark.parametrize("view", ["--steps", "--follow"])
def test_a_value_with_blanks_is_told_as_it_is(tmp_path: Path, view: str) -> None:
    trace_command.write(tmp_path, {".bashrc": "A='x   y'\n. ~/more\n", "more": "A='  '\n"})
    done = trace_command.run(tmp_path, "A", view, *BASH)
    lines = [line.strip() for line in done.stdout.splitlines()]
    told = {
        "--follow": [
            "~/.bashrc:1   unset   ->   x   y",
            "~/more:1      x   y   ->   '  '    from ~/.bashrc:2",
        ],
        "--steps": ["set   x   y", "from  x   y", "to    '  '"],
    }
    assert set(told[view]) <= set(lines)


def test_nothing_to_follow(home: Path) -> None:
    assert "no line sets it" in trace_command.run(home, "NOPE", "--follow", *BASH).stdout


def test_several_contexts_each_under_its_heading(home: Path) -> None:
    words = ("--context", "script", "--context", "login-terminal", "--shell", "bash")
    for view in ("--steps", "--follow"):
        done = trace_command.run(home, view, *words)
        assert done.returncode == 0
        assert "PATH in a script" in done.stdout
        assert "PATH in a login terminal, 1 entry" in done.stdout
        found = trace_command.data(home, view, *words)["contexts"]
        assert [one["context"] for one in found] == ["script", "login_terminal"]


def _tree(random: Random, home: Path, rc: str) -> list[tuple[str, int, bool, int, int, list[str]]]:
    """Random files that source each other; the stretches that running them has."""
    count, entry = random.randint(2, 6), 0
    texts: dict[str, list[str]] = {}
    found: list[tuple[str, int, bool, int, int, list[str]]] = []

    def build(name: str, depth: int) -> None:
        nonlocal entry
        texts[name] = []
        first, added, resumed = 1, list[str](), False
        for line in range(1, random.randint(2, 6)):
            if random.random() < 0.4 and len(texts) < count:
                child = f"f{len(texts)}"
                texts[name].append(f". ~/{child}")
                found.append((name, depth, resumed, first, line, added))
                build(child, depth + 1)
                first, added, resumed = line + 1, [], True
                continue
            entry += 1
            texts[name].append(f"PATH=$HOME/e{entry}:$PATH")
            added = [f"{home}/e{entry}", *added]
        if first <= len(texts[name]):
            found.append((name, depth, resumed, first, len(texts[name]), added))

    build(rc, 0)
    trace_command.write(home, {name: "\n".join(rows) + "\n" for name, rows in texts.items()})
    return found


def _check(home: Path, shell: str, seed: int) -> None:
    truth = _tree(Random(seed), home, RC[shell])
    words = ("--steps", "--shell", shell, "--context", "terminal")
    rows: list[dict[str, Any]] = trace_command.data(home, *words)["steps"]
    told = [
        (
            str(Path(one["path"]).relative_to(home)),
            one["depth"],
            one["resumed"],
            one["first"],
            one["last"],
            [each["directory"] for each in one["added"]],
        )
        for one in rows
        if one["first"] and str(one["path"]).startswith(str(home))
    ]
    assert told == truth
    assert not any(one["removed"] or one["moved"] for one in rows if one["first"])


@pytest.mark.parametrize("shell", RC)
@pytest.mark.parametrize("seed", range(3))
def test_random_trees(tmp_path: Path, shell: str, seed: int) -> None:
    _check(tmp_path, shell, seed)


@pytest.mark.full
@pytest.mark.parametrize("shell", RC)
@pytest.mark.parametrize("seed", range(3, 120))
def test_more_random_trees(tmp_path: Path, shell: str, seed: int) -> None:
    _check(tmp_path, shell, seed)


def _step(name: str, depth: int, first: int, resumed: bool = False, at: str = "") -> Step:
    where = Location(Path(at.split(":")[0]), int(at.split(":")[1])) if at else None
    return Step(Path(name), depth, where, resumed, first, first, None, None)


def _file(name: str, status: str, at: str = "", logout: bool = False) -> StartupFile:
    where = Location(Path(at.split(":")[0]), int(at.split(":")[1])) if at else None
    return StartupFile(Path(name), "user", status, "", "", where, logout)  # type: ignore[arg-type]


def test_files_that_are_not_read_stand_in_their_place() -> None:
    steps = (
        _step("/p", 0, 1),
        _step("/q", 1, 1, at="/p:3"),
        _step("/p", 0, 4, resumed=True),
        _step("/r", 1, 1, at="/p:9"),
        _step("/p", 0, 10, resumed=True),
        _step("/u", 0, 1),
    )
    files = (
        _file("/p", "read"),
        _file("/q", "read", "/p:3"),
        _file("/q2", "missing", "/q:7"),
        _file("/m", "missing", "/p:6"),
        _file("/r", "read", "/p:9"),
        _file("/n", "skipped", "/p:9"),
        _file("/h", "hidden"),
        _file("/u", "read"),
        _file("/z", "hidden"),
        _file("/out", "read", logout=True),
    )
    one = Trace("c", "bash", "PATH", None, files, (), (), steps=steps)
    told = [
        str(each.step.path if each.step else each.file and each.file.path) for each in stages(one)
    ]
    assert " ".join(told) == "/p /q /q2 /p /m /r /n /p /h /u /z /out"
