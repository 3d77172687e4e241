"""What is behind a file: links, a version manager's shim, a script's interpreter, its Python."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import child, start
from envkit.host import Host
from envkit.which import lookup, shebang
from envkit.which.found import File, Shim

_HEAD = 4096
_PYTHON = re.compile(r"(python|pypy)[\d.]*t?")
# Managers whose shims say their name; each is asked what is behind one by its word `which`.
_MANAGERS = (
    *("pyenv", "rbenv", "nodenv", "jenv", "goenv", "plenv", "phpenv", "luaenv", "swiftenv"),
    *("mise", "rtx", "asdf", "rustup", "volta"),
)
# export PYENV_ROOT="/home/ada/.pyenv"
_EXPORT = re.compile(r"""^export (\w+_(?:ROOT|DIR))=["']([^"'$]*)["']""", re.MULTILINE)
_LINKED = {"mise": "mise", "rtx": "rtx", "rustup": "rustup", "volta-shim": "volta"}


def behind(host: Host, file: File, environment: Mapping[str, str]) -> File:
    """A file with its links, and what its first line names."""
    links = lookup.links(host, file.path)
    last = links[-1] if links else file.path
    interpreter, problem = shebang.read(host, _head(host, last), environment)
    is_script = interpreter and not problem and not _PYTHON.fullmatch(file.path.name)
    runs = Path(interpreter) if is_script else file.path
    prefix = _prefix(host, runs)
    return file._replace(
        links=links, interpreter=interpreter, prefix=prefix, problem=problem or file.problem
    )


def _head(host: Host, path: Path) -> bytes:
    try:
        with host.locate(path).open("rb") as opened:
            return opened.read(_HEAD)
    except OSError:  # may be run, not read
        return b""


def _prefix(host: Host, program: Path) -> Path | None:
    """The environment that a Python belongs to (site.py: pyvenv.cfg beside it or above)."""
    if not _PYTHON.fullmatch(program.name):
        return None
    here: Path | None = program
    for step in (program, *lookup.links(host, program)):
        folder = step.parent.parent
        if host.kind(folder / "pyvenv.cfg") == "file":
            return folder
        if host.kind(folder / "conda-meta") == "directory":
            return folder
        here = step
    assert here is not None
    folder = here.parent
    return folder.resolve().parent if folder.name in ("bin", "sbin") else folder


# Shims


class Manager(NamedTuple):
    """A version manager: its program where the shim names one, variables that the shim sets."""

    name: str
    program: Path | None
    variables: Mapping[str, str]


def manager(host: Host, file: File) -> Manager | None:
    """The version manager whose stand-in a file is; None where it is none."""
    for link in file.links:
        if link.name in _LINKED and file.path.name != link.name:
            return Manager(_LINKED[link.name], link if link.name != "volta-shim" else None, {})
    rustup = file.path.with_name("rustup")
    if file.path != rustup and _same(host, file.path, rustup):  # cargo, rustc: hard links
        return Manager("rustup", rustup, {})
    if file.path.parent.name != "shims" or not (head := _head(host, file.path)):
        return None
    text = os.fsdecode(head)
    for name in _MANAGERS:
        if match := re.search(rf"exec\s+['\"]?(/[^'\"\n]*/{name}|{name})['\"]?\s+exec\b", text):
            program = Path(match[1]) if match[1].startswith("/") else None
            return Manager(name, program, dict(_EXPORT.findall(text)))
    return None


def _same(host: Host, one: Path, other: Path) -> bool:
    try:
        return host.locate(one).samefile(host.locate(other))
    except OSError:
        return False


Question = tuple[File, str, Path, Mapping[str, str]]


def question(host: Host, file: File, environment: Mapping[str, str]) -> Question | Shim | None:
    """What to ask the manager of a shim, or a Shim where there is none; None: it is no shim."""
    found = manager(host, file)
    if found is None:
        return None
    name, program, variables = found
    if program is None or not host.may_run(program):
        program = lookup.first(host, name, environment.get("PATH", ""))
    if program is None:
        return Shim(name, None, problem=f"there is no {name} to ask")
    return file, name, program, {**environment, **variables}


def follow(host: Host, asked: Sequence[Question], limit: float) -> list[Shim]:
    """Ask each manager what runs; in parallel children, each with its context's environment."""
    commands = [
        child.Command(
            (str(program), "which", file.path.name),
            program,
            environment,
            "null",
            limit,
            host.home_at,
            start.account(host),
        )
        for file, name, program, environment in asked
    ]
    outcomes = child.run_all(commands) if commands else ()
    return [_shim(one[1], outcome, limit) for one, outcome in zip(asked, outcomes, strict=True)]


def _shim(name: str, outcome: child.Outcome, limit: float) -> Shim:
    lines = outcome.stdout.decode("utf-8", "surrogateescape").strip().splitlines()
    if lines and lines[-1].startswith("/") and not outcome.status:
        return Shim(name, Path(lines[-1]))
    if outcome.timed_out:
        return Shim(name, None, problem=f"{name} gave no answer within {limit:g} s")
    said = (outcome.stderr or outcome.stdout).decode("utf-8", "replace").strip().splitlines()
    problem = said[0].strip() if said else f"{name} gave no answer"
    if versions := _selected_by_none(said):
        problem += f"; versions that have it: {', '.join(versions)}"
    return Shim(name, None, problem=problem)


def _selected_by_none(said: Sequence[str]) -> list[str]:
    """pyenv, rbenv: The `x' command exists in these Python versions:, then one a line."""
    heads = [n for n, line in enumerate(said) if re.search(r"exists in these \w+ versions:$", line)]
    found = []
    for line in said[heads[0] + 1 :] if heads else ():
        if not line.startswith(" "):
            break
        found.append(line.strip())
    return found
