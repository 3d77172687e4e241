"""`envkit rollback`: take a receipt back, if nobody has written to its files since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from envkit.cli import options, output
from envkit.errors import Refused, UsageError

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.plan import Receipt

ReceiptArgument = Annotated[
    Optional[str],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
    typer.Argument(metavar="[ID]", help="A receipt; the last one in force when left out."),
]


#: What exit status 1 means here.
ONE = "not agreed to"


def rollback(
    receipt: ReceiptArgument = None,
    dry_run: options.DryRunOption = False,
    yes: options.YesOption = False,
    home: options.HomeOption = None,
    root: options.RootOption = None,
    as_json: options.JsonOption = False,
    no_color: options.NoColorOption = False,
) -> None:
    """Give back every file as it was before a receipt was applied.

    Refused where somebody wrote to one of them since; `envkit uninstall` keeps such edits.
    """
    import sys

    from envkit.apply import apply, undo_plan
    from envkit.cli import install_text
    from envkit.host import Host
    from envkit.rollback import moved_on

    if not (yes or dry_run or sys.stdin.isatty()):
        raise UsageError("nobody can be asked: stdin is no terminal", "say it with --yes")
    host = Host.real(home, root)
    found = _in_force(host, receipt)
    plan = undo_plan(found)
    since = moved_on(host, plan)
    if since.edits:
        names = ", ".join(host.show(edit.path) for edit in since.edits)
        raise Refused(
            f"{names}: written to since receipt {found.id}\n{install_text.diff(host, since)}",
            "envkit uninstall takes out what is envkit's and keeps the rest",
        )
    if not as_json:
        output.say(f"Receipt {found.id}: {found.plan.title}\n")
        output.say(install_text.diff(host, plan) + "\n")
    if not dry_run:
        install_text.ask(yes, "Give back {}?", plan)
        apply(host, plan, undoes=found)
    status = "would change" if dry_run else "rolled back"
    if as_json:
        data = {"status": status, "receipt": found.id, "plan": plan, "diff": plan.diff()}
        output.say_json(data)
    else:
        output.say("Nothing was written." if dry_run else f"Rolled back {found.id}.")


def _in_force(host: Host, name: str | None) -> Receipt:
    """The receipt to take back: the one named, else the last."""
    from envkit import receipts

    found = receipts.load(host, name) if name else receipts.latest(host)
    if found is None:
        raise UsageError("there is nothing to roll back", "nothing that was applied is in force")
    if found.status != "applied":
        raise UsageError(f"receipt {found.id} is not in force: it is {found.status}")
    return found
