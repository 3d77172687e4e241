"""`envkit explain`: the page of a rule, by code or by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEADINGS = ["What it finds", "Why it matters", "Example", "Fix"]


def envkit(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "envkit", "explain", *words],
        env={"PATH": os.defpath, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_code_all_are_listed() -> None:
    shown = envkit().stdout.splitlines()
    assert shown[0].split()[:3] == ["EK101", "profile-shadowed", "error"]
    assert shown[-1].startswith("One page: envkit explain CODE")
    assert max(map(len, shown)) <= 80


@pytest.mark.parametrize("word", ["EK101", "ek101", "profile-shadowed", "profile_shadowed"])
def test_a_page(word: str) -> None:
    shown = envkit(word).stdout.splitlines()
    assert shown[0].endswith("error  EK101") and len(shown[0]) == 80
    assert max(map(len, shown)) <= 80
    assert [line for line in shown if line in HEADINGS] == HEADINGS


def test_all() -> None:
    shown, codes = envkit("--all").stdout.splitlines(), envkit().stdout.splitlines()[:-2]
    assert max(map(len, shown)) <= 80
    assert [shown.count(heading) for heading in HEADINGS] == [len(codes)] * 4


def test_json() -> None:
    data = json.loads(envkit("EK205", "--json").stdout)
    (rule,) = data["rules"]
    assert data["version"] == 1
    assert (rule["code"], rule["name"], rule["severity"]) == ("EK205", "duplicate-entry", "info")
    assert len(json.loads(envkit("--json").stdout)["rules"]) >= 8


@pytest.mark.parametrize(("word", "meant"), [("EK999", "EK"), ("duplicate-entrie", "EK205")])
def test_unknown(word: str, meant: str) -> None:
    done = envkit(word)
    assert (done.returncode, done.stdout) == (2, "")
    assert word in done.stderr and meant in done.stderr
    assert "Traceback" not in done.stderr
