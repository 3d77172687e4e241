"""What verify makes of what the shells left, and the table, without any shell."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from envkit import verify
from envkit.child import Outcome
from envkit.cli import verify as command
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Location
from envkit.verify import answer

DONE = Outcome(0, b"", b"", False, 0.1)
HUNG = Outcome(-9, b"", b"", True, 2.0)
LEFT = Outcome(3, b"", b"bash: ~/.bashrc: line 3: syntax error\n", False, 0.1)
GOOD = {
    "version": 1,
    "executable": "/x/bin/python",
    "python": "3.11.7",
    "passed": True,
    "nit": 68,
    "x": [],
    "checks": [],
}
BAD = {**GOOD, "passed": False, "checks": [{"code": "E5", "passed": False}]}


@pytest.mark.parametrize(
    ("left", "outcome", "failure"),
    [
        ({"where": "/x/python", "out": json.dumps(GOOD), "err": "", "end": ""}, DONE, ""),
        ({"where": "/x/python", "out": f"hi\n{json.dumps(GOOD)}\nbye", "end": ""}, DONE, ""),
        ({"where": "", "out": "", "err": "not found", "end": ""}, DONE, "no python on PATH"),
        (
            {"where": "/x/python", "out": json.dumps(BAD), "end": ""},
            DONE,
            "python does not compute rightly: E5",
        ),
        ({"where": "/x/python", "out": "", "err": "a\nbad interpreter\n", "end": ""}, DONE, "bad "),
        (
            {"where": "/x/python", "out": "", "err": "", "end": ""},
            DONE,
            "python ended without an answer",
        ),
        ({"where": "/x/python", "out": '{"version": 1, "executable": "/x'}, HUNG, "within 2 s"),
        (
            {"where": "/x/python", "out": '{"version": 1, "executable": "/x', "end": ""},
            DONE,
            "without an answer",
        ),
        ({"where": "/x/python", "out": "", "err": ""}, HUNG, "python gave no answer within 2 s"),
        ({}, HUNG, "the shell did not come to its command within 2 s"),
        ({}, LEFT, "the shell ended before its command: bash: ~/.bashrc: line 3: syntax error"),
        ({"where": "/x/python"}, LEFT, "the shell ended while it ran python"),
    ],
)
def test_what_the_shell_left(
    tmp_path: Path, left: dict[str, str], outcome: Outcome, failure: str
) -> None:
    for part, text in left.items():
        (tmp_path / f"0.python.{part}").write_text(text)
    found = answer.interpreter(tmp_path / "0", "python", outcome, 2.0)
    assert (found.failure == "") == (failure == "")
    assert failure in found.failure
    assert found.path == left.get("where", "")


def test_another_machine_is_not_executed(host: Callable[..., Host]) -> None:
    with pytest.raises(Refused):
        verify.verify(host({}, {"etc/profile": ""}), ())


def test_an_unknown_context(host: Callable[..., Host]) -> None:
    with pytest.raises(UsageError):
        verify.starts(host({}), ["nowhere"])


def row(
    name: str, python: str = "/home/ada/.venvs/descent/bin/python", **changed: object
) -> object:
    plain = verify.Row(
        name=name.replace(" ", "_"),
        title=name,
        imitated="",
        python=python,
        version="3.11.7",
        result="ok",
        set_by=Location(Path("/home/ada/.bash_profile"), 16),
        seconds=0.1,
        note="",
        python3=python,
        python3_version="3.11.7",
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


@pytest.fixture
def ada(host: Callable[..., Host]) -> Host:
    return host({}).but(home=Path("/home/ada"), env={"HOME": "/home/ada"})


def test_the_table(ada: Host) -> None:
    env = Location(Path("/home/ada/.config/envkit/env.sh"), 12)
    rows = [
        row("login terminal"),
        row("terminal", set_by=env, sourced_at=Location(Path("/home/ada/.bashrc"), 97)),
        row("sh login", result="failed", note="no python on PATH", python=""),
        row("cron", reached=False, note="in the crontab: PATH=/home/ada/x:/usr/bin:/bin"),
    ]
    assert command.table(rows, ada).splitlines() == [  # type: ignore[arg-type]
        "  context         python                       descent    put first by",
        "  login terminal  ~/.venvs/descent/bin/python  ok 3.11.7  ~/.bash_profile:16",
        "  terminal        ~/.venvs/descent/bin/python  ok 3.11.7  ~/.bashrc:97",
        "  sh login        -                            failed     ~/.bash_profile:16",
        "                  no python on PATH",
        "  cron            ~/.venvs/descent/bin/python  ok 3.11.7  no startup file",
        "                  in the crontab: PATH=/home/ada/x:/usr/bin:/bin",
    ]
    said = command.verdict(rows)  # type: ignore[arg-type]
    assert said.startswith(
        "The descent fails in 1 of 3 contexts that read startup files: sh login."
    )


def test_a_long_path_is_shortened_and_given_whole(ada: Host) -> None:
    path = "/home/ada/.local/share/envkit/envs/descent/bin/python"
    text = command.table([row("ssh host command", path)], ada)  # type: ignore[list-item]
    assert max(map(len, text.splitlines())) <= 80
    assert "…" in text.splitlines()[1]
    assert text.endswith(" is ~/.local/share/envkit/envs/descent/bin/python")


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (45, "~/.local/share/envkit/envs/descent/bin/python"),
        (44, "~/.local/…/envkit/envs/descent/bin/python"),
        (30, "~/.local/…/descent/bin/python"),
        (24, "~/…/descent/bin/python"),
        (3, "~/…/python"),
    ],
)
def test_folders_are_left_out_of_the_middle(
    monkeypatch: pytest.MonkeyPatch, room: int, shown: str
) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "utf-8"))
    path = "~/.local/share/envkit/envs/descent/bin/python"
    assert command._abbreviated(path, room) == shown
    assert command._abbreviated("/usr/bin/python3", 20) == "/usr/bin/python3"


def test_the_verdict(ada: Host) -> None:
    same = [row("terminal"), row("cron", reached=False, result="-")]
    assert "finds this Python 3.11.7" in command.verdict(same)  # type: ignore[arg-type]
    other = [row("terminal"), row("sh login", "/usr/bin/python")]
    assert "with different Pythons" in command.verdict(other)  # type: ignore[arg-type]
    nothing = [row("cron", reached=False, result="-")]
    assert "nothing was to be proved" in command.verdict(nothing)  # type: ignore[arg-type]
    assert not any(map(verify.failed, nothing))  # type: ignore[arg-type]
