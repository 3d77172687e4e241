"""tcsh, nushell, xonsh: what is compiled in, what changes a skipped file, why there is no trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import order, shells
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Change, StartupFile
from envkit.trace import trace

_FILES = {".tcshrc": "", ".cshrc": "", ".login": "", ".logout": ""}


def _rows(
    machine: Host, shell: str, argv: tuple[str, ...], build: str | None = None
) -> dict[str, StartupFile]:
    environment = {"HOME": str(machine.home), "PATH": "/usr/bin:/bin"}
    start = order.literal(machine, shell, argv, "null", environment, build=build)
    return {row.path.name: row for row in order.order(machine, start).files}


@pytest.mark.parametrize(
    ("content", "build"),
    [
        (b"Astron\0,filec\0,dl\0,nls\0wide\0", ""),
        (b"Astron\0,filec\0,dl\0,lf\0,nls\0wide\0", "loginfirst"),
        (b"\0,lfoo\0", ""),
    ],
)
def test_build(host: Callable[..., Host], content: bytes, build: str) -> None:
    machine = host({"tcsh": content})
    assert shells.get("tcsh").build(machine, machine.home / "tcsh") == build


def test_login_first(host: Callable[..., Host]) -> None:
    """LOGINFIRST (tcsh(1), the version variable, lf): each login file before its companion."""
    names = list(_rows(host(_FILES), "tcsh", ("-tcsh", "-c", ":"), "loginfirst"))
    assert names.index(".login") < names.index(".tcshrc")
    assert names.index("csh.login") < names.index("csh.cshrc")


def test_an_unknown_build_is_an_error(host: Callable[..., Host]) -> None:
    with pytest.raises(UsageError, match="unknown build of tcsh"):
        _rows(host(_FILES), "tcsh", ("tcsh",), "debian")


@pytest.mark.parametrize(
    ("shell", "argv", "name", "change"),
    [
        ("tcsh", ("-tcsh", "-c", ":"), ".cshrc", "gone"),
        ("tcsh", ("tcsh", "-c", ":"), ".login", "login"),
        ("tcsh", ("tcsh", "-f", "-c", ":"), ".tcshrc", "drop"),
        ("nushell", ("nu", "-c", "1"), "config.nu", "login"),
        ("nushell", ("nu", "-n"), "config.nu", "drop"),
        ("xonsh", ("xonsh", "-c", "1"), ".xonshrc", "interactive"),
        ("xonsh", ("xonsh", "--no-rc"), ".xonshrc", "drop"),
    ],
)
def test_change(
    host: Callable[..., Host], shell: str, argv: tuple[str, ...], name: str, change: str
) -> None:
    machine = host({**_FILES, ".xonshrc": "", ".config/nushell/config.nu": ""})
    found = _rows(machine, shell, argv)[name]
    assert found.status in ("hidden", "skipped")
    assert isinstance(found.change, Change)
    assert found.change.kind == change


@pytest.mark.parametrize("shell", ["tcsh", "nushell", "xonsh"])
def test_no_trace_says_what_to_do(host: Callable[..., Host], shell: str) -> None:
    machine = host({})
    start = order.literal(machine, shell, (shell,), "null", {"HOME": str(machine.home)})
    with pytest.raises(UsageError, match="cannot be traced: envkit cannot follow"):
        trace(machine, [start], "PATH")


def test_nu_runs_no_line_of_a_file_whose_source_leads_nowhere(host: Callable[..., Host]) -> None:
    machine = host({".config/nushell/config.nu": "if false { source ~/nope.nu }\n"})
    row = _rows(machine, "nushell", ("nu",))["config.nu"]
    assert row.status == "skipped"
    assert "line 1 leads nowhere" in row.reason


def test_an_error_ends_all_of_tcshs_files(host: Callable[..., Host]) -> None:
    machine = host({**_FILES, ".tcshrc": "echo $nope\n"})
    row = _rows(machine, "tcsh", ("-tcsh", "-c", ":"))[".login"]
    assert row.status == "skipped"
    assert row.change == Change("earlier", f"{machine.home}/.tcshrc:1")
    assert Path(machine.home) in row.path.parents
