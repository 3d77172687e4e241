"""Which startup files a start reads, in priority order, each with the reason; nothing is started.

A start comes from a context (`start_for`) or from a literal command line (`literal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from envkit import discover, platforms, shells
from envkit.errors import UsageError
from envkit.host import Host
from envkit.model import Context, End, Order, Platform, Shell, Start, Stdin

COMMAND_LINE = "command line"  # in place of a context's name


def start_for(
    host: Host,
    context: Context,
    shell: Shell | None = None,
    platform: Platform | None = None,
    build: str | None = None,
) -> Start:
    """The start that a context means on this machine.

    UsageError where the account's own shell is not one that envkit knows.
    """
    platform = platform or platforms.detect(host)
    if context.here is not None:
        context = context.here(host, platform)
    if shell is None:
        shell = shells.get(context.shell) if context.shell else shells.of(host)
    build, version = _asked(host, shell, build)
    given = context.given(host, platform)
    environment = {one.variable: one.value for one in given}
    how = context.adapt(shell.name) if context.adapt else context.invocation
    before, after = (
        rows(host, platform) if rows else () for rows in (context.before, context.after)
    )
    return Start(
        context.name, shell, how, environment, platform, build, given, before, after, version
    )


def literal(
    host: Host,
    shell_name: str | None,
    argv: tuple[str, ...],
    stdin: Stdin,
    environment: Mapping[str, str],
    end: End | None = None,
    build: str | None = None,
    platform: Platform | None = None,
) -> Start:
    """The start that a command line means; argv[0] is what the shell sees there (`-bash`, `sh`).

    UsageError where neither `shell_name` nor argv[0] names a known shell, or `argv` is empty.
    """
    if not argv:
        raise UsageError("no command line", "write it after --: envkit order -- bash -lc true")
    platform = platform or platforms.detect(host)
    shell = shells.named(host, shell_name) if shell_name else _named(host, argv[0])
    build, version = _asked(host, shell, build)
    invocation = shell.invocation(argv, stdin, environment, build)
    if end is not None:
        invocation = invocation._replace(end=end)
    return Start(COMMAND_LINE, shell, invocation, environment, platform, build, version=version)


def _asked(host: Host, shell: Shell, build: str | None) -> tuple[str, str]:
    """What the binary says of itself: what it was compiled with, and its version.

    Where the first is given, another binary than the one that is here is meant.
    """
    if build is not None:
        return build, ""
    program = shells.program(host, shell)
    return shell.build(host, program), shell.version(host, program) if shell.version else ""


def _named(host: Host, argv0: str) -> Shell:
    name = PurePosixPath(argv0.removeprefix("-")).name
    if name == "su":  # su(1) gives the name -su to whatever shell it starts
        return shells.of(host)
    try:
        return shells.named(host, name)
    except UsageError:
        hint = "say what it is: --shell NAME"
        if argv0.replace("-", "_") in discover.names("envkit.contexts"):
            hint = f"a context is asked about with --context {argv0}"
        raise UsageError(f"{argv0} is no shell that envkit knows", hint) from None


def order(host: Host, start: Start) -> Order:
    """The files of a start, read or not, and what static reading saw in them."""
    found = start.shell.startup_files(host, start)
    if not (start.before or start.after):
        return found
    rows = sorted((*found.files, *start.after), key=lambda row: row.logout)
    return found._replace(files=tuple(rows), before=start.before)
