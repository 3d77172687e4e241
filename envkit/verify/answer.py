"""What a shell is told to type, and what it left about each of the Pythons that it found."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envkit.child import Outcome

COMMANDS = ("python", "python3")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What one command name led to. `path` as the shell finds it, "" where it finds none.

    `executable` and `version` are what that Python says of itself; `failure` is why it does not
    descend, "" where it does.
    """

    path: str = ""
    executable: str = ""
    version: str = ""
    failure: str = ""


def command(example: Path, answer: Path) -> str:
    """What the shell is told, in words that every shell knows.

    Typed lines, not a program: so an alias or a function called python counts as it does there.
    """
    lines = []
    for name in COMMANDS:
        where, out, err, end = (
            shlex.quote(f"{answer}.{name}.{part}") for part in ("where", "out", "err", "end")
        )
        # `|| :` because a startup file may have said `set -e`.
        lines.append(f"command -v {name} > {where} || :")
        lines.append(f"{name} {shlex.quote(str(example))} --json < /dev/null > {out} 2> {err} || :")
        lines.append(f": > {end}")
    return "\n".join(lines)


def interpreter(answer: Path, name: str, outcome: Outcome, limit: float) -> Interpreter:
    """Read what the shell left about one command."""
    where, out, err, end = (
        _text(answer.with_name(f"{answer.name}.{name}.{part}"))
        for part in ("where", "out", "err", "end")
    )
    first = f"{answer.name}.{COMMANDS[0]}"
    if where is None and name != COMMANDS[0] and _text(answer.with_name(f"{first}.where")):
        return Interpreter(failure=f"{name} was not tried")
    if where is None or (where and end is None):
        return Interpreter(where or "", failure=_unended(name, where, outcome, limit))
    if not where:
        return Interpreter(failure=f"no {name} on PATH")
    told = _told(out or "")
    if told is None:
        return Interpreter(where, failure=_last_words(where, err or ""))
    failure = ""
    if not told["passed"]:
        codes = ", ".join(check["code"] for check in told["checks"] if not check["passed"])
        failure = f"{name} does not compute rightly: {codes}"
    return Interpreter(where, told["executable"], told["python"], failure)


def began(answer: Path) -> bool:
    """Whether the shell came to its command at all."""
    return _text(answer.with_name(f"{answer.name}.{COMMANDS[0]}.where")) is not None


def _unended(name: str, where: str | None, outcome: Outcome, limit: float) -> str:
    if outcome.timed_out:
        what = f"{name} gave no answer" if where else "the shell did not come to its command"
        return f"{what} within {limit:g} s"
    if where:
        return f"the shell ended while it ran {name}"
    said = (outcome.stderr or outcome.stdout).decode("utf-8", "replace").strip().splitlines()
    return "the shell ended before its command" + (f": {said[-1]}" if said else "")


def _last_words(where: str, err: str) -> str:
    lines = err.strip().splitlines()
    if not lines:
        return f"{where} ended without an answer"
    return lines[-1] if where in lines[-1] else f"{where}: {lines[-1]}"


def _told(out: str) -> dict[str, Any] | None:
    """The example's own answer: a `python` that is a wrapper may print more around it."""
    for line in out.splitlines():
        if line.startswith('{"version": 1, "executable": '):
            try:
                told: dict[str, Any] = json.loads(line)
            except ValueError:
                return None
            return told
    return None


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape").strip()
    except OSError:
        return None
