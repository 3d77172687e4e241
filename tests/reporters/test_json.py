"""JSON for programs: the shape of docs/design.md, section 6, the same bytes each time."""

from __future__ import annotations

import json
from pathlib import Path

from envkit.doctor import Report, Skipped
from envkit.finding import Finding, Fix
from envkit.model import Location
from envkit.reporters.json import REPORTER

FINDING = Finding(
    "EK201", "error", "a · b", Location(Path("~/.bashrc"), 2), ("terminal",), fix=Fix("x", ("y",))
)


def test_shape() -> None:
    data = json.loads(REPORTER(Report((FINDING,), (Skipped("EK301", "why"),), 8, 5, 0.1)))
    assert list(data) == ["version", "findings", "skipped", "checks"]
    assert data["version"] == 1 and data["checks"] == 8
    assert data["skipped"] == [{"code": "EK301", "reason": "why"}]
    (finding,) = data["findings"]
    assert finding["where"] == {"path": "~/.bashrc", "line": 2}
    assert finding["contexts"] == ["terminal"]
    assert finding["fix"] == {"text": "x", "commands": ["y"], "edits": [], "safe": False}


def test_the_clock_does_not_show() -> None:
    slow, quick = (REPORTER(Report((FINDING,), (), 8, 5, s)) for s in (9.0, 0.1))
    assert slow == quick
    assert slow.isascii()
