"""Recovery: killed at any call, and again while it recovers, all is old or new in the end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from envkit import durable, journal, receipts, recovery
from envkit.apply import Making, apply, undo_plan
from envkit.errors import Refused
from envkit.host import Host
from envkit.plan import FileEdit, Plan

FULL = pytest.mark.full
CALLS = ("open", "write", "fsync", "rename", "link", "unlink", "mkdir", "chmod", "fchmod", "rmdir")
OLD = {".a": b"a", ".b": b"b\n", ".c": b"c", ".d": b"", "dot/e": b"e\r\n"}
NEW = {".a": b"a block", ".b": b"block\nb\n", ".new": b"n", ".d": b"block", "dot/e": b"e\r\nE"}
EDITS = ((".a", 0), (".b", 0), (".c", 0), (".config/envkit/env.sh", 0), (".new", 0), (".d", 0))
TIME = 1_000_000_000_123_456_789


class World(NamedTuple):
    """A home with five files, one behind a link, and a plan that touches seven."""

    host: Host
    plan: Plan

    def files(self) -> dict[str, bytes]:
        """All of the user's files."""
        return {
            str(path.relative_to(self.host.home)): path.read_bytes()
            for path in sorted(self.host.home.rglob("*"))
            if path.is_file() and not path.is_symlink() and ".local/state" not in str(path)
        }

    def stamps(self) -> dict[str, tuple[int, int, int]]:
        """What tells that a file is the very same one."""
        found = {name: (self.host.home / name).stat() for name in OLD}
        return {name: (one.st_ino, one.st_mtime_ns, one.st_mode) for name, one in found.items()}

    def copy(self, name: str) -> World:
        """Another home, just the same."""
        home = self.host.home.with_name(name)
        return made(self.host.but(home=home, home_at=home))


def made(host: Host) -> World:
    """The home of such a host, made anew."""
    home = host.home
    shutil.rmtree(home, ignore_errors=True)
    for name, text in OLD.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
        path.chmod(0o640)
        os.utime(path, ns=(TIME, TIME))
    (home / ".e").symlink_to("dot/e")
    after = {**NEW, ".e": NEW["dot/e"], ".config/envkit/env.sh": b"env"}
    names = (".a", ".b", ".c", ".config/envkit/env.sh", ".new", ".d", ".e")
    before = {**OLD, ".e": OLD["dot/e"]}
    edits = tuple(FileEdit(home / one, before.get(one), after.get(one)) for one in names)
    return World(host, Plan("install t", edits))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here cuts the power, and a disk that others use, too, makes each sync long."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def world(host: Callable[..., Host]) -> World:
    return made(host())


WANTED = {**NEW, ".config/envkit/env.sh": b"env"}


def killed(work: Callable[[], object], call: str, nth: int, after: bool) -> bool:
    """Do it in a child that is killed before or after its nth such call; whether it was."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    status = 1
    try:
        real, count = getattr(os, call), [0]

        def dying(*args: object, **more: object) -> object:
            count[0] += 1
            if count[0] == nth and not after:
                os._exit(9)
            answer = real(*args, **more)
            if count[0] == nth:
                os._exit(9)
            return answer

        setattr(os, call, dying)
        work()
        status = 0
    finally:
        os._exit(status)


class Places:
    """Each call at which something can be killed, and whether before or after it.

    `step`: only each so many-th of them.
    """

    def __init__(self, calls: tuple[str, ...] = CALLS, step: int = 1) -> None:
        self.calls, self.step, self.over = calls, step, False

    def __iter__(self) -> Iterator[tuple[str, int, bool]]:
        for number, call in enumerate(self.calls):
            for after in (False, True):
                self.over = False
                for nth in range(1 + (number + after) % self.step, 200, self.step):
                    yield call, nth, after
                    if self.over:
                        break


def no_exchange(new: Path, at: Path) -> None:
    new.rename(at)


def no_links(self: Path, target: Path) -> None:
    raise PermissionError(1, "Operation not permitted")


WAYS = ("as it is", "no exchange", "no second names")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file system that can do all, and such that cannot."""
    if request.param != "as it is":
        monkeypatch.setattr(durable, "exchange", no_exchange)
    if request.param == "no second names":
        monkeypatch.setattr(Path, "hardlink_to", no_links)
    return str(request.param)


