"""No shell at all: a service, a kernel, `docker exec C PROGRAM`. No startup file is read.

The program has what its starter gave it (systemd.exec(5), docker-exec(1)). envkit runs a text there
with `sh -c`, which reads no startup file either and hands the environment on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envkit.host import Host
from envkit.model import Invocation, Order, Shell, Start, Stdin


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """What runs a text in place of the program."""
    return ("sh", "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """A program has no flags that matter here."""
    return Invocation(command=True, argv=argv, stdin=stdin)


def startup_files(host: Host, start: Start) -> Order:
    """None."""
    return Order(start.context, "none", ())


def build(host: Host, program: Path | None) -> str:
    """Nothing is compiled in."""
    return ""


SHELL = Shell(
    name="none",
    title="no shell",
    programs=("sh",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    tracer="none",
)
