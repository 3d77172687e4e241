"""sh: a name, not a program. On Debian it is dash, on Red Hat and macOS bash, on Alpine busybox.

Which one is seen in the machine's /bin/sh; that shell is then asked, as it behaves under the
name sh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from envkit import shells
from envkit.host import Host
from envkit.model import Invocation, Order, Shell, Start, Stdin

_DASH = ("dash", "ash", "busybox")


def argv(invocation: Invocation, command: str) -> tuple[str, ...]:
    """The command line that starts sh so and runs `command`; argv[0] as in the real start.

    A login sh that is not interactive is started with -l: some builds of bash want it.
    """
    if invocation.login and invocation.interactive:
        return ("-sh", "-i", "-c", command)
    if invocation.login:
        return ("sh", "-l", "-c", command)
    return ("sh", "-i", "-c", command) if invocation.interactive else ("sh", "-c", command)


def invocation(
    argv: tuple[str, ...], stdin: Stdin, environment: Mapping[str, str], build: str
) -> Invocation:
    """The flags of a literal command line."""
    return _program(build).invocation(argv, stdin, environment, build)


def build(host: Host, program: Path | None) -> str:
    """`dash`, or what the bash behind the name was compiled with; "" where nothing is there."""
    if program is None or host.kind(program) != "file":
        return ""
    if host.locate(program).resolve().name in _DASH:
        return "dash"
    bash = shells.get("bash").build(host, program)
    return bash or "dash"


def startup_files(host: Host, start: Start) -> Order:
    """The files of one start, as the shell behind the name reads them."""
    build = start.build
    if not build:
        # Which of the two it is: dash and ash read the same files.
        build = start.platform.sh if start.platform.sh in _DASH else start.platform.bash_build
    how = start.invocation
    if not how.argv:
        own = argv(how, ":") if how.command else (("-sh",) if how.login else ("sh",))
        how = replace(how, argv=own)
    return _program(build).startup_files(host, replace(start, invocation=how, build=build))


def _program(build: str) -> Shell:
    """Debian's sh is dash; every other known build is one of bash."""
    return shells.get("dash" if build in ("", "debian", *_DASH) else "bash")


SHELL = Shell(
    name="sh",
    title="sh",
    programs=("sh",),
    argv=argv,
    invocation=invocation,
    startup_files=startup_files,
    build=build,
    login_files=(".profile",),
    tracer="bash",
)
