"""The homes at which the rivals were measured: 48 of 48 lines right, as root and as anybody.

The best of them has 37, and none as root. The value is held to that of the real shell, and every
other entry must be put down to the system's own line: a false line fails as a missing one does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.planted_homes import FISH, HOMES, ZSH, Home
from tests.real.test_order import pytestmark, root  # noqa: F401

KINDS = {"bash": HOMES, "zsh": ZSH, "fish": FISH}
REPOSITORY = Path(__file__).parents[2]
FULL = pytest.mark.full


def test_there_are_as_many_as_were_measured() -> None:
    assert len(HOMES) == 26
    assert sum(len(home.planted) for home in HOMES) == 48
    assert len({home.name for home in HOMES}) == 26


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("bash", "root"),
        ("bash", "self"),
        pytest.param("bash", "ada", marks=FULL),
        pytest.param("zsh", "root", marks=FULL),
        pytest.param("zsh", "self", marks=FULL),
        ("zsh", "ada"),
        ("fish", "root"),
        pytest.param("fish", "self", marks=FULL),
        pytest.param("fish", "ada", marks=FULL),
    ],
)
def test_every_line_is_right(root: Path, kind: str, who: str) -> None:  # noqa: F811
    wrong = []
    for home, answer in answers(root, kind, who):
        wrong += [f"{home.name}: {text}" for text in _wrong(home, answer, who)]
    assert wrong == [], "\n".join(wrong)


def answers(root: Path, kind: str, who: str, *words: str) -> Iterator[tuple[Home, Any]]:  # noqa: F811
    """Each home of a kind, and what `planted_system` says of it; all are asked before the first."""
    homes = [(n, home) for n, home in enumerate(KINDS[kind]) if _is_here(home.shell)]
    if not homes:
        pytest.skip(f"no {kind}")
    system = [sys.executable, "-m", "tests.real.planted_system", root, who, *words]
    done = subprocess.run(
        ["unshare", "-m", *system],
        input=json.dumps([(kind, number) for number, _ in homes]),
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for (_, home), answer in zip(homes, json.loads(done.stdout), strict=True):
        if answer == {"closed": True}:
            pytest.skip("the checkout cannot be read by an ordinary user")
        yield home, answer


def _is_here(shell: str) -> bool:
    return shutil.which(shell) is not None or os.environ.get("ENVKIT_REQUIRE_SHELLS") == "1"


def _wrong(home: Home, answer: dict[str, Any], who: str) -> Iterator[str]:
    """All in which a trace and the truth differ."""
    entries = [(directory, place) for directory, place in answer["entries"]]
    planted = home.planted
    if who == "root" and home.as_root is not None:
        planted = home.as_root
    if answer["value"] != answer["truth"]:
        yield f"PATH is {answer['truth']}, not {answer['value']}"
    names = {directory for directory, _ in planted}
    found = tuple(one for one in entries if one[0] in names)
    if found != planted:
        yield f"{found}, planted {planted}"
    absent = set(home.absent) - names
    if lost := [one for one in entries if one[0] in absent]:
        yield f"{lost} is not in PATH"
    others = _others(home, who)
    rest = [(d, place) for d, place in entries if d not in names]
    if home.shell == "fish":  # as root, its packages put /sbin there
        rest = [one for one in rest if not one[1].startswith("/usr/share/fish/")]
    if false := [one for one in rest if one[1] != others]:
        yield f"{false} should be {others or 'inherited'}"
    if answer["notes"]:
        yield f"notes: {answer['notes']}"


def _others(home: Home, who: str) -> str:
    """The line that set what nobody planted: /etc/profile's, in a login shell that reads it."""
    if home.replaces:
        return home.replaces
    if home.shell == "bash" and home.context == "login_terminal":
        return "/etc/profile:2" if who == "root" else "/etc/profile:4"
    return ""
