"""`envkit order` from outside: the literal form, JSON, exit statuses, the text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine made of text, with a home inside it."""
    files = {
        "etc/passwd": "ada:x:1000:1000::/home/ada:/bin/bash\n",
        "etc/profile": "x=1\n",
        "etc/bash.bashrc": "x=1\n",
        "home/ada/.bash_profile": "x=1\n",
        "home/ada/.bashrc": "x=1\n",
    }
    for name, text in files.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "root"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "envkit", "order", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _read(root: Path, *arguments: str) -> list[str]:
    done = _run("--root", str(root), "--home", "/home/ada", "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["version"] == 1
    assert {"context", "shell", "files"} <= answer.keys()
    return [row["path"] for row in answer["files"] if row["status"] == "read"]


def test_the_form_of_held_out_starts(root: Path) -> None:
    form = ("--shell", "bash", "--build", "debian", "--stdin", "socket", "--clear-env")
    env = ("--env", "HOME=/home/ada", "--env", "SSH_CLIENT=1 2 3")
    assert _read(root, *form, *env, "--", "bash", "-c", "true") == [
        "/etc/bash.bashrc",
        "/home/ada/.bashrc",
    ]
    assert _read(root, *form, *env, "--", "-bash", "-c", "true") == [
        "/etc/profile",
        "/home/ada/.bash_profile",
    ]
    assert _read(root, *form, *env, "--env", "SHLVL=1", "--", "bash", "-c", "true") == []


def test_without_home_the_passwd_entry_counts(root: Path) -> None:
    login = ("--clear-env", "--build", "debian", "--", "bash", "-lc", "true")
    assert _read(root, *login)[-1] == "/home/ada/.bash_profile"


def test_the_home_may_lie_outside_of_the_root(root: Path, tmp_path: Path) -> None:
    (tmp_path / "u").mkdir()
    (tmp_path / "u/.profile").write_text("x=1\n")
    home = ("--home", str(tmp_path / "u"), "--root", str(root), "--json", "--shell", "dash")
    done = _run(*home, "--clear-env", "--env", f"HOME={tmp_path}/u", "--", "-sh", "-c", "x")
    rows = [row for row in json.loads(done.stdout)["files"] if row["status"] == "read"]
    assert [row["path"] for row in rows] == ["/etc/profile", f"{tmp_path}/u/.profile"]


def _all(root: Path, *arguments: str) -> list[dict[str, Any]]:
    done = _run("--root", str(root), "--home", "/home/ada", "--all", "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.stdout)["contexts"]
    return found


def test_all_contexts(root: Path) -> None:
    every = _all(root)
    names = [one["context"] for one in every]
    assert names[:2] == ["login_terminal", "terminal"]
    assert len(names) == len(set(names)) >= 30
    for one in every:
        assert {"context", "title", "shell", "imitated", "absent", "files"} <= one.keys()
        assert (one["platform"], one["platform_known"]) == ("debian", False)
    shells = {one["context"]: one["shell"] for one in every}
    assert (shells["cron"], shells["script"], shells["terminal"]) == ("sh", "bash", "bash")


def test_all_is_what_each_context_says(root: Path) -> None:
    for one in _all(root):
        done = _run(
            "--root", str(root), "--home", "/home/ada", "--json", "--context", one["context"]
        )
        assert json.loads(done.stdout)["files"] == one["files"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "dash", "sh"])
def test_the_table_says_what_json_says(root: Path, shell: str) -> None:
    """Each cell, read back, is the file's place among those that the context reads."""
    done = _run("--root", str(root), "--home", "/home/ada", "--all", "--shell", shell)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    _, *tables, legend, _notes = done.stdout.split("\n\n")
    cells: dict[str, dict[str, str]] = {}
    for table in tables:
        heads, *rows = (line.split() for line in table.replace("\n" + " " * 38, " ").splitlines())
        for path, *row in (row for row in rows if row != ["at", "the", "end"]):
            cells.setdefault(path, {}).update(zip(heads, row, strict=True))
    named = dict(line.split(None, 1) for line in legend.replace("\n     ", " ").splitlines())
    for one in _all(root, "--shell", shell):
        read = [row["path"] for row in one["files"] if row["status"] == "read"]
        if one["absent"] or not read:
            continue
        title = re.compile(rf"(^|, ){re.escape(one['title'])}( \(\w+\))?\*?(,|:|$)")
        letters = [letter for letter, line in named.items() if title.search(line)]
        assert len(letters) == 1, one["context"]
        column = {path: row[letters[0]] for path, row in cells.items()}
        told = [path for _, path in sorted((int(c), p) for p, c in column.items() if c.isdigit())]
        assert told == [path.replace("/home/ada", "~") for path in read]


def test_the_text_fits_into_80_columns(root: Path) -> None:
    done = _run("--root", str(root), "--home", "/home/ada", "--context", "login-terminal")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "  1  read       /etc/profile" in done.stdout
    done = _run("--root", str(root), "--home", "/home/ada", "--context", "cron")
    assert "no startup file is read here; in the crontab: PATH=" in done.stdout


@pytest.mark.parametrize("context", ["terminal", "cron", "docker_run", "sudo_command", ""])
def test_what_is_only_imitated_is_marked(root: Path, context: str) -> None:
    form = ("--root", str(root), "--home", "/home/ada", *(("--context", context) * bool(context)))
    done = _run(*form)
    title, *_, mark, _, last = [line for line in done.stdout.splitlines() if "Not on" not in line]
    data = json.loads(_run(*form, "--json").stdout)
    assert (data["imitated"], title.startswith(f"{data['title']}*: ")) == (True, True)
    assert f"*: can only be imitated here, see envkit contexts {data['context']}" in done.stdout
    assert (mark == "") or mark.startswith("*: ")
    assert last.startswith("Others: ")


def test_a_context_without_a_shell_has_no_kind_of_shell(root: Path) -> None:
    form = ("--root", str(root), "--home", "/home/ada", "--context")
    title = _run(*form, "sudo_command").stdout.splitlines()[0]
    assert title == "sudo command*: no shell"
    title = _run(*form, "cron").stdout.splitlines()[0]
    assert title == "cron*: sh, taken for dash, neither login nor interactive"


def test_a_long_command_line_stays_within_80_columns(root: Path) -> None:
    words = ["-o", "posix", "-o", "errexit"] * 6
    done = _run("--root", str(root), "--home", "/home/ada", "--", "bash", *words, "-ic", "true")
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("argv", "path", "change"),
    [
        ("ksh93 -plc true", "/home/ada/.profile", ("drop", "-p")),
        ("zsh -fic true", "/home/ada/.zshrc", ("drop", "-f")),
        ("bash --rcfile /x -ic true", "/home/ada/.bashrc", ("drop", "--rcfile")),
        ("bash --rcfile /x --posix -ic true", "/home/ada/.bashrc", None),
    ],
)
def test_what_alone_would_have_it_read(
    root: Path, argv: str, path: str, change: tuple[str, str] | None
) -> None:
    """A flag in a bundle is left out without the others; what has two causes has no one change."""
    for name in (".profile", ".zshrc"):
        (root / "home/ada" / name).write_text("x=1\n")
    form = ("--root", str(root), "--home", "/home/ada", "--json", "--clear-env", "--stdin", "null")
    data = json.loads(_run(*form, "--env", "HOME=/home/ada", "--", *argv.split()).stdout)
    row = next(row for row in data["files"] if row["path"] == path)
    assert row["status"] == "skipped"
    told = row["change"]
    assert (told and (told["kind"], told["subject"])) == change, row["reason"]


