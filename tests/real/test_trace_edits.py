"""trace against random edits of PATH: who set, and who moved, each entry, and the steps between.

The truth is made with the homes (`path_edits`); nothing of envkit's decides it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from envkit import compare, contexts, order, shells
from envkit.host import Host
from envkit.model import Location, Start
from envkit.provenance import PathEntry, Trace, Wanted
from envkit.trace import trace
from tests.real.path_edit_idioms import Bash, Fish, Ksh, Sh, Zsh
from tests.real.path_edits import Home, Item, World, explanations

_FISH = ".config/fish/"
#: How each is started, and the files of the home that it then reads by itself.
STARTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "bash": (("terminal", (".bashrc",)), ("ssh_command", (".bashrc",))),
    "sh": (("env", (".env",)),),
    "dash": (("env", (".env",)),),
    "ksh93": (("terminal", (".kshrc",)),),
    "mksh": (("terminal", (".mkshrc",)),),
    "zsh": (
        ("terminal", (".zshenv", ".zshrc")),
        ("ssh_command", (".zshenv",)),
        ("login_terminal", (".zshenv", ".zprofile", ".zshrc", ".zlogin")),
    ),
    "fish": (
        ("terminal", (f"{_FISH}conf.d/a.fish", f"{_FISH}config.fish")),
        ("cron", (f"{_FISH}conf.d/a.fish", f"{_FISH}conf.d/b.fish", f"{_FISH}config.fish")),
    ),
}
_OTHERS = (
    ("bash", "LD_LIBRARY_PATH"),
    ("dash", "PYTHONPATH"),
    ("ksh93", "MANPATH"),
    ("zsh", "MANPATH"),
    ("fish", "MANPATH"),
)
_HOMES = {"bash": Bash, "sh": Sh, "dash": Sh, "ksh93": Ksh, "mksh": Ksh, "zsh": Zsh}


def start_of(host: Host, shell: str, context: str) -> Start:
    """The start; dash reads the file that ENV names."""
    if context != "env":
        return order.start_for(host, contexts.get(context), shells.get(shell))
    given = {
        "HOME": str(host.home),
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/games",
        "ENV": f"{host.home}/.env",
    }
    return order.literal(host, shell, (shell, "-i", "-c", ":"), "null", given)


def made_of(
    seed: int, shell: str, start: Start, tops: tuple[str, ...], variable: str = "PATH"
) -> Home:
    """The home of that seed."""
    before = start.environment["PATH"].split(":") if variable == "PATH" else []
    if shell == "fish":
        return Fish(seed, before, list(tops), start.environment["HOME"], variable)
    return _HOMES[shell](seed, before, tops, variable)


def write(made: Home, home: Path) -> None:
    """Put its files, and the folders that fish wants to see, there."""
    for name, text in made.texts().items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    if isinstance(made, Fish):
        for number in range(made.count + 1):
            (home / "e" / str(number)).mkdir(parents=True, exist_ok=True)
        (home / ".local/share/fish/generated_completions").mkdir(parents=True, exist_ok=True)


def place(home: Path, where: Location | None) -> str:
    """As the homes have it: what is in no file of theirs is nobody's."""
    ours = where is not None and home in where.path.parents
    return f"{where.path.relative_to(home)}:{where.line}" if where and ours else ""


def said(home: Path, entries: tuple[PathEntry, ...]) -> World:
    """The answer in the homes' words."""
    return tuple(
        Item(one.directory, place(home, one.set_by), place(home, one.moved_by)) for one in entries
    )


def check(home: Path, shell: str, seed: int, variable: str = "PATH") -> None:
    """Write the home of `seed` and hold the trace against it."""
    host = Host.real(home)
    context, tops = STARTS[shell][seed % len(STARTS[shell])]
    start = start_of(host, shell, context)
    made = made_of(seed, shell, start, tops, variable)
    write(made, home)
    found = trace(host, [start], variable, wanted=Wanted(history=True))[0]
    try:
        assert found.value == ":".join(made.value), "the simulator is wrong about the value"
        assert said(home, found.entries) in made.worlds
        assert found.notes == ()
        assert steps(home, found) == expected_steps(made)
        check_lines(home, made, found)
    except AssertionError:
        show(made, found, home, f"{shell}, seed {seed}, {context}")
        raise


