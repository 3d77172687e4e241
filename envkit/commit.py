"""Install as a transaction: write, start every shell, and take it back if one got worse.

Whatever happens on the way (a failure, an interrupt, a shell that no longer starts), either all
of the plan stands and every shell starts as it did, or nothing of it does.
"""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from envkit import child, durable, proof, shells
from envkit.apply import apply, undo_plan
from envkit.errors import Refused
from envkit.host import Host
from envkit.install import InstallPlan
from envkit.model import Start
from envkit.plan import Receipt
from envkit.profile import PythonChoice
from envkit.start import Environment

_MAKING_TAKES = 300.0


@dataclass(frozen=True, slots=True)
class Committed:
    """An install that stands. `environments`: what each start (by its context) now gives.

    `notes`: what changed and is not worse.
    """

    receipt: Receipt
    environments: dict[str, Environment]
    notes: tuple[str, ...]


def commit(host: Host, found: InstallPlan, python: PythonChoice | None, prove: bool) -> Committed:
    """Make the Python where it is to be made, apply the plan, prove it.

    Raises Refused, with everything as it was, where a file cannot be written or a start of a shell
    got worse; KeyboardInterrupt likewise.
    """
    starts = [one for one in found.starts if shells.program(host, one.shell) is not None]
    starts = starts if prove and not host.foreign else []
    with _signals_raise():
        return _commit(host, found, python, starts)


def _commit(
    host: Host, found: InstallPlan, python: PythonChoice | None, starts: Sequence[Start]
) -> Committed:
    measures = proof.before(host, starts)
    made = _make_environment(host, python)
    try:
        receipt = apply(host, found.plan)
    except BaseException:
        _remove_environment(made)
        raise
    try:
        environments = proof.after(host, starts)
        reasons = proof.worse(starts, measures, environments)
        if reasons:
            raise Refused("\n  ".join(reasons).replace(f"{host.home}/", "~/"))
    except BaseException as failure:
        _take_back(host, receipt, made, failure)
        raise
    names = (one.context for one in starts)
    notes = proof.changed(starts, measures, environments)
    return Committed(receipt, dict(zip(names, environments, strict=True)), notes)


def _take_back(
    host: Host, receipt: Receipt, made: tuple[Path, ...], failure: BaseException
) -> None:
    """Roll back; a failed proof is told as such, and so is a rollback that is not possible."""
    why = str(failure) or "interrupted"
    try:
        apply(host, undo_plan(receipt), undoes=receipt, interruptible=False)
    except Refused as problem:
        raise Refused(
            f"{why}\nIt could not be taken back: {problem.message}",
            f"receipt {receipt.id} stands; envkit uninstall keeps what was written since",
        ) from failure
    _remove_environment(made)
    if isinstance(failure, Refused):
        count = len(receipt.plan.edits)
        files = f"All {count} files are" if count > 1 else "The file is"
        raise Refused(f"rolled back: {why}", f"{files} as before. envkit doctor says more.")


def _make_environment(host: Host, python: PythonChoice | None) -> tuple[Path, ...]:
    """Make the profile's own virtual environment; what was made, innermost first."""
    if python is None or not python.create or host.foreign:
        return ()
    place = Path(python.command[-1])
    try:
        made = durable.make_folders(place.parent)
    except OSError as error:
        raise Refused(f"{host.show(place.parent)} cannot be made: {error.strerror}") from error
    everything = (place, *made[::-1])
    # A bare environment: PYTHON* would leak in, and pip asks tools that it finds who they are.
    bare = {"HOME": str(host.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = child.Command(python.command, python.command[0], bare, limit=_MAKING_TAKES)
    try:
        outcome = child.run(command)
    except BaseException:
        _remove_environment(everything)
        raise
    if outcome.status != 0:
        _remove_environment(everything)
        said = (outcome.stdout + outcome.stderr).decode("utf-8", "replace").split("\n\n")
        raise Refused(
            f"{' '.join(python.command)} failed: {said[0].strip()}",
            "name an environment that is there: --python DIR; nothing was written",
        )
    return everything


def _remove_environment(made: tuple[Path, ...]) -> None:
    """Remove what `_make_environment` made, and nothing else."""
    if made:
        shutil.rmtree(made[0], ignore_errors=True)
        durable.remove_folders(made[1:])


@contextmanager
def _signals_raise() -> Iterator[None]:
    """Being ended, or losing the terminal, takes back what was done, as ^C does."""

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