def check(one: World, stamps: dict[str, tuple[int, int, int]], where: object, way: str) -> bool:
    """After recovery all is old or all is new: whether it is new."""
    recovery.recover(one.host)
    files = one.files()
    left = [path.name for path in one.host.state.iterdir()] if one.host.state.exists() else []
    assert left in ([], ["receipts"]), where
    assert recovery.recover(one.host) is None, where
    if files == WANTED:
        assert receipts.every(one.host)[-1].status == "applied", where
        return True
    assert files == OLD, where
    found = one.stamps()
    if way == "no second names":  # then the old files come back as copies
        found = {name: (stamps[name][0], *found[name][1:]) for name in found}
    assert found == stamps, where
    assert not (one.host.home / ".config").exists(), where
    return False


@pytest.mark.parametrize("step", [11, pytest.param(1, marks=FULL)])
def test_killed_anywhere(world: World, way: str, step: int) -> None:
    ends = []
    places = Places(step=step)
    for place in places:
        one = made(world.host)
        stamps = one.stamps()
        if not killed(lambda: apply(world.host, world.plan), *place):
            places.over = True
            continue
        for name, text in one.files().items():
            known = (OLD.get(name), WANTED.get(name))
            assert text in known or ".envkit-" in name, (place, name)
        ends.append(check(one, stamps, place, way))
    assert {True, False} == set(ends)
    assert len(ends) > 180 // step


@pytest.mark.parametrize("at", [("rename", 1), ("fsync", 23), ("fsync", 28), ("unlink", 6)])
@pytest.mark.parametrize("step", [17, pytest.param(1, marks=FULL)])
def test_killed_while_it_recovers(world: World, way: str, at: tuple[str, int], step: int) -> None:
    """The first kill leaves it staged, half done, done but for its receipt, or not tidied up."""
    ends = []
    places = Places(step=step)
    for place in places:
        one = made(world.host)
        stamps = one.stamps()
        assert killed(lambda: apply(world.host, world.plan), *at, True)
        if not killed(lambda: recovery.recover(world.host), *place):
            places.over = True
            continue
        ends.append(check(one, stamps, place, way))
    assert len(set(ends)) == 1
    assert len(ends) > 20 // step


def half_done(world: World, call: str = "fsync", nth: int = 26) -> None:
    """Kill an install between two of its renames."""
    assert killed(lambda: apply(world.host, world.plan), call, nth, True)
    assert (world.host.home / ".a").read_bytes() == NEW[".a"]
    assert (world.host.home / "dot/e").read_bytes() == OLD["dot/e"]


def test_it_says_what_it_did(world: World) -> None:
    assert recovery.recover(world.host) is None
    half_done(world)
    found = journal.pending(world.host)
    assert found is not None
    when = found.receipt.when[11:19]
    said = f"an install of {when} was interrupted; it was undone: 7 files are as they were"
    assert recovery.recover(world.host) == said
    (receipt,) = receipts.every(world.host)
    assert (receipt.status, receipt.reason) == ("interrupted", recovery.KILLED)
    assert receipt.plan.edits[0].before == b"a"


def test_what_somebody_wrote_since_stays_and_is_named(world: World) -> None:
    half_done(world)
    (world.host.home / ".a").write_bytes(b"mine")
    (world.host.home / ".config/envkit/env.sh").unlink()
    said = recovery.recover(world.host)
    assert said is not None
    assert said.endswith("somebody wrote since to ~/.a, which stays so")
    assert world.files() == {**OLD, ".a": b"mine"}


def test_a_link_or_a_folder_put_there_since_stays(world: World) -> None:
    half_done(world)
    home = world.host.home
    (home / ".a").unlink()
    (home / ".a").symlink_to("mine")
    (home / "mine").write_bytes(NEW[".a"])
    (home / ".b").unlink()
    (home / ".b").mkdir()
    said = recovery.recover(world.host)
    assert said is not None
    assert "~/.b, ~/.a, which" in said
    assert (home / ".a").is_symlink()
    assert (home / "mine").read_bytes() == NEW[".a"]