def check_lines(home: Path, made: Home, found: Trace) -> None:
    """What sets has run; no comment, no blank line and no branch that is not taken has."""
    told = {place(home, line.where) for line in found.lines} - {""}
    setters = {by for item in said(home, found.entries) for by in item[1:]} - {""}
    assert setters <= told, "a line that set the variable is said not to have run"
    for where in told:
        name, _, line = where.rpartition(":")
        text = made.files[name][int(line) - 1].strip()
        assert text and text[0] not in "#}"
        assert not text.endswith(("/none", "/t/never")) or text.startswith("if "), where


def steps(home: Path, found: Trace) -> list[tuple[object, ...]]:
    """The stretches of the home's own files."""
    return [
        (
            str(step.path.relative_to(home)),
            step.depth,
            place(home, step.sourced_at),
            step.resumed,
            step.before or "",  # zsh's MANPATH is empty where it is given to no other shell
            step.after or "",
        )
        for step in found.steps
        if step.path is not None and home in step.path.parents
    ]


def expected_steps(made: Home) -> list[tuple[object, ...]]:
    return [(*one[:4], ":".join(one.before), ":".join(one.after)) for one in made.stretches]


def show(made: Home, found: Trace, home: Path, title: str) -> None:
    """What a failing seed looks like, for people."""
    print(title)
    for name, text in made.texts().items():
        print(f"--- {name}")
        for number, line in enumerate(text.split("\n")[:-1], start=1):
            print(f"{number:3} {line}")
    world = next(iter(made.worlds))
    answer = said(home, found.entries)
    print(f"--- {len(made.worlds)} worlds; first of them / said")
    for number in range(max(len(world), len(answer))):
        one = world[number] if number < len(world) else None
        two = answer[number] if number < len(answer) else None
        print(f"{'  ' if one == two else '! '}{one}\n  {two}")
    print("--- steps / said")
    truth, told = expected_steps(made), steps(home, found)
    for number in range(max(len(truth), len(told))):
        print(truth[number] if number < len(truth) else None)
        print(told[number] if number < len(told) else None)


def _needs(shell: str) -> None:
    if shutil.which(shell) is None and os.environ.get("ENVKIT_REQUIRE_SHELLS") != "1":
        pytest.skip(f"there is no {shell} here")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("seeds", [range(40), pytest.param(range(400), marks=pytest.mark.full)])
def test_what_a_step_is_said_to_change(shell: str, seeds: range) -> None:
    """Added, removed and moved are one of the shortest ways from the one list to the other."""
    for seed in seeds:
        _, tops = STARTS[shell][seed % len(STARTS[shell])]
        made = _HOMES[shell](seed, ("/usr/local/bin", "/usr/bin", "/bin", "/usr/games"), tops)
        for one in made.stretches:
            found = compare.change(":".join(one.before), ":".join(one.after))
            told = tuple(
                {placed.position for placed in part}
                for part in (found.added, found.removed, found.moved)
            )
            assert told in changes(one.before, one.after), f"seed {seed}: {one}"


def changes(
    before: tuple[str, ...], after: tuple[str, ...]
) -> list[tuple[set[int], set[int], set[int]]]:
    """The positions, from 1, of what was added, removed and moved, by each reading."""
    return [
        (
            {place for place, part in enumerate(plan, 1) if part.old < 0},
            set(range(1, len(before) + 1)) - {part.old + 1 for part in plan},
            {place for place, part in enumerate(plan, 1) if part.moved},
        )
        for crossing in (False, True)  # copies are alike: either reading is right
        for plan in explanations(before, after, crossing)
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shell", STARTS)
def test_edits(tmp_path: Path, shell: str, seed: int) -> None:
    _needs(shell)
    check(tmp_path, shell, seed)


@pytest.mark.parametrize("shell", STARTS)
def test_edits_as_an_ordinary_user(users_home: Path, shell: str) -> None:
    _needs(shell)
    check(users_home, shell, 100)


@pytest.mark.parametrize(("shell", "variable"), _OTHERS)
def test_another_list(tmp_path: Path, shell: str, variable: str) -> None:
    _needs(shell)
    check(tmp_path, shell, 300, variable)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1000, 1050))
@pytest.mark.parametrize(("shell", "variable"), _OTHERS)
def test_many_edits_of_another_list(tmp_path: Path, shell: str, variable: str, seed: int) -> None:
    _needs(shell)
    check(tmp_path, shell, seed, variable)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1000, 1200))
@pytest.mark.parametrize("shell", STARTS)
def test_many_edits(tmp_path: Path, shell: str, seed: int) -> None:
    _needs(shell)
    check(tmp_path, shell, seed)
