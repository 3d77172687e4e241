"""--record: blocks that log a session that was really started, and leave no trace of themselves."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from envkit import platforms, recording
from envkit.apply import apply
from envkit.host import Host
from envkit.recording import text
from tests.real.shell_homes import installed

full = pytest.mark.full
_BASE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb", "HISTFILE": "/dev/null"}
_BASHRC = "PATH=$HOME/bin:$PATH\ncase $- in *i*) ;; *) return;; esac\nPATH=$PATH:/late\n"
_PROFILE = ". ~/.bashrc\nexport PATH=/profile:$PATH\n"


def record(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "envkit", "trace", "--record", *words]
    environment = {**_BASE, "HOME": str(home)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=Path.cwd()
    )


def on(home: Path, *words: str) -> None:
    done = record(home, "on", "--yes", *words)
    assert done.returncode == 0, done.stderr


def shown(home: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(record(home, "show", "--json", *words).stdout)
    return found


def texts(home: Path) -> dict[str, bytes]:
    """The files of a home but envkit's own state."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and ".local/state" not in str(path)
    }


@pytest.fixture
def home(tmp_path: Path, write: Callable[[Path, Mapping[str, str | bytes]], Path]) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return write(folder, {".bashrc": _BASHRC, ".profile": _PROFILE})