def test_what_was_saved_into_the_old_file_returns(world: World) -> None:
    """An editor that has the old file open writes to it while the new one has its name."""
    with (world.host.home / ".a").open("ab") as file:
        half_done(world)
        file.write(b" saved")
    recovery.recover(world.host)
    assert world.files() == {**OLD, ".a": b"a saved"}


@pytest.mark.parametrize("save", ["into", "in place of"])
@pytest.mark.parametrize("name", [".a", ".config/envkit/env.sh"])
def test_what_is_saved_while_it_recovers_stays(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, save: str
) -> None:
    half_done(world)
    path, read = world.host.home / name, recovery._bytes
    saved = []

    def then_saved(one: Path) -> bytes | None:
        found = read(one)
        if one == path and not saved:
            saved.append(one)
            if save == "in place of":
                path.unlink()
            path.write_bytes(b"mine")
        return found

    monkeypatch.setattr(recovery, "_bytes", then_saved)
    said = recovery.recover(world.host)
    assert said is not None
    assert said.endswith(f"somebody wrote since to ~/{name}, which stays so")
    assert world.files() == {**OLD, name: b"mine"}


@pytest.mark.parametrize("mode", [0, 0o300, 0o600])
def test_while_the_receipts_cannot_be_read_nothing_is_undone(users_home: Path, mode: int) -> None:
    """Applied, and killed before the journal went: nobody knows that then."""
    machine = Host.real(home=users_home)
    place, rc = machine.state / "receipts", users_home / ".bashrc"
    rc.write_bytes(b"new")
    receipt, _ = receipts.begin(machine, Plan("install t", (FileEdit(rc, b"old", b"new"),)))
    receipts.finish(machine, receipt, "applied")
    journal.begin(machine, journal.Journal(receipt))
    place.chmod(mode)
    code = (
        "import os, pwd, sys; os.setuid(pwd.getpwnam('nobody').pw_uid)\n"
        "from pathlib import Path\n"
        "try: recovery.recover(Host.real(home=Path(sys.argv[1])))\n"
        "except Unreadable as problem: print(problem.hint)"
    )
    late = "from envkit import recovery; from envkit.errors import Unreadable;"
    argv = [sys.executable, "-c", late + "from envkit.host import Host;" + code, str(users_home)]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.stdout == "chmod 700 ~/.local/state/envkit/receipts\n", done.stderr
    assert rc.read_bytes() == b"new"
    place.chmod(0o700)
    said = recovery.recover(machine)
    assert said is not None
    assert said.endswith("it was finished")


def test_without_its_second_name_the_old_text_comes_from_the_journal(world: World) -> None:
    half_done(world)
    for path in world.host.home.rglob(".*.envkit-*"):
        path.unlink()
    recovery.recover(world.host)
    assert world.files() == OLD
    assert {one[1] for one in world.stamps().values()} == {TIME}


def test_a_link_that_leads_elsewhere_since_does_not_matter(world: World) -> None:
    for nth in range(20, 40):
        made(world.host)
        assert killed(lambda: apply(world.host, world.plan), "fsync", nth, True)
        if (world.host.home / "dot/e").read_bytes() == NEW["dot/e"]:
            break
    (world.host.home / ".e").unlink()
    (world.host.home / ".e").symlink_to(".a")
    assert (world.host.home / "dot/e").read_bytes() == NEW["dot/e"]
    recovery.recover(world.host)
    assert world.files() == OLD


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"{", b"[]", b"null", b'{"version": 1}', b"\xff"),
        pytest.param(b"[" * 200_000, id="deep"),
    ],
)
def test_a_damaged_journal_is_refused_and_stays(world: World, text: bytes) -> None:
    half_done(world)
    place = world.host.state / "journal.json"
    place.write_bytes(text)
    before = world.files()
    for work in (recovery.recover, journal.read, journal.pending):
        with pytest.raises(Refused, match=r"~/\.local/state/envkit/journal\.json") as got:
            work(world.host)
        assert "rm ~/.local/state/envkit/journal.json" in got.value.hint
    assert place.read_bytes() == text
    assert world.files() == before


