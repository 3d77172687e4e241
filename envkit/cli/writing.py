"""What every command that writes does around its writing: one at a time, nothing half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from envkit.cli import output
from envkit.errors import EnvkitError, Refused

if TYPE_CHECKING:
    from envkit.host import Host
    from envkit.lock import Holder
    from envkit.plan import Plan


@contextmanager
def writing(host: Host, command: str) -> Iterator[None]:
    """Hold the lock while `command` (as it was typed) plans and writes.

    What was interrupted before is undone or finished first, and told. Refused as `lock.held` and
    `recovery.recover` are. A plan that was shown before must be made again in here: another
    writer may have been first.
    """
    from envkit import interrupts, lock, receipts, recovery

    def waiting(holder: Holder) -> None:
        output.warn(f"waiting for {holder} …")

    known: set[str] | None = None
    locked = True
    with interrupts.raised():
        try:
            with ExitStack() as stack:
                try:
                    stack.enter_context(lock.held(host, command, waiting))
                except lock.Unwritable:
                    locked = False  # who tries to write there is refused, and told the file
                known = set(host.entries(receipts.folder(host)))
                if locked and (said := recovery.recover(host)) is not None:
                    output.warn(said)
                yield
        except (KeyboardInterrupt, SystemExit):
            # While it waits, what stands or is half done is the holder's.
            none = "Interrupted: nothing was written."
            output.warn(none if known is None else _how_it_ended(host, known))
            raise


def recover_first(host: Host, command: str) -> None:
    """End what was interrupted before a plan is shown, so that the plan is made of what stays."""
    from envkit import journal

    if journal.pending(host) is not None:
        with writing(host, command):
            pass


def warn_of_pending(host: Host) -> None:
    """Say, where nothing is written, that a transaction was interrupted."""
    from envkit import journal, recovery

    found = journal.pending(host)
    if found is not None:
        output.warn(
            f"{recovery.name(found.receipt)} was interrupted; the next envkit command that writes\n"
            "ends it. Until then some files may be as it wanted them, and others not."
        )


def refuse_changed(shown: Plan, now: Plan) -> None:
    """Refused where a plan is no longer the one that was agreed to."""

    def texts(plan: Plan) -> list[object]:
        return [(edit.path, edit.before, edit.after, edit.mode) for edit in plan.edits]

    if texts(shown) != texts(now):
        raise Refused("the plan changed since it was shown; nothing was written", "run it again")


def _how_it_ended(host: Host, known: set[str]) -> str:
    """What an interrupt left: nothing, or all of it."""
    from envkit import journal, receipts
    from envkit.cli import install_text

    try:
        if journal.read(host) is not None:
            return "Interrupted: the next envkit command that writes ends what was begun."
        for name in set(host.entries(receipts.folder(host))) - known:
            if name.endswith(".json"):
                receipt = receipts.load(host, name[:-5])
                if receipt.status == "applied":
                    stands = f"receipt {receipt.id} stands"
                    return f"Interrupted: {stands}. To take it back: {install_text.rollback(host)}"
    except EnvkitError as problem:
        return f"Interrupted: {problem.message}"
    return "Interrupted: every file is as it was."
