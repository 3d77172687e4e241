"""What is around every writing: signals, a kill, another writer, a home that is read-only."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import envkit
from envkit.host import Host
from envkit.lock import held

ROOT = os.geteuid() == 0
NARROW = ("--shell", "bash", "--shell", "sh")
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".bashrc").write_text("alias a=b\n")
    (home / ".profile").write_text("A=1\n")
    for path in home.iterdir():
        os.utime(path, ns=(10**18 + 1, 10**18 + 1))
    return home


def argv(home: Path, python: Path, command: str, *more: str) -> list[str]:
    words = [sys.executable, "-m", "envkit", command, "--home", str(home), *more]
    return words + (["--python", str(python), *NARROW] if command == "install" else [])


def run(words: list[str], before: str = "", namespace: bool = False) -> tuple[int, str, str]:
    """Run a command, after some of a shell, its number in the file `pid` beside its home."""
    home = Path(words[words.index("--home") + 1])
    script = f'echo $$ > {home.parent}/pid; {before} exec "$@"'
    around = ["unshare", "-m"] if namespace else []
    done = subprocess.run(
        [*around, "sh", "-c", script, "sh", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(envkit.__file__).parents[1])},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    return done.returncode, done.stdout, done.stderr


def stamps(home: Path, own: bool = True) -> dict[str, tuple[int, ...]]:
    """Every entry, the home itself too, by what changes when anybody writes to it."""
    ours = home / ".local"
    found = {}
    for path in (home, *home.rglob("*")):
        one = path.lstat()
        if own:
            found[str(path)] = (one.st_ino, one.st_mtime_ns, one.st_ctime_ns, one.st_mode)
        elif path != ours and ours not in path.parents and path != home:
            found[str(path)] = (one.st_ino, one.st_mtime_ns, one.st_mode)
    return found


def once_installed(home: Path, does: str) -> None:
    """Let the shells of the proof do something, once env.sh is there."""
    with (home / ".bashrc").open("a") as file:
        file.write(f"[ ! -e ~/.config/envkit/env.sh ] || {does}\n")
    os.utime(home / ".bashrc", ns=(10**18 + 1, 10**18 + 1))


def receipts(home: Path) -> list[dict[str, str]]:
    found = sorted((home / ".local/state/envkit/receipts").glob("*.json"))
    return [json.loads(path.read_text()) for path in found]


FULL = pytest.mark.full
SENT = [
    pytest.param(signal.SIGINT, 130, id="SIGINT"),
    pytest.param(signal.SIGTERM, 143, id="SIGTERM", marks=FULL),
    pytest.param(signal.SIGHUP, 129, id="SIGHUP", marks=FULL),
]


@pytest.mark.parametrize(("sent", "status"), SENT)
def test_a_signal_during_the_proof_gives_all_back(
    home: Path, python: Path, sent: signal.Signals, status: int
) -> None:
    once_installed(home, f'kill -{sent:d} "$(cat {home.parent}/pid)"; sleep 2')
    before = stamps(home, own=False)
    ended, _, said = run(argv(home, python, "install", "--yes"))
    assert (ended, said.strip()) == (status, "Interrupted: every file is as it was.")
    assert stamps(home, own=False) == before
    (receipt,) = receipts(home)
    assert receipt["status"] == "interrupted"
    left = [path.name for path in (home / ".local/state/envkit").iterdir()]
    assert left == ["receipts"]


def test_a_closed_terminal_that_is_ignored_is_ignored(home: Path, python: Path) -> None:
    once_installed(home, f'kill -HUP "$(cat {home.parent}/pid)"')
    ended, _, said = run(argv(home, python, "install", "--yes"), before="trap '' HUP;")
    assert (ended, said) == (0, "")
    assert receipts(home)[0]["status"] == "applied"


def test_worse_than_before_gives_the_very_same_files_back(home: Path, python: Path) -> None:
    once_installed(home, "exit 7")
    before = stamps(home, own=False)
    ended, _, said = run(argv(home, python, "install", "--yes"))
    assert (ended, said.startswith("envkit: rolled back: ")) == (3, True), said
    assert "files are as before" in said
    assert stamps(home, own=False) == before
    (receipt,) = receipts(home)
    assert receipt["status"] == "failed"
    assert receipt["reason"]


@pytest.fixture
def killed(home: Path, python: Path) -> Path:
    """A home whose install was killed when all was written and not yet proved."""
    once_installed(home, f'kill -KILL "$(cat {home.parent}/pid)"; sleep 5')
    ended, _, _ = run(argv(home, python, "install", "--yes"))
    assert ended == -signal.SIGKILL
    assert "envkit" in (home / ".bashrc").read_text()
    text = (home / ".bashrc").read_text()
    assert ">>> envkit" in text
    (home.parent / "pid").write_text("0")
    return home


PENDING = ["install --dry-run", "install --check", "uninstall --dry-run"]


def test_where_nothing_is_written_it_is_only_told(killed: Path, python: Path) -> None:
    before = stamps(killed)
    for command, *more in map(str.split, PENDING):
        _, _, said = run(argv(killed, python, command, *more))
        assert "was interrupted; the next envkit command that writes" in said
        assert stamps(killed) == before


@pytest.mark.parametrize("words", ["uninstall --yes", "trace PATH --record off"])
def test_the_next_that_writes_undoes_it_unasked(killed: Path, python: Path, words: str) -> None:
    command, *more = words.split()
    ended, _, said = run(argv(killed, python, command, *more))
    assert (ended, "an install of " in said) == (0, True), said
    assert "was interrupted; it was undone: 3 files are as they were\n" in said
    texts = [(killed / name).read_text() for name in (".bashrc", ".profile")]
    assert ["envkit" in text.replace("/envkit/env.sh", "") for text in texts] == [False, False]
    assert {(killed / name).stat().st_mtime_ns for name in (".bashrc", ".profile")} == {10**18 + 1}
    assert not (killed / ".config").exists()
    assert [receipt["status"] for receipt in receipts(killed)] == ["interrupted"]


def test_where_nothing_is_written_nothing_is_touched(home: Path, python: Path) -> None:
    for ready in (False, True):
        before = stamps(home)
        for command, *more in map(str.split, PENDING):
            run(argv(home, python, command, *more))
            assert stamps(home) == before
        if not ready:
            ended, _, said = run(argv(home, python, "install", "--yes", "--no-verify"))
            assert ended == 0, said


def test_an_install_of_nothing_new_leaves_nothing(home: Path, python: Path) -> None:
    run(argv(home, python, "install", "--yes", "--no-verify"))
    before = stamps(home, own=False)
    ended, out, _ = run(argv(home, python, "install", "--yes"))
    assert (ended, "Already so" in out) == (0, True)
    assert stamps(home, own=False) == before
    assert len(receipts(home)) == 1


@pytest.mark.skipif(not ROOT, reason="mounts need root")
def test_a_read_only_home(home: Path, python: Path) -> None:
    mounts = f"mount --bind {home} {home} && mount -o remount,bind,ro {home} || exit 99;"
    words = argv(home, python, "install", "--yes", "--no-verify")
    before = stamps(home)
    ended, _, said = run(words, mounts, namespace=True)
    assert (ended, "lies on a read-only file system" in said) == (3, True), said
    assert stamps(home) == before
    assert run(words)[0] == 0
    before = stamps(home)
    ended, out, said = run(words, mounts, namespace=True)
    assert (ended, "Already so" in out) == (0, True), said
    ended, out, said = run(argv(home, python, "uninstall", "--yes"), mounts, namespace=True)
    assert (ended, "lies on a read-only file system" in said) == (3, True), said
    assert stamps(home) == before


def test_a_signal_while_another_one_is_waited_for(home: Path, python: Path) -> None:
    """What stands is the other's, or of long ago: nothing of this one."""
    assert run(argv(home, python, "install", "--yes", "--no-verify"))[0] == 0
    with held(Host.real(home=home), "envkit install"):
        words = argv(home, python, "uninstall", "--yes")
        waiting = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr is not None
        assert waiting.stderr.readline().startswith("waiting for `envkit install`")
        waiting.terminate()
        said = waiting.communicate()[1]
    assert (waiting.returncode, said) == (143, "Interrupted: nothing was written.\n")


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_what_changed_since_it_was_shown_is_not_written(
    home: Path, python: Path, command: str
) -> None:
    if command == "uninstall":
        run(argv(home, python, "install", "--yes", "--no-verify"))
    words = argv(home, python, command, *(["--no-verify"] if command == "install" else []))
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(words[0], words)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(terminal, 4096)
    with (home / ".bashrc").open("a") as file:
        file.write("alias mine=ls\n")
    text = (home / ".bashrc").read_text()
    os.write(terminal, b"y\n")
    try:
        while part := os.read(terminal, 4096):
            said += part
    except OSError:  # Linux: the other end is gone
        pass
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert (ended, b"changed since it was shown" in said) == (3, True), said.decode()
    assert (home / ".bashrc").read_text() == text


def test_a_daemon_of_a_startup_file_does_not_hold_the_lock(home: Path, python: Path) -> None:
    """It outlives its shell, and with a descriptor of ours it would keep others out."""
    seen = home.parent / "seen"
    once_installed(home, f"setsid sh -c 'ls -l /proc/self/fd >> {seen}' </dev/null")
    ended, _, said = run(argv(home, python, "install", "--yes"))
    assert ended in (0, 1), said
    text = seen.read_text()
    assert text
    assert ".local/state/envkit" not in text


def test_another_writer_is_named(home: Path, python: Path) -> None:
    once_installed(home, "sleep 3")
    words = argv(home, python, "install", "--yes")
    first = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not (home / ".config/envkit/env.sh").exists():
        assert first.poll() is None
    ended, _, said = run(argv(home, python, "uninstall", "--yes"))
    first.communicate()
    assert f"waiting for `envkit install`, process {first.pid} …\n" in said
    assert ended == 0
    assert first.returncode in (0, 1)  # 1: its table was made when all was gone again
    assert ">>> envkit" not in (home / ".bashrc").read_text()
