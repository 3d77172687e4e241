"""`envkit uninstall`: today's files without what is envkit's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envkit.cli import options, output, system_scope, writing
from envkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from envkit.host import Host
    from envkit.plan import Plan, Receipt


#: What exit status 1 means here.
ONE = "not agreed to"


def uninstall(
    user: options.UserOption = False,
    system: options.SystemOption = False,
    dry_run: options.DryRunOption = False,
    yes: options.YesOption = False,
    overwrite_drift: options.DriftOption = False,
    home: options.HomeOption = None,
    root: options.RootOption = None,
    as_json: options.JsonOption = False,
    no_color: options.NoColorOption = False,
) -> None:
    """Take envkit's blocks and files out again, and keep every byte that is yours.

    Files that envkit made go when nothing else is in them. A Python environment stays.
    """
    import sys

    from envkit.uninstall import environments_left, uninstall_plan

    if user and system:
        raise UsageError("--user and --system exclude each other")
    if not (yes or dry_run or sys.stdin.isatty()):
        raise UsageError("nobody can be asked: stdin is no terminal", "say it with --yes")
    host = system_scope.machine("uninstall", system, home, root)

    def planned() -> Plan:
        return uninstall_plan(host, overwrite_drift)

    if dry_run:
        writing.warn_of_pending(host)
        plan, receipt = planned(), None
        _present(host, plan, as_json)
    else:
        plan, receipt = _write(host, planned, yes, as_json)
    left = environments_left(host)
    status = "applied" if receipt else "would change" if plan.edits else "already so"
    if receipt and receipt.reason:
        output.warn(receipt.reason)
    if as_json:
        data = {"status": status, "plan": plan, "diff": plan.diff(), "environments": left}
        output.say_json({**data, "receipt": receipt.id if receipt else None})
        return
    output.say(_last_words(host, status, receipt.id if receipt else "", left))


def _write(
    host: Host, planned: Callable[[], Plan], yes: bool, as_json: bool
) -> tuple[Plan, Receipt | None]:
    """Ask first, without the lock; then plan again under it, and write."""
    from envkit.apply import apply
    from envkit.cli import install_text

    command, shown = "envkit uninstall", None
    if not yes:
        writing.recover_first(host, command)
        shown = planned()
        if not shown.edits:
            return shown, None
        _present(host, shown, as_json)
        install_text.ask(yes, "Apply these changes to {}?", shown)
    with writing.writing(host, command):
        plan = planned()
        if shown is not None:
            writing.refuse_changed(shown, plan)
        elif plan.edits:
            _present(host, plan, as_json)
        return plan, apply(host, plan) if plan.edits else None


def _present(host: Host, plan: Plan, as_json: bool) -> None:
    """The plan as text: the files, why, and the diff."""

    from envkit.cli import install_text

    if as_json or not plan.edits:
        return
    rows = [
        ("remove" if edit.after is None else "edit", host.show(edit.path), edit.reason)
        for edit in plan.edits
    ]
    output.say(output.columns(rows, gap=2) + "\n\n" + install_text.edits(host, plan))


def _last_words(host: Host, status: str, receipt: str, left: tuple[Path, ...]) -> str:
    words = {
        "already so": "Nothing of envkit's is in the startup files.",
        "would change": "\nNothing was written.",
        "applied": f"\nApplied. Receipt {receipt}. Shells that are open keep what they have.",
    }
    lines = [words[status]]
    lines += [f"A Python environment stays; to delete it: rm -r {host.show(each)}" for each in left]
    return "\n".join(lines)
