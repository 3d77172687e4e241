"""`envkit contexts`: the ways in which a process starts, and which can be really started here."""

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
    from envkit.model import Context, Platform, Shell, Start

# Optional[…], since typer evaluates this on Python 3.10, too.
NameArgument = Annotated[
    Optional[str],  # noqa: UP045
    typer.Argument(metavar="[NAME]", help="One context, told in full; all when left out."),
]


def contexts(
    name: NameArgument = None,
    shell: ShellOption = None,
    platform: PlatformOption = None,
    home: HomeOption = None,
    root: RootOption = None,
    as_json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """List the ways a process starts; which can be really started here, which only imitated.

    With a NAME: what gives its variables before any shell, with the line that says so; how the
    shell is started; which startup files it reads. Nothing is started.
    """
    from envkit import contexts as room
    from envkit import launch, order, platforms
    from envkit.cli import contexts_text
    from envkit.host import Host

    host = Host.real(home, root)
    system = platforms.of(host, platform)
    if not (platform or as_json or platforms.is_known(host)):
        output.warn(f"this system is none that envkit knows; taken for {system.title} (--platform)")
    chosen = (room.get(name),) if name else room.every()
    starts = [_start(host, one, shell, system) for one in chosen]
    reasons = [launch.why_not(host, one) for one in starts]
    absences = [one.absent(host, system) if one.absent else "" for one in chosen]
    rows = list(zip(chosen, starts, reasons, absences, strict=True))
    if as_json:
        data = [contexts_text.data(host, *row, order.order(host, row[1])) for row in rows]
        output.say_json(data[0] if name else {"contexts": data})
    elif name:
        output.say(contexts_text.page(host, *rows[0], order.order(host, starts[0])))
    else:
        output.say(contexts_text.table(rows))


def _start(host: Host, context: Context, shell: str | None, platform: Platform) -> Start:
    """The start; where envkit does not know the account's shell, as sh, and that is said."""
    from envkit import order, shells

    chosen: Shell | None = shells.named(host, shell) if shell and context.shell is None else None
    try:
        return order.start_for(host, context, chosen, platform)
    except UsageError as error:
        if chosen is not None or context.shell is not None:
            raise
        output.warn(f"{context.name}: {error.message}; told for sh")
        return order.start_for(host, context, shells.get("sh"), platform)
