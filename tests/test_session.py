"""What a session has that a fresh start has not: told apart, and whose it is."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from envkit import session, shells
from envkit.host import Host
from envkit.model import Location
from envkit.provenance import PathEntry
from envkit.session import caller, repair, setters
from envkit.session.caller import Process


def compare(here: str | None, there: str | None) -> dict[str, str]:
    mine = {} if here is None else {"PATH": here}
    theirs = {} if there is None else {"PATH": there}
    return {
        one.directory: one.status for one in session.compare(mine, session.Fresh(theirs), "PATH")
    }


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("/a:/b", "/a:/b", {"/a": "same", "/b": "same"}),
        ("", "", {"": "same"}),
        (None, None, {}),
        ("/v:/a", "/a", {"/v": "only here", "/a": "same"}),
        ("/a", "/n:/a", {"/a": "same", "/n": "only there"}),
        (None, "/a", {"/a": "only there"}),
        ("/a", None, {"/a": "only here"}),
        (None, "", {"": "only there"}),
        ("/c:/a:/b", "/a:/b:/c", {"/c": "order", "/a": "same", "/b": "same"}),
        ("/a:/b:/a", "/a:/b", {"/a": "order", "/b": "same"}),
        ("/a::/b", "/a:/b", {"/a": "same", "": "only here", "/b": "same"}),
    ],
)
def test_entries(here: str | None, there: str | None, expected: dict[str, str]) -> None:
    assert compare(here, there) == expected


def test_lists_that_differ_have_an_entry_that_does() -> None:
    random = Random(5)
    for _ in range(2000):
        lists = [":".join(random.choices("abcd", k=random.randint(1, 5))) for _ in range(2)]
        found = compare(*lists)
        assert (set(found.values()) == {"same"}) == (lists[0] == lists[1]), lists
        assert {one for one, status in found.items() if status == "only here"} == set(
            lists[0].split(":")
        ) - set(lists[1].split(":"))


def test_positions_and_lines() -> None:
    line = Location(Path("/home/ada/.bashrc"), 3)
    fresh = session.Fresh({"PATH": "/n:/a"}, (PathEntry("/n", line), PathEntry("/a", None)))
    found = session.compare({"PATH": "/a:/v:/a"}, fresh, "PATH")
    assert [(one.directory, one.here, one.fresh, one.set_by) for one in found] == [
        ("/a", (1, 3), (2,), None),
        ("/v", (2,), (), None),
        ("/n", (), (1,), line),
    ]
    assert found[0].reason == "twice here, once in a fresh start"


def test_what_was_not_seen_is_unknown() -> None:
    fresh = session.Fresh(None, reason="it did not end")
    found = session.compare({"PATH": "/a"}, fresh, "PATH")
    assert [(one.status, one.reason, one.by) for one in found] == [
        ("unknown", "it did not end", "")
    ]
    assert not list(session.others({"A": "1"}, fresh, "PATH"))


def test_other_variables() -> None:
    here = {"PATH": "/x", "SAME": "1", "A": "1", "TOKEN": "t", "SHLVL": "2", "MANPATH": "/a:"}
    there = {"PATH": "/y", "SAME": "1", "A": "2", "B": "1", "SHLVL": "1", "MANPATH": ":/b"}
    found = {one.variable: one for one in session.others(here, session.Fresh(there), "PATH")}
    assert {name: one.status for name, one in found.items()} == {
        "A": "other value",
        "B": "only there",
        "TOKEN": "only here",
        "SHLVL": "other value",
        "MANPATH": "other value",
    }
    assert found["TOKEN"].here == "(not shown)"
    assert [name for name, one in found.items() if one.session] == ["SHLVL"]
    assert (found["MANPATH"].only_here, found["MANPATH"].only_there) == (("/a",), ("/b",))


def direnv(before: dict[str, str], after: dict[str, str]) -> str:
    text = json.dumps({"p": before, "n": after}).encode()
    return base64.urlsafe_b64encode(zlib.compress(text)).decode()


@pytest.mark.parametrize(
    ("environment", "directory", "expected"),
    [
        ({}, "/v/bin", ""),
        ({"VIRTUAL_ENV": "/v"}, "/w/bin", ""),
        ({"VIRTUAL_ENV": "/v"}, "/v/bin", "the active virtual environment (VIRTUAL_ENV)"),
        ({"VIRTUAL_ENV": "/v/"}, "/v/bin", "the active virtual environment (VIRTUAL_ENV)"),
        (
            {"VIRTUAL_ENV": "/v", "POETRY_ACTIVE": "1"},
            "/v/bin",
            "the active virtual environment (VIRTUAL_ENV, by poetry)",
        ),
        ({"CONDA_PREFIX": "/c"}, "/c/condabin", "the active conda environment (CONDA_PREFIX)"),
        ({"IN_NIX_SHELL": "impure"}, "/nix/store/x/bin", "nix shell (IN_NIX_SHELL)"),
        ({"TERM_PROGRAM": "vscode"}, "/v/bin", ""),
        (
            {"TERM_PROGRAM": "vscode"},
            "/h/.vscode-server/bin/x/bin/remote-cli",
            "VS Code's terminal (TERM_PROGRAM)",
        ),
        (
            {
                "DIRENV_FILE": "/p/.envrc",
                "DIRENV_DIFF": direnv({"PATH": "/a"}, {"PATH": "/p/bin:/a"}),
            },
            "/p/bin",
            "direnv (/p/.envrc)",
        ),
        ({"DIRENV_DIFF": direnv({"PATH": "/a"}, {"PATH": "/p/bin:/a"})}, "/a", ""),
        ({"DIRENV_DIFF": "no base64!"}, "/a", ""),
        ({"DIRENV_DIFF": base64.urlsafe_b64encode(zlib.compress(b"[]")).decode()}, "/a", ""),
    ],
)
def test_setters(environment: dict[str, str], directory: str, expected: str) -> None:
    assert setters.of("PATH", directory, environment) == expected


@pytest.mark.parametrize(
    ("environment", "path", "active"),
    [
        ({"UV": "/uv", "PATH": "/h/.local/share/uv/tools/envkit/bin:/a"}, "/a", None),
        (
            {"UV_RUN_RECURSION_DEPTH": "1", "VIRTUAL_ENV": "/v", "PATH": "/v/bin:/a"},
            "/a",
            None,
        ),
        (
            {"UV_RUN_RECURSION_DEPTH": "1", "VIRTUAL_ENV": "/v", "PATH": "/v/bin:/v/bin:/a"},
            "/v/bin:/a",
            "/v",
        ),
        (
            {
                "UV_RUN_RECURSION_DEPTH": "1",
                "VIRTUAL_ENV": "/v",
                "PATH": "/h/.cache/uv/archive-v0/x/bin:/v/bin:/a",
            },
            "/a",
            None,
        ),
    ],
)
def test_what_uv_run_adds_is_not_the_sessions(
    environment: dict[str, str], path: str, active: str | None
) -> None:
    found = setters.without_uv(environment)
    assert (found["PATH"], found.get("VIRTUAL_ENV")) == (path, active)


def process(*argv: str, program: str = "") -> Process:
    return Process(1, argv, program or Path(argv[0].removeprefix("-")).name)


SSHD = process("sshd: ada@pts/0", program="sshd")
TMUX = process("tmux", program="tmux")
WINDOW = process("/usr/libexec/gnome-terminal-server", program="gnome-terminal-")


@pytest.mark.parametrize(
    ("above", "name", "shell"),
    [
        ((process("bash"), WINDOW), "", "bash"),
        ((process("-bash"), WINDOW), "login_terminal", "bash"),
        ((process("/bin/zsh", "-l"), WINDOW), "login_terminal", "zsh"),
        ((process("bash", "--rcfile", "/x", "-i"), WINDOW), "", "bash"),
        ((process("-zsh"), SSHD), "ssh_login", "zsh"),
        ((process("bash", "-c", "envkit trace --session"), SSHD), "ssh_command", "bash"),
        ((process("fish"), TMUX), "tmux", "fish"),
        ((process("dash"), process("-bash"), SSHD), "ssh_login", "dash"),
        ((process("sh", "-c", "x"), process("make"), process("-zsh"), SSHD), "", "zsh"),
        ((process("-su", program="bash"), process("su", "-")), "su_login", "bash"),
        ((process("bash"), process("su")), "su", "bash"),
        ((process("uv", "run", "envkit"), process("bash"), TMUX), "tmux", "bash"),
        ((process("bash", "script"), TMUX), "", "bash"),
        ((process("nu", program="nu"), WINDOW), "", "nushell"),
        ((process("/usr/bin/python3", "/usr/bin/xonsh", program="python3.11"),), "", "xonsh"),
        ((process("-sh", program="busybox"), process("login")), "login_terminal", "ash"),
        ((WINDOW,), "", None),
        ((SSHD,), "ssh_command", None),
        ((process("python3", "x"), process("cron")), "cron", None),
        ((process("bash", "job"), process("sh", "-c", "x"), process("cron")), "cron", "bash"),
    ],
)
def test_the_caller(
    above: tuple[Process, ...], name: str, shell: str | None, host: Callable[..., Host]
) -> None:
    machine = host({})
    assert caller.context(machine, above)[0] == name
    found = caller.of_session(machine, above)
    assert (found[1].name if found else None) == shell


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ((process("bash"), process("uv", "run", "bash")), False),
        ((process("uv", "run", "envkit"), process("bash")), True),
        ((process("python3"), process("uvx"), process("bash")), True),
        ((process("bash"),), False),
        ((), False),
    ],
)
def test_started_by_uv(
    above: tuple[Process, ...], expected: bool, host: Callable[..., Host]
) -> None:
    """In the shell of `uv run bash` what uv has set is the session's own."""
    assert caller.by_uv(host({}), above) is expected


def test_who_reads_what_is_printed(host: Callable[..., Host]) -> None:
    above = (process("sh", "-c", "x", program="dash"), process("make"), process("fish"))
    found = caller.nearest(host({}), above)
    assert found is not None
    assert found.name == "dash"


@pytest.mark.parametrize("shell", ["bash", "fish", "tcsh", "nushell", "xonsh", "ksh93"])
def test_every_shell_has_a_way_to_read_it(shell: str) -> None:
    assert shells.get(shell).name == shell
    assert "envkit trace --export" in repair.read_by(shell, "envkit trace --export")
    assert repair.text(shell, "X", "a'b").endswith(b"\n")
