"""`envkit order`: which startup files are read, in which order, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from envkit.cli import output
from envkit.cli.options import (
    HomeOption,
    JsonOption,
    NoColorOption,
    PlatformOption,
    RootOption,
    ShellOption,
)
from envkit.errors import UsageError

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.model import Order, Platform, Start

_STDIN = ("pty", "pipe", "socket", "null", "closed")
_END = ("exit", "eof", "end-of-input", "hangup", "exec")

# Optional[…], since typer evaluates this on Python 3.10, too.
CommandLine = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Argument(metavar="[-- COMMAND LINE]", help="argv, as the shell sees it: -bash -c x."),
]
ContextOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--context", metavar="NAME", help="One context; a terminal when left out."),
]
AllOption = Annotated[bool, typer.Option("--all", help="Every context.")]
BuildOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--build", metavar="NAME", help="What the shell was compiled with."),
]
StdinOption = Annotated[
    str, typer.Option("--stdin", metavar="|".join(_STDIN), help="Its standard input.")
]
EnvOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--env", metavar="NAME=VALUE", help="A variable it is given; repeatable."),
]
ClearOption = Annotated[
    bool, typer.Option("--clear-env", help="Give it nothing of this environment.")
]
EndOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--end", metavar="|".join(_END), help="How it is left: logout files."),
]


def order(
    command_line: CommandLine = None,
    context: ContextOption = None,
    every: AllOption = False,
    shell: ShellOption = None,
    platform: PlatformOption = None,
    build: BuildOption = None,
    stdin: StdinOption = "pty",
    env: EnvOption = None,
    clear_env: ClearOption = False,
    end: EndOption = None,
    home: HomeOption = None,
    root: RootOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show which startup files are read, in order, and why.

    Without options: a terminal as this platform opens it. After `--`, any command line of a shell;
    --stdin, --env, --clear-env and --end belong to it. Left out, --end is what the command line
    says: an interactive shell is left by exit, `-c` ends with its text. Nothing is started.
    """
    from envkit import order as room
    from envkit.host import Host

    host = Host.real(home, root)
    system = _platform(host, platform, as_json)
    if command_line:
        if context or every:
            raise UsageError("a command line is no context", "leave --context and --all out")
        given = _environment(host, env, clear_env)
        argv = tuple(command_line)
        _check("--stdin", stdin, _STDIN)
        _check("--end", end or "exit", _END)
        starts = [room.literal(host, shell, argv, stdin, given, end, build, system)]  # type: ignore[arg-type]
    else:
        starts = _starts(host, context, every, shell, build, system)
    orders = [room.order(host, start) for start in starts]
    if as_json:
        data = [_data(one) for one in orders]
        output.say_json({"contexts": data} if every else data[0])
        return
    from envkit.cli import order_text

    texts = [order_text.one(host, *pair) for pair in zip(starts, orders, strict=True)]
    if not (command_line or every):
        texts.append(order_text.others(starts[0].context))
    output.say("\n\n".join(texts))


def _platform(host: Host, name: str | None, silent: bool) -> Platform:
    """The platform that is named, or the machine's own; it is said where that is a guess."""
    from envkit import platforms

    if name:
        return platforms.get(name)
    found = platforms.detect(host)
    if not silent and not platforms.is_known(host):
        output.warn(f"this system is none that envkit knows; taken for {found.title} (--platform)")
    return found


def _starts(
    host: Host,
    context: str | None,
    every: bool,
    shell: str | None,
    build: str | None,
    system: Platform,
) -> list[Start]:
    """The starts of the contexts that are asked for."""
    from envkit import contexts, order, shells

    program = shells.get(shell) if shell else None
    chosen = contexts.every() if every else ()
    if not every:
        chosen = (contexts.get(context) if context else contexts.default(system),)
    return [order.start_for(host, one, program, system, build) for one in chosen]


def _environment(host: Host, env: list[str] | None, clear: bool) -> dict[str, str]:
    """What the command line is given: this environment, or nothing, and --env over it."""
    variables = {} if clear else dict(host.env)
    for text in env or ():
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"--env {text}: not NAME=VALUE")
        variables[name] = value
    return variables


def _check(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"{option} {value}: unknown", f"known: {', '.join(known)}")


def _data(one: Order) -> dict[str, object]:
    return {
        "context": one.context,
        "shell": one.shell,
        "files": [output.as_data(row) for row in one.files],
    }
