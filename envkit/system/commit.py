"""A system-wide install as a transaction: write, start every account's shells, and prove it.

As `envkit.commit` does for one account; here the shells are those of an ordinary account and of
root, in homes that are thrown away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from envkit import contexts, order, verify
from envkit.apply import apply
from envkit.commit import Committed, making
from envkit.errors import Refused
from envkit.host import Host
from envkit.install import InstallPlan
from envkit.model import Platform, Start
from envkit.profile import PythonChoice
from envkit.system import accounts, asked_of, proof
from envkit.verify import Row

_EVERYDAY = ("login_terminal", "terminal", "ssh_command")


def commit(
    host: Host, found: InstallPlan, python: PythonChoice | None, platform: Platform, prove: bool
) -> Committed:
    """Make the Python where it is to be made, apply the plan, prove it.

    Raises Refused, with everything as it was, where a file cannot be written or a start of a shell
    got worse; KeyboardInterrupt likewise.
    """
    names = tuple({one.shell.name for one in found.starts})
    with _for_everybody(), accounts.thrown_away(host) as here:
        measured = proof.before(here if prove else (), lambda one: _starts(one, platform, names))
        proved: list[proof.Proved] = []
        try:
            receipt = apply(
                host,
                found.plan,
                environment=making(host, python),
                condition=lambda: proved.extend(proof.after(measured)),
            )
        except proof.Worse as failure:
            files = f"All {len(found.plan.edits)} files are"
            raise Refused(
                f"rolled back: {failure}", f"{files} as before. envkit doctor says more."
            ) from failure
    notes = dict.fromkeys(note for one in proved for note in one.notes)
    return Committed(receipt, {}, tuple(notes))


def verified(host: Host, found: InstallPlan, platform: Platform) -> tuple[Row, ...]:
    """The descent in the everyday starts of an ordinary account and of root."""
    lost = {one.start for one in found.unreached}
    used = {one.shell.name: one.shell for one in found.starts}
    rows: list[Row] = []
    with _for_everybody(), accounts.thrown_away(host) as here:
        for account in here:
            starts = [
                order.start_for(account, contexts.get(name), shell, platform)
                for shell in used.values()
                for name in (_EVERYDAY if shell.name != "sh" else ())
            ]
            starts.append(order.start_for(account, verify.context("sh_login"), platform=platform))
            kept = tuple(one for one in starts if _is_reached(account, one, lost))
            rows += (
                replace(row, title=f"{row.title} (root)" if account.uid == 0 else row.title)
                for row in verify.verify(account, kept)
            )
    return tuple(rows)


def _is_reached(account: Host, start: Start, lost: set[str]) -> bool:
    from envkit import reach, shells

    here = shells.program(account, start.shell) is not None
    return here and reach.reads_files(account, start) and reach.label(start) not in lost


def _starts(account: Host, platform: Platform, names: Sequence[str]) -> Sequence[Start]:
    return [each.start for each in asked_of((account,), platform, names)]


@contextmanager
def _for_everybody() -> Iterator[None]:
    """What is made is for every account to read, whatever umask the administrator has."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)
