"""`envkit order --probe`: the model proved on the user's own shell, or a bug report to send."""

from __future__ import annotations

import platform as machine
import shlex
import textwrap
from collections.abc import Iterator

import typer

from envkit import probe, shells
from envkit.cli import output
from envkit.host import Host
from envkit.probe import Difference, Proof

_SHOWN = 5


def run(host: Host, shell: str | None, as_json: bool) -> None:
    """Start the shell on throw-away homes and compare; exit 1 where it differs."""
    with output.progress("starting shells on throw-away homes"):
        proof = probe.probe(host, shells.named(host, shell) if shell else None)
    if as_json:
        output.say_json(data(proof))
    else:
        output.say(text(proof))
    if proof.differences:
        raise typer.Exit(1)


def text(proof: Proof) -> str:
    """One line where all is as predicted; else the report."""
    count = len(proof.differences)
    lines = [
        output.style(
            f"{proof.starts} starts of {_shell(proof)}, {count} difference{'s' * (count != 1)}",
            "good" if not count else "error",
        )
    ]
    scope = "markers stood in for your files and the system's"
    if proof.stand_ins:
        scope = f"markers stood in for your files alone: {proof.stand_ins}"
    lines += _wrapped(f"{scope}; none of your own was run")
    if proof.untold:
        lines += _wrapped(
            f"in {proof.untold} of them only running the system's files could tell: not counted"
        )
    if count:
        lines += ["", *_report(proof)]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, 80, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )


def _shell(proof: Proof) -> str:
    words = [proof.shell, proof.version]
    if proof.build:
        words.append(f"(build {proof.build})")
    return " ".join(word for word in words if word)


def _report(proof: Proof) -> Iterator[str]:
    yield "This is a bug in envkit's model. Please report what follows."
    yield "It holds no file of yours, and none of your variables."
    yield ""
    yield f"shell     {_shell(proof)}, {proof.program}"
    yield f"platform  {proof.platform.name}, {machine.system()} {machine.release()}"
    for difference in proof.differences[:_SHOWN]:
        yield ""
        yield from _difference(difference)
    left = len(proof.differences) - _SHOWN
    if left > 0:
        yield ""
        yield f"and {left} more: envkit order --probe --json has them all"


def _difference(one: Difference) -> Iterator[str]:
    case = one.case
    pairs = [f"{name}={value}" for name, value in case.environment.items()]
    kinds = [f"{path} {kind}" for path, kind in case.kinds.items()]
    for title, words in (
        ("start", [f"{shlex.join(case.argv)}, stdin {case.stdin}"]),
        ("given", pairs),
        ("files", kinds),
        ("model", list(one.predicted) or ["(none)"]),
        ("shell", list(one.seen) or ["(none)"]),
        ("problem", [one.problem] if one.problem else []),
    ):
        if words:
            yield from textwrap.wrap(
                ", ".join(words),
                80,
                initial_indent=f"{title:10}",
                subsequent_indent=" " * 10,
                break_on_hyphens=False,
                break_long_words=False,
            )


def data(proof: Proof) -> dict[str, object]:
    """The JSON object."""
    return {
        "shell": proof.shell,
        "program": proof.program,
        "shell_version": proof.version,
        "build": proof.build,
        "platform": proof.platform.name,
        "system_files": not proof.stand_ins,
        "why_not": proof.stand_ins,
        "starts": proof.starts,
        "untold": proof.untold,
        "differences": [
            {
                "argv": one.case.argv,
                "stdin": one.case.stdin,
                "environment": one.case.environment,
                "files": one.case.kinds,
                "predicted": one.predicted,
                "seen": one.seen,
                "problem": one.problem,
            }
            for one in proof.differences
        ],
    }
