"""zsh's reasons, builds, changes and events; which files, tests/real asks the real zsh."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from envkit import order, platforms, syntax
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Change, Order

NAMES = ("zshenv", "zprofile", "zshrc", "zlogin", "zlogout")
SYSTEM = {f"etc/zsh/{name}": "x=1\n" for name in NAMES}
USER = {f".{name}": "x=1\n" for name in NAMES}


def _order(
    host: Host, argv: str, env: dict[str, str] | None = None, build: str = "debian"
) -> Order:
    given = {"HOME": str(host.home), "PATH": "/usr/bin:/bin", "PWD": str(host.home), **(env or {})}
    words = tuple(argv.split())
    start = order.literal(host, "zsh", words, "null", given, None, build, platforms.get("debian"))
    return start.shell.startup_files(host, start)


def _rows(host: Host, found: Order) -> dict[str, tuple[str, str]]:
    return {host.show(row.path): (row.status, row.reason) for row in found.files}


def test_a_quiet_login_terminal(host: Callable[..., Host]) -> None:
    machine = host(USER, SYSTEM)
    found = _order(machine, "-zsh -i -c :")
    assert [machine.show(row.path) for row in found.files if row.status == "read"] == [
        *("/etc/zsh/zshenv", "~/.zshenv", "/etc/zsh/zprofile", "~/.zprofile"),
        *("/etc/zsh/zshrc", "~/.zshrc", "/etc/zsh/zlogin", "~/.zlogin"),
        *("~/.zlogout", "/etc/zsh/zlogout"),
    ]
    assert [row.logout for row in found.files][-2:] == [True, True]
    assert all(row.certain for row in found.files)


def test_what_another_kind_of_shell_would_read(host: Callable[..., Host]) -> None:
    machine = host(USER, SYSTEM)
    changes = {machine.show(r.path): r.change for r in _order(machine, "zsh -c :").files}
    assert changes["~/.zprofile"] == Change("login")
    assert changes["/etc/zsh/zshrc"] == Change("interactive")
    assert changes["~/.zshenv"] is None


def test_the_option_that_keeps_files_out_is_named(host: Callable[..., Host]) -> None:
    machine = host(USER, SYSTEM)
    row = next(r for r in _order(machine, "zsh -f -i").files if r.path.name == ".zshrc")
    assert (row.status, row.reason) == ("skipped", "with -f zsh reads no more startup files")
    assert row.change == Change("drop", "-f")
    machine = host({**USER, ".zshenv": "x=1\nsetopt no_rcs\n"}, SYSTEM)
    row = next(r for r in _order(machine, "zsh -i -c :").files if r.path.name == ".zshrc")
    assert row.reason == "since ~/.zshenv:2 zsh reads no more startup files"
    assert row.change == Change("earlier", f"{machine.home}/.zshenv:2")


def test_zdotdir_hides_the_files_of_the_home(host: Callable[..., Host]) -> None:
    machine = host({**USER, ".zshenv": "ZDOTDIR=~/zd\n", "zd/.zshrc": "x=1\n"}, SYSTEM)
    rows = _rows(machine, _order(machine, "zsh -i -c :"))
    assert rows["~/zd/.zshrc"][0] == "read"
    assert rows["~/.zshrc"] == (
        "hidden",
        "~/.zshenv:1 sets ZDOTDIR to ~/zd: zsh looks for it there",
    )
    away = {"ZDOTDIR": str(machine.home / "zd")}
    row = next(
        r for r in _order(machine, "zsh -i -c :", away).files if r.path == machine.home / ".zshrc"
    )
    assert (row.status, row.change) == ("hidden", Change("unset", "ZDOTDIR"))


def test_what_cannot_be_known_is_said(host: Callable[..., Host]) -> None:
    machine = host({**USER, ".zshenv": "ZDOTDIR=$(somewhere)\n"}, SYSTEM)
    row = next(r for r in _order(machine, "zsh -i -c :").files if r.path.name == ".zshrc")
    assert (row.status, row.certain) == ("skipped", False)
    assert "only running it can tell" in row.reason


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_long_value_takes_no_longer_than_it_is(quote: str, host: Callable[..., Host]) -> None:
    """As LS_COLORS of 100 KB: what looks at the whole for each character takes minutes."""
    value = ":".join(f"*.x{number}=38" for number in range(10_000))
    text = f"LS_COLORS={quote}{value}{quote}\n[[ -n $LS_COLORS ]] && path=(/t/a $path)\n"
    found = _order(host({".zshrc": text}, SYSTEM), "zsh -i -c :")
    assert [event.value for event in found.events if event.variable == "LS_COLORS"] == [value]
    assert [event.where.line for event in found.events if event.variable == "PATH"] == [2]


def test_builds(host: Callable[..., Host]) -> None:
    machine = host({}, {"etc/zshenv": "x=1\n", "opt/etc/zshenv": "x=1\n"})
    for build, path in (("etc", "/etc/zshenv"), ("/opt/etc", "/opt/etc/zshenv")):
        assert _rows(machine, _order(machine, "zsh -c :", None, build))[path][0] == "read"
    with pytest.raises(UsageError, match="unknown build"):
        _order(machine, "zsh -c :", None, "nonsense")


def test_assignments_are_events(host: Callable[..., Host]) -> None:
    text = "path=(/opt/x $path)\ntypeset -U path\npath+=(/opt/x /opt/y)\n"
    machine = host({".zshenv": text}, {})
    found = _order(machine, "zsh -c :")
    values = [e.value for e in found.events if e.variable == "PATH" and e.kind == "assign"]
    assert values[-1] == "/opt/x:/usr/bin:/bin:/opt/y"


TEXTS = {
    "if [[ -n $x ]] { a } elif [[ b ]] { c } else { d }": None,
    "for x (a b) echo $x\nfor a b in 1 2; do :; done": None,
    "() { echo } a\nfunction a b { c }\n{ a } always { b }": None,
    "case x { (a|b) c;; d) ;| }\nrepeat 3 echo": None,
    "echo ok\nif true; then\necho a}": 2,
    "a\n[[ a b ]]": 2,
    "a=(b\nc": 1,
    "echo 'x": 1,
}


@pytest.mark.parametrize("text", TEXTS)
def test_syntax(text: str) -> None:
    assert syntax.syntax_error(text.encode(), "zsh") == TEXTS[text]
