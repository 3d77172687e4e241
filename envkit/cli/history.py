"""`envkit history`: what envkit wrote, when, to which files, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from envkit.cli import options, output
from envkit.errors import UsageError

if TYPE_CHECKING:
    from envkit.history import Entry
    from envkit.host import Host

ReceiptArgument = Annotated[
    Optional[str],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
    typer.Argument(metavar="[ID]", help="Show this receipt alone, with what it changed."),
]
SystemOption = Annotated[bool, typer.Option("--system", help="What was written for every account.")]


def history(
    receipt: ReceiptArgument = None,
    user: options.UserOption = False,
    system: SystemOption = False,
    home: options.HomeOption = None,
    root: options.RootOption = None,
    as_json: options.JsonOption = False,
    no_color: options.NoColorOption = False,
) -> None:
    """Tell what envkit wrote: when, to which files, and whether it is in force.

    Newest first; `envkit rollback` takes back the one that is marked, `envkit rollback ID` an
    older one with all that came after it.
    """
    from envkit import history as room
    from envkit.cli import writing
    from envkit.errors import Refused
    from envkit.host import Host

    if user and system:
        raise UsageError("--user and --system exclude each other")
    host = Host.real(home, root)
    host = host.for_system() if system else host
    try:
        writing.warn_of_pending(host)
    except Refused as problem:  # a damaged journal hides no receipt
        output.warn(problem.message)
    found = room.history(host)
    if receipt is not None:
        _one(host, found, receipt, as_json)
    elif as_json:
        output.say_json({"receipts": found, "diff": None})
    else:
        _all(host, found)


def _all(host: Host, found: tuple[Entry, ...]) -> None:
    from envkit.cli import history_text

    if not found:
        place = "this system" if host.scope == "system" else host.show(host.home)
        output.say(f"envkit has written nothing in {place} yet.")
        return
    output.say(history_text.table(host, found))


def _one(host: Host, found: tuple[Entry, ...], name: str, as_json: bool) -> None:
    from envkit import receipts
    from envkit.cli import history_text

    receipt = receipts.load(host, name)  # raises what is to be said of one that is not there
    entry = next(each for each in found if each.id == name)
    if as_json:
        output.say_json({"receipts": (entry,), "diff": receipt.plan.diff()})
    else:
        output.say(history_text.one(host, entry, receipt.plan))
