"""`envkit rollback`: back to the state before a receipt, if nobody wrote to its files since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from envkit.cli import options, output, system_scope, writing
from envkit.errors import Refused, UsageError

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.plan import Receipt
    from envkit.rollback import Gap, Way

ReceiptArgument = Annotated[
    Optional[str],  # noqa: UP045  (typer evaluates this on Python 3.10, too)
    typer.Argument(metavar="[ID]", help="A receipt; the last one in force when left out."),
]


#: What exit status 1 means here.
ONE = "not agreed to"


def rollback(
    receipt: ReceiptArgument = None,
    user: options.UserOption = False,
    system: options.SystemOption = False,
    dry_run: options.DryRunOption = False,
    yes: options.YesOption = False,
    home: options.HomeOption = None,
    root: options.RootOption = None,
    as_json: options.JsonOption = False,
    no_color: options.NoColorOption = False,
) -> None:
    """Give back every file as it was before a receipt was applied.

    What was applied later is taken back with it. Refused where somebody wrote to one of the files
    since; `envkit uninstall` keeps such edits. A rollback has a receipt, too: roll that back to
    have it all again. `envkit history` tells the receipts.
    """
    import sys

    from envkit.host import Host

    if user and system:
        raise UsageError("--user and --system exclude each other")
    if system and not dry_run:
        system_scope.possible("rollback", home, root)
    if not (yes or dry_run or sys.stdin.isatty()):
        raise UsageError("nobody can be asked: stdin is no terminal", "say it with --yes")
    host = Host.real(home, root)
    host = host.for_system() if system else host
    if dry_run:
        writing.warn_of_pending(host)
        _Answer(host, _way(host, receipt), as_json).dry()
        return
    _write(host, receipt, yes, as_json)


def _write(host: Host, name: str | None, yes: bool, as_json: bool) -> None:
    """Ask first, without the lock; then plan again under it."""
    from envkit.apply import apply
    from envkit.cli import install_text

    command, shown = "envkit rollback", None
    if not yes:
        writing.recover_first(host, command)
        shown = _way(host, name)
        _Answer(host, shown, as_json).show()
        question = "Give back {}?" if shown.plan.edits else "Take it back all the same ({})?"
        install_text.ask(yes, question, shown.plan)
    with writing.writing(host, command):
        found = _way(host, name)
        answer = _Answer(host, found, as_json)
        if shown is None:
            answer.show()
        elif shown.plan.undoes != found.plan.undoes:
            raise Refused("other receipts would be taken back than was shown", "run it again")
        else:
            writing.refuse_changed(shown.plan, found.plan)
        done = apply(host, found.plan, undoes=found.plan.undoes)
    answer.done(done)


class _Answer:
    """What is said about one rollback, as text or as one JSON object."""

    def __init__(self, host: Host, way: Way, as_json: bool) -> None:
        self.host, self.way, self.as_json = host, way, as_json

    def show(self) -> None:
        """What is taken back, and what that changes."""
        if self.as_json:
            return
        from envkit.cli import install_text
        from envkit.history import action

        to, plan = self.way.to, self.way.plan
        if [each.id for each in self.way.taken] == [to.id]:
            output.say(f"Receipt {to.id}: {to.plan.title}, {when(to)}\n")
        else:
            output.say(f"Back to before receipt {to.id}: {to.plan.title}, {when(to)}\n")
            self._receipts("Taken back, newest first", self.way.taken)
            self._receipts("In force again", self.way.again)
        if not plan.edits:
            output.say("No file is any different for it.\n")
            return
        rows = [(action(edit), self.host.show(edit.path)) for edit in plan.edits]
        output.say(output.columns(rows, gap=2) + "\n")
        output.say(install_text.edits(self.host, plan) + "\n")

    def _receipts(self, title: str, found: tuple[Receipt, ...]) -> None:
        if found:
            rows = [(each.id, when(each), each.plan.title) for each in found]
            output.say(f"{title}:\n{output.columns(rows, gap=2)}\n")

    def dry(self) -> None:
        """All that is said when nothing is written."""
        self.show()
        if self.as_json:
            self._json("would change", None)
        else:
            output.say("Nothing was written.")

    def done(self, receipt: Receipt) -> None:
        """The last words."""
        if self.as_json:
            self._json("rolled back", receipt)
            return
        taken = [each.id for each in self.way.taken] or [self.way.to.id]
        rest = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        output.say(f"Rolled back {taken[-1]}{rest}. Receipt {receipt.id}")
        if receipt.reason:
            output.warn(receipt.reason)
        system = " --system" if self.host.scope == "system" else ""
        output.say(f"To have it again:  envkit rollback {receipt.id}{system}")

    def _json(self, status: str, receipt: Receipt | None) -> None:
        plan = self.way.plan
        data: dict[str, Any] = {
            "status": status,
            "receipt": self.way.to.id,
            "plan": plan,
            "diff": plan.diff(),
            "taken_back": [each.id for each in self.way.taken],
            "in_force_again": [each.id for each in self.way.again],
            "own_receipt": receipt.id if receipt else None,
        }
        output.say_json(data)


def _way(host: Host, name: str | None) -> Way:
    """The way back; Refused, with the differences, where somebody wrote to a file meanwhile."""
    from envkit import preflight
    from envkit import rollback as room

    found = room.way(host, name)
    if found.gaps:
        system = " --system" if host.scope == "system" else ""
        hints = [f"envkit uninstall{system} takes out what is envkit's and keeps the rest"]
        if later := room.reachable(host, found.gaps):
            hints.insert(0, f"envkit rollback {later}{system} goes back until just after that")
        text = "\n".join(_gap(host, gap) for gap in found.gaps)
        raise Refused(text, "\n  ".join(hints))
    return found._replace(plan=preflight.ready(host, found.plan))


def _gap(host: Host, gap: Gap) -> str:
    from envkit.cli import install_text
    from envkit.plan import Plan

    name = host.show(gap.edit.path)
    if gap.leads is not None:
        return f"{name}: leads to {host.show(gap.leads)} since receipt {gap.since}"
    until = f", before {gap.until}" if gap.until else ""
    if gap.edit.after is None:
        return f"{name}: gone since receipt {gap.since}{until}"
    diff = install_text.diff(host, Plan("", (gap.edit,)))
    return f"{name}: written to since receipt {gap.since}{until}\n{diff}"


def when(receipt: Receipt) -> str:
    """The minute in which it was applied, as its clock said."""
    return receipt.when[:16].replace("T", " ")