def session(home: Path, starter: str, argv: list[str], **more: str) -> str:
    """Start a shell from a process of that name: a copy of bash, which says so to everybody."""
    program = home.parent / starter
    if not program.exists():
        shutil.copy(installed("bash"), program)
    done = subprocess.run(
        [program, "--norc", "-c", f"{shlex.join(argv)}; exit $?"],
        env={**_BASE, "HOME": str(home), **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 0
    return done.stdout


def until_gone(home: Path) -> bool:
    """Wait until the session itself has taken the blocks out."""
    for _ in range(200):
        if not any(b"envkit record" in each for each in texts(home).values()):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    ("starter", "argv", "more"),
    [
        ("xterm", ["bash", "+m", "-ic", "echo hi"], {}),
        ("tmux", ["bash", "-lc", "echo hi"], {}),
        ("python", ["bash", "-lc", "echo hi"], {"SSH_CONNECTION": "1 2 3 4"}),
        ("make", ["sh", "-c", "bash -lc 'echo hi'"], {"SLURM_JOB_ID": "1"}),
        # sshd's own child alone is a new session.
        ("sshd", ["sh", "-c", "bash -lc 'echo hi'; :"], {"SSH_CONNECTION": "1 2 3 4"}),
    ],
)
def test_other_starts_are_not_logged(
    home: Path, starter: str, argv: list[str], more: dict[str, str]
) -> None:
    before = session(home, starter, argv, **more)
    on(home)
    assert session(home, starter, argv, **more) == before
    assert shown(home) == {"version": 1, "status": "waiting"}


def test_what_envkit_imitates_is_not_logged(home: Path) -> None:
    on(home)
    words = [sys.executable, "-m", "envkit", "trace", "--context", "ssh_command", "--json"]
    done = subprocess.run(
        words, env={**_BASE, "HOME": str(home)}, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["entries"][0]["set_by"] == {"path": f"{home}/.bashrc", "line": 4}
    assert shown(home)["status"] == "waiting"


@pytest.mark.parametrize(
    ("starter", "argv", "kind"),
    [
        pytest.param("cron", ["bash", "-lc", "echo $PATH"], "cron", marks=full),
        pytest.param("cron", ["sh", "-c", "bash -lc 'echo $PATH'; :"], "cron", marks=full),
        ("slurmstepd", ["bash", "-l", "-c", "echo $PATH"], "slurm"),
        pytest.param("atd", ["sh", "-c", ". ~/.profile; echo $PATH"], "at", marks=full),
        ("gdm-x-session", ["sh", "-c", ". ~/.profile; echo $PATH"], "desktop"),
    ],
)
def test_a_batch_or_desktop_session(home: Path, starter: str, argv: list[str], kind: str) -> None:
    before = texts(home)
    expected = session(home, starter, argv)
    on(home)
    assert session(home, starter, argv, GIVEN="by the starter") == expected
    found = shown(home)
    assert (found["kind"], found["starter"]) == (kind, starter)
    assert [(Path(one["path"]).name, one["at"]) for one in found["moments"]] == [
        (".profile", "top"),
        (".bashrc", "top"),
        (".bashrc", "left"),
        (".profile", "end"),
    ]
    assert found["given"] == "/usr/bin:/bin"
    assert found["moments"][-1]["value"] == expected.strip()
    assert texts(home) == before
    assert shown(home, "GIVEN")["given"] == "by the starter"
    off = record(home, "off")
    assert off.stdout.endswith("Not recording. The log is deleted.\n")
    assert not (home / ".local/state/envkit/record").exists()


def test_the_lines_of_what_was_logged(home: Path) -> None:
    on(home)
    value = session(home, "slurmstepd", ["bash", "-l", "-c", "echo $PATH"]).strip()
    found = shown(home)
    assert (found["agrees"], found["trace"]["value"]) == (True, value)
    lines = {
        one["directory"]: f"{Path(one['set_by']['path']).name}:{one['set_by']['line']}"
        for one in found["trace"]["entries"]
        if one["set_by"] and str(home) in one["set_by"]["path"]
    }
    assert lines == {"/profile": ".profile:2", f"{home}/bin": ".bashrc:1"}
    told = record(home, "show").stdout
    assert "bash started by slurmstepd" in told
    assert "  left       ~/.bashrc    + ~/bin\n" in told
    assert all(len(line) <= 80 for line in told.splitlines())


def test_it_goes_by_itself(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = texts(home)
    monkeypatch.setattr(text, "SETTLE", 1)
    host, settle = Host.real(home), (sys.executable, "-m", "envkit", "trace", "--record", "settle")
    apply(host, recording.plan_on(host, platforms.detect(host), recording.KINDS, settle))
    session(home, "cron", ["bash", "-lc", ":"])
    assert until_gone(home)
    assert texts(home) == before
    assert shown(home)["status"] == "logged"


@pytest.mark.parametrize("way", ["off", "uninstall"])
def test_where_envkit_is_gone_the_blocks_do_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The script goes, so that no shell starts anything more; a new envkit takes the blocks out."""
    before = texts(home)
    monkeypatch.setattr(text, "SETTLE", 1)
    host = Host.real(home)
    plan = recording.plan_on(host, platforms.detect(host), recording.KINDS, ("/no/envkit", "x"))
    apply(host, plan)
    session(home, "cron", ["bash", "-lc", ":"])
    script = recording.script(host)
    for _ in range(100):
        if not script.exists():
            break
        time.sleep(0.1)
    assert not script.exists()
    assert texts(home) != before
    assert session(home, "cron", ["bash", "-lc", "echo hi"]) == "hi\n"
    words = ("trace", "--record", "off") if way == "off" else (way, "--yes")
    done = subprocess.run(
        [sys.executable, "-m", "envkit", *words],
        env={**_BASE, "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert texts(home) == before


def test_one_of_many_at_once(home: Path) -> None:
    on(home)
    program = home.parent / "cron"
    shutil.copy(installed("bash"), program)
    many = [
        subprocess.Popen(
            [program, "--norc", "-c", "bash -lc 'echo $GIVEN'; :"],
            env={**_BASE, "HOME": str(home), "GIVEN": str(number)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    assert [one.communicate()[0] for one in many] == [f"{number}\n" for number in range(8)]
    logs = list((home / ".local/state/envkit/record/log").iterdir())
    assert len(logs) == 1
    begun = [one["value"] for one in shown(home, "GIVEN")["moments"]]
    assert len(begun) == 4
    assert len(set(begun)) == 1


def test_the_log_is_the_users_alone(home: Path) -> None:
    on(home)
    session(home, "cron", ["bash", "-lc", ":"], A_TOKEN="hunter2")
    log = home / ".local/state/envkit/record/log"
    assert {path.stat().st_mode & 0o077 for path in (log, *log.rglob("*"))} == {0}
    assert "hunter2" not in record(home, "show", "A_TOKEN").stdout
    assert "hunter2" not in record(home, "show", "A_TOKEN", "--json").stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("no newline", b"A=1"),
        ("empty", b""),
        pytest.param("windows", b"A=1\r\nB=2\r\n", marks=full),
        pytest.param("a backslash at the end", b"echo a \\", marks=full),
        ("an open here-document", b"cat <<X >/dev/null\nA=1\n"),
        pytest.param("broken", b"if true; then\n", marks=full),
        ("strict", b"set -eu\nset -C\n"),
        ("a status", b"false\n[ $? = 1 ] || return\nA=1\n"),
        pytest.param("bytes", b"A=\xff\xfe\n", marks=full),
    ],
)
def test_every_byte_comes_back(home: Path, name: str, content: bytes) -> None:
    (home / ".bashrc").write_bytes(content)
    (home / ".profile").write_bytes(content)
    before = texts(home)
    words = ["bash", "-c", ". ~/.bashrc; echo $?; echo ${A-}; :"]
    seen = [subprocess.run(words, env={"HOME": str(home)}, capture_output=True, check=False)]
    on(home)
    assert texts(home) != before
    seen.append(subprocess.run(words, env={"HOME": str(home)}, capture_output=True, check=False))
    assert seen[0].stdout == seen[1].stdout
    assert record(home, "off").returncode == 0
    assert texts(home) == before


def test_a_linked_file_stays_a_link(home: Path) -> None:
    folder = home / "dotfiles"
    folder.mkdir()
    (home / ".bashrc").rename(folder / "bashrc")
    (home / ".bashrc").symlink_to("dotfiles/bashrc")
    before = texts(home)
    on(home)
    assert b"envkit record" in (folder / "bashrc").read_bytes()
    record(home, "off")
    assert texts(home) == before
    assert (home / ".bashrc").readlink() == Path("dotfiles/bashrc")


def test_an_empty_home(tmp_path: Path) -> None:
    """What no file is read by gets one, which goes again."""
    on(tmp_path, "--shell", "bash")
    assert sorted(texts(tmp_path)) == [".bashrc", ".profile"]
    session(tmp_path, "slurmstepd", ["bash", "-lc", ":"])
    assert shown(tmp_path)["kind"] == "slurm"
    record(tmp_path, "off")
    assert {name for name in texts(tmp_path) if name != "slurmstepd"} == set()


@pytest.mark.parametrize("way", ["off", "rollback", "uninstall"])
def test_taken_out(home: Path, way: str) -> None:
    before = texts(home)
    on(home)
    if way == "off":
        record(home, "off")
    else:
        words = [sys.executable, "-m", "envkit", way, "--yes"]
        done = subprocess.run(
            words, env={**_BASE, "HOME": str(home)}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert texts(home) == before
    assert not (home / ".local/state/envkit/record").exists()
    assert record(home, "show").returncode == 1


def test_what_was_written_meanwhile_stays(home: Path) -> None:
    on(home)
    with (home / ".bashrc").open("a") as file:
        file.write("export MINE=1\n")
    assert record(home, "off").returncode == 0
    assert (home / ".bashrc").read_text() == _BASHRC + "export MINE=1\n"
    assert (home / ".profile").read_text() == _PROFILE


def test_on_again_and_narrowed(home: Path) -> None:
    on(home)
    on(home, "--context", "cron")
    session(home, "slurmstepd", ["bash", "-lc", ":"])
    assert shown(home)["status"] == "waiting"
    session(home, "cron", ["bash", "-lc", ":"])
    assert shown(home)["kind"] == "cron"
    on(home)
    assert shown(home)["status"] == "waiting"


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        (("on",), 2, "--yes"),
        ((), 2, "say it with --yes"),
        (("--context", "terminal"), 2, "terminal is not recorded"),
        (("maybe",), 2, "one of on, off, show"),
        (("on", "--yes", "--shell", "tcsh"), 2, "does not write for tcsh"),
        (("on", "--yes", "--context", "terminal"), 2, "terminal is not recorded"),
        (("show",), 1, ""),
        (("off",), 0, ""),
    ],
)
def test_statuses(home: Path, words: tuple[str, ...], status: int, reason: str) -> None:
    before = texts(home)
    done = record(home, *words)
    assert done.returncode == status
    assert reason in done.stderr
    assert texts(home) == before


_FILES = {
    "bash": {".bashrc": _BASHRC, ".profile": _PROFILE},
    "zsh": {".zshenv": "path=(/zshenv $path)\n", ".zprofile": "path=(/zprofile $path)\n"},
    "fish": {".config/fish/config.fish": "set -gx PATH /config $PATH\n"},
    "dash": {".profile": "export PATH=/profile:$PATH\n"},
}
_SSHD = """
set -e
cd {folder}
{{ echo 'ada:x:0:0::{home}:{shell}'; cat /etc/passwd; }} > passwd
mount --bind passwd /etc/passwd
ssh-keygen -q -t ed25519 -N '' -f key; ssh-keygen -q -t ed25519 -N '' -f host
cp key.pub authorized
mkdir -p /run/sshd
exec $(command -v sshd || echo /usr/sbin/sshd) -D -e -f config 2> log
"""
_CONFIG = """ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
StrictModes no
PidFile none
PermitRootLogin yes
UsePAM no
"""


def ssh(folder: Path, home: Path, shell: str, words: list[str], typed: str) -> str:
    """What a session of a real sshd prints; its account has that home and that shell."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config").write_text(_CONFIG.format(port=port, folder=folder))
    (folder / "log").write_text("")
    script = _SSHD.format(folder=folder, home=home, shell=shell)
    daemon = subprocess.Popen(["unshare", "-m", "sh", "-c", script])
    try:
        for _ in range(100):
            if "listening" in (folder / "log").read_text():
                break
            time.sleep(0.05)
        options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
        client = ["ssh", "-F", "none", *(word for one in options for word in ("-o", one))]
        client += ["-i", str(folder / "key"), "-p", str(port), *words, "ada@127.0.0.1"]
        done = subprocess.run(
            [*client, *([typed] if "-tt" not in words else [])],
            input=typed + "\nexit\n" if "-tt" in words else "",
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        return done.stdout
    finally:
        daemon.terminate()
        daemon.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="sshd takes an account of its own from root alone")
@pytest.mark.parametrize(
    ("shell", "login"),
    [
        ("bash", True),
        ("zsh", False),
        *(pytest.param(*pair, marks=full) for pair in (("bash", False), ("zsh", True))),
        *(pytest.param(name, way, marks=full) for name in ("fish", "dash") for way in (0, 1)),
    ],
)
def test_a_real_sshd(
    shell: str,
    login: bool,
    tmp_path: Path,
    write: Callable[[Path, Mapping[str, str | bytes]], Path],
) -> None:
    program, _ = installed(shell), installed("ssh")
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespaces here")
    home = tmp_path / "home"
    home.mkdir()
    write(home, _FILES[shell])
    before = texts(home)
    on(home, "--shell", shell)
    out = home / "out"
    words = ["-tt"] if login else []
    ssh(tmp_path, home, program, words, f"/usr/bin/env -0 > {out}")
    seen = dict(
        pair.partition("=")[::2] for pair in os.fsdecode(out.read_bytes()).split("\0") if pair
    )
    out.unlink()
    found = shown(home)
    if shell == "dash" and not login:
        assert found["status"] == "waiting"  # it reads nothing at all
        record(home, "off")
        return
    assert found["kind"] == ("ssh_login" if login else "ssh_command")
    assert found["starter"].startswith("sshd")
    assert Path(found["program"]).name.startswith(shell)
    assert found["trace"]["value"] == seen["PATH"]
    assert found["agrees"] is True
    record(home, "off")
    after = texts(home)  # an interactive shell writes its history, and fish its variables
    assert {name: after.get(name) for name in before} == before
