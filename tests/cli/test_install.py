"""install, uninstall and rollback as commands: what is said, and the exit status."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from envkit import block

ROOT = os.geteuid() == 0
# The same on a machine with many shells and on one with few.
NARROW = ("--shell", "bash", "--shell", "sh")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".bashrc").write_text("alias a=b\n")
    (home / ".profile").write_text("A=1\n")
    return home


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def envkit(home: Path, python: Path) -> Run:
    """Run a command on that home, nobody at a terminal; install gets the Python."""

    def run(command: str, *arguments: str, at: bool = True) -> subprocess.CompletedProcess[str]:
        where = ["--home", str(home)] if at else []
        more = ["--python", str(python), *NARROW] if command == "install" else []
        argv = [sys.executable, "-m", "envkit", command, *more, *arguments, *where]
        return subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    return run


def contents(home: Path) -> Mapping[str, bytes]:
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}


# name: (command line, exit status, words on stderr)
REFUSED = {
    "nobody can be asked": (["install"], 2, "say it with --yes"),
    "nobody can be asked, uninstall": (["uninstall"], 2, "say it with --yes"),
    "nobody can be asked, rollback": (["rollback"], 2, "say it with --yes"),
    "an unknown profile": (["install", "nope", "--yes"], 2, "unknown profile: nope"),
    "an unknown platform": (["install", "--platform", "vms", "--yes"], 2, "unknown platform: vms"),
    "both scopes": (["install", "--user", "--system", "--yes"], 2, "exclude each other"),
    "every account": (["install", "--system", "--yes"], 3, "--system"),
    "every account, uninstall": (["uninstall", "--system", "--yes"], 3, "--system"),
    "an unknown receipt": (["rollback", "20200101-000000", "--yes"], 2, "no receipt 20200101"),
    "a receipt with an escape": (["rollback", "a\x1b[31m", "--yes"], 2, "no receipt a?[31m"),
    "no receipt at all": (["rollback", "--yes"], 2, "nothing to roll back"),
    "a Python that is not there": (["install", "--python", "/nope", "--yes"], 2, "--python"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason_and_nothing_written(envkit: Run, home: Path, name: str) -> None:
    arguments, status, words = REFUSED[name]
    before = contents(home)
    done = envkit(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(home) == before


def test_check_says_whether_anything_would_change(envkit: Run, home: Path) -> None:
    before = contents(home)
    assert envkit("install", "--check").returncode == 1
    assert contents(home) == before
    assert envkit("install", "--yes", "--no-verify").returncode == 0
    assert envkit("install", "--check").returncode == 0


def test_a_dry_run_shows_plan_and_diff(envkit: Run, home: Path) -> None:
    before = contents(home)
    done = envkit("install", "--dry-run")
    assert done.returncode == 0
    for words in (
        "Profile descent (the default)",
        "--python names it",
        "  new   ~/.config/envkit/env.sh",
        "  edit  ~/.profile               line 2  bash's login shells, sh's login",
        "--- ~/.bashrc\n+++ ~/.bashrc\n@@",
        "+# >>> envkit descent >>>",
        "Not reached:",
        "Nothing was written.",
    ):
        assert words in done.stdout
    plan = done.stdout.split("---")[0].splitlines()
    assert [line for line in plan if len(line) > 80 and "path=" not in line.lower()] == []
    assert contents(home) == before


def test_a_terminal_does_not_obey_what_a_file_holds(envkit: Run, home: Path) -> None:
    (home / ".bashrc").write_bytes(b"A=1\x1b]0;title\x07\r\nB='\x0b\xe9'\r\n")
    done = envkit("install", "--dry-run")
    assert " A=1\\x1b]0;title\\x07\n B='\\x0b\\xe9'\n+# >>>" in done.stdout


def test_without_verify_no_shell_is_started(envkit: Run, home: Path) -> None:
    (home / ".bashrc").write_text(f"touch {home}/started\n")
    done = envkit("install", "--yes", "--no-verify")
    assert done.returncode == 0
    assert "Applied. Receipt 20" in done.stdout
    assert not (home / "started").exists()


def test_rollback_gives_back_and_only_once(envkit: Run, home: Path) -> None:
    before = contents(home)
    envkit("install", "--yes", "--no-verify")
    dry = envkit("rollback", "--dry-run")
    assert (dry.returncode, "Nothing was written." in dry.stdout) == (0, True)
    done = envkit("rollback", "--yes")
    assert (done.returncode, "Rolled back 20" in done.stdout) == (0, True)
    assert {k: v for k, v in contents(home).items() if ".local" not in k} == before
    assert envkit("rollback", "--yes").returncode == 2


def test_rollback_is_refused_where_somebody_wrote_since(envkit: Run, home: Path) -> None:
    envkit("install", "--yes", "--no-verify")
    with (home / ".bashrc").open("a") as stream:
        stream.write("alias mine=ls\n")
    before = contents(home)
    done = envkit("rollback", "--yes")
    assert done.returncode == 3
    assert "~/.bashrc: written to since receipt" in done.stderr
    assert "+alias mine=ls" in done.stderr
    assert contents(home) == before
    assert envkit("uninstall", "--yes").returncode == 0
    assert (home / ".bashrc").read_text() == "alias a=b\nalias mine=ls\n"


def test_an_edit_within_a_block(envkit: Run, home: Path) -> None:
    envkit("install", "--yes", "--no-verify")
    rc = home / ".bashrc"
    rc.write_text(rc.read_text().replace("if [", "MINE=1\nif ["))
    done = envkit("install", "--yes", "--no-verify")
    assert (done.returncode, "+MINE=1" in done.stderr) == (3, True)
    assert envkit("install", "--yes", "--no-verify", "--overwrite-drift").returncode == 0
    assert "MINE" not in rc.read_text()


def test_uninstall_dry_run(envkit: Run, home: Path) -> None:
    envkit("install", "--yes", "--no-verify")
    before = contents(home)
    done = envkit("uninstall", "--dry-run")
    assert (done.returncode, "-# >>> envkit descent >>>" in done.stdout) == (0, True)
    assert contents(home) == before


def test_uninstall_of_nothing(envkit: Run, home: Path) -> None:
    before = contents(home)
    done = envkit("uninstall", "--yes")
    assert (done.returncode, "Nothing of envkit's" in done.stdout) == (0, True)
    assert contents(home) == before


def test_messages_do_not_get_into_json(envkit: Run, home: Path) -> None:
    done = envkit("install", "--yes", "--no-verify", "--json")
    data = json.loads(done.stdout)
    assert set(data) == {
        "version", "status", "profile", "python", "plan", "diff", "unreached", "receipt",
        "contexts", "notes",
    }  # fmt: skip
    again = json.loads(envkit("install", "--yes", "--json").stdout)
    assert (again["status"], again["plan"]["edits"]) == ("already so", [])
    gone = json.loads(envkit("uninstall", "--yes", "--json").stdout)
    assert (gone["status"], gone["environments"]) == ("applied", [])


def test_an_answer_that_cannot_be_written_says_that_it_is_applied(home: Path, python: Path) -> None:
    argv = [sys.executable, "-m", "envkit", "install", "--yes", "--no-verify", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*argv, "--home", str(home), "--python", str(python)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 3
    assert "stdout cannot be written" in done.stderr
    assert "is applied" in done.stderr
    assert block.find_all((home / ".bashrc").read_bytes())


# -- other systems --------------------------------------------------------------------------------


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """An unpacked system, with an account ada."""
    root = tmp_path / "image"
    for name, text in {
        "etc/passwd": "ada:x:1000:1000::/home/ada:/bin/bash\n",
        "etc/os-release": "ID=fedora\n",
        "etc/profile": "",
        "home/ada/.bashrc": "touch /tmp/never\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_into_an_image_without_proof_and_it_says_so(envkit: Run, image: Path) -> None:
    argv = [sys.executable, "-m", "envkit", "install", "--yes", "--root", str(image)]
    done = subprocess.run(
        [*argv, "--home", "/home/ada"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr
    assert "Not proved: another machine's files: nothing there is executed." in done.stdout
    assert (
        "make it with:  python3 -m venv /home/ada/.local/share/envkit/envs/descent" in done.stdout
    )
    ada = image / "home/ada"
    assert block.find_all((ada / ".bash_profile").read_bytes())
    assert str(image) not in (ada / ".config/envkit/env.sh").read_text()
    undo = subprocess.run(
        [*argv[:3], "uninstall", *argv[4:], "--home", "/home/ada"],
        capture_output=True,
    )
    assert undo.returncode == 0
    assert not (ada / ".bash_profile").exists()
    assert not (ada / ".config").exists()


def test_a_foreign_platform_is_not_proved(envkit: Run, home: Path) -> None:
    done = envkit("install", "--yes", "--platform", "macos")
    assert (done.returncode, "Not proved" in done.stdout) == (0, True)


@pytest.mark.skipif(not ROOT, reason="needs root, who could leave files of its own")
def test_sudo_is_refused(envkit: Run, home: Path) -> None:
    for path in (home, *home.rglob("*")):
        os.chown(path, 65534, 65534)
    before = contents(home)
    done = envkit("install", "--user", "--yes")
    assert done.returncode == 3
    assert "run this command as nobody" in done.stderr
    assert contents(home) == before


# -- a question -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "status"), [(b"y\n", 0), (b"n\n", 1), (b"\n", 1), (b"\x03", 130)]
)
def test_the_question(home: Path, python: Path, answer: bytes, status: int) -> None:
    before = contents(home)
    argv = [sys.executable, "-m", "envkit", "install", "--no-verify", "--home", str(home)]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(argv[0], [*argv, "--python", str(python), *NARROW])
    said = b""
    while b"[y/N]" not in said:
        said += os.read(terminal, 4096)
    os.write(terminal, answer)
    try:
        while True:
            # Python drops an interrupt that meets it in a finalizer: people press the key again.
            while not select.select([terminal], [], [], 10)[0]:
                os.write(terminal, answer)
            part = os.read(terminal, 4096)
            if not part:
                break
            said += part
    except OSError:  # Linux: the other end is gone
        pass
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert ended == status, said.decode()
    assert b"Apply these changes to 3 files? [y/N]" in said
    assert (contents(home) == before) is (status != 0)
    if status == 130:  # the cursor stood behind the question
        assert said.endswith(b"\r\nInterrupted: nothing was written.\r\n")


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_while_it_is_verified_says_that_it_stands(
    home: Path, python: Path, sent: signal.Signals, status: int
) -> None:
    with (home / ".bashrc").open("a") as file:  # or it may be over before the interrupt comes
        file.write("[ ! -e ~/.config/envkit/env.sh ] || sleep 1\n")
    argv = [sys.executable, "-m", "envkit", "install", "--yes", "--home", str(home)]
    process = subprocess.Popen(
        [*argv, "--python", str(python), *NARROW],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout
    for line in process.stdout:
        if line.startswith(b"Applied. Receipt"):
            process.send_signal(sent)
            break
    said = process.communicate()[1].decode()
    assert process.returncode == status
    assert said.count("stands. To take it back: envkit rollback") == said.count("Interrupted") == 1
    assert block.find_all((home / ".bashrc").read_bytes())


# -- at the same time -----------------------------------------------------------------------------


def test_many_at_once_leave_one_block_and_no_lost_byte(home: Path, python: Path) -> None:
    argv = [sys.executable, "-m", "envkit", "install", "--yes", "--no-verify"]
    argv += ["--home", str(home), "--python", str(python), *NARROW]
    running = [
        subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    results = [(process.communicate()[1], process.returncode) for process in running]
    assert {status for _, status in results} <= {0, 3}, results
    assert 0 in {status for _, status in results}
    for name, text in ((".bashrc", b"alias a=b\n"), (".profile", b"A=1\n")):
        content = (home / name).read_bytes()
        assert len(block.find_all(content)) == 1
        assert block.drop(content) == text
    assert not list(home.rglob(".*envkit-*"))
