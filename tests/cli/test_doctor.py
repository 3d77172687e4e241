"""`envkit doctor` as a command: exit statuses, forms of output, nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SICK = {".bashrc": 'echo hello\nexport PATH="$PATH:"\n'}


@pytest.fixture
def envkit(
    tmp_path: Path, write: Callable[..., Path]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    home = write(tmp_path / "home", {})
    home.mkdir(exist_ok=True)

    def run(
        *words: str, files: dict[str, str] | None = None, encoding: str = "utf-8"
    ) -> subprocess.CompletedProcess[str]:
        write(home, files or {})
        environment = {"PATH": os.defpath, "HOME": str(home), "PYTHONIOENCODING": encoding}
        return subprocess.run(
            [sys.executable, "-m", "envkit", words[0], "--shell", "bash", *words[1:]],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_healthy_home(envkit) -> None:
    done = envkit("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("No problems found · ") or "0 errors, 0 warnings" in done.stdout


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), 1),
        (("--exit-zero",), 0),
        (("--select", "EK108"), 0),
        (("--select", "EK104", "--select", "EK201"), 1),
        (("--ignore", "EK104,EK201"), 0),
        (("--context", "cron"), 0),
        (("--context", "ssh-command", "--select", "EK201"), 1),
        (("--select", "EK999"), 2),
        (("--format", "yaml"), 2),
        (("--context", "moon"), 2),
        (("--platform", "amiga"), 2),
        (("--home", "/no/such/home"), 2),
        (("--fix",), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_exit_status(envkit, words: tuple[str, ...], status: int) -> None:
    done = envkit("doctor", *words, files=SICK)
    assert done.returncode == status, done
    assert "Traceback" not in done.stderr
    assert bool(done.stderr) == (status == 2)


def test_strict_counts_notes(envkit) -> None:
    files = {".bashrc": "PATH=/opt/a:/opt/a:$PATH\n"}
    assert envkit("doctor", "--select", "EK205", files=files).returncode == 0
    strict = envkit("doctor", "--select", "EK205", "--strict")
    assert strict.returncode == 1
    assert "twice" in strict.stdout


def test_text_and_json_tell_the_same(envkit) -> None:
    text = envkit("doctor", "-v", files=SICK).stdout
    done = envkit("doctor", "--json")
    data = json.loads(done.stdout)
    assert done.stdout == envkit("doctor", "--format", "json").stdout
    assert {one["code"] for one in data["findings"]} >= {"EK104", "EK201"}
    for finding in data["findings"]:
        assert finding["code"] in text
    assert max(map(len, text.splitlines())) <= 80


def test_output_names_no_home(envkit, tmp_path: Path) -> None:
    for words in (("-v",), ("--json",)):
        assert str(tmp_path) not in envkit("doctor", *words, files=SICK).stdout


def test_output_in_a_locale_without_utf8(envkit) -> None:
    done = envkit("doctor", files={".bashrc": "if true; then echo hello; fi\n"}, encoding="ascii")
    assert done.stdout.isascii() and "?" not in done.stdout
    assert "[[ $- == *i* ]] && ..." in done.stdout


def test_static_starts_nothing(envkit, tmp_path: Path) -> None:
    done = envkit("doctor", "--static", "--json", files={".bashrc": "touch ~/started; fi\n"})
    data = json.loads(done.stdout)
    assert not (tmp_path / "home/started").exists()
    assert {one["code"] for one in data["skipped"]} >= {"EK104", "EK105", "EK201"}
    assert [one["code"] for one in data["findings"] if one["severity"] != "info"] == ["EK108"]


def test_a_foreign_root_is_only_read(envkit, tmp_path: Path, write: Callable[..., Path]) -> None:
    root = write(
        tmp_path / "root",
        {
            "etc/passwd": "ada:x:1000:1000::/home/ada:/bin/bash\n",
            "etc/debian_version": "12.0\n",
            "home/ada/.bash_profile": "touch /tmp/envkit-was-here; fi\n",
            "home/ada/.profile": "export EDITOR=vi\n",
        },
    )
    done = envkit("doctor", "--root", str(root), "--home", "/home/ada", "--json")
    data = json.loads(done.stdout)
    assert [one["code"] for one in data["findings"]] == ["EK101", "EK108"]
    assert {one["severity"] for one in data["findings"]} == {"warning"}


def test_list(envkit) -> None:
    shown = envkit("doctor", "--list", "--select", "EK2").stdout.splitlines()
    assert [line.split()[:2] for line in shown] == [
        ["EK201", "path-empty-entry"],
        ["EK205", "duplicate-entry"],
        ["EK213", "expectation"],
    ]


def test_nothing_is_written(envkit, tmp_path: Path) -> None:
    envkit("doctor", files=SICK)
    names = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "home").rglob("*"))
    assert names == ["home/.bashrc"]
