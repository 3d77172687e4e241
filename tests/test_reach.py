"""Which shells are written for, and what an account of another shell is told; none is started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from envkit import block, install, platforms, reach
from envkit.errors import UsageError
from envkit.host import Host
from envkit.plan import Profile

ETC = {"etc/debian_version": "12.1\n", "etc/profile": "", "etc/bash.bashrc": ""}
PROFILE = Profile("descent", (), ("/opt/py/bin",), (), Path("x.env"))


def account(shell: str) -> dict[str, str]:
    return {**ETC, "etc/passwd": f"ada:x:1000:1000::/home/ada:{shell}\n"}


def names(machine: Host, *asked: str) -> list[str]:
    return [shell.name for shell in reach.targets(machine.but(env={}), asked)]


TARGETS: dict[str, tuple[str, Mapping[str, str], list[str]]] = {
    "bash": ("/bin/bash", {}, []),
    "zsh is the account's own": ("/usr/bin/zsh", {}, ["zsh"]),
    "fish is the account's own": ("/usr/bin/fish", {}, ["fish"]),
    "mksh is the account's own": ("/bin/mksh", {}, ["mksh"]),
    "files of zsh's": ("/bin/bash", {".zshrc": ""}, ["zsh"]),
    "files of fish's": ("/bin/bash", {".config/fish/config.fish": ""}, ["fish"]),
    "files of ksh's": ("/bin/sh", {".kshrc": "A=1\n"}, ["ksh93"]),
    "the skeleton's file says nothing": ("/bin/bash", {".mkshrc": "skeleton\n"}, []),
    "tcsh": ("/bin/tcsh", {}, []),
}


@pytest.mark.parametrize("name", TARGETS)
def test_which_shells(host: Callable[..., Host], name: str) -> None:
    shell, files, also = TARGETS[name]
    skeleton = {"etc/skel/.mkshrc": "skeleton\n"}
    assert names(host(files, {**account(shell), **skeleton})) == ["bash", "sh", *also]


def test_a_shell_that_is_named(host: Callable[..., Host]) -> None:
    machine = host({}, account("/bin/bash"))
    assert names(machine, "fish", "zsh", "dash") == ["bash", "sh", "zsh", "fish"]
    with pytest.raises(UsageError, match="does not write for tcsh"):
        names(machine, "tcsh")


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
