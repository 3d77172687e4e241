"""What a real disk does to a transaction: full, out of inodes, read-only, a folder in the way.

And a process that is killed while it waits for others: for a shell of the proof, and for the
virtual environment that is being made.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import envkit
from tests.real import crash_homes
from tests.real.kill_points import Ran, program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="as Linux shows it")
FULL = pytest.mark.full
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root")
COMMANDS = ("install", "uninstall", "rollback")


def environment(home: Path) -> dict[str, str]:
    """What the commands here are started with."""
    return {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


def argv(home: Path, python: Path | None, command: str, *more: str) -> list[str]:
    """A command line of envkit on this home."""
    start = [sys.executable, "-m", "envkit", command, "--yes", "--home", str(home), *more]
    if command != "install":
        return start
    named = ["--python", str(python)] if python else []
    return [*start, *named, *(word for name in crash_homes.ASKED for word in ("--shell", name))]


def run(home: Path, words: list[str]) -> Ran:
    """Run a command line to its end."""
    done = subprocess.run(
        words,
        env=environment(home),
        cwd=Path(envkit.__file__).parent.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    crash_homes.build(home)
    return home


@pytest.fixture
def begun(home: Path, python: Path) -> Callable[[str], Path]:
    """begun(command): a copy of the home in which the command has something to do."""

    def make(command: str) -> Path:
        if command != "install":
            done = run(home, argv(home, python, "install", "--no-verify"))
            assert done.status == 0, done.err
        start = home.with_name("start")
        crash_homes.put(home, start)
        return start

    return make


def in_namespace(home: Path, before: str, words: list[str], kept: Path) -> Ran:
    """Run the words where `before` (sh) has mounted something; what the home held then: `kept`."""
    script = (
        f"{{ {before}; }} || exit 99; shift; \"$@\"; s=$?; cp -a . '{kept}' || exit 98; exit $s"
    )
    mounts = [program("unshare"), "-m", "--propagation", "private"]
    shutil.rmtree(kept, ignore_errors=True)
    done = run(home, [*mounts, "sh", "-c", f"cd '{home}' && {script}", "sh", "-", *words])
    if "unshare" in done.err or "mount:" in done.err:
        pytest.skip(f"no mounts here: {done.err[:100]}")
    return done


def is_refused_whole(done: Ran, kept: Path, old: dict[str, crash_homes.Seen]) -> None:
    """Status 3 with words, no file changed, nothing left."""
    assert done.status == 3, done
    assert "Traceback" not in done.err
    assert done.err.strip()
    assert crash_homes.unlike(kept, old, times=True) == [], done.err
    assert crash_homes.leftovers(kept) == [], done.err
    assert crash_homes.complaints(kept) == []


@needs_root
@pytest.mark.parametrize("what", ["size", "nr_inodes"])
@pytest.mark.parametrize(
    "command", ["install", *(pytest.param(one, marks=FULL) for one in COMMANDS[1:])]
)
def test_a_full_disk(
    begun: Callable[[str], Path],
    home: Path,
    tmp_path: Path,
    python: Path,
    command: str,
    what: str,
    request: pytest.FixtureRequest,
) -> None:
    """A disk with room for n pages, or n files, from none to enough."""
    start, kept = begun(command), tmp_path / "kept"
    old = crash_homes.look(start)
    if any(seen.attributes for seen in old.values()) and not _tmpfs_keeps_attributes(tmp_path):
        old = {name: seen._replace(attributes=()) for name, seen in old.items()}
        for path in start.rglob("*"):
            for name in os.listxattr(path, follow_symlinks=False):
                os.removexattr(path, name, follow_symlinks=False)
    refused = 0
    step = 1 if request.node.get_closest_marker("full") else 3
    for more in range(0, 64, step):
        base = _pages(start) if what == "size" else 1 + sum(1 for _ in start.rglob("*"))
        option = f"size={(base + more) * 4096}" if what == "size" else f"nr_inodes={base + more}"
        # cp -a preserves what tmpfs can have; the home's own mode, too.
        mount = f"mount -t tmpfs -o {option} t '{home}' && cd '{home}' && cp -a '{start}/.' ."
        words = argv(home, python, command)
        done = in_namespace(home, mount, [*words, *_unproved(command)], kept)
        if done.status == 99:
            continue  # no room for the home itself
        if done.status == 0:
            break
        is_refused_whole(done, kept, old)
        refused += 1
    else:
        pytest.fail("never enough room")
    assert refused >= 2
    assert crash_homes.leftovers(kept) == []


def _unproved(command: str) -> list[str]:
    return ["--no-verify"] if command == "install" else []


def _pages(start: Path) -> int:
    files = (path for path in start.rglob("*") if path.is_file() and not path.is_symlink())
    return 1 + sum(-(-path.stat().st_size // 4096) for path in files)


def _tmpfs_keeps_attributes(scratch: Path) -> bool:
    place = scratch / "mounted"
    place.mkdir(exist_ok=True)
    script = f"mount -t tmpfs t '{place}' && exec '{sys.executable}' -c 'import os,sys;"
    script += 'os.setxattr(sys.argv[1], "user.a", b"b")\' ' + f"'{place}'"
    command = [program("unshare"), "-m", "--propagation", "private", "sh", "-c", script]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@needs_root
@pytest.mark.parametrize("place", [".", "dotfiles", ".config", ".config/fish"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_read_only_mount(
    begun: Callable[[str], Path],
    home: Path,
    tmp_path: Path,
    python: Path,
    command: str,
    place: str,
) -> None:
    begun(command)
    old, kept = crash_homes.look(home), tmp_path / "kept"
    mount = f"mount --bind '{home / place}' '{home / place}' && mount -o remount,ro,bind"
    mount += f" '{home / place}' && cd '{home}'"
    words = [*argv(home, python, command), *_unproved(command)]
    is_refused_whole(in_namespace(home, mount, words, kept), kept, old)
    assert crash_homes.unlike(home, old, times=True) == []


IN_THE_WAY = (
    *(".bashrc", ".bash_profile", "dotfiles/profile", ".zshenv", ".mkshrc", ".kshrc"),
    *(".config/envkit/env.sh", ".config/envkit/env.fish", ".config/fish/conf.d/envkit.fish"),
)


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_a_folder_in_the_way(home: Path, python: Path, name: str) -> None:
    path = home / name
    if path.exists():
        path.unlink()
    (path / "of").mkdir(parents=True)
    old = crash_homes.look(home)
    done = run(home, [*argv(home, python, "install"), "--no-verify"])
    if done.status == 0 and name not in done.out:
        pytest.skip("this file is not written here")
    assert done.status == 3, done
    assert crash_homes.unlike(home, old, times=True) == []
    assert crash_homes.leftovers(home) == []
    assert name.rpartition("/")[2].strip(".") in done.err


SLOW = """\
case $(cat ~/.bashrc) in *">>> env"kit*) echo >>"$HOME.mark"; sleep 20 ;; esac
"""


@pytest.mark.parametrize("following", ["uninstall", *(pytest.param("install", marks=FULL),)])
def test_killed_in_the_middle_of_the_proof(home: Path, python: Path, following: str) -> None:
    (home / ".bashrc").write_bytes((home / ".bashrc").read_bytes() + SLOW.encode())
    old = crash_homes.look(home)
    mark = Path(f"{home}.mark")
    running = _started(home, argv(home, python, "install"))
    _wait_for(running, mark.exists)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert crash_homes.look(home) != old, "the proof starts shells in the new state"
    told = run(home, [sys.executable, "-m", "envkit", "doctor", "--home", str(home)])
    assert "interrupted" in (told.out + told.err).lower()
    done = run(home, [*argv(home, python, following), *_unproved(following)])
    assert done.status == 0, done.err
    assert "interrupted" in done.err
    assert crash_homes.leftovers(home) == []
    if following == "uninstall":
        assert crash_homes.unlike(home, old, times=True) == []
    _nobody_is_left(home)


@pytest.mark.parametrize("following", ["uninstall", *(pytest.param("install", marks=FULL),)])
@pytest.mark.parametrize("moment", [0.3, *(pytest.param(m, marks=FULL) for m in (0.0, 1.5, 4.0))])
def test_killed_while_the_python_environment_is_made(
    home: Path, following: str, moment: float
) -> None:
    old = crash_homes.look(home)
    base = Path(sys.base_prefix) / "bin/python3"
    running = _started(home, [*argv(home, base, "install"), "--no-verify"])
    made = home / ".local/share/envkit/envs"
    _wait_for(running, lambda: made.exists() and any(made.iterdir()))
    time.sleep(moment)
    if running.poll() is not None:
        pytest.skip("it was made before")
    running.send_signal(signal.SIGKILL)
    running.wait()
    done = run(home, [*argv(home, base, following), *_unproved(following)])
    assert done.status == 0, done.err
    assert "interrupted" in done.err
    assert crash_homes.leftovers(home) == []
    if following == "uninstall":
        assert crash_homes.unlike(home, old, times=True) == []
    _nobody_is_left(home)


def _started(home: Path, words: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        env=environment(home),
        cwd=Path(envkit.__file__).parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_for(running: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    for _ in range(6000):
        if ready():
            return
        assert running.poll() is None, f"ended early: {running.returncode}"
        time.sleep(0.01)
    running.kill()
    pytest.fail("never ready")


def _nobody_is_left(home: Path) -> None:
    """No process of this home, some moments after its envkit was killed."""
    for _ in range(300):
        left = []
        for one in Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"HOME={home}\0".encode() in one.read_bytes() + b"\0":
                    left.append((one.parent / "cmdline").read_bytes())
            except OSError:
                continue
        if not left:
            return
        time.sleep(0.1)
    pytest.fail(f"still there: {left}")
