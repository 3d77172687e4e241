"""Children: what they are given, their limit, and that nothing of them is left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from envkit.child import Command, Outcome, private_folder, run, run_all
from envkit.errors import Refused

ENV = {"PATH": "/usr/bin:/bin"}


def sh(text: str, stdin: str = "null", limit: float = 20.0, **more: object) -> Outcome:
    return run(Command(("sh", "-c", text), "/bin/sh", ENV, stdin, limit, **more))  # type: ignore[arg-type]


def alive(word: str) -> list[str]:
    """Command lines, of any process, that hold `word`."""
    lines = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                text = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if word in text and "pytest" not in text:
                lines.append(text)
    return lines


def test_status_and_output_are_kept_apart() -> None:
    outcome = sh("echo out; echo err >&2; exit 3")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (3, b"out\n", b"err\n")
    assert not outcome.timed_out
    assert outcome.leftovers == ()


def test_a_signal_is_a_negative_status() -> None:
    assert sh("kill -9 $$").status == -9


def test_argv_0_and_environment_are_exact() -> None:
    command = Command(("-name", "-c", 'echo "$0"; env'), "/bin/sh", {"A": "b c\n", "PATH": "/bin"})
    lines = run(command).stdout.decode().split("\n")
    assert lines[0] == "-name"
    assert "A=b c" in lines
    assert not any(line.startswith(("HOME=", "PYTEST")) for line in lines)


def test_what_is_no_program_says_so() -> None:
    outcome = run(Command(("x",), "/no/such/program", ENV))
    assert outcome.status == 127
    assert b"No such file" in outcome.stderr


STDIN = [
    ("null", 'test "$(readlink /proc/self/fd/0)" = /dev/null'),
    ("pipe", 'test -p /dev/stdin && test -z "$(cat)"'),
    ("socket", 'test -S /proc/self/fd/0 && test -z "$(cat)"'),
    ("closed", "test ! -e /proc/$$/fd/0"),
    ("pty", 'test -t 0 && test -t 1 && test -t 2 && test "$(stty size)" = "14 80" && : </dev/tty'),
]


@pytest.mark.parametrize(("stdin", "check"), STDIN, ids=[row[0] for row in STDIN])
def test_stdin(stdin: str, check: str) -> None:
    assert sh(check, stdin).status == 0


def test_no_other_descriptors_and_default_signals() -> None:
    with Path(os.devnull).open() as file:
        os.set_inheritable(file.fileno(), True)
        assert sh("ls /proc/$$/fd; true").stdout == b"0\n1\n2\n"
    assert b"SigIgn:\t0000000000000000" in sh("cat /proc/$$/status").stdout


def test_its_own_session() -> None:
    outcome = sh("cut -d' ' -f1,6 /proc/$$/stat")
    process, session = outcome.stdout.split()
    assert process == session


def test_terminal_output_is_all_there() -> None:
    outcome = sh("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done", "pty")
    assert outcome.stdout.decode().split() == [w for i in range(20000) for w in ("line", str(i))]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not here")
def test_zsh_asks_nothing_of_a_new_user() -> None:
    account = (65534, 65534, ()) if os.geteuid() == 0 else None  # it lets root alone
    command = ("zsh", "-i", "-c", "echo $COLUMNS")
    zsh = shutil.which("zsh") or ""
    with tempfile.TemporaryDirectory() as home:  # on the way to pytest's own nobody else may go
        if account:
            os.chown(home, *account[:2])
        env = {**ENV, "HOME": home, "TERM": "xterm"}
        outcome = run(Command(command, zsh, env, "pty", 20.0, Path("/"), account))
    assert (outcome.timed_out, outcome.stdout.split()[-1]) == (False, b"80")


@pytest.mark.parametrize("stdin", ["null", "pty"])
def test_the_limit_ends_it(stdin: str) -> None:
    outcome = sh("trap '' TERM INT HUP; sleep 4711; sleep 4712", stdin, 0.5)
    assert outcome.timed_out
    assert outcome.status == -9
    assert alive("sleep 471") == []


def test_what_prints_for_ever_is_ended() -> None:
    outcome = sh("yes")
    assert outcome.timed_out
    assert len(outcome.stdout) <= 64 * 1024 * 1024


LEFT = [
    ("background", "sleep 4713 & true"),
    ("own session", "setsid sleep 4713 & sleep 0.1"),
    ("twice removed", "(setsid sh -c 'sleep 4713 & sleep 4713' &) ; sleep 0.1"),
    ("deaf", "(trap '' TERM HUP; exec setsid sleep 4713) & sleep 0.1"),
    ("holds the terminal open", "setsid sh -c 'exec sleep 4713' & sleep 0.1"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the group can be ended")
@pytest.mark.parametrize("stdin", ["null", "pty"])
@pytest.mark.parametrize("text", [row[1] for row in LEFT], ids=[row[0] for row in LEFT])
def test_daemons_are_found_and_ended(text: str, stdin: str) -> None:
    began = time.monotonic()
    outcome = sh(text, stdin)
    # In the terminal's own session the kernel hangs up on it.
    assert "sleep 4713" in outcome.leftovers or (stdin == "pty" and "setsid" not in text)
    assert alive("sleep 4713") == []
    assert time.monotonic() - began < 15  # nobody waited for it


def test_many_at_once_come_back_in_order() -> None:
    commands = [Command(("sh", "-c", f"echo {i}"), "/bin/sh", ENV) for i in range(30)]
    assert [outcome.stdout for outcome in run_all(commands)] == [b"%d\n" % i for i in range(30)]


def test_no_file_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    modes: list[int] = []
    with private_folder() as folder:
        modes.append(folder.stat().st_mode & 0o777)
        (folder / "a").mkdir()
        (folder / "a/b").write_text("")
        (folder / "link").symlink_to("/")
        sh("echo x; sleep 4714 &")
    assert modes == [0o700]
    assert list(tmp_path.iterdir()) == [tmp_path / "tripwire-home"] or not list(tmp_path.iterdir())


def test_output_is_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    outcome = sh("stat -L -c %a /proc/$$/fd/1 /proc/$$/fd/2")
    assert outcome.stdout.split() == [b"600", b"600"]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
def test_a_full_temporary_folder_is_a_clear_error(tmp_path: Path) -> None:
    text = (
        "mount -t tmpfs -o size=64k none /mnt && export TMPDIR=/mnt && exec "
        f"{sys.executable} -c 'from envkit.child import *\n"
        'run(Command(("sh", "-c", "yes | head -c 1000000"), "/bin/sh", {"PATH": "/usr/bin"}))\''
    )
    shell = ["unshare", "-m", "sh", "-c", text]
    done = subprocess.run(shell, capture_output=True, text=True, check=False, timeout=60)
    if "Operation not permitted" in done.stderr:
        pytest.skip("no mount namespaces here")
    assert "Refused: the temporary folder /mnt: No space left on device" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
@pytest.mark.parametrize("command", ["install --yes", "verify", "trace", "doctor"])
def test_a_temporary_folder_that_is_full_from_the_start(command: str, tmp_path: Path) -> None:
    text = (
        "mount -t tmpfs -o size=4k none /mnt && head -c 4096 /dev/zero >/mnt/x; TMPDIR=/mnt "
        f"exec {sys.executable} -m envkit {command} --home {tmp_path}/tripwire-home"
    )
    shell = ["unshare", "-m", "sh", "-c", text]
    done = subprocess.run(shell, capture_output=True, text=True, check=False, timeout=60)
    if "Operation not permitted" in done.stderr:
        pytest.skip("no mount namespaces here")
    assert done.returncode == 3, done.stderr
    assert "/mnt" in done.stderr
    assert "TMPDIR=DIR" in done.stderr


def test_no_temporary_folder_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "mkdir", _no_room)
    with pytest.raises(Refused, match="no temporary folder"):
        sh("true")


def _no_room(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_interrupted_or_killed_it_leaves_no_child(sign: signal.Signals, tmp_path: Path) -> None:
    text = (
        "from envkit.child import *\n"
        'run(Command(("sh", "-c", "setsid sleep 4715 & echo > started; sleep 4716"), "/bin/sh",'
        '{"PATH": "/bin:/usr/bin"}, limit=60, cwd=".", stdin="pty"))'
    )
    process = subprocess.Popen(
        [sys.executable, "-c", text],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # killed, it cannot remove its folder
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for(lambda: (tmp_path / "started").exists())
    process.send_signal(sign)
    process.communicate(timeout=20)
    wait_for(lambda: not alive("sleep 471"))
    assert sign == signal.SIGKILL or list(tmp_path.glob("envkit-*")) == []


def wait_for(ready: object) -> None:
    for _ in range(1000):
        if ready():  # type: ignore[operator]
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_as_another_account() -> None:
    outcome = sh(
        "id -u; id -g; id -G; echo again > /dev/stderr; kill -0 1 2>/dev/null || echo no",
        account=(65534, 65534, (65534,)),
    )
    assert outcome.stdout == b"65534\n65534\n65534\nno\n"
    assert outcome.stderr == b"again\n"
    assert sh(": <>$(tty)", "pty", account=(65534, 65534, ())).status == 0
