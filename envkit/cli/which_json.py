"""What `which` tells, as JSON: `{"names": [{name, found, contexts: [...], ...}]}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from envkit.cli import output

if TYPE_CHECKING:
    from envkit.which.found import File, Found, Told

_EMPTY: dict[str, object] = {
    "path": None,
    "version": "",
    "entry": None,
    "position": 0,
    "set_by": None,
    "via": "",
    "moved_by": None,
    "links": [],
    "interpreter": "",
    "prefix": None,
    "shim": None,
    "same_as": 0,
    "runnable": False,
    "problem": "",
    "interpreter_version": "",
}


def data(told: Sequence[Told], owned: bool) -> list[dict[str, object]]:
    """One object a name; `owner` of each file only where it was asked for."""
    return [
        {
            "name": each.name,
            "found": each.found,
            "contexts": [_found(one, owned) for one in each.contexts],
            "other_contexts": list(each.others),
            "copies": output.as_data(each.copies),
            "near": list(each.near),
            "would": output.as_data(each.would),
        }
        for each in told
    ]


def _found(one: Found, owned: bool) -> dict[str, object]:
    """A context: what runs, its file laid open beside it; what that overrides, and shadows."""
    made: dict[str, object] = {
        "context": one.context,
        "imitated": bool(one.imitated),
        "imitation": one.imitated,
        "shell": one.shell,
        "kind": one.kind,
        **(_file(one.file, owned) if one.file and one.kind == "file" else _EMPTY),
        "where": output.as_data(one.where),
        "source": one.source,
        "text": one.text,
        "runs": _file(one.runs, owned) if one.runs else None,
        "overrides": [
            {"kind": kind, **(_file(one.file, owned) if one.file and kind == "file" else {})}
            for kind in one.overrides
        ],
        "shadows": [_file(each, owned) for each in one.shadows],
        "note": one.note,
    }
    if one.file and one.kind == "none":
        made["not_runnable"] = str(one.file.path)
    return made


def _file(one: File, owned: bool) -> dict[str, object]:
    made: dict[str, object] = output.as_data(one)
    if not one.position:
        made["entry"] = None  # not by PATH: named with a slash, or remembered
    if not owned:
        del made["owner"]
    return made
