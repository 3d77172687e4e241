"""The record of what was written: one JSON file for each applied plan, enough to reverse it.

Receipts lie in `~/.local/state/envkit/receipts` (XDG respected), in folders that only their owner
may enter: they hold whole startup files, and people keep tokens in those. A version 1 receipt is
readable for ever; a later version only adds to it.
"""

from __future__ import annotations

import base64
import json
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from envkit import durable
from envkit.errors import Refused, Unreadable, UsageError
from envkit.host import Host
from envkit.plan import FileEdit, Plan, Receipt

VERSION = 1
_NAME = re.compile(r"(\d{8})-(\d{6})(?:-(\d+))?\Z")


def begin(host: Host, plan: Plan) -> tuple[Receipt, tuple[Path, ...]]:
    """Save a receipt of a plan that is about to be written; with the folders made for it.

    Its id is its own, whoever else begins at this moment. Raises Refused where it cannot be saved.
    """
    while True:
        receipt = fresh(host, plan)
        try:
            return receipt, save(host, receipt, new=True)
        except FileExistsError:
            continue


def fresh(host: Host, plan: Plan) -> Receipt:
    """A receipt with an id greater than all others.

    The id is the local time; where the clock was set back, the last id goes on counting.
    """
    now = time.localtime()
    stem = time.strftime("%Y%m%d-%H%M%S", now)
    known = _ids(host)
    if known and _rank(stem) <= _rank(known[-1]):
        day, second, count = _rank(known[-1])
        stem = f"{day:08}-{second:06}-{max(count, 1) + 1}"
    when = time.strftime("%Y-%m-%dT%H:%M:%S%z", now)
    return Receipt(stem, VERSION, when, "interrupted", plan)


def folder(host: Host) -> Path:
    """Where the receipts lie, as the machine names it."""
    return host.state / "receipts"


def save(host: Host, receipt: Receipt, new: bool = False) -> tuple[Path, ...]:
    """Write a receipt, whole or not at all; the folders that had to be made, outermost first.

    Raises Refused where it cannot be written, FileExistsError where it should be `new` and is not.
    """
    place = host.locate(folder(host))
    name, beside = place / f"{receipt.id}.json", place / f".{receipt.id}.{os.getpid()}.new"
    made: tuple[Path, ...] = ()
    try:
        made += durable.make_folders(place.parent.parent)
        made += durable.make_folders(place, 0o700)
        beside.unlink(missing_ok=True)
        durable.write_new(beside, dumps(receipt), 0o600)
        try:
            if new:
                durable.appear(beside, name)
            else:
                beside.rename(name)
            with suppress(OSError):
                durable.sync_folder(place)
        finally:
            with suppress(OSError):
                beside.unlink()
    except FileExistsError:
        raise
    except OSError as error:
        durable.remove_folders(made[::-1])
        raise Refused(
            f"no receipt can be written in {host.show(folder(host))}: {error.strerror}",
            "envkit writes nothing that it could not give back",
        ) from error
    return made


def remove(host: Host, receipt: Receipt, made: tuple[Path, ...] = ()) -> None:
    """Take a receipt away, and the folders that `save` made for it."""
    with suppress(OSError):
        (host.locate(folder(host)) / f"{receipt.id}.json").unlink()
    durable.remove_folders(made[::-1])


def load(host: Host, name: str) -> Receipt:
    """The receipt called `name`; UsageError where there is none, Unreadable where it is damaged."""
    known = _ids(host)
    if name not in known:
        hint = f"known: {', '.join(known[-5:])}" if known else "nothing was ever applied here"
        raise UsageError(f"no receipt {name}", hint)
    path = folder(host) / f"{name}.json"
    try:
        return _from_json(json.loads(host.read(path)))
    except OSError as error:
        raise Unreadable(f"{host.show(path)}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{host.show(path)} is not a receipt ({error})") from error


def latest(host: Host) -> Receipt | None:
    """The last receipt that is still in force; None where there is none."""
    for name in reversed(_ids(host)):
        receipt = load(host, name)
        if receipt.status == "applied":
            return receipt
    return None


def every(host: Host) -> tuple[Receipt, ...]:
    """All receipts that can be read, oldest first."""
    found: list[Receipt] = []
    for name in _ids(host):
        with suppress(Unreadable):
            found.append(load(host, name))
    return tuple(found)


def _ids(host: Host) -> list[str]:
    names = (name[:-5] for name in host.entries(folder(host)) if name.endswith(".json"))
    return sorted((name for name in names if _NAME.match(name)), key=_rank)


def _rank(name: str) -> tuple[int, int, int]:
    match = _NAME.match(name)
    assert match
    return int(match[1]), int(match[2]), int(match[3] or 0)


def dumps(receipt: Receipt) -> bytes:
    """A receipt as the text of its file."""
    return json.dumps(_as_json(receipt), indent=1).encode()


def loads(text: bytes | str) -> Receipt:
    """The receipt in such a text; ValueError, KeyError or TypeError where it is none."""
    return _from_json(json.loads(text))


def _as_json(receipt: Receipt) -> dict[str, Any]:
    return {
        "version": receipt.version,
        "id": receipt.id,
        "when": receipt.when,
        "status": receipt.status,
        "title": receipt.plan.title,
        "edits": [
            {
                "path": os.fspath(edit.path),
                "before": _pack(edit.before),
                "after": _pack(edit.after),
                "mode": edit.mode,
                "reason": edit.reason,
                "target": None if edit.target is None else os.fspath(edit.target),
                "was_modified": edit.was_modified,
                "modified": edit.modified,
            }
            for edit in receipt.plan.edits
        ],
        "removes": [os.fspath(path) for path in receipt.plan.folders],
        "folders": [os.fspath(path) for path in receipt.folders],
        "reason": receipt.reason,
        "undoes": receipt.undoes,
    }


def _from_json(data: dict[str, Any]) -> Receipt:
    if data["version"] > VERSION:
        raise ValueError(f"version {data['version']}: written by a newer envkit")
    edits = tuple(
        FileEdit(
            Path(row["path"]),
            _unpack(row["before"]),
            _unpack(row["after"]),
            row.get("mode"),
            row.get("reason", ""),
            None if row.get("target") is None else Path(row["target"]),
            row.get("was_modified"),
            row.get("modified"),
        )
        for row in data["edits"]
    )
    plan = Plan(data["title"], edits, tuple(map(Path, data.get("removes", ()))))
    folders = tuple(map(Path, data.get("folders", ())))
    head = (data["id"], data["version"], data["when"], data["status"])
    return Receipt(*head, plan, folders, data.get("reason", ""), tuple(data.get("undoes", ())))


def _pack(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode("ascii")


def _unpack(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)
