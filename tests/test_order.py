"""The order model's reasons, statuses and events; which files, tests/real asks the shells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from envkit import contexts, order, platforms, shells
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Order
from tests.real.platform_texts import TEXTS


def _machine(host: Callable[..., Host], texts: Mapping[str, str], **more: str) -> Host:
    user = {name[2:]: text for name, text in texts.items() if name.startswith("~")}
    system = {name[1:]: text for name, text in texts.items() if name.startswith("/")}
    return host({**user, **more}, system)


def _order(machine: Host, context: str, platform: str = "debian") -> Order:
    start = order.start_for(machine, contexts.get(context), platform=platforms.get(platform))
    return order.order(machine, start)


def _rows(machine: Host, found: Order) -> list[tuple[str, str, str]]:
    return [(row.status, machine.show(row.path), row.reason) for row in found.files]


def _read(machine: Host, found: Order) -> list[str]:
    return [machine.show(row.path) for row in found.files if row.status == "read"]


def test_a_quiet_home(host: Callable[..., Host]) -> None:
    machine = _machine(host, TEXTS["debian"])
    found = _order(machine, "login_terminal")
    assert _rows(machine, found) == [
        ("read", "/etc/profile", "bash, because it is a login shell"),
        ("read", "/etc/bash.bashrc", "sourced by /etc/profile:10"),
        ("read", "/etc/bash_completion", "sourced by /etc/bash.bashrc:7"),
        ("read", "/etc/profile.d/10-first.sh", "sourced by /etc/profile:21"),
        ("read", "/etc/profile.d/Zlast.sh", "sourced by /etc/profile:21"),
        ("missing", "~/.bash_profile", "not there"),
        ("missing", "~/.bash_login", "not there"),
        ("read", "~/.profile", "the first of three that exists"),
        ("read", "~/.bashrc", "sourced by ~/.profile:3"),
        ("read", "~/.bash_aliases", "sourced by ~/.bashrc:9"),
        ("read", "~/.bash_logout", "when this shell is left by exit or ^D"),
        ("missing", "/etc/bash.bash_logout", "not there"),
    ]
    assert all(row.certain for row in found.files)
    assert [row.logout for row in found.files][-3:] == [False, True, True]


def test_the_home_of_the_examples(host: Callable[..., Host]) -> None:
    texts = {k: v for k, v in TEXTS["debian"].items() if "profile.d" not in k}
    machine = _machine(host, texts, **{".bash_profile": "PATH=$PATH:/x\n"})
    found = _order(machine, "login_terminal")
    rows = {path: (status, reason) for status, path, reason in _rows(machine, found)}
    assert rows["/etc/profile.d/*.sh"] == ("missing", "none here")
    assert rows["~/.bash_profile"] == ("read", "the first of three that exists")
    assert rows["~/.profile"][0] == "hidden"
    assert rows["~/.profile"][1].startswith("~/.bash_profile comes first")
    assert rows["~/.bashrc"] == ("skipped", "not sourced by ~/.bash_profile")


def test_the_guard_is_an_event(host: Callable[..., Host]) -> None:
    machine = _machine(host, TEXTS["debian"])
    found = _order(machine, "ssh_command")
    assert _read(machine, found) == ["/etc/bash.bashrc", "~/.bashrc"]
    leaves = [
        (machine.show(event.where.path), event.where.line, event.value, event.certain)
        for event in found.events
        if event.kind == "leave"
    ]
    assert leaves == [("/etc/bash.bashrc", 1, "1", True), ("~/.bashrc", 1, "3", True)]


def test_events_of_a_file(host: Callable[..., Host]) -> None:
    text = """\
PATH="$HOME/a:$PATH"
eval "$(tool init)"
if tool ask; then
  export PATH=/b:/c
