"""Starting what is verified: really where a launcher can, else imitated; equal starts once."""

from __future__ import annotations

import shlex
from collections.abc import Hashable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from envkit import child, discover, launch, start, trace
from envkit.child import Outcome
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Start
from envkit.provenance import Trace
from envkit.verify import answer
from envkit.verify.answer import Interpreter

# Shells in which a text of sh would be no program: they run it as a file of sh's.
_FOREIGN = ("tcsh", "csh", "nushell", "xonsh")


class Ran(NamedTuple):
    """What one start left about its two Pythons, how it ended, and why it was only imitated."""

    python: Interpreter
    python3: Interpreter
    outcome: Outcome
    imitated: str


def run(host: Host, starts: Sequence[Start], limit: float) -> tuple[Ran, ...]:
    """Start them all; what a launcher could not start after all is imitated.

    Refused where there is no room for the example.
    """
    with child.private_folder(start.owner(host)) as folder:
        example = _example(folder)
        keys = [_key(one, launch.why_not(host, one)) for one in starts]
        firsts = {key: index for index, key in reversed(list(enumerate(keys)))}
        chosen = sorted(firsts.values())
        texts = {index: _text(starts[index], example, folder / str(index)) for index in chosen}
        done = launch.run_each(
            host, [starts[index] for index in chosen], list(texts.values()), limit
        )
        found = dict(zip(chosen, done, strict=True))
        failed = [
            index
            for index in chosen
            if not found[index].imitated and not answer.began(folder / str(index))
        ]
        commands = [start.prepare(host, starts[index], texts[index], limit) for index in failed]
        for index, outcome in zip(failed, child.run_all(commands), strict=True):
            why = _last_words(found[index].outcome)
            found[index] = launch.Launched(outcome, f"it could not be started{why}")
        answers = {
            index: Ran(
                answer.interpreter(folder / str(index), "python", each.outcome, limit),
                answer.interpreter(folder / str(index), "python3", each.outcome, limit),
                each.outcome,
                each.imitated,
            )
            for index, each in found.items()
        }
    # Each has its own reason why it was not really started, if it was not.
    return tuple(
        answers[firsts[key]]._replace(imitated=launch.why_not(host, one))
        if answers[firsts[key]].imitated and launch.why_not(host, one)
        else answers[firsts[key]]
        for key, one in zip(keys, starts, strict=True)
    )


def traces(host: Host, starts: Sequence[Start], wanted: Sequence[int]) -> dict[int, Trace]:
    """PATH of these starts, by their places; each different one traced once.

    A shell that cannot be traced (bash before 4.1) leaves its rows without a line: no failure.
    """
    known = discover.names("envkit.tracing")
    wanted = [index for index in wanted if starts[index].shell.tracer in known]
    keys = {index: _key(starts[index], "traced") for index in wanted}
    firsts = {key: index for index, key in reversed(keys.items())}
    groups: dict[str, list[Hashable]] = {}
    for key, index in firsts.items():
        groups.setdefault(starts[index].shell.name, []).append(key)
    found: dict[Hashable, Trace] = {}
    for group in groups.values():
        try:
            traced = trace.trace(host, [starts[firsts[key]] for key in group], "PATH")
        except (Refused, UsageError):
            continue
        found |= zip(group, traced, strict=True)
    return {index: found[key] for index, key in keys.items() if key in found}


def _key(one: Start, imitated: str) -> Hashable:
    """Equal for two starts of which one tells all: never two that are really started."""
    if not imitated:
        return one.context
    environment = tuple(sorted(one.environment.items()))
    argv = one.shell.argv(one.invocation, "")
    return one.shell.name, argv, environment, one.invocation.stdin, one.build, one.platform.name


def _example(folder: Path) -> Path:
    example = folder / "example.py"
    # Not the file itself: it may lie in a zip file, or where that account cannot read.
    text = files("envkit.descent").joinpath("example.py").read_bytes()
    try:
        example.write_bytes(text)
    except OSError as error:
        raise Refused(
            f"no room for the example in {folder.parent}: {error.strerror}",
            "TMPDIR=DIR names another folder",
        ) from error
    example.chmod(0o644)
    return example


def _text(one: Start, example: Path, place: Path) -> str:
    """What the shell is told."""
    text = answer.command(example, place)
    if one.shell.name not in _FOREIGN:
        return text
    script = place.with_name(f"{place.name}.sh")
    script.write_text(f"{text}\n")
    script.chmod(0o644)
    return f"/bin/sh {shlex.quote(str(script))}"


def _last_words(outcome: Outcome) -> str:
    lines = (outcome.stderr or outcome.stdout).decode("utf-8", "replace").strip().splitlines()
    return f": {lines[-1].strip()}" if lines else ""
