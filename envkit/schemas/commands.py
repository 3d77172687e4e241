"""What each command prints as JSON: its own words, and the records that it passes on.

One function for each command, which gives every form that its object can have. See `derive` for
how a shape is written; modules are imported where a schema is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from envkit.schemas import tracing

Shape = dict[str, Any]
_WHERE: Shape = {"platform": str, "platform_known": bool}
_STATUS = Literal["already so", "would change", "applied", "refused", "rolled back"]


def _order() -> tuple[Shape, ...]:
    from envkit.model import Change, StartupFile

    start: Shape = {"context": str, "shell": str, "files": [StartupFile], **_WHERE}
    about: Shape = {"title": str, "imitated": bool, "absent": str}
    why: Shape = {
        "context": str,
        "shell": str,
        **about,
        **_WHERE,
        "status": Literal["read", "missing", "hidden", "skipped", "unreadable", "unknown"],
        "place": (int, None),
        "reason": str,
        "reader": str,
        "change": (Change, None),
        "changes": [Change],
    }
    difference: Shape = {
        "argv": [str],
        "stdin": str,
        "environment": Mapping[str, str],
        "files": Mapping[str, str],
        "predicted": [str],
        "seen": [str],
        "problem": str,
    }
    probe: Shape = {
        "shell": str,
        "program": str,
        "shell_version": str,
        "build": str,
        "platform": str,
        "system_files": bool,
        "why_not": str,
        "starts": int,
        "untold": int,
        "differences": [difference],
    }
    return (
        {**start, **{f"{name}?": each for name, each in about.items()}},
        {"contexts": [{**start, **about}]},
        {"file": str, "read": bool, "read_by": [str], "contexts": [why]},
        probe,
    )


def _contexts() -> tuple[Shape, ...]:
    from envkit.model import Given

    one: Shape = {
        "name": str,
        "title": str,
        "shell": str,
        "login": bool,
        "interactive": bool,
        "command": bool,
        "stdin": str,
        "limit": (float, None),
        "absent": (str, None),
        **_WHERE,
        "imitated": bool,
        "why_imitated": (str, None),
        "reproduced": str,
        "remedy": (str, None),
        "given": [Given],
        "files": [str],
    }
    return {"contexts": [one]}, one


def _doctor() -> tuple[Shape, ...]:
    from envkit.doctor import Skipped
    from envkit.finding import Finding

    return ({"findings": [Finding], "skipped": [Skipped], "checks": int},)


def _explain() -> tuple[Shape, ...]:
    rule: Shape = {"code": str, "name": str, "severity": str, "title": str, "page": str}
    return ({"rules": [rule]},)


def _profile_list() -> tuple[Shape, ...]:
    return ({"profiles": [{"name": str, "title": str, "source": str}], "default": str},)


def _profile_show() -> tuple[Shape, ...]:
    from envkit.plan import Profile
    from envkit.profile import PythonChoice
    from envkit.schemas.derive import hints

    return ({**hints(Profile), "python": (PythonChoice, None)},)


def _profile_check() -> tuple[Shape, ...]:
    from envkit.finding import Finding

    return ({"findings": [Finding]},)


def _generate() -> tuple[Shape, ...]:
    from envkit.generate import StartupText
    from envkit.profile import PythonChoice

    python = (PythonChoice, None)
    head: Shape = {"profile": str, "scope": str, "platform": str, "python": python}
    return ({**head, "files": [StartupText], "written": [str]},)


def _install() -> tuple[Shape, ...]:
    from envkit.needs import Unreached
    from envkit.plan import Plan
    from envkit.profile import PythonChoice
    from envkit.verify import Row

    return (
        {
            "status": _STATUS,
            "profile": str,
            "python": PythonChoice,
            "plan": Plan,
            "diff": str,
            "unreached": [Unreached],
            "receipt": (str, None),
            "contexts": [Row],
            "notes": [str],
        },
    )


def _uninstall() -> tuple[Shape, ...]:
    from envkit.plan import Plan

    head: Shape = {"status": _STATUS, "plan": Plan, "diff": str, "environments": [str]}
    return ({**head, "receipt": (str, None)},)


def _rollback() -> tuple[Shape, ...]:
    from envkit.plan import Plan

    head: Shape = {"status": _STATUS, "receipt": str, "plan": Plan, "diff": str}
    return ({**head, "taken_back": [str], "in_force_again": [str], "own_receipt": (str, None)},)


def _history() -> tuple[Shape, ...]:
    from envkit.history import Entry

    return ({"receipts": [Entry], "diff": (str, None)},)


def _descent() -> tuple[Shape, ...]:
    check: Shape = {
        "code": str,
        "name": str,
        "observed": (float, None),
        "bound": (float, None),
        "passed": (bool, None),
        "skipped": str,
    }
    number = (float, None)  # JSON knows no infinity and no NaN
    walk: Shape = {
        "problem": str,
        "backend": str,
        "computed_by": str,
        "learning_rate": number,
        "x": ([number], None),
        "fun": number,
        "nit": (int, None),
        "success": bool,
        "message": str,
        "skipped": bool,
        "trajectory": [[number]],
        "checks": [check],
    }
    known: Shape = {"problems": [{"name": str, "title": str}], "backends": [str]}
    return walk, {"backends": [walk]}, known


def _verify() -> tuple[Shape, ...]:
    from envkit.verify import Absent, Row

    return ({"contexts": [Row], "absent": [Absent]},)


SHAPES: dict[str, Callable[[], tuple[Shape, ...]]] = {
    "order": _order,
    "contexts": _contexts,
    "trace": tracing.trace,
    "which": tracing.which,
    "doctor": _doctor,
    "explain": _explain,
    "profile list": _profile_list,
    "profile show": _profile_show,
    "profile check": _profile_check,
    "generate": _generate,
    "install": _install,
    "uninstall": _uninstall,
    "history": _history,
    "rollback": _rollback,
    "descent": _descent,
    "verify": _verify,
}