fi
( PATH=/lost )
f() { local PATH=/kept; }; f
"""
    machine = host({".bash_profile": text}, {"etc/profile": "PATH=/usr/bin\n"})
    found = _order(machine, "login_terminal")
    events = [
        (event.kind, event.where.line, event.variable, event.value, event.certain)
        for event in found.events
        if event.where.path.name == ".bash_profile"
    ]
    assert events == [
        ("assign", 1, "PATH", "/home/ada/a:/usr/bin", True),
        ("eval", 2, "", '"$(tool init)"', True),
        ("assign", 4, "PATH", "/b:/c", False),
    ]


def test_what_only_running_can_tell_is_not_certain(host: Callable[..., Host]) -> None:
    text = "tool ask && . ~/.a\n[ -n x ] && . ~/.b\ntool ask || return\n. ~/.c\n"
    files = {".bash_profile": text, ".a": "", ".b": "", ".c": ""}
    machine = host(files, {"etc/profile": ""})
    found = _order(machine, "login_terminal")
    certain = {machine.show(row.path): row.certain for row in found.files if row.status == "read"}
    assert certain["~/.b"] and certain["~/.bash_profile"]
    assert not certain["~/.a"] and not certain["~/.c"]
    assert "perhaps" in next(row.reason for row in found.files if row.path.name == ".a")


@pytest.mark.parametrize(
    ("context", "read"),
    [
        (
            "login_terminal",
            [
                *("/etc/profile", "/etc/profile.d/10-first.sh", "/etc/profile.d/Zlast.sh"),
                *("/etc/profile.d/sh.local", "/etc/bashrc", "~/.bash_profile", "~/.bashrc"),
                *("/etc/bashrc", "~/.bashrc.d/one", "~/.bash_logout"),
            ],
        ),
        (
            "ssh_command",
            [
                *("~/.bashrc", "/etc/bashrc", "/etc/profile.d/10-first.sh"),
                *("/etc/profile.d/Zlast.sh", "~/.bashrc.d/one"),
            ],
        ),
        ("cron", []),
    ],
)
def test_red_hat(host: Callable[..., Host], context: str, read: list[str]) -> None:
    machine = _machine(host, TEXTS["redhat"])
    assert _read(machine, _order(machine, context, "redhat")) == read


def test_macos(host: Callable[..., Host]) -> None:
    texts = {
        **TEXTS["macos"],
        "/etc/paths": "/usr/local/bin\n/usr/bin\n/bin\n",
        "/etc/paths.d/10-cryptex": "/var/cryptex\n",
        "/etc/paths.d/9-early": "/early\n",
    }
    machine = _machine(host, texts)
    found = _order(machine, "login_terminal", "macos")
    assert _read(machine, found) == [
        "/etc/profile",
        "/etc/paths",
        "/etc/paths.d/9-early",
        "/etc/paths.d/10-cryptex",
        "/etc/bashrc",
        "/etc/bashrc_Apple_Terminal",
        "~/.bash_profile",
        "~/.bashrc",
    ]
    paths = next(row for row in found.files if row.path.name == "paths")
    assert paths.reader == "/etc/profile:2 via path_helper"
    value = next(event.value for event in found.events if event.variable == "PATH")
    assert value == "/usr/local/bin:/usr/bin:/bin:/early:/var/cryptex:/usr/sbin:/sbin"


@pytest.mark.parametrize(
    ("argv", "message"),
    [((), "no command line"), (("emacs", "-nw"), "emacs is no shell")],
)
def test_a_command_line_that_cannot_be_meant(
    host: Callable[..., Host], argv: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        order.literal(host({}, {}), None, argv, "null", {})


def test_a_startup_file_that_loops_for_ever_ends(host: Callable[..., Host]) -> None:
    text = "while :; do x=$x; done\n. ~/.bash_profile\nf() { f; }\nf\n"
    machine = host({".bash_profile": text}, {"etc/profile": ""})
    assert "~/.bash_profile" in _read(machine, _order(machine, "login_terminal"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "ksh93", "mksh"])
def test_what_is_passed_over_sets_nothing_and_fails_not(
    host: Callable[..., Host], shell: str
) -> None:
    text = 'set -u\nif [ -d ~/no ]; then for rc in ~/no/*; do . "$rc"; done; fi\n. ~/after\n'
    names = {".bashrc": text, ".zshrc": text, ".kshrc": text, ".mkshrc": text, "after": ""}
    machine = host(names, {f"bin/{shell}": ""})
    start = order.start_for(
        machine, contexts.get("terminal"), shell=shells.get(shell), platform=platforms.get("debian")
    )
    assert "~/after" in _read(machine, order.order(machine, start))
