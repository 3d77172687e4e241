"""The configuration: what it means, and each mistake with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import configuration, contexts
from envkit.errors import Unreadable, UsageError
from envkit.host import Host

FILE = ".config/envkit/config.toml"
EVERYDAY = tuple(one.name for one in contexts.common())


def test_no_file(host: Callable[..., Host]) -> None:
    assert configuration.load(host()).expectations == ()


def test_all_keys(host: Callable[..., Host]) -> None:
    text = (
        "# mine\n\n[[expect]]\ncommand = 'python'\n"
        'prefer = ["~/.venvs/dl/bin", "$HOME/x//y/"]\navoid = ["/usr/bin", "PyEnv", "apt"]\n'
        'contexts = ["terminal", "ssh host command", "ssh_command"]\n'
        '[[expect]]\ncommand = "pip3.11"\n'
    )
    machine = host({FILE: text})
    first, second = configuration.load(machine).expectations
    assert first.command == "python"
    assert first.prefer == (f"{machine.home}/.venvs/dl/bin", f"{machine.home}/x/y")
    assert first.avoid == ("/usr/bin", "pyenv", "dpkg")
    assert first.contexts == ("terminal", "ssh_command")
    assert str(first.where).endswith("config.toml:3")
    assert second == ("pip3.11", (), (), EVERYDAY, (machine.home / FILE, 8))


@pytest.mark.parametrize(
    "text",
    [
        '[[expect]]\ncommand = "a"\nprefer = "conda"\ncontexts = "cron"\n',
        'expect = [{ command = "a", prefer = ["conda"], contexts = ["cron"] }]\n',
        '[["expect"]]\n"command" = "a"\n\'prefer\' = ["mamba"]\ncontexts = ["cron"]\n',
        '[[ expect ]]\r\ncommand = "a"\r\nprefer = "conda"\r\ncontexts = "crontab"\r\n',
    ],
    ids=["a string for a list of one", "inline", "quoted keys", "blanks and CRLF"],
)
def test_forms(host: Callable[..., Host], text: str) -> None:
    (one,) = configuration.load(host({FILE: text})).expectations
    assert one[:4] == ("a", ("conda",), (), ("cron",))
    assert one.where.line == 1


A = '[[expect]]\ncommand = "a"\n'
MISTAKES = {
    "no TOML": (f"{A}prefer = [\n", 3, "not TOML"),
    "a quote": (f'{A}\nprefer = "x\n', 4, "not TOML"),
    "not UTF-8": (f"{A}# caf\udce9\n", 3, "UTF-8"),
    "an unknown table": (f"{A}\n[options]\nx = 1\n", 4, "unknown key: options"),
    "an unknown key": (f'{A}prefers = "conda"\n', 3, "unknown key: prefers"),
    "in the second": (f'{A}{A}color = "red"\n', 5, "unknown key: color"),
    "the same key in two": (f'{A}avoid = "dpkg"\n{A}avoid = 1\n', 6, "avoid is to be"),
    "one bracket": ('# x\n[expect]\ncommand = "a"\n', 2, "two brackets"),
    "a list of no tables": ("expect = [1]\n", 1, "two brackets"),
    "no command": ('[[expect]]\nprefer = "conda"\n', 1, "command is to be"),
    "an empty command": ('[[expect]]\ncommand = ""\n', 2, "command is to be"),
    "a command with a folder": ('[[expect]]\ncommand = "/bin/a"\n', 2, "command is to be"),
    "a command line": ('[[expect]]\ncommand = "a b"\n', 2, "command is to be"),
    "a number": (f"{A}prefer = 1\n", 3, "prefer is to be"),
    "a number in the list": (f'{A}avoid = ["/x", 1]\n', 3, "avoid is to be"),
    "an empty word": (f'{A}avoid = ["/x", ""]\n', 3, "avoid is to be"),
    "a relative folder": (f'{A}prefer = "x/bin"\n', 3, "no absolute folder"),
    "another's home": (f'{A}prefer = "~bob/bin"\n', 3, "no absolute folder"),
    "another variable": (f'{A}prefer = "$CONDA/bin"\n', 3, "no absolute folder"),
    "no installer": (f'{A}prefer = "conad"\n', 3, "conad is no installer"),
    "no context": (f'{A}contexts = ["terminal", "tty"]\n', 3, "unknown context: tty"),
    "no contexts": (f"{A}contexts = []\n", 3, "contexts names none"),
}


@pytest.mark.parametrize(("text", "line", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(host: Callable[..., Host], text: str, line: int, message: str) -> None:
    machine = host({FILE: text.encode("utf-8", "surrogateescape")})
    with pytest.raises(UsageError) as raised:
        configuration.load(machine)
    assert raised.value.message.startswith(f"~/{FILE}:{line}: ")
    assert message in raised.value.message


def test_values_are_not_printed(host: Callable[..., Host]) -> None:
    """A line of the user's may hold a token, wherever it is put by mistake."""
    secret = "hf_" + "a1" * 16
    for text in (f'{A}prefer = {{ token = "{secret}" }}\n', f'{A}token = "{secret}"\n'):
        with pytest.raises(UsageError) as raised:
            configuration.load(host({FILE: text}))
        assert secret not in raised.value.message + raised.value.hint


def test_xdg_config_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xdg/envkit").mkdir(parents=True)
    (tmp_path / "xdg/envkit/config.toml").write_text(A)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    machine = Host.real()
    assert configuration.place(machine) == tmp_path / "xdg/envkit/config.toml"
    assert len(configuration.load(machine).expectations) == 1


def test_another_machine_s(host: Callable[..., Host]) -> None:
    machine = host({FILE: f'{A}prefer = "~/bin"\n'}, {"etc/profile": ""})
    (one,) = configuration.load(machine).expectations
    assert one.prefer == ("/home/ada/bin",)


def test_what_cannot_be_read(host: Callable[..., Host]) -> None:
    machine = host()
    (machine.home_at / FILE).mkdir(parents=True)
    with pytest.raises(Unreadable, match=r"~/\.config/envkit/config\.toml: Is a directory"):
        configuration.load(machine)
