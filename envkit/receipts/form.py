"""A receipt as JSON. Version 1 is readable for ever; a later version only adds to it.

Version 2 added, for each edit: target, kind, was_mode, was_modified, modified; for the receipt:
reason, undoes, folded, gone, standing. tests/data/receipts keeps one of each kind ever written.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

from envkit.plan import FileEdit, Plan, Receipt

VERSION = 2

_STATUSES = ("applied", "failed", "interrupted", "rolled back")


class NewerVersion(ValueError):
    """A receipt that a later envkit wrote: it may mean more than this one can tell."""


def dumps(receipt: Receipt) -> bytes:
    """The text of a receipt, of the version that this envkit writes."""
    data = {
        "version": VERSION,
        "id": receipt.id,
        "when": receipt.when,
        "status": receipt.status,
        "title": receipt.plan.title,
        "reason": receipt.reason,
        "undoes": list(receipt.undoes),
        "edits": [_edit_out(edit) for edit in receipt.plan.edits],
        "removes": [os.fspath(path) for path in receipt.plan.folders],
        "folders": [os.fspath(path) for path in receipt.folders],
        "folded": [_edit_out(edit) for edit in receipt.folded],
        "gone": receipt.gone,
        "standing": list(receipt.standing),
    }
    return json.dumps(data, indent=1).encode()


def loads(text: bytes | str) -> Receipt:
    """The receipt that a text is; NewerVersion, else ValueError, KeyError or TypeError."""
    data = json.loads(text)
    if data["version"] > VERSION:
        raise NewerVersion(f"version {data['version']}: written by a newer envkit")
    if data["status"] not in _STATUSES:
        raise ValueError(f"unknown status {data['status']!r}")
    edits = tuple(map(_edit_in, data["edits"]))
    return Receipt(
        _text(data["id"]),
        data["version"],
        _text(data["when"]),
        data["status"],
        Plan(_text(data["title"]), edits, tuple(map(Path, data.get("removes", ())))),
        tuple(map(Path, data.get("folders", ()))),
        _text(data.get("reason", "")),
        tuple(map(_text, data.get("undoes", ()))),
        tuple(map(_edit_in, data.get("folded", ()))),
        _text(data.get("gone", "")),
        tuple(map(_text, data.get("standing", ()))),
    )


def _edit_out(edit: FileEdit) -> dict[str, Any]:
    return {
        "path": os.fspath(edit.path),
        "before": _pack(edit.before),
        "after": _pack(edit.after),
        "mode": edit.mode,
        "reason": edit.reason,
        "target": None if edit.target is None else os.fspath(edit.target),
        "was_modified": edit.was_modified,
        "modified": edit.modified,
        "kind": edit.kind,
        "was_mode": edit.was_mode,
    }


def _edit_in(row: dict[str, Any]) -> FileEdit:
    target = row.get("target")
    return FileEdit(
        Path(row["path"]),
        _unpack(row["before"]),
        _unpack(row["after"]),
        _number(row.get("mode")),
        _text(row.get("reason", "")),
        None if target is None else Path(target),
        _number(row.get("was_modified")),
        _number(row.get("modified")),
        _text(row.get("kind", "")),
        _number(row.get("was_mode")),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError(f"{value!r} is no number")
    return value


def _pack(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode("ascii")


def _unpack(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)