@pytest.mark.parametrize(("macos", "shell"), [(True, "zsh"), (False, "sh")])
def test_the_callers_shell_is_none_of_another_machines(
    root: Path, monkeypatch: pytest.MonkeyPatch, macos: bool, shell: str
) -> None:
    monkeypatch.setenv("SHELL", "/bin/bash")
    (root / "etc/passwd").write_text("")
    if macos:
        plist = root / "System/Library/CoreServices/SystemVersion.plist"
        plist.parent.mkdir(parents=True)
        plist.write_text("")
    done = _run("--root", str(root), "--home", "/home/ada", "--json")
    assert json.loads(done.stdout)["shell"] == shell


def test_an_unknown_platform_is_said_to_be_unknown(root: Path) -> None:
    (root / "etc/os-release").write_text("ID=plan9\n")
    done = _run("--root", str(root), "--home", "/home/ada")
    assert "none that envkit knows; taken for Debian" in done.stderr
    data = json.loads(_run("--root", str(root), "--home", "/home/ada", "--json").stdout)
    assert (data["platform"], data["platform_known"]) == ("debian", False)


def test_a_folder_is_taken_for_the_platform_that_is_named(root: Path) -> None:
    form = ("--root", str(root), "--home", "/home/ada", "--platform", "alpine")
    done = _run(*form, "--json", "--context", "login-terminal")
    data = json.loads(done.stdout)
    assert (data["platform"], data["platform_known"], done.stderr) == ("alpine", True, "")
    (root / "etc/os-release").write_text("ID=debian\n")
    done = _run("--root", str(root), "--home", "/home/ada", "--platform", "macos")
    assert "Apple's build" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--context", "dream"), "cron, "),
        (("--platform", "plan9"), "known: alpine, arch, debian"),
        (("--shell", "nosh"), "bash"),
        (("--build", "nonsense", "--", "bash"), "known: debian"),
        (("--stdin", "tap", "--", "bash"), "known: pty"),
        (("--end", "boom", "--", "bash"), "known: exit"),
        (("--env", "X", "--", "bash"), "NAME=VALUE"),
        (("--", "emacs"), "--shell"),
        (("--context", "cron", "--", "bash"), "--context"),
        (("--context", "cron", "--all"), "--all asks about every context"),
        (("--stdin", "socket"), "belong to a command line"),
        (("--env", "A=1", "--context", "cron"), "belong to a command line"),
        (("--clear-env", "--all"), "belong to a command line"),
        (("--end", "exit", "--why", "x"), "belong to a command line"),
        (("--shell", "none"), "unknown shell: none"),
        (("--root", "/nowhere/at/all"), "not a folder"),
    ],
)
def test_what_cannot_be_meant_is_told(arguments: tuple[str, ...], message: str) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def _head(root: Path, *arguments: str) -> str:
    (root / "etc/os-release").write_text("ID=debian\n")
    done = _run("--root", str(root), "--home", "/home/ada", *arguments)
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout.partition("\n\n")[0].replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--why", "~/rc.d/new"), "not there; it would be read"),
        (("--why", "/etc/profile.d/new.sh"), "it would be read"),
        (("--shell", "fish", "--why", "~/.config/fish/conf.d/a.fish"), "it would be read"),
    ],
)
def test_a_new_file_of_a_folder_that_is_looked_through(
    root: Path, arguments: tuple[str, ...], said: str
) -> None:
    """A loop over a folder would read a file that is not there yet."""
    (root / "home/ada/rc.d").mkdir()
    (root / "home/ada/.bashrc").write_text("for f in ~/rc.d/*; do . $f; done\n")
    (root / "home/ada/.bash_profile").write_text(". ~/.bashrc\n")
    loop = "for f in /etc/profile.d/*.sh; do test -r $f && . $f; done\n"
    (root / "etc/profile").write_text(loop)
    head = _head(root, *arguments)
    assert "would have to source it" not in head
    assert "it is a file of" not in head
    done = _run("--root", str(root), "--home", "/home/ada", "--json", *arguments)
    told = {one["context"]: one for one in json.loads(done.stdout)["contexts"]}
    assert said.removeprefix("not there; ") in told["login_terminal"]["reason"]


def test_of_an_unreadable_file_nobody_says_that_it_had_to_be_sourced(root: Path) -> None:
    (root / "home/ada/.bash_profile").unlink()
    (root / "home/ada/.profile").symlink_to(".profile")
    head = _head(root, "--why", "~/.profile")
    assert "would have to source it" not in head
    assert "would have to source it" in _head(root, "--why", "~/.hushlogin")
    other = _head(root, "--shell", "zsh", "--why", "~/.bash_login")
    assert "it is a file of bash" in other


def test_what_a_terminal_would_obey_is_not_printed(root: Path) -> None:
    (root / "home/ada/a\x1b[31m\n").write_text("")
    (root / "home/ada/.bashrc").write_text('for f in ~/a*; do . "$f"; done\n')
    form = ("--root", str(root), "--home", "/home/ada")
    assert "~/a?[31m? " in _run(*form).stdout
    assert "/home/ada/a\x1b[31m\n" in _read(root)
