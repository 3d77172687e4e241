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
    from envkit.model import Order

_STDIN = ("pty", "pipe", "socket", "null", "closed")
_END = ("exit", "eof", "end-of-input", "hangup", "exec")


def order(
    command_line: Annotated[
        Optional[list[str]],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
        typer.Argument(metavar="[-- COMMAND LINE]", help="argv, as the shell sees it: -bash -c x."),
    ] = None,
    context: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--context", metavar="NAME", help="One context; a terminal when left out."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every context.")] = False,
    shell: ShellOption = None,
    platform: PlatformOption = None,
    build: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--build", metavar="NAME", help="What the shell was compiled with."),
    ] = None,
    stdin: Annotated[
        str, typer.Option("--stdin", metavar="|".join(_STDIN), help="Its standard input.")
    ] = "pty",
    env: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--env", metavar="NAME=VALUE", help="A variable it is given; repeatable."),
    ] = None,
    clear_env: Annotated[
        bool, typer.Option("--clear-env", help="Give it nothing of this environment.")
    ] = False,
    end: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--end", metavar="|".join(_END), help="How it is left: logout files."),
    ] = None,
    home: HomeOption = None,
    root: RootOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show which startup files are read, in order, and why.

    Without options: a terminal as this platform opens it. After `--`, any command line of a shell;
    `--stdin`, `--env`, `--clear-env`, `--end` belong to it. Nothing is started.
    """
    from envkit import contexts, platforms, shells
    from envkit import order as room
    from envkit.host import Host

    host = Host.real(home, root)
    system = platforms.get(platform) if platform else platforms.detect(host)
    program = shells.get(shell) if shell else None
    if command_line:
        if context or every:
            raise UsageError("a command line is no context", "leave --context and --all out")
        variables = {} if clear_env else dict(host.env)
        variables.update(_pair(text) for text in env or ())
        start = room.literal(
            host,
            shell,
            tuple(command_line),
            _one_of("--stdin", stdin, _STDIN),  # type: ignore[arg-type]
            variables,
            _one_of("--end", end, _END) if end else None,  # type: ignore[arg-type]
            build,
            system,
        )
        starts = [start]
    else:
        chosen = [contexts.get(context)] if context else [contexts.default(system)]
        chosen = list(contexts.every()) if every else chosen
        starts = [room.start_for(host, one, program, system, build) for one in chosen]
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


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--env {text}: not NAME=VALUE")
    return name, value


def _one_of(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise UsageError(f"{option} {value}: unknown", f"known: {', '.join(known)}")
    return value


def _data(one: Order) -> dict[str, object]:
    return {
        "context": one.context,
        "shell": one.shell,
        "files": [output.as_data(row) for row in one.files],
    }
