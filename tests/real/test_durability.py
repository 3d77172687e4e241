"""What is synced when, as strace sees it: after a power cut each file is whole, old or new.

A file's text and all that is known of it are synced before it gets the file's name; each name that
comes or goes is synced with its folder before the receipt says "applied"; the journal has reached
the disk before the first other change (fsync(2), NOTES).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.real import crash_homes, kill_points
from tests.real.kill_points import Point, Traced

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="as Linux shows it")
_FIRST = re.compile(r'\w+\((?:\d+<([^>]*)>|(?:AT_FDCWD(?:<[^>]*>)?, )?"([^"]*)")')
_SECOND = re.compile(r'^\w+\(.*"[^"]*".*?"([^"]*)"')
_FILE = ("openat", "write", "fchmod", "chmod", "chown", "lchown", "fchown", "fchownat")
_TOUCHES = (*_FILE, "utimensat", "setxattr", "fsetxattr", "removexattr", "fremovexattr")
_NAMES = ("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat")
_PLACES = (*_NAMES, "mkdir", "rmdir")


def _paths(point: Point) -> tuple[str, str]:
    """The file that a call is about, and the second one of a call on two names."""
    first, second = _FIRST.match(point.line), _SECOND.match(point.line)
    assert first is not None, point
    return first[1] or first[2], second[1] if second else ""


def _touched(points: Sequence[Point], name: str) -> list[int]:
    return [
        n for n, one in enumerate(points) if one.call in _TOUCHES and _paths(one)[0].endswith(name)
    ]


def _synced(points: Sequence[Point], path: str) -> list[int]:
    return [n for n, one in enumerate(points) if one.call == "fsync" and _paths(one)[0] == path]


def _unsynced(points: Sequence[Point], applied: int) -> list[str]:
    """Changes of names whose folder was not synced between them and the receipt."""
    found = []
    for n, one in enumerate(points[:applied]):
        if one.call not in _PLACES or "/lock" in one.line or "state" in one.line:
            continue
        for path in filter(None, _paths(one)):
            folder = path.rpartition("/")[0]
            # The parts of a name that went are none of anybody's.
            if not any(n < at < applied for at in _synced(points, folder)):
                found.append(str(one))
    return found


@pytest.mark.parametrize("command", ["install", "uninstall", "rollback"])
def test_all_is_synced_in_time(tmp_path: Path, python: Path, command: str) -> None:
    kill_points.program("strace")
    home = tmp_path / "home"
    crash_homes.build(home)
    traced = Traced(home, tmp_path)
    shells = [word for name in crash_homes.ASKED for word in ("--shell", name)]
    install = ["install", "--yes", "--no-verify", "--python", str(python), *shells]
    if command != "install":
        assert traced.run(install).status == 0
    points = traced.points(install if command == "install" else [command, "--yes"])
    state = "~/.local/state/envkit"

    journal = next(n for n, one in enumerate(points) if one.line.endswith('journal.json") = 0'))
    assert any(n < journal for n in _synced(points, f"{state}/.journal.new"))
    first = next(n for n, one in enumerate(points) if ".envkit-" in one.line)
    assert any(journal < n < first for n in _synced(points, state))

    applied = next(n for n, one in enumerate(points) if one.call == "rename" and state in one.line)
    staged = {
        path for one in points if one.call in _NAMES for path in _paths(one) if "envkit-" in path
    }
    for path in {path for path in staged if path.endswith(".new")}:
        touched, synced = _touched(points, path), _synced(points, path)
        assert not touched or (synced and max(touched) < min(synced)), path
    assert len([path for path in staged if _touched(points, path)]) >= 5 or command != "install"
    assert _unsynced(points, applied) == []
