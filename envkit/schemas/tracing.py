"""What `trace` and `which` print as JSON, in each of their views."""

from __future__ import annotations

from typing import Any

from envkit.schemas.derive import hints

Shape = dict[str, Any]


def trace() -> tuple[Shape, ...]:
    """One context, or several; the session; a recording. Other views add to a context."""
    one = _context()
    return (
        one,
        {"contexts": [one]},
        {"contexts": [one], **_compared()},
        _session(),
        _everywhere(),
        *_recorded(one),
    )


def _context() -> Shape:
    from envkit.model import Location
    from envkit.provenance import Trace
    from envkit.steps import Line

    plain = hints(Trace)
    for name in ("steps", "lines", "seconds", "overhead", "answer"):
        del plain[name]
    followed, stage = _followed()
    node: Shape = {
        "path": (str, None),
        "sourced_at": (Location, None),
        "depth": int,
        "own": float,
        "total": float,
    }
    return {
        **plain,
        "assignments": [followed],
        "imitated": bool,
        "imitation": str,
        "hidden?": bool,
        "steps?": [stage],
        "lines?": [Line],
        "seconds?": (float, None),
        "overhead?": (float, None),
        "tree?": [node],
        "costliest?": [{**hints(Line), "text": str}],
    }


def _followed() -> tuple[Shape, Shape]:
    """An assignment, and a step; both may say what they did to a list."""
    from envkit.provenance import Assignment
    from envkit.steps import Step

    placed = {"directory": str, "position": int}
    moved = {**placed, "before": int, "words": str}
    change = {"added?": [placed], "removed?": [placed], "moved?": [moved], "hidden?": bool}
    step = {name: (each, None) for name, each in hints(Step).items()}
    return (
        {**hints(Assignment), "before?": (str, None), **change},
        {**step, **change, "status?": str, "reason?": str, "anew?": bool},
    )


def _compared() -> Shape:
    from envkit.model import Location

    where = (Location, None)
    place: Shape = {
        "context": str,
        "position?": (int, None),
        "set_by": where,
        "moved_by?": where,
        "removed_by?": where,
    }
    entry: Shape = {"directory": str, "copy": int}
    difference = {"kind": str, "directory?": str, "copy?": int, "contexts": [place]}
    return {
        "differences": [difference],
        "left_out": [{"context": str, "reason": str}],
        "absent?": [{"context": str, "reason": str}],
        "entries?": [{**entry, "contexts": [place]}],
    }


def _session() -> Shape:
    from envkit.session import Entry, Variable

    text = (str, None)
    return {
        "variable": str,
        "context": str,
        "context_because": str,
        "shell": str,
        "same": (bool, None),
        "value": text,
        "fresh": text,
        "reason": str,
        "entries": [Entry],
        "variables": [Variable],
        "notes": [str],
    }


def _everywhere() -> Shape:
    from envkit.everywhere import Setting

    reasons = [{"context": str, "reason": str}]
    return {
        "variable": str,
        "traced": [str],
        "lines": [Setting],
        "left_out": reasons,
        "absent": reasons,
        "notes": [{"context": str, "note": str}],
    }


def _recorded(one: Shape) -> tuple[Shape, ...]:
    from envkit.plan import FileEdit, Plan

    text = (str, None)
    return (
        {"status": str},
        {"status": str, "kinds": [str], "receipt": str, "plan": Plan},
        {"status": str, "edits": [FileEdit], "deleted": bool},
        {
            "status": str,
            "kind": str,
            "starter": str,
            "program": str,
            "argv": [str],
            "stdin": str,
            "machine": str,
            "when": str,
            "variable": str,
            "given": text,
            "moments": [{"path": str, "at": str, "value": text}],
            "agrees": (bool, None),
            "trace": one,
        },
    )


def which() -> tuple[Shape, ...]:
    """Each name in each context."""
    from envkit.model import Location
    from envkit.which.copies import Copy
    from envkit.which.found import File, Would

    file = hints(File)
    file |= {"entry": (str, None), "owner?": file.pop("owner")}
    other = {f"{name.removesuffix('?')}?": each for name, each in file.items()}
    found: Shape = {
        **file,
        "path": (str, None),
        "context": str,
        "imitated": bool,
        "imitation": str,
        "shell": str,
        "kind": str,
        "where": (Location, None),
        "source": str,
        "text": str,
        "runs": (file, None),
        "overrides": [{"kind": str, **other}],
        "shadows": [file],
        "note": str,
        "not_runnable?": str,
    }
    name: Shape = {
        "name": str,
        "found": bool,
        "contexts": [found],
        "other_contexts": [str],
        "copies": [Copy],
        "near": [str],
        "would": [Would],
    }
    return ({"names": [name]},)
