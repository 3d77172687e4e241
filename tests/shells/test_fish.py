"""fish's rows: what is said of a file, and what would have to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import order, platforms
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Change, Order, StartupFile
from envkit.shells import _fish_builds

_CONF = ".config/fish/conf.d"


def _order(host: Host, *argv: str, build: str = "", **environment: str) -> Order:
    given = {"HOME": str(host.home), "PATH": "/usr/bin:/bin", **environment}
    debian = platforms.get("debian")
    start = order.literal(host, "fish", argv, "null", given, None, build, debian)
    return order.order(host, start)


def _row(found: Order, name: str) -> StartupFile:
    return next(row for row in found.files if str(row.path).endswith(name))


def test_a_masked_snippet_names_what_masks_it(host: Callable[..., Host], tmp_path: Path) -> None:
    vendor = f"{tmp_path}/data"
    machine = host({f"{_CONF}/a.fish": "", ".local/share/fish/vendor_conf.d/a.fish": ""})
    row = _row(_order(machine, "fish", "-c", ":", XDG_DATA_DIRS=vendor), "vendor_conf.d/a.fish")
    assert (row.status, row.scope) == ("hidden", "user")
    assert row.reason.startswith(f"~/{_CONF}/a.fish comes first")
    assert row.change == Change("gone", f"{machine.home}/{_CONF}/a.fish")


def test_two_that_mask_are_both_named(host: Callable[..., Host]) -> None:
    files = {f"{_CONF}/a.fish": "", ".local/share/fish/vendor_conf.d/a.fish": ""}
    machine = host({**files, "data/fish/vendor_conf.d/a.fish": ""})
    found = _order(machine, "fish", "-c", ":", XDG_DATA_DIRS=f"{machine.home}/data")
    row = _row(found, "data/fish/vendor_conf.d/a.fish")
    assert row.status == "hidden" and row.change is None
    assert f"~/{_CONF}/a.fish and ~/.local/share/" in row.reason


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (("fish", "-N"), "-N"),
        (("fish", "--no-config", "-c", ":"), "--no-config"),
        (("fish", "-n", "script"), "-n"),
        (("fish", "-lN"), None),
        (("fish", "-N", "-n", "-c", ":"), None),
    ],
)
def test_a_flag_that_leaves_all_out(
    host: Callable[..., Host], argv: tuple[str, ...], word: str | None
) -> None:
    machine = host({".config/fish/config.fish": ""})
    row = _row(_order(machine, *argv), ".config/fish/config.fish")
    assert row.status == "skipped"
    assert row.change == (Change("drop", word) if word else None)


def test_a_syntax_error_runs_no_line(host: Callable[..., Host]) -> None:
    machine = host({".config/fish/config.fish": "set -gx A 1\nif true\n"})
    found = _order(machine, "fish", "-c", ":")
    row = _row(found, ".config/fish/config.fish")
    assert row.status == "skipped" and "syntax error" in row.reason
    assert not any(event.variable == "A" for event in found.events)


def test_what_replaces_the_shell_hides_the_rest(host: Callable[..., Host]) -> None:
    machine = host({f"{_CONF}/a.fish": "true\nexec /bin/sh\n", ".config/fish/config.fish": ""})
    row = _row(_order(machine, "fish", "-c", ":"), ".config/fish/config.fish")
    assert row.status == "skipped"
    assert row.change == Change("earlier", f"{machine.home}/{_CONF}/a.fish:2")


def test_what_only_running_it_can_tell(host: Callable[..., Host]) -> None:
    text = "source (nonesuch | tail -1)\nif nonesuch\nelse\n    source ~/b\nend\n"
    machine = host(
        {
            ".config/fish/config.fish": "if grep x /etc/passwd\n    source ~/a\nend\n" + text,
            "a": "",
            "b": "",
        }
    )
    found = _order(machine, "fish", "-c", ":")
    assert not _row(found, "/a").certain
    assert _row(found, "/b").certain


def test_events(host: Callable[..., Host]) -> None:
    text = (
        "set -gx PATH /a $PATH\ntool init fish | source\nsource ~/more.fish\nreturn\nset -gx B 1\n"
    )
    machine = host({".config/fish/config.fish": text, "more.fish": "set -p PATH /m\n"})
    events = _order(machine, "fish", "-c", ":").events
    told = [(event.kind, event.where.line, event.variable or event.value) for event in events]
    assert told == [
        ("assign", 1, "PATH"),
        ("eval", 2, None),
        ("source", 3, f"{machine.home}/more.fish"),
        ("assign", 1, "PATH"),
        ("leave", 4, "4"),
    ]
    assert [event.value for event in events if event.variable == "PATH"] == [
        "/a:/usr/bin:/bin",
        "/m:/a:/usr/bin:/bin",
    ]


def test_fish_add_path(host: Callable[..., Host]) -> None:
    text = "fish_add_path ~/one\nfish_add_path -aP ~/two ~/none\nfish_add_path -m ~/one\n"
    machine = host({".config/fish/config.fish": text, "one/x": "", "two/x": ""})
    events = _order(machine, "fish", "-c", ":").events
    home = machine.home
    assert [event.value for event in events if event.variable == "PATH"] == [
        f"{home}/one:/usr/bin:/bin",
        f"{home}/one:/usr/bin:/bin:{home}/two",
    ]


def test_a_universal_variable_comes_first(host: Callable[..., Host]) -> None:
    stored = "# VERSION: 3.0\nSETUVAR fish_user_paths:/u\\x1e/v\\x20w\n"
    machine = host({".config/fish/fish_variables": stored})
    (event,) = (each for each in _order(machine, "fish").events if each.variable == "PATH")
    assert event.value == "/u:/v w:/usr/bin:/bin"
    assert str(event.where) == f"{machine.home}/.config/fish/fish_variables:2"


def test_builds() -> None:
    debian, macos = platforms.get("debian"), platforms.get("macos")
    assert str(_fish_builds.folders("", debian).system) == "/etc/fish"
    assert str(_fish_builds.folders("", macos).system) == "/opt/homebrew/etc/fish"
    assert str(_fish_builds.folders("/a/etc:/a/share", debian).data) == "/a/share"
    with pytest.raises(UsageError):
        _fish_builds.folders("nonesuch", debian)


def test_the_binary_is_asked(tmp_path: Path) -> None:
    text = "/usr/local/share/fish\0/usr/local/etc/fish\0".encode("utf-32-le")
    (tmp_path / "fish").write_bytes(b"\x7fELF\0\0\0\0" + text)
    assert _fish_builds.ask(Host.real(home=tmp_path), tmp_path / "fish") == "local"
    for folder in ("bin", "etc/fish", "share/fish"):
        (tmp_path / "p" / folder).mkdir(parents=True)
    (tmp_path / "p/bin/fish").write_bytes(b"\x7fELF")
    said = _fish_builds.ask(Host.real(home=tmp_path), tmp_path / "p/bin/fish")
    assert said == f"{tmp_path}/p/etc/fish:{tmp_path}/p/share/fish"
