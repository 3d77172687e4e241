"""verify in real shells: homes where every context finds a Python, and homes where one does not."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import launch, verify
from envkit.host import Host
from envkit.verify import Row, running

READ = ("login_terminal", "terminal", "ssh_command", "sh_login")
NAMES = (*READ, "script", "cron")
FIRST = 'PATH="$HOME/bin:$PATH"\n'
BARE = "/usr/local/bin:/usr/bin:/bin"
Verify = Callable[..., dict[str, Row]]

if shutil.which("bash") is None:
    if os.environ.get("ENVKIT_REQUIRE_SHELLS"):
        pytest.fail("bash is needed", pytrace=False)
    pytest.skip("no bash here", allow_module_level=True)


@pytest.fixture
def run(tmp_path: Path, write: Callable[..., Path]) -> Verify:
    """run(files): verify a home of bash's that holds these and `bin` with two good Pythons."""

    def build(
        files: dict[str, str], scripts: dict[str, str] | None = None, limit: float = 20.0
    ) -> dict[str, Row]:
        home = write(tmp_path / "a home", files)
        folder = home / "bin"
        folder.mkdir()
        for name in ("python", "python3"):
            (folder / name).symlink_to(Path(sys.executable).resolve())
        for name, text in (scripts or {}).items():
            (folder / name).unlink(missing_ok=True)
            if text:
                (folder / name).write_text(text)
                (folder / name).chmod(0o755)
        host = bash_host(home)
        rows = verify.verify(host, verify.starts(host, NAMES), limit)
        assert tuple(row.name for row in rows) == NAMES
        assert all(row.imitated for row in rows if row.name != "cron")
        return {row.name: row for row in rows}

    return build


def bash_host(home: Path) -> Host:
    """That home, for an account whose shell is bash whatever this account's is."""

    return Host.real(home=home).but(login_shell=Path("/bin/bash"))


GOOD = {
    ".profile": FIRST + 'if [ -n "$BASH" ]; then . ~/.bashrc; fi\n',
    ".bashrc": "# first\n" + FIRST,
}


def test_a_good_home(run: Verify, tmp_path: Path) -> None:
    rows = run(GOOD)
    home, python = tmp_path / "a home", str(tmp_path / "a home/bin/python")
    for name in READ:
        row = rows[name]
        assert (row.result, row.python, row.reached) == ("ok", python, True), row
        assert row.python3 == python + "3"
        assert row.version == row.python3_version == sys.version.split()[0]
        assert row.note == ""
        assert not verify.failed(row)
    lines = {name: rows[name].set_by for name in READ}
    assert {name: str(line) for name, line in lines.items()} == {
        "login_terminal": f"{home}/.bashrc:2",
        "terminal": f"{home}/.bashrc:2",
        "ssh_command": f"{home}/.bashrc:2",
        "sh_login": f"{home}/.profile:1",
    }


@pytest.mark.parametrize("name", ["script", "cron"])
def test_what_no_file_reaches_is_told_and_not_counted(
    run: Verify, tmp_path: Path, name: str
) -> None:
    row = run(GOOD)[name]
    assert not row.reached
    assert not verify.failed(row)
    assert row.set_by is None
    assert f"PATH={tmp_path}/a home/bin:" in row.note, "the value, ready to be copied"
    assert not row.python.startswith(str(tmp_path))
    found = shutil.which("python3", path=BARE)
    assert row.result == ("ok" if found else "-")


def test_behind_the_guard(run: Verify, tmp_path: Path) -> None:
    """`ssh host command` reads ~/.bashrc, and leaves it above the line that sets PATH."""
    guard = "case $- in *i*) ;; *) return;; esac\n"
    rows = run({".profile": GOOD[".profile"], ".bashrc": guard + FIRST})
    row = rows["ssh_command"]
    assert row.reached
    assert not row.python.startswith(str(tmp_path))
    if shutil.which("python", path=BARE) is None:
        assert verify.failed(row)
        assert "no python on PATH" in row.note
    assert [rows[name].result for name in ("login_terminal", "terminal", "sh_login")] == ["ok"] * 3


BROKEN = {
    "bad interpreter": ("#!/nowhere/python\n", "/bin/python: "),
    "crash": ("#!/bin/sh\nkill -SEGV $$\n", "/bin/python"),
    "exit": ("#!/bin/sh\necho 'no module named encodings' >&2\nexit 1\n", "named encodings"),
    "liar": ("#!/bin/sh\necho 'all is well'\n", "python ended without an answer"),
    "half": ('#!/bin/sh\nprintf \'{"version": 1, "executable": "\'\n', "without an answer"),
    "not executable": ("", "no python on PATH"),
}


@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_python_is_a_failed_row(run: Verify, text: str, reason: str) -> None:
    if not text and shutil.which("python", path=BARE):
        pytest.skip("this system has a python of its own")
    rows = run(GOOD, {"python": text})
    for name in READ:
        assert verify.failed(rows[name]), name
        assert reason in rows[name].note, rows[name].note
        assert rows[name].python3_version == sys.version.split()[0], "the other one still ran"