def test_a_journal_of_a_newer_envkit_is_refused(world: World) -> None:
    half_done(world)
    place = world.host.state / "journal.json"
    data = json.loads(place.read_bytes())
    place.write_text(json.dumps({**data, "version": 99}))
    with pytest.raises(Refused, match="newer envkit"):
        recovery.recover(world.host)


def test_what_cannot_be_put_back_waits_for_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_done(world)
    rename, exchange = os.rename, durable.exchange

    def failing(target: object) -> None:
        if str(target).endswith("/.a"):
            raise OSError(5, "Input/output error")

    def renaming(source: object, target: object, **more: object) -> None:
        failing(target)
        rename(source, target, **more)  # type: ignore[call-overload]

    def exchanging(new: Path, at: Path) -> None:
        failing(at)
        exchange(new, at)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", renaming)
        patch.setattr(durable, "exchange", exchanging)
        with pytest.raises(Refused, match=r"(?s)cannot be undone yet:.*~/\.a: Input/output error"):
            recovery.recover(world.host)
    assert world.files()[".a"] == NEW[".a"]
    recovery.recover(world.host)
    assert world.files() == OLD


def test_nobody_begins_before_it_is_ended(world: World) -> None:
    half_done(world)
    before = world.files()
    plan = Plan("t", (FileEdit(world.host.home / ".z", None, b"z"),))
    with pytest.raises(Refused, match="another transaction has not ended"):
        apply(world.host, plan)
    assert world.files() == before


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_the_environment_that_was_being_made_goes(world: World, nth: int) -> None:
    host = world.host
    folder = host.data / "envs/t"

    def make() -> None:
        folder.mkdir()
        (folder / "pyvenv.cfg").write_text("x")
        (folder / "bin").mkdir()
        (folder / "bin/python").symlink_to("/usr/bin/python3")
        (folder / "pyvenv.cfg").rename(folder / "one")
        (folder / "one").rename(folder / "two")

    def work() -> None:
        apply(host, world.plan, environment=Making(folder, make))

    killed(work, "rename", nth, True)
    assert folder.exists()
    recovery.recover(host)
    assert not host.data.parent.joinpath("envs").exists()
    assert folder.exists() == (world.files() == WANTED)


def test_an_environment_that_was_there_stays(world: World) -> None:
    folder = world.host.data / "envs/t"
    folder.mkdir(parents=True)
    (folder / "mine").write_text("x")

    def make() -> None:
        raise Refused("no Python here")

    with pytest.raises(Refused, match="no Python here"):
        apply(world.host, world.plan, environment=Making(folder, make))
    assert (folder / "mine").exists()


def test_a_killed_rollback_is_undone_or_finished(world: World) -> None:
    places, ends = Places(("rename", "unlink")), []
    for place in places:
        one = made(world.host)
        receipt = apply(one.host, one.plan)
        plan = undo_plan(receipt)
        if not killed(lambda: apply(one.host, plan, undoes=receipt), *place):  # noqa: B023
            places.over = True
            continue
        recovery.recover(one.host)
        files, latest = one.files(), receipts.latest(one.host)
        assert (files, latest) in ((WANTED, receipt), (OLD, None)), place
        ends.append(latest)
        if latest is None:
            assert {one[1] for one in one.stamps().values()} == {TIME}
    assert len(ends) > 5


def test_one_of_an_envkit_without_a_journal_is_ended_once(world: World) -> None:
    half_done(world)
    found = journal.read(world.host)
    assert found is not None
    (world.host.state / "journal.json").unlink()
    receipts.save(world.host, replace(found.receipt, status="interrupted"))
    said = recovery.recover(world.host)
    assert said is not None
    assert "was interrupted; it was undone" in said
    assert world.files() == OLD
    assert recovery.recover(world.host) is None


def test_an_old_one_below_a_later_install_loses_its_second_names_only(world: World) -> None:
    half_done(world)
    found = journal.read(world.host)
    assert found is not None
    (world.host.state / "journal.json").unlink()
    receipts.save(world.host, replace(found.receipt, status="interrupted"))
    later = FileEdit(world.host.home / ".a", NEW[".a"], b"later")
    apply(world.host, Plan("install t", (later,)))
    before = {name: text for name, text in world.files().items() if ".envkit-" not in name}
    assert before != world.files()
    recovery.recover(world.host)
    assert world.files() == before
