"""`envkit order --all` and `--why FILE`: every context, side by side or about one file."""

from __future__ import annotations

from pathlib import Path

import typer

from envkit import shells, why
from envkit.cli import output
from envkit.cli.order import data, where
from envkit.host import Host
from envkit.model import Platform
from envkit.why import One, Why


def run(
    host: Host,
    shell: str | None,
    system: Platform,
    build: str | None,
    file: str | None,
    as_json: bool,
) -> None:
    """Every context side by side, or one file in every context."""
    every = why.every(host, shells.named(host, shell) if shell else None, system, build)
    if file is not None:
        _why(host, file, every, as_json)
    elif as_json:
        output.say_json({"contexts": [_context_data(host, one) for one in every]})
    else:
        from envkit.cli import order_table

        output.say(order_table.table(host, system, every))


def _why(host: Host, file: str, every: tuple[One, ...], as_json: bool) -> None:
    """One file: exit 1 where no context reads it."""
    path = why.path_of(host, file, Path.cwd())
    found = why.why(host, path, every)
    read = any(one.status == "read" and not one.one.absent for one in found)
    own = next(one.start for one in every if one.context.shell is None)
    others = () if read else why.others(host, path, own.platform, own.shell.name)
    if as_json:
        rows = [_why_data(host, one) for one in found]
        output.say_json({"file": path, "read": read, "read_by": others, "contexts": rows})
    else:
        from envkit.cli import order_why

        output.say(order_why.text(host, path, found, others))
    if not read:
        raise typer.Exit(1)


def _context_data(host: Host, one: One) -> dict[str, object]:
    return {**data(one.order), **_about(host, one)}


def _about(host: Host, one: One) -> dict[str, object]:
    return {
        "context": one.context.name,
        "title": one.context.title,
        "shell": one.start.shell.name,
        "imitated": bool(one.imitated),
        "absent": one.absent,
        **where(host, one.start.platform),
    }


def _why_data(host: Host, found: Why) -> dict[str, object]:
    return {
        **_about(host, found.one),
        "status": found.status,
        "place": found.place or None,
        "reason": found.reason,
        "reader": found.reader,
        "change": output.as_data(found.change),
        "changes": output.as_data(found.changes),
    }