def test_a_python_that_computes_wrongly(run: Verify) -> None:
    code = "s = open('$1').read().replace('0.1)', '0.1001)'); exec(s)"
    text = f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" --json\n'
    rows = run(GOOD, {"python": text})
    for name in READ:
        assert verify.failed(rows[name])
        assert rows[name].note == "python does not compute rightly: E5, E7"


def test_a_python_that_hangs(run: Verify) -> None:
    began = time.monotonic()
    rows = run(GOOD, {"python": "#!/bin/sh\nsleep 300\n"}, limit=1.0)
    for name in READ:
        assert verify.failed(rows[name])
        assert "python gave no answer within 1 s" in rows[name].note
    assert time.monotonic() - began < 120


def test_two_pythons_are_told_apart(run: Verify, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "python3").symlink_to(Path(sys.executable).resolve())
    files = {name: f"{text}PATH='{other}':$PATH\n" for name, text in GOOD.items()}
    row = run(files)["terminal"]
    assert row.result == "ok"
    assert "python3 is another" in row.note
    assert str(other / "python3") in row.note


def test_an_alias_counts_as_it_does_when_typed(run: Verify, tmp_path: Path) -> None:
    files = {**GOOD, ".bashrc": FIRST + "alias python='/nowhere/at/all'\n"}
    rows = run(files)
    assert verify.failed(rows["terminal"])
    assert rows["ssh_command"].result == "ok", "aliases are for interactive shells"


@pytest.mark.parametrize(
    "lines",
    [
        "echo hello\nprintf '\\033]0;title\\007'\n",
        "set -e\nset -o noclobber\n",
        "IFS=/\n",
        "cd /\nexec < /dev/null\n",
        "PS1='> '\nPROMPT_COMMAND='echo prompt'\n",
    ],
    ids=["prints", "strict", "ifs", "elsewhere", "prompt"],
)
def test_odd_startup_files(run: Verify, lines: str) -> None:
    files = {name: text + lines for name, text in GOOD.items()}
    rows = run(files)
    assert [rows[name].result for name in READ] == ["ok"] * 4, rows


def test_a_shell_that_leaves_before_its_command(run: Verify) -> None:
    rows = run({".bashrc": "exit 3\n", ".profile": "exit 3\n"})
    for name in READ:
        assert verify.failed(rows[name])
        assert "the shell ended before its command" in rows[name].note


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run as somebody else")
def test_root_asks_about_another_account(tmp_path: Path, write: Callable[..., Path]) -> None:
    """Its files run with its own rights, and it can read the example, wherever envkit lies."""
    nobody = pwd.getpwnam("nobody")
    home = write(tmp_path / "home", {".bashrc": "id -u > who\n" + FIRST})
    (home / "bin").mkdir()
    for name in ("python", "python3"):
        (home / "bin" / name).symlink_to("/usr/bin/python3")
    if not Path("/usr/bin/python3").exists():
        pytest.skip("no /usr/bin/python3 that everybody can run")
    for path in (home, *home.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o001 == 0:
            folder.chmod(folder.stat().st_mode | 0o001)
    host = bash_host(home)
    (row,) = verify.verify(host, verify.starts(host, ["ssh_command"]))
    assert row.result == "ok", row
    assert (home / "who").read_text() == f"{nobody.pw_uid}\n"


def test_equal_starts_are_run_once(tmp_path: Path, write: Callable[..., Path]) -> None:
    """Of those that can only be imitated; two contexts that differ in nothing are one start."""
    home = write(tmp_path / "home", {".bashrc": "echo x >> ~/count\n"})
    host = bash_host(home)
    one, other = verify.starts(host, ["terminal", "ssh_command"])
    ran = running.run(host, [one, other, one, one], 20.0)
    assert (home / "count").read_text() == "x\n" * 2
    assert ran[0] == ran[2] == ran[3]
    assert all(each.imitated for each in ran)


def test_a_context_that_can_be_is_really_started(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    home = write(tmp_path / "home", {".profile": FIRST, "bin/.keep": ""})
    for name in ("python", "python3"):
        (home / "bin" / name).symlink_to(Path(sys.executable).resolve())
    host = bash_host(home)
    if launch.why_not(host, verify.starts(host, ["tmux"])[0]):
        pytest.skip("tmux cannot be started here")
    (row,) = verify.verify(host, verify.starts(host, ["tmux"]))
    assert (row.result, row.imitated, str(row.set_by)) == ("ok", "", f"{home}/.profile:1"), row


TCSH = shutil.which("tcsh")


@pytest.mark.skipif(TCSH is None, reason="tcsh is not installed")
def test_a_shell_that_knows_no_sh(tmp_path: Path, write: Callable[..., Path]) -> None:

    home = write(tmp_path / "home", {".tcshrc": 'setenv PATH "$HOME/bin:$PATH"\n', "bin/.keep": ""})
    for name in ("python", "python3"):
        (home / "bin" / name).symlink_to(Path(sys.executable).resolve())
    host = bash_host(home).but(login_shell=Path(str(TCSH)))
    rows = verify.verify(host, verify.starts(host, ["terminal", "login_terminal", "ssh_command"]))
    assert [(row.result, row.shell) for row in rows] == [("ok", "tcsh")] * 3
    assert {row.python for row in rows} == {f"{home}/bin/python"}
