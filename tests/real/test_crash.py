"""Killed, or refused, at every file-changing system call: each file is old or new.

Three commands (install, uninstall, rollback), each on nine files, one a link, two with attributes,
some absent. The oracle is made by construction: the home before the command and the home after a
run of it that nobody disturbed.
"""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.real import crash_homes, kill_points
from tests.real.crash_homes import Seen
from tests.real.kill_points import Point, Ran, Traced

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="as Linux shows it")
FULL = pytest.mark.full
COMMANDS = ("install", "uninstall", "rollback")
#: What is run after a crash: what was killed, once more, and the two others.
NEXT = COMMANDS
ERRORS = ("ENOSPC", "EIO", "EACCES")
PARTS = 4


class World(NamedTuple):
    """A command on a home: what it starts from, and what both ends of it are.

    `original`: the home that envkit never saw; `installed`: the one after an install.
    """

    command: str
    words: dict[str, list[str]]
    home: Path
    start: Path
    original: dict[str, Seen]
    installed: dict[str, Seen]
    traced: Traced
    points: tuple[Point, ...]

    @property
    def old(self) -> dict[str, Seen]:
        """What the command finds."""
        return self.original if self.command == "install" else self.installed

    @property
    def new(self) -> dict[str, Seen]:
        """What it leaves."""
        return self.installed if self.command == "install" else self.original

    @property
    def argv(self) -> list[str]:
        """The command's words."""
        return self.words[self.command]

    def begin(self) -> None:
        """Put the home back to where the command starts."""
        crash_homes.put(self.start, self.home)


@pytest.fixture
def world(tmp_path: Path, python: Path) -> Callable[[str], World]:
    """world(command): two homes, and the list of all its places."""
    return functools.partial(_world, tmp_path, python)


def _world(folder: Path, python: Path, command: str) -> World:
    for shell in ("bash", "dash", "zsh", "fish", "mksh"):
        kill_points.program(shell)
    home, start = folder / "home", folder / "start"
    shells = [word for name in crash_homes.ASKED for word in ("--shell", name)]
    words = {
        "install": ["install", "--yes", "--no-verify", "--python", str(python), *shells],
        "uninstall": ["uninstall", "--yes"],
        "rollback": ["rollback", "--yes"],
    }
    crash_homes.build(home)
    traced = Traced(home, folder)
    original = crash_homes.look(home)
    if command != "install":
        done = traced.run(words["install"])
        assert done.status == 0, done
    crash_homes.put(home, start)
    before = crash_homes.look(home)
    points = traced.points(words[command])
    after = crash_homes.look(home)
    changed = [name for name in {*before, *after} if before.get(name) != after.get(name)]
    assert len(changed) >= 8, changed
    installed = after if command == "install" else before
    assert command == "install" or crash_homes.unlike(home, original, times=True) == []
    assert crash_homes.leftovers(home) == []
    return World(command, words, home, start, original, installed, traced, points)


def expected(world: World, following: str) -> tuple[dict[str, Seen], ...]:
    """The state, or the two states, in which the command after the crash leaves the home."""
    if following == "install":
        return (world.installed,)
    if following == "uninstall" or world.command == "install":
        return (world.original,)
    # What was killed may have been finished or not; a rollback takes back what is in force then.
    return (world.original, world.installed)


def after_kill(world: World) -> Iterator[str]:
    """What is wrong in the home of a command that was just killed."""
    yield from crash_homes.half_done(world.home, world.old, world.new)
    yield from crash_homes.complaints(world.home)


def reported(world: World) -> Iterator[str]:
    """Whether doctor and a dry run tell of it, and change nothing."""
    if not (world.home / ".local/state/envkit/journal.json").exists():
        return
    names = everything(world.home)
    for words in (["doctor"], [*world.argv, "--dry-run"]):
        done = world.traced.run(words)
        if "interrupted" not in (done.out + done.err).lower() or "Traceback" in done.err:
            yield f"{words[0]} {words[-1]} says nothing of it: {done}"
    if everything(world.home) != names:
        yield "a dry run changed something"


