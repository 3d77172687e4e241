"""What stands in the way of taking a receipt back: files that somebody has written to since."""

from __future__ import annotations

from envkit.host import Host
from envkit.plan import FileEdit, Plan
from envkit.uninstall import read_file


def moved_on(host: Host, plan: Plan) -> Plan:
    """What was written since, as edits from what `plan` expects to what is there; empty if none."""
    edits = [FileEdit(edit.path, edit.before, read_file(host, edit.path)) for edit in plan.edits]
    return Plan("since", tuple(edit for edit in edits if edit.before != edit.after))
