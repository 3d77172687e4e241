"""`envkit which`: in every context, which file runs, which line put it first, what it shadows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from envkit.cli import options, output
from envkit.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from envkit.host import Host
    from envkit.model import Context, Platform, Shell, Start

#: What exit status 1 means here.
ONE = "a name that no context has"

# Beside the everyday ones: what runs a notebook, and a service.
_ALSO = ("jupyter", "systemd_user")


_Names = Annotated[list[str], typer.Argument(metavar="NAME", help="As typed, or a path.")]
_Contexts = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
    typer.Option("--context", metavar="NAME", help="This context; may be said several times."),
]
_All = Annotated[bool, typer.Option("--all", help="All contexts of this machine.")]
_Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Who installed it, and how it is removed.")
]
_Limit = Annotated[
    float, typer.Option("--limit", metavar="SECONDS", min=0.1, help="Time for each shell.")
]


def which(
    name: _Names,
    context: _Contexts = None,
    every: _All = False,
    verbose: _Verbose = False,
    shell: options.ShellOption = None,
    platform: options.PlatformOption = None,
    limit: _Limit = 10.0,
    home: options.HomeOption = None,
    root: options.RootOption = None,
    as_json: options.JsonOption = False,
    no_color: options.NoColorOption = False,
) -> None:
    """Show what a name runs in each context, which line put it first, and what it shadows.

    The shells are really started, and asked. Exit status 1 where no context asked about has one of
    the names: then also where else it is, and which line would have put it on PATH.
    """
    from envkit import platforms, shells
    from envkit import which as room
    from envkit.host import Host

    if "" in name:
        raise UsageError("a name is empty", "for example: envkit which python")
    host = Host.real(home, root)
    system = platforms.of(host, platform)
    if system.name != platforms.detect(host).name:
        raise Refused(
            f"this is no {system.title}: which runs the shells of this machine",
            f"envkit order --platform {system.name} reads without running",
        )
    own = shells.named(host, shell) if shell else None
    chosen, left = _chosen(host, system, context or (), every)
    where = _starts(host, chosen, own, system)
    rest = partial(_starts, host, left, own, system)
    with output.progress("starting your shells"):
        told = room.which(host, where, name, limit, rest, verbose)
    if as_json:
        from envkit.cli import which_json

        output.say_json({"names": which_json.data(told, verbose)})
    else:
        from envkit.cli import which_text

        output.say(which_text.text(host, told, verbose))
    if not all(one.found for one in told):
        raise typer.Exit(1)


def _chosen(
    host: Host, platform: Platform, named: Sequence[str], every: bool
) -> tuple[tuple[Context, ...], tuple[Context, ...]]:
    """The contexts that are asked about, and the others, in which a lacking name is sought."""
    from envkit import contexts

    here = _here(host, platform)
    if named:
        asked = tuple(dict.fromkeys(map(contexts.get, named)))
        return asked, tuple(one for one in here if one not in asked)
    if every:
        return here, ()
    usual = (*(one.name for one in contexts.common()), *_ALSO)
    chosen = tuple(one for one in here if one.name in usual)
    return chosen, tuple(one for one in here if one not in chosen)


def _here(host: Host, platform: Platform) -> tuple[Context, ...]:
    """The contexts that this machine has; the everyday ones whether or not."""
    from envkit import contexts

    usual = contexts.common()
    return tuple(
        one
        for one in contexts.every()
        if one in usual or not (one.absent and one.absent(host, platform))
    )


def _starts(
    host: Host, chosen: tuple[Context, ...], shell: Shell | None, platform: Platform
) -> list[tuple[Context, Start]]:
    from envkit import order

    return [
        (one, order.start_for(host, one, shell if one.shell is None else None, platform))
        for one in chosen
    ]
