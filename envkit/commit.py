"""Install as a transaction: write, start every shell, and take it back if one got worse.

Whatever happens on the way (a failure, an interrupt, a shell that no longer starts), either all
of the plan stands and every shell starts as it did, or nothing of it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from envkit import child, preflight, proof, shells
from envkit.apply import Making, apply
from envkit.errors import Refused
from envkit.host import Host
from envkit.install import InstallPlan
from envkit.plan import FileEdit, Plan, Receipt
from envkit.profile import PythonChoice
from envkit.start import Environment
from envkit.uninstall import read_file

_MAKING_TAKES = 300.0


@dataclass(frozen=True, slots=True)
class Committed:
    """An install that stands. `environments`: what each start (by its context) now gives.

    `notes`: what changed and is not worse.
    """

    receipt: Receipt
    environments: dict[str, Environment]
    notes: tuple[str, ...]


class _NotProved(Refused):
    """A start of a shell is worse than before."""


def commit(host: Host, found: InstallPlan, python: PythonChoice | None, prove: bool) -> Committed:
    """Make the Python where it is to be made, apply the plan, prove it.

    Raises Refused, with everything as it was, where a file cannot be written or a start of a shell
    got worse; KeyboardInterrupt likewise.
    """
    starts = [one for one in found.starts if shells.program(host, one.shell) is not None]
    starts = starts if prove and not host.foreign else []
    measures = proof.before(host, starts)
    environments: list[Environment] = []

    def proved() -> None:
        environments.extend(proof.after(host, starts))
        reasons = proof.worse(starts, measures, environments)
        if reasons:
            raise _NotProved("\n  ".join(reasons).replace(f"{host.home}/", "~/"))

    try:
        receipt = apply(host, found.plan, environment=making(host, python), condition=proved)
    except _NotProved as failure:
        count = len(found.plan.edits)
        files = f"All {count} files are" if count > 1 else "The file is"
        told = f"{files} as before. envkit doctor says more."
        # What a shell, or anybody, wrote to a file meanwhile is theirs: it stays, and is named.
        edits = found.plan.edits
        stay = [host.show(one.path) for one in edits if read_file(host, one.path) != one.before]
        if stay:
            who = ", ".join(stay)
            told = (
                f"It could not be taken back: {who} is not as it was, and stays as it is now;"
                " what is envkit's in it goes with: envkit uninstall"
            )
        raise Refused(f"rolled back: {failure}", told) from failure
    names = (one.context for one in starts)
    notes = proof.changed(starts, measures, environments)
    return Committed(receipt, dict(zip(names, environments, strict=True)), notes)


def making(host: Host, python: PythonChoice | None) -> Making | None:
    """The profile's own virtual environment, where it has to be made; Refused where it cannot."""
    if python is None or not python.create or host.foreign:
        return None
    place = Path(python.command[-1])
    # As a file would be refused there: root makes nothing of its own in somebody's home.
    preflight.check(host, Plan("", (FileEdit(place / "envkit-makes-it", None, b""),)))
    return Making(place, lambda: _make(python, host.home))


def _make(python: PythonChoice, home: Path) -> None:
    # A bare environment: PYTHON* would leak in, and pip asks tools that it finds who they are.
    bare = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = child.Command(python.command, python.command[0], bare, limit=_MAKING_TAKES)
    outcome = child.run(command)
    if outcome.status != 0:
        said = (outcome.stdout + outcome.stderr).decode("utf-8", "replace").split("\n\n")
        raise Refused(
            f"{' '.join(python.command)} failed: {said[0].strip()}",
            "name an environment that is there: --python DIR; nothing was written",
        )
