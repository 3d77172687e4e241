"""Which shells are written for, and what an account of another shell is told; none is started."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from envkit import block, install, platforms, reach, shells, targets
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.plan import Profile
from envkit.uninstall import uninstall_plan

ETC = {"etc/debian_version": "12.1\n", "etc/profile": "", "etc/bash.bashrc": ""}
PROFILE = Profile("descent", (), ("/opt/py/bin",), (), Path("x.env"))


def account(shell: str) -> dict[str, str]:
    return {**ETC, "etc/passwd": f"ada:x:1000:1000::/home/ada:{shell}\n"}


def names(machine: Host, *asked: str) -> list[str]:
    return [shell.name for shell in reach.targets(machine.but(env={}), asked)]


ALL = "# /etc/shells: valid login shells\n/bin/sh\n/bin/bash\n/usr/bin/zsh # a remark\n/bin/rbash\n"
ELF = b"\x7fELF"
# name: (the account's shell, files of the home, files of the system, the targets)
TARGETS: dict[str, tuple[str, Mapping[str, str], Mapping[str, str | bytes], list[str]]] = {
    "bash": ("/bin/bash", {}, {}, ["bash", "sh"]),
    "zsh is the account's own": ("/usr/bin/zsh", {}, {}, ["bash", "sh", "zsh"]),
    "fish is the account's own": ("/usr/bin/fish", {}, {}, ["bash", "sh", "fish"]),
    "mksh is the account's own": ("/bin/mksh", {}, {}, ["bash", "sh", "mksh"]),
    "dash is the account's own": ("/bin/dash", {}, {}, ["bash", "sh"]),
    "files of zsh's": ("/bin/bash", {".zshrc": ""}, {}, ["bash", "sh", "zsh"]),
    "files of fish's": (
        "/bin/bash",
        {".config/fish/config.fish": ""},
        {},
        ["bash", "sh", "fish"],
    ),
    "files of ksh's": ("/bin/sh", {".kshrc": "A=1\n"}, {}, ["bash", "sh", "ksh93"]),
    "the skeleton's file says nothing": (
        "/bin/bash",
        {".mkshrc": "skeleton\n"},
        {},
        ["bash", "sh"],
    ),
    "tcsh": ("/bin/tcsh", {}, {}, ["bash", "sh"]),
    "in /etc/shells": ("/bin/bash", {}, {"etc/shells": ALL}, ["bash", "sh", "zsh"]),
    "in a comment of /etc/shells": (
        "/bin/bash",
        {},
        {"etc/shells": "/bin/bash\n#/bin/zsh\nmksh\n"},
        ["bash", "sh"],
    ),
    "installed": ("/bin/bash", {}, {"usr/bin/fish": ELF}, ["bash", "sh", "fish"]),
    "ksh in /etc/shells is mksh": (
        "/bin/bash",
        {},
        {"etc/shells": "/bin/ksh\n", "bin/ksh": b"@(#)MIRBSD KSH R59", "bin/bash": ELF},
        ["bash", "sh", "mksh"],
    ),
    "a machine without bash": (
        "/bin/ash",
        {},
        {"etc/shells": "/bin/sh\n/bin/ash\n", "bin/busybox": ELF},
        ["sh"],
    ),
    "a machine without bash, and files of it": (
        "/bin/ash",
        {".bashrc": "A=1\n"},
        {"etc/shells": "/bin/sh\n/bin/ash\n"},
        ["bash", "sh"],
    ),
}


@pytest.mark.parametrize("name", TARGETS)
def test_which_shells(host: Callable[..., Host], name: str) -> None:
    shell, files, system, wanted = TARGETS[name]
    skeleton = {"etc/skel/.mkshrc": "skeleton\n"}
    assert names(host(files, {**account(shell), **skeleton, **system})) == wanted


def test_the_shell_of_the_session_is_one(host: Callable[..., Host]) -> None:
    machine = host({}, account("/bin/bash")).but(env={"SHELL": "/opt/bin/fish"})
    assert [one.name for one in reach.targets(machine)] == ["bash", "sh", "fish"]


def test_on_this_machine_a_shell_that_is_not_there_is_none(host: Callable[..., Host]) -> None:
    machine = host({".config/fish/config.fish": ""}).but(env={}, login_shell=Path("/nosuch/zsh"))
    found = {one.shell.name: one.why for one in targets.explained(machine)}
    assert "sh" in found
    for name in {"bash", "sh", *found}:
        assert name == "sh" or shells.program(machine, shells.get(name)) is not None


WHY = {
    "the account's shell": ("/usr/bin/zsh", {".zshrc": "A=1\n"}, {"etc/shells": ALL}),
    "~/.zshrc is there": ("/bin/bash", {".zshrc": "A=1\n"}, {"etc/shells": ALL}),
    "in /etc/shells": ("/bin/bash", {}, {"etc/shells": ALL, "usr/bin/zsh": ELF}),
    "/usr/bin/zsh is there": ("/bin/bash", {}, {"usr/bin/zsh": ELF}),
}


@pytest.mark.parametrize("why", WHY)
def test_why_a_shell_is_one(host: Callable[..., Host], why: str) -> None:
    shell, files, system = WHY[why]
    machine = host(files, {**account(shell), **system}).but(env={})
    assert {one.shell.name: one.why for one in targets.explained(machine)}["zsh"] == why
    plan = install.plan(machine, PROFILE, platforms.get("debian"))
    (row,) = (row for row in plan.rows if row.path.name == ".zshenv")
    assert row.why.startswith(f"zsh ({why}): ")


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's name has 107 bytes at most
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (os.mkfifo, "but a named pipe"),
        (_socket, "but a socket"),
        pytest.param(
            lambda path: os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5)),  # /dev/zero
            "but a device",
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices"),
        ),
    ],
    ids=["a pipe", "a socket", "a device without an end"],
)
def test_what_is_no_file_is_not_waited_for(
    host: Callable[..., Host], make: Callable[[Path], None], words: str
) -> None:
    """Under a name that new accounts get a file of, with which it is compared."""
    system = {**account("/bin/bash"), "etc/shells": ALL + "/bin/ksh\n", "etc/skel/.kshrc": "A=1\n"}
    machine = host({".profile": ""}, system).but(env={})
    make(machine.locate(machine.home / ".kshrc"))
    with pytest.raises(Refused, match=rf"~/\.kshrc is not an ordinary file, {words}"):
        install.plan(machine, PROFILE, platforms.get("debian"))
    uninstall_plan(machine)


def test_shells_that_are_named_are_all(host: Callable[..., Host]) -> None:
    machine = host({}, account("/bin/bash"))
    assert names(machine, "fish", "zsh", "dash") == ["sh", "zsh", "fish"]
    assert names(machine, "bash", "bash") == ["bash"]
    with pytest.raises(UsageError, match="does not write for tcsh"):
        names(machine, "tcsh")


NARROWED = {
    "bash": (["~/.profile", "~/.bashrc"], []),
    "sh": (["~/.profile"], ["bash"]),
    "zsh": (["~/.zshenv"], ["bash"]),
    "fish": (["~/.config/fish/conf.d/envkit.fish"], ["bash"]),
    "ksh93": (["~/.profile", "~/.kshrc"], ["bash"]),
    "mksh": (["~/.profile", "~/.mkshrc"], ["bash"]),
}


@pytest.mark.parametrize("shell", NARROWED)
def test_only_files_of_the_shells_that_are_named(host: Callable[..., Host], shell: str) -> None:
    files, left_out = NARROWED[shell]
    machine = host({}, account("/bin/bash"))
    plan = install.plan(machine, PROFILE, platforms.get("debian"), shells=(shell,))
    paths = [machine.show(edit.path) for edit in plan.plan.edits]
    assert [path for path in paths if "/envkit/env." not in path] == files
    assert [one.start for one in plan.unreached] == left_out
    assert all("--shell leaves out" in one.reason for one in plan.unreached)


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("/bin/tcsh", "in ~/.tcshrc or ~/.cshrc: setenv PATH /opt/py/bin:$PATH"),
        ("/usr/bin/nu", "$env.PATH = ($env.PATH | prepend [/opt/py/bin])"),
        ("/usr/bin/xonsh", "$PATH[:0] = ['/opt/py/bin']"),
        ("/usr/bin/elvish", "set paths = [/opt/py/bin $@paths]"),
        ("/opt/odd/shell", "put /opt/py/bin first in PATH in its own startup file"),
    ],
)
def test_an_account_of_another_shell_is_told_what_to_write(
    host: Callable[..., Host], shell: str, words: str
) -> None:
    (told,) = reach.own_shell(host({}, account(shell)), ("/opt/py/bin",))
    assert told.start == Path(shell).name
    assert words in told.reason


@pytest.mark.parametrize("shell", ["/bin/bash", "/bin/sh", "/usr/bin/zsh", "/usr/sbin/nologin"])
def test_others_are_told_nothing(host: Callable[..., Host], shell: str) -> None:
    assert reach.own_shell(host({}, account(shell)), ("/opt/py/bin",)) == ()


# Where blocks go, as lines of the files as they are.
PLACES: dict[str, tuple[str, Mapping[str, str], dict[str, list[int]], str]] = {
    "zsh: bare": ("zsh", {}, {".zshenv": [1]}, "debian"),
    "zsh: a quiet .zshrc stays": ("zsh", {".zshrc": "alias a=b\n"}, {".zshenv": [1]}, "debian"),
    "zsh: .zshrc puts in front": (
        "zsh",
        {".zshrc": "PATH=/x:$PATH\n"},
        {".zshenv": [1], ".zshrc": [2]},
        "debian",
    ),
    "zsh: a guard": (
        "zsh",
        {".zshrc": "PATH=/x:$PATH\n[[ -n $(tool) ]] && return\nPATH=/y:$PATH\n"},
        {".zshenv": [1], ".zshrc": [2, 4]},
        "debian",
    ),
    "zsh: macOS' path_helper": (
        "zsh",
        {
            "etc/zprofile": "eval `/usr/libexec/path_helper -s`\n",
            "etc/paths": "/usr/bin\n/bin\n/usr/sbin\n/sbin\n",
        },
        {".zshenv": [1], ".zprofile": [1]},
        "macos",
    ),
    "fish: bare": ("fish", {}, {".config/fish/conf.d/envkit.fish": [1]}, "debian"),
    "fish: config.fish puts in front as other shells do": (
        "fish",
        {".config/fish/config.fish": 'export A=1 PATH="/x:$PATH"\n'},
        {".config/fish/conf.d/envkit.fish": [1], ".config/fish/config.fish": [2]},
        "debian",
    ),
    "zsh: print puts in front": (
        "zsh",
        {".zshenv": "print -rv PATH -- /x:$PATH\nprint -r -v PATH -- /y:$PATH\n"},
        {".zshenv": [3]},
        "debian",
    ),
    "fish: config.fish puts in front": (
        "fish",
        {".config/fish/config.fish": "set -gx PATH /x $PATH\n"},
        {".config/fish/conf.d/envkit.fish": [1], ".config/fish/config.fish": [2]},
        "debian",
    ),
    "mksh: ENV": (
        "mksh",
        {".profile": "export ENV=~/.env\n", ".env": "PATH=/x:$PATH\n", ".mkshrc": "A=1\n"},
        {".profile": [2], ".env": [2], ".mkshrc": [2]},
        "debian",
    ),
    "mksh: ENV names the shell's own": (
        "mksh",
        {".profile": "export ENV=~/.mkshrc\n", ".mkshrc": "PATH=/x:$PATH\n"},
        {".profile": [2], ".mkshrc": [2]},
        "debian",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_where_the_blocks_go(host: Callable[..., Host], name: str) -> None:
    shell, files, places, platform = PLACES[name]
    outside = {path: text for path, text in files.items() if not path.startswith(".")}
    inside = {path: text for path, text in files.items() if path.startswith(".")}
    etc = account(f"/usr/bin/{shell}") if platform == "debian" else account(f"/bin/{shell}")
    machine = host(inside, {**etc, **outside})
    plan = install.plan(machine, PROFILE, platforms.get(platform))
    found = {}
    for edit in plan.plan.edits:
        path = str(edit.path.relative_to(machine.home))
        if any(
            start.startswith(shell)
            for at, starts in plan.readers
            if at == edit.path
            for start in starts
        ):
            blocks = block.find_all(edit.after or b"")
            size = blocks[0].last - blocks[0].line + 1
            found[path] = [each.line - size * i for i, each in enumerate(blocks)]
    assert found == places


@pytest.mark.parametrize("has", [None, ".zshenv", ".zlogin"])
def test_zsh_asks_who_has_none_of_its_files(host: Callable[..., Host], has: str | None) -> None:
    machine = host({has: ""} if has else {}, account("/usr/bin/zsh"))
    plan = install.plan(machine, PROFILE, platforms.get("debian"))
    (row,) = (row for row in plan.rows if row.path.name == ".zshenv")
    greeted = "zsh's questions to a new user end with that file" in row.why
    assert greeted is (has is None)


def test_fish_that_cannot_read_its_file_is_said(host: Callable[..., Host]) -> None:
    files = {".config/fish/config.fish": "set -gx PATH /x $PATH\nif true\n"}
    plan = install.plan(host(files, account("/usr/bin/fish")), PROFILE, platforms.get("debian"))
    assert [row.path.name for row in plan.rows if "fish" in row.path.name] == [
        "env.fish",
        "envkit.fish",
    ]


def test_a_universal_list_is_said(host: Callable[..., Host]) -> None:
    stored = "# VERSION: 3.0\nSETUVAR fish_user_paths:/opt/x\n"
    files = {".config/fish/fish_variables": stored, ".config/fish/config.fish": ""}
    plan = install.plan(host(files, account("/usr/bin/fish")), PROFILE, platforms.get("debian"))
    (row,) = (row for row in plan.rows if row.path.name == "env.fish")
    assert "fish_user_paths (~/.config/fish/fish_variables:2)" in row.why
