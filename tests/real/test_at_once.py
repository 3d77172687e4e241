"""Writers at once: installs and uninstalls, an editor that saves between plan and write, two users.

At the end there is one well-formed set of blocks or none, and every line that anybody else wrote.
"""

from __future__ import annotations

import functools
import os
import pkgutil
import pwd
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import envkit
from envkit import lock
from envkit.errors import Refused
from envkit.host import Host
from tests.real import crash_homes
from tests.real.kill_points import Ran, Traced

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="as Linux shows it")
FULL = pytest.mark.full
ROOT = os.geteuid() == 0


def words(python: Path, command: str, verify: bool = False) -> list[str]:
    """The words of a command that asks nothing."""
    start = [command, "--yes"]
    if command != "install":
        return start
    shells = [word for name in crash_homes.ASKED for word in ("--shell", name)]
    more = [] if verify else ["--no-verify"]
    return [*start, "--python", str(python), *shells, *more]


def begin(home: Path, python: Path, command: str, verify: bool = False) -> subprocess.Popen[str]:
    """Start a command; it goes on by itself."""
    return subprocess.Popen(
        [*(sys.executable, "-m", "envkit"), *words(python, command, verify), "--home", str(home)],
        env={"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"},
        cwd=Path(envkit.__file__).parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(home: Path, python: Path, command: str) -> tuple[int, str]:
    """Run a command to its end: its status and what it said on stderr."""
    running = begin(home, python, command)
    said = running.communicate(timeout=120)[1]
    return running.returncode, said


def clear(running: subprocess.Popen[str]) -> str:
    """What stderr of a command says; it ended well, or was refused with words."""
    out, said = running.communicate(timeout=180)
    assert running.returncode in (0, 3), (running.args, running.returncode, out, said)
    assert "Traceback" not in said, said
    assert running.returncode == 0 or said.strip(), running.args
    return said


def stamps(home: Path) -> dict[Path, tuple[int, int, bytes]]:
    """Every file with what tells that it was written to."""
    files = (path for path in home.rglob("*") if path.is_file())
    return {path: ((s := path.stat()).st_mtime_ns, s.st_ino, path.read_bytes()) for path in files}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    crash_homes.build(home)
    return home


@pytest.mark.parametrize(
    ("seed", "verified"),
    [(1, 1), *(pytest.param(seed, 5, marks=FULL) for seed in range(2, 14))],
)
def test_sixteen_at_once(home: Path, python: Path, seed: int, verified: int) -> None:
    chance = random.Random(seed)
    original = crash_homes.look(home)
    if seed % 2 == 0:
        assert run(home, python, "install")[0] == 0
    mixed = [chance.choice(("install", "uninstall")) for _ in range(16)]
    proved = [number for number, one in enumerate(mixed) if one == "install"][:verified]
    running = [begin(home, python, one, n in proved) for n, one in enumerate(mixed)]
    for each in running:
        clear(each)
    assert crash_homes.leftovers(home) == []
    ended = crash_homes.look(home)
    blocks = b"# >>> envkit" in ended[".bashrc"].content
    assert crash_homes.complaints(home) == []
    assert run(home, python, "install") == (0, "")
    if blocks:
        assert crash_homes.look(home) == ended
    before = stamps(home)
    assert run(home, python, "install") == (0, "")
    assert stamps(home) == before
    assert run(home, python, "uninstall") == (0, "")
    assert crash_homes.unlike(home, original) == []
    assert blocks or crash_homes.unlike(home, ended) == []


def appends(path: Path, line: bytes) -> None:
    """`echo … >> FILE`."""
    with path.open("ab", buffering=0) as file:
        file.write(line)


def lingers(path: Path, line: bytes) -> None:
    """Has the file open for a while before it writes."""
    with path.open("ab", buffering=0) as file:
        time.sleep(0.7)
        file.write(line)


def truncates(path: Path, line: bytes) -> None:
    """nano, ed: the same file, empty for a moment."""
    text = path.read_bytes() + line
    with path.open("wb", buffering=0) as file:
        time.sleep(0.01)
        file.write(text)


def writes_over(path: Path, line: bytes) -> None:
    """The same file, its bytes replaced in place."""
    text = path.read_bytes() + line
    with path.open("r+b", buffering=0) as file:
        file.write(text)


def renames(path: Path, line: bytes) -> None:
    """vim, emacs, every IDE: a new file takes the name."""
    beside = path.with_name(".bashrc.swp")
    beside.write_bytes(path.read_bytes() + line)
    beside.rename(path)


WAYS = {each.__name__: each for each in (appends, lingers, truncates, writes_over, renames)}


@pytest.mark.parametrize(
    ("how", "part"),
    [(how, 0) for how in WAYS]
    + [pytest.param(how, part, marks=FULL) for how in WAYS for part in range(1, 4)],
)
def test_an_editor_saves_between_plan_and_write(
    home: Path, tmp_path: Path, python: Path, how: str, part: int
) -> None:
    """The command is held up at one call, and the editor saves just there."""
    traced, start = Traced(home, tmp_path), tmp_path / "start"
    lost = []
    for command in ("install", "uninstall", "rollback")[: 3 if part else 2]:
        argv = words(python, command)
        crash_homes.put(home, start)
        points = [point for point in traced.points(argv) if ".bashrc" in point.line]
        crash_homes.put(home, tmp_path / "ended")
        chosen = points if part else [point for point in points if "rename" in point.call][:1]
        for number, point in enumerate(chosen):
            if part and number % 3 != part - 1:
                continue
            crash_homes.put(start, home)
            line = b"# %d of the editor\n" % number
            save = functools.partial(WAYS[how], home / ".bashrc", line)
            done = traced.held_up(argv, point, save)
            lost += [f"{point}: {wrong}" for wrong in _after_editor(home, line, done)]
        crash_homes.put(tmp_path / "ended" if command == "install" else start, home)
    assert not lost, "\n".join(lost[:8])


def _after_editor(home: Path, line: bytes, done: Ran) -> Iterator[str]:
    if done.status not in (0, 3) or "Traceback" in done.err:
        yield f"status {done.status}: {done.err}"
    text = (home / ".bashrc").read_bytes()
    if text.count(line) != 1 or not text.startswith(b'alias ll="ls -l"\n'):
        yield f"{text!r} after status {done.status}: {done.err}"
    if left := crash_homes.leftovers(home):
        yield f"left behind: {left}"


class Editor(threading.Thread):
    """Saves a file again and again, a line more each time."""

    def __init__(self, path: Path, how: str, pause: float) -> None:
        super().__init__()
        self.path, self.save, self.pause = path, WAYS[how], pause
        self.lines: list[bytes] = []
        self.over = threading.Event()

    def run(self) -> None:
        """Until it is over; a name that is away for a moment would be a fault."""
        while not self.over.wait(self.pause) and len(self.lines) < 20_000:
            line = b"# line %d of the editor\n" % len(self.lines)
            self.save(self.path, line)
            self.lines.append(line)


@pytest.mark.parametrize(
    ("how", "pause", "times"),
    [("appends", 0.02, 4), ("renames", 0.1, 4)]
    + [
        pytest.param(how, pause, 40, marks=FULL)
        for how in ("appends", "lingers", "renames")
        for pause in (0.001, 0.05, 0.3)
    ],
)
def test_an_editor_that_saves_all_the_time(
    home: Path, python: Path, how: str, pause: float, times: int
) -> None:
    editor = Editor(home / ".bashrc", how, pause)
    editor.start()
    try:
        endings = [_ending(home, python, ("install", "uninstall")[n % 2]) for n in range(times)]
    finally:
        editor.over.set()
        editor.join()
    assert run(home, python, "uninstall") == (0, "")
    text = (home / ".bashrc").read_bytes()
    kept = [line for line in text.splitlines(keepends=True) if b"of the editor" in line]
    assert kept == editor.lines, f"{len(kept)} of {len(editor.lines)} after {endings}"
    assert b"envkit" not in text
    assert text.startswith(b'alias ll="ls -l"\n')
    assert crash_homes.leftovers(home) == []


def _ending(home: Path, python: Path, command: str) -> int:
    running = begin(home, python, command)
    clear(running)
    return running.returncode


def test_two_rollbacks_at_once(home: Path, python: Path) -> None:
    original = crash_homes.look(home)
    assert run(home, python, "install") == (0, "")
    both = [begin(home, python, "rollback") for _ in range(2)]
    said = [each.communicate(timeout=120)[1] for each in both]
    assert sorted(each.returncode for each in both) in ([0, 2], [0, 3]), said
    assert "Traceback" not in "".join(said)
    assert crash_homes.unlike(home, original) == []
    assert crash_homes.leftovers(home) == []


HOLDER = """
import sys, time
from pathlib import Path
from envkit import lock
from envkit.host import Host
with lock.held(Host.real(Path(sys.argv[1])), "envkit install --user"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds the lock of this home."""
    env = {**os.environ, "HOME": str(home)}
    command = [sys.executable, "-c", HOLDER, str(home)]
    running = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
    assert running.stdout
    assert running.stdout.readline() == b"held\n"
    yield running
    running.kill()
    running.wait()
    running.stdout.close()


def test_a_killed_holder_holds_nobody_up(
    home: Path, python: Path, holder: subprocess.Popen[bytes]
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert run(home, python, "install") == (0, "")
    assert crash_homes.leftovers(home) == []


def test_a_stopped_holder_is_named(home: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.send_signal(signal.SIGSTOP)
    before = crash_homes.look(home)
    waited: list[lock.Holder] = []
    second = lock.held(Host.real(home), "envkit uninstall", waited.append, patience=2)
    with pytest.raises(Refused) as refused, second:
        pytest.fail("two hold it")
    assert waited == [lock.Holder(holder.pid, "envkit install --user")]
    assert "`envkit install --user`" in refused.value.message
    assert str(holder.pid) in refused.value.message + refused.value.hint
    assert crash_homes.look(home) == before


def test_a_waiting_command_says_for_whom_and_goes_on(
    home: Path, python: Path, holder: subprocess.Popen[bytes]
) -> None:
    waiting = begin(home, python, "install")
    assert waiting.stderr
    first = waiting.stderr.readline()
    assert f"waiting for `envkit install --user`, process {holder.pid}" in first
    holder.kill()
    said = clear(waiting)
    assert waiting.returncode == 0
    assert said == ""


def as_user(user: str, home: Path, out: Path, argv: list[str]) -> int:
    """Run envkit in a fork that is this account: its python need not be anybody's to execute."""
    if child := os.fork():
        return child
    status = 4
    try:
        account = pwd.getpwnam(user)
        if account.pw_uid != os.geteuid():
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.environ.clear()
        os.environ.update({"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        sys.argv = ["envkit", *argv]
        from envkit.__main__ import main

        try:
            main()
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


@pytest.mark.skipif(not ROOT, reason="two accounts need root")
@pytest.mark.parametrize("times", [4, pytest.param(40, marks=FULL)])
def test_root_and_the_owner_at_once(
    users_home: Path, tmp_path: Path, write: Callable[..., Path], times: int
) -> None:
    account = pwd.getpwnam("nobody")
    write(users_home, {".bashrc": "alias a=b\n", ".profile": "export A=1\n"})
    profile = write(tmp_path, {"mine.env": "PATH=/opt/mine/bin:${PATH}\n"}) / "mine.env"
    profile.chmod(0o644)
    for path in users_home.rglob("*"):
        os.chown(path, account.pw_uid, account.pw_gid)
    out = tmp_path / "said"
    out.touch()
    out.chmod(0o666)
    import ctypes  # noqa: F401  (envkit does it late, and a fork may not read it)

    for module in pkgutil.walk_packages(envkit.__path__, "envkit."):
        if not module.name.endswith("__main__"):
            __import__(module.name)
    endings: dict[str, set[int]] = {"root": set(), "nobody": set()}
    for number in range(times):
        common = ["--yes", "--home", str(users_home)]
        argv = ["install", str(profile), "--no-verify"] if number % 2 == 0 else ["uninstall"]
        children = {
            as_user(user, users_home, out, [*argv, *common]): user for user in ("root", "nobody")
        }
        for child, user in children.items():
            endings[user].add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    said = out.read_text()
    assert endings["nobody"] == {0}, said
    assert endings["root"] <= {0, 3}, said
    assert "Traceback" not in said
    owners = {path.lstat().st_uid for path in users_home.rglob("*")}
    assert owners == {account.pw_uid}
    assert (users_home / ".bashrc").read_text() == "alias a=b\n"
    assert crash_homes.leftovers(users_home) == []