def everything(home: Path) -> dict[Path, tuple[int, int, int]]:
    """Every name with what tells that it was written to."""
    found = {path: path.lstat() for path in home.rglob("*")}
    return {path: (one.st_ino, one.st_mtime_ns, one.st_mode) for path, one in found.items()}


def after_next(world: World, following: str) -> Iterator[str]:
    """Run the next command; what is wrong afterwards."""
    pending = (world.home / ".local/state/envkit/journal.json").exists()
    done = world.traced.run(world.words[following])
    if done.status != 0 and not (done.status == 2 and following == "rollback"):
        yield f"{following} ends with {done.status}: {done.err}"
    if "Traceback" in done.err:
        yield done.err
    if pending and "interrupted" not in done.err:
        yield f"{following} does not say that it put something right: {done.err!r}"
    yield from settled(world, expected(world, following), done)


def settled(world: World, states: Sequence[dict[str, Seen]], done: Ran) -> Iterator[str]:
    """What is wrong in a home that should be in exactly one of these states."""
    found = [
        crash_homes.unlike(world.home, state, times=state is world.original) for state in states
    ]
    if all(found):
        yield f"{min(found, key=len)} after {done.out[-300:]} {done.err}"
    if left := crash_homes.leftovers(world.home):
        yield f"left behind: {left}"
    yield from crash_homes.complaints(world.home)


def crash(world: World, point: Point, following: Sequence[str], ask: bool = True) -> Iterator[str]:
    """Kill the command there, look, and let each of the following commands find it so."""
    world.begin()
    world.traced.killed(world.argv, point)
    yield from after_kill(world)
    if ask:
        yield from reported(world)
    dead = world.home.with_name("dead")
    crash_homes.put(world.home, dead)
    for number, command in enumerate(following):
        if number:
            crash_homes.put(dead, world.home)
        yield from (f"then {command}: {wrong}" for wrong in after_next(world, command))


