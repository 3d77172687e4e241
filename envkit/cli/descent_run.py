"""Where a backend runs for `envkit descent`: plain Python here, a library in a child process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from envkit.descent import report
from envkit.descent.model import Backend
from envkit.descent.report import Report

if TYPE_CHECKING:
    from envkit.child import Outcome

_LIMIT = 60.0  # seconds for a backend's library to be imported and to walk
# Not `-m`: that would look for modules in the current folder first.
_BOOT = (
    "import sys; sys.path = [p for p in sys.path if p] + [sys.argv[1]]; "
    "from envkit.descent.__main__ import main; main(sys.argv[2])"
)


def run(problem: str, backend: Backend, asked: dict[str, Any]) -> Report:
    """Plain Python here, a library in a child process: it may crash, hang or print."""
    if backend.missing():
        why = f"skipped ({backend.missing()} is not installed)"
        return report.Report(problem, backend.name, "", 0.0, None, (), why, skipped=True)
    if backend.name == "plain":
        return report.run(problem, backend.name, **asked)
    return _run_in_child(problem, backend.name, asked)


def _run_in_child(problem: str, backend: str, asked: dict[str, Any]) -> Report:
    # Only libraries need a child, and these imports cost plain Python's start-up time.
    import json
    import os
    import sys
    from pathlib import Path

    import envkit
    from envkit import child

    request = json.dumps({"problem_name": problem, "backend_name": backend, **asked})
    # The folder (or zip file) that this envkit was imported from.
    here = str(Path(envkit.__file__).absolute().parent.parent)
    argv = (sys.executable, "-c", _BOOT, here, request)
    outcome = child.run(child.Command(argv, argv[0], os.environ, limit=_LIMIT))
    lines = outcome.stdout.decode("utf-8", "replace").splitlines()
    answers = [line for line in lines if line.startswith('{"problem": ')]
    if outcome.status == 0 and not outcome.timed_out and answers:
        return report.from_data(json.loads(answers[-1]))
    why = f"the {backend} backend did not run: {_reason(outcome)}"
    return report.Report(problem, backend, "", 0.0, None, (), why)


def _reason(outcome: Outcome) -> str:
    if outcome.timed_out:
        return f"nothing within {_LIMIT:g} s"
    said = outcome.stderr.decode("utf-8", "replace").strip().splitlines()
    ended = f"signal {-outcome.status}" if outcome.status < 0 else f"status {outcome.status}"
    return f"{said[-1]} ({ended})" if said else ended
