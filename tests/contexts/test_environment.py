"""The environment that each context gives before any startup file, as the real programs do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from envkit import contexts, platforms
from envkit.errors import UsageError
from envkit.host import Host

DEFS = "# ENV_PATH PATH=/not\nENV_SUPATH\tPATH=/usr/sbin:/sbin\nENV_PATH  PATH=/opt/defs:/bin\n"
PAM = "# a comment\nPATH='/pam/bin:/bin'\nexport EDITOR=\"vi\"\nnonsense\n"


@pytest.mark.parametrize(
    ("context", "files", "path"),
    [
        ("login_terminal", {}, "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"),
        ("login_terminal", {"etc/login.defs": DEFS}, "/opt/defs:/bin"),
        ("terminal", {"etc/login.defs": DEFS, "etc/environment": PAM}, "/pam/bin:/bin"),
        ("ssh_command", {}, "/usr/local/bin:/usr/bin:/bin:/usr/games"),
        ("ssh_command", {"etc/environment": PAM}, "/pam/bin:/bin"),
        ("cron", {"etc/environment": PAM}, "/usr/bin:/bin"),
    ],
)
def test_path(host: Callable[..., Host], context: str, files: dict[str, str], path: str) -> None:
    machine = host({}, files).but(uid=1000)
    given = contexts.get(context).environment(machine, platforms.get("debian"))
    assert given["PATH"] == path
    assert given["HOME"] == "/home/ada"
    assert given.get("EDITOR") == ("vi" if "etc/environment" in files else None)


def test_nothing_of_the_caller_comes_through(
    host: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "1")
    monkeypatch.setenv("SHLVL", "7")
    machine = host({}, {})
    for context in contexts.every():
        if context.name == "at":  # which is made of just that
            continue
        given = context.environment(machine, platforms.get("debian"))
        assert "SECRET" not in given
        assert given.get("SHLVL", "1") == "1"


def test_ssh_is_known_by_its_variables_and_its_socket(host: Callable[..., Host]) -> None:
    context = contexts.get("ssh-command")
    given = context.environment(host({}, {}), platforms.get("debian"))
    assert "SSH_CLIENT" in given and "SHLVL" not in given
    assert context.invocation.stdin == "socket"


def test_the_order_in_which_contexts_are_told() -> None:
    names = [context.name for context in contexts.every()]
    assert names[:5] == ["login_terminal", "terminal", "ssh_command", "script", "cron"]


def test_a_terminal_as_the_platform_opens_it() -> None:
    assert contexts.default(platforms.get("macos")).name == "login_terminal"
    assert contexts.default(platforms.get("debian")).name == "terminal"


def test_an_unknown_context_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown context: dream"):
        contexts.get("dream")