def told(wrong: dict[str, list[str]], count: int) -> str:
    """A short account of all that went wrong, most of all what went wrong most often."""
    kinds = Counter(each.partition(":")[0] for many in wrong.values() for each in many)
    lines = [f"{len(wrong)} of {count} places: {kinds.most_common(5)}"]
    lines += [f"{place}\n    " + "\n    ".join(many) for place, many in list(wrong.items())[:6]]
    return "\n".join(lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_a_sample_of_places(world: Callable[[str], World], command: str) -> None:
    one = world(command)
    offset = COMMANDS.index(command)
    points = kill_points.spread(one.points, 15, offset)
    wrong = {}
    for number, point in enumerate(points):
        following = [NEXT[(number + offset) % len(NEXT)]]
        found = list(crash(one, point, following, ask=number % 4 == 2))
        if found:
            wrong[str(point)] = found
    assert not wrong, told(wrong, len(points))


@FULL
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_everywhere(world: Callable[[str], World], command: str, part: int) -> None:
    one = world(command)
    points = one.points[part::PARTS]
    wrong = {str(point): found for point in points if (found := list(crash(one, point, NEXT)))}
    assert not wrong, told(wrong, len(points))


def failing(world: World, point: Point, error: str) -> Iterator[str]:
    """Let one call fail: nothing changed and status 3, or all done; then nothing is left."""
    world.begin()
    done = world.traced.refused(world.argv, point, error)
    if done.status == 3:
        states: tuple[dict[str, Seen], ...] = (world.old,)
        if not done.err.strip():
            yield "status 3 without a word"
    else:
        states = (world.new,)
        if done.status != 0:
            yield f"status {done.status}: {done.err}"
    if "Traceback" in done.err:
        yield done.err
    if not (world.home / ".local/state/envkit/journal.json").exists():
        yield from settled(world, states, done)
        return
    # A second name that would not go: the next command's to finish.
    yield from crash_homes.complaints(world.home)
    yield from not_yet(world, states[0])
    yield from (f"then: {wrong}" for wrong in after_next(world, world.command))


def not_yet(world: World, state: dict[str, Seen]) -> Iterator[str]:
    """Files that are not of this state; a folder stays while a second name in it would not go."""
    folders = {name: seen for name, seen in world.old.items() if seen.kind == 4}
    yield from crash_homes.half_done(world.home, {**folders, **state}, state)


@pytest.mark.parametrize("command", COMMANDS)
def test_refused_at_a_sample_of_places(world: Callable[[str], World], command: str) -> None:
    one = world(command)
    offset = COMMANDS.index(command)
    real = [point for point in one.points if not point.printed]
    points = kill_points.spread(real, 14, offset + 3)
    wrong = {}
    for number, point in enumerate(points):
        error = ERRORS[(number + offset) % len(ERRORS)]
        if found := list(failing(one, point, error)):
            wrong[f"{error} {point}"] = found
    assert not wrong, told(wrong, len(points))


@FULL
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("error", (*ERRORS, "EROFS"))
@pytest.mark.parametrize("command", COMMANDS)
def test_refused_everywhere(world: Callable[[str], World], command: str, error: str) -> None:
    one = world(command)
    points = [point for point in one.points if not point.printed]
    wrong = {str(point): found for point in points if (found := list(failing(one, point, error)))}
    assert not wrong, told(wrong, len(points))


def killed_twice(world: World, first: Point, share: int, offset: int) -> tuple[int, list[str]]:
    """Kill the command, then the one that puts it right, at `share` places; then a third."""
    world.begin()
    world.traced.killed(world.argv, first)
    dead = world.home.with_name("dead")
    crash_homes.put(world.home, dead)
    following = NEXT[offset % len(NEXT)]
    argv, last = world.words[following], NEXT[(offset // len(NEXT)) % len(NEXT)]
    again = [point for point in world.traced.points(argv, (0, 2)) if not point.printed]
    wrong = []
    chosen = kill_points.spread(again, share, offset)
    for second in chosen:
        crash_homes.put(dead, world.home)
        world.traced.killed(argv, second)
        found = [*crash_homes.half_done(world.home, world.original, world.installed)]
        found += crash_homes.complaints(world.home)
        done = world.traced.run(world.words[last])
        if done.status not in (0, 2) or "Traceback" in done.err:
            found.append(f"{last} ends with {done.status}: {done.err}")
        states = {"install": (world.installed,), "uninstall": (world.original,)}
        both = (world.original, world.installed)
        found += settled(world, states.get(last, both), done)
        wrong += [f"{following} killed at {second}; then {last}: {one}" for one in found]
    return len(chosen), wrong


@pytest.mark.parametrize(
    ("command", "firsts", "share"),
    [("install", 2, 4), ("rollback", 1, 4)]
    + [pytest.param(command, 24, 16, marks=FULL) for command in COMMANDS],
)
def test_killed_again_while_that_is_put_right(
    world: Callable[[str], World], command: str, firsts: int, share: int
) -> None:
    one = world(command)
    real = [point for point in one.points if not point.printed]
    # The later ones have more to be put right.
    chosen = [real[(n + 1) * len(real) // (firsts + 1)] for n in range(firsts)]
    wrong, count = {}, 0
    for number, first in enumerate(chosen):
        tried, found = killed_twice(one, first, share, number)
        count += tried
        if found:
            wrong[str(first)] = found
    assert not wrong, told(wrong, count)


def turned_read_only(world: World, first: int) -> Iterator[str]:
    """From this call on the disk takes nothing more; once it does again, the next command mends."""
    world.begin()
    done = world.traced.read_only_from(world.argv, world.points, first)
    if done.status not in (0, 3) or "Traceback" in done.err:
        yield f"status {done.status}: {done.err}"
    yield from crash_homes.half_done(world.home, world.old, world.new)
    yield from crash_homes.complaints(world.home)
    if done.status == 0:
        yield from not_yet(world, world.new)
    yield from (f"then: {wrong}" for wrong in after_next(world, world.command))


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("command", "step"),
    [("install", 40), ("uninstall", 40)]
    + [pytest.param(command, 1, marks=FULL) for command in COMMANDS],
)
def test_a_disk_that_turns_read_only(
    world: Callable[[str], World], command: str, step: int
) -> None:
    one = world(command)
    places = [n for n, point in enumerate(one.points) if not point.printed][step // 2 :: step]
    wrong = {str(one.points[n]): found for n in places if (found := list(turned_read_only(one, n)))}
    assert not wrong, told(wrong, len(places))
