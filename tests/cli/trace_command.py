"""`envkit trace` as its users start it, for the tests of its views."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def run(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run it about a home; `more` are variables of its environment."""
    command = [sys.executable, "-m", "envkit", "trace", "--home", str(home), *words]
    env = {name: value for name, value in os.environ.items() if name not in ("TERM", "LANG")}
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**env, "PYTHONUTF8": "1", **more},
    )


def data(home: Path, *words: str, status: int = 0) -> dict[str, Any]:
    """The same with --json, read."""
    done = run(home, *words, "--json")
    assert done.returncode == status, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write(home: Path, files: dict[str, str]) -> None:
    """Files below the home, with the folders on the way."""
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(text))
