"""The JSON schemas: every command has one, real output keeps to it, and shapes only grow."""

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
from jsonschema import Draft202012Validator

from envkit import schemas

PROMISED = Path(__file__).with_name("shapes.txt")
COMMAND_LINES = {
    "order": (
        "order",
        "order --all",
        "order --why ~/.bashrc",
        "order --why /nowhere/at/all",
        "order --shell bash --context sudo_command",
        "order --platform macos --shell zsh",
        "order -- bash -lc true",
        "order --probe --shell dash",
    ),
    "contexts": ("contexts", "contexts cron"),
    "trace": (
        "trace",
        "trace LANG",
        "trace NO_SUCH",
        "trace --context terminal --context cron",
        "trace --all",
        "trace --steps --shell zsh",
        "trace --follow --context login_terminal",
        "trace --time",
        "trace --everywhere",
        "trace API_TOKEN --everywhere --context terminal",
        "trace --session",
        "trace API_TOKEN",
        "trace --record show",
        "trace --record on --yes",
        "trace --record show",
        "trace --record off",
    ),
    "which": (
        "which python3 ls if cd ll",
        "which -v python3",
        "which no_such_program",
        "which --context terminal /bin/ls",
    ),
    "doctor": ("doctor", "doctor --static --strict"),
    "explain": ("explain", "explain EK101", "explain --all"),
    "profile list": ("profile list",),
    "profile show": ("profile show descent", "profile show torch-cpu"),
    "profile check": ("profile check ~/good.env", "profile check ~/bad.env"),
    "generate": ("generate", "generate --output out"),
    "install": ("install --dry-run", "install --check", "install --yes", "install --yes"),
    "history": ("history",),
    "rollback": ("rollback --dry-run",),
    "uninstall": ("uninstall --dry-run", "uninstall --yes", "uninstall --yes"),
    "descent": ("descent", "descent --backend all", "descent --list", "descent --x0 1e300,1e300"),
    "verify": ("verify --context terminal --context cron",),
}


def _strict(schema: Any) -> Any:
    """The schema as it is when nothing may be there that it does not name."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _strict(each) for name, each in schema.items()}
    return {"additionalProperties": False, **closed} if "properties" in schema else closed


def shapes(command: str) -> Iterator[str]:
    """Give a line for each field of a command's JSON, and of its records: path and type."""
    schema = schemas.of(command)
    for variant in schema.get("anyOf", [schema]):
        yield from (f"{command}: {line}" for line in _lines(variant, ()))
    for name, record in schema["$defs"].items():
        yield from (f"{name}: {line}" for line in _lines(record, ()))


def _lines(schema: Any, path: tuple[str, ...]) -> Iterator[str]:
    where = ".".join(path) or "(all)"
    if "$ref" in schema:
        yield f"{where} {schema['$ref'].rpartition('/')[2]}"
    types = schema.get("type", [])
    yield from (f"{where} {one}" for one in ([types] if isinstance(types, str) else types))
    for each in schema.get("anyOf", ()):
        yield from _lines(each, path)
    for name, each in schema.get("properties", {}).items():
        if name in schema.get("required", ()):
            yield f"{'.'.join((*path, name))} required"
        yield from _lines(each, (*path, name))
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from _lines(schema[word], (*path[:-1], f"{path[-1]}[]"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    for name in (".bashrc", ".profile"):
        shutil.copy(Path("/etc/skel", name), folder)
    (folder / ".bash_profile").write_text("PATH=$PATH:\nPATH=$HOME/bin:$HOME/bin:$PATH\n")
    (folder / ".bashrc").write_text("export API_TOKEN=x1\n" + (folder / ".bashrc").read_text())
    (folder / "good.env").write_text("A=1\n")
    (folder / "bad.env").write_text("A=1\nnot an assignment\n")
    return folder


def _run(home: Path, words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "SHELL": "/bin/bash",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [word.replace("~", str(home)) for word in words.split()]
    split = command.index("--") if "--" in command else len(command)
    command[split:split] = ["--json"]
    return subprocess.run(
        [sys.executable, "-m", "envkit", *command],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", schemas.names())
def test_it_is_a_schema(command: str) -> None:
    Draft202012Validator.check_schema(schemas.of(command))


@pytest.mark.parametrize("command", COMMAND_LINES)
def test_what_is_printed_keeps_to_it(command: str, home: Path) -> None:
    validator = Draft202012Validator(_strict(schemas.of(command)))
    for words in COMMAND_LINES[command]:
        done = _run(home, words)
        assert done.returncode in (0, 1), (words, done.stderr)
        found = [
            f"{one.json_path}: {one.message}"
            for one in validator.iter_errors(json.loads(done.stdout))
        ]
        assert found == [], words


def test_every_command_with_json_has_a_schema_and_examples() -> None:
    from typer.main import get_command

    from envkit import cli

    found = []
    for name, command in get_command(cli._app()).commands.items():
        for full, one in [(name, command)] + [
            (f"{name} {sub}", each) for sub, each in getattr(command, "commands", {}).items()
        ]:
            if any("--json" in parameter.opts for parameter in one.params):
                found.append(full)
    assert sorted(found) == sorted(schemas.names()) == sorted(COMMAND_LINES)


def test_shapes_only_grow() -> None:
    """A line goes into shapes.txt with its field, and none is ever taken out."""
    promised = PROMISED.read_text(encoding="utf-8").splitlines()
    now = sorted({line for command in schemas.names() for line in shapes(command)})
    assert sorted(set(promised) - set(now)) == [], "taken away or changed"
    assert sorted(set(now) - set(promised)) == [], "new: add these lines to shapes.txt"


@pytest.mark.parametrize("command", schemas.names())
def test_help_tells_the_exit_statuses(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "envkit", *command.split(), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    text = " ".join(done.stdout.split())
    assert "Exit status: 0 fine;" in text
    assert "--schema" in text
