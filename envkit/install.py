"""What `envkit install` writes, as a plan; nothing is written here.

The plan is made from the order model and static reading alone: it starts no shell. The environment
goes into one file of envkit's own; each startup file that has to read it gets a managed block,
where `placement` says.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from envkit import block, drift, environment, needs, order, placement, preflight, reach
from envkit.host import Host
from envkit.model import Order, Platform, Start
from envkit.needs import Need, Unreached
from envkit.placement import Spot
from envkit.plan import FileEdit, Plan, Profile
from envkit.uninstall import MADE_HERE, read_file, uninstall_plan

__all__ = ["InstallPlan", "Row", "plan", "uninstall_plan"]

_SERVES = {
    "login_terminal": "bash's login shells",
    "login_command": "bash's login shells",
    "terminal": "terminals",
    "ssh_command": "`ssh host command`",
    "sh_login": "sh's login shells, the desktop session",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the plan for people: what happens to `path`, before which line, and why."""

    action: str
    path: Path
    line: int | None
    why: str


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """What will be written, why, and the starts of shells that it is for.

    `unreached`: starts that should have been reached, and why not; `beyond`: contexts in which
    no startup file is read.
    """

    plan: Plan
    rows: tuple[Row, ...]
    starts: tuple[Start, ...]
    unreached: tuple[Unreached, ...]
    beyond: tuple[Unreached, ...]


def plan(
    host: Host, profile: Profile, platform: Platform, overwrite_drift: bool = False
) -> InstallPlan:
    """What makes `profile` the environment of every shell of this account.

    Refused where a file that has to be written cannot be, where markers are broken, and where
    somebody edited what is envkit's own (unless `overwrite_drift`).
    """
    starts = reach.starts(host, platform)
    orders = tuple(order.order(host, start) for start in starts)
    wanted, unreached = _needs(host, platform, profile, starts, orders)
    own = _environment_edit(host, profile, platform, overwrite_drift)
    found = [_block_edit(host, profile, group, overwrite_drift) for group in wanted]
    changes = [(edit, spots) for edit, spots in found if edit.before != edit.after]
    edits = {edit.path: edit for edit, _ in changes}
    rows = [_row(own, None, own.reason)]
    explained = []
    for edit, spots in changes:
        mine = [
            _row(edit, line, _why(host, spot, edits))
            for line, spot in zip(placement.lines(edit.after or b""), spots, strict=True)
        ]
        mine[0] = replace(mine[0], why=mine[0].why + _other_names(host, edit.path))
        explained.append(replace(edit, reason="; ".join(row.why for row in mine)))
        rows += mine
    if own.before == own.after:
        rows = rows[1:]
    else:
        explained.insert(0, own)
    result = Plan(f"install {profile.name}", tuple(explained))
    preflight.check(host, result)
    beyond = reach.beyond(host, platform, profile.path_prepend)
    missing = (*reach.own_shell(host), *unreached)
    return InstallPlan(result, tuple(rows), starts, missing, beyond)


def _row(edit: FileEdit, line: int | None, why: str) -> Row:
    new = edit.before is None
    return Row("new" if new else "edit", edit.path, None if new else line, why)


def _needs(
    host: Host,
    platform: Platform,
    profile: Profile,
    starts: Sequence[Start],
    orders: Sequence[Order],
) -> tuple[tuple[tuple[Need, ...], ...], list[Unreached]]:
    """What all starts need, one group for each file that is really there (links followed)."""
    groups: dict[str, list[Need]] = {}
    unreached: list[Unreached] = []
    ours = (host.config / "env.sh",)
    lists = (name for name, _, _ in profile.lists)
    names = {"PATH", *lists, *(name for name, _ in profile.variables)}
    for start, found in zip(starts, orders, strict=True):
        new = reach.new_file(host, start, platform)
        for need in needs.needs(host, start, found, new, ours, names):
            if isinstance(need, Unreached):
                unreached.append(need)
            else:
                groups.setdefault(os.path.realpath(host.locate(need.path)), []).append(need)
    return tuple(tuple(group) for group in groups.values()), unreached


# -- edits ----------------------------------------------------------------------------------------


def _other_names(host: Host, path: Path) -> str:
    """What is to be known before a file is written that has more than this one name."""
    here = host.locate(path)
    if not here.exists():
        return ""
    words = ""
    if preflight.is_link(host, path):
        words += f"; a link, written is {host.show(os.path.realpath(here))}"
    if here.stat().st_nlink > 1:
        words += "; its other hard links keep the old text"
    return words


def _environment_edit(
    host: Host, profile: Profile, platform: Platform, overwrite_drift: bool
) -> FileEdit:
    path = host.config / "env.sh"
    before = read_file(host, path)
    after = environment.posix(profile, "user", platform.default_path)
    why = "the environment itself; the only file that changes when the profile does"
    if before is not None and before != after and not overwrite_drift:
        drift.refuse_environment(host, path, before)
    return FileEdit(path, before, after, None, why)


def _block_edit(
    host: Host, profile: Profile, group: Sequence[Need], overwrite_drift: bool
) -> tuple[FileEdit, tuple[Spot, ...]]:
    """The edit that gives one file what `group` needs, and where its blocks go."""
    # Of several names of one file the one that is no link.
    path = min((need.path for need in group), key=lambda path: preflight.is_link(host, path))
    before = read_file(host, path)
    content = before or b""
    body = environment.source_line(host.config / "env.sh", host.home)
    with preflight.about(host, path):
        found = block.find_all(content)
        if before is None or any(each.body.startswith(MADE_HERE) for each in found):
            body = MADE_HERE + body
        if not overwrite_drift:
            drift.refuse_blocks(host, path, found)
        spots = placement.spots(content, group)
        after = placement.insert(content, profile.name, body, [spot.line for spot in spots])
    return FileEdit(path, before, after), spots


def _why(host: Host, spot: Spot, edits: Mapping[Path, FileEdit]) -> str:
    """Whom a block serves, and why it stands where it does; lines as they will be."""
    serves = dict.fromkeys(_SERVES.get(need.start, need.start) for need in spot.needs)
    left_by = [need.start for need in spot.needs if need.exit is not None]
    fronts = [need.front for need in spot.needs if need.front is not None]
    words = ", ".join(serves)
    if left_by:
        guard = not {"terminal", "login_terminal"} & set(left_by)
        words += "; before the guard" if guard else "; before the line that ends it there"
    if fronts:
        last = max(fronts, key=lambda front: front.line)
        edit = edits.get(last.path)
        line = placement.moved(edit.before, edit.after, last.line) if edit else last.line
        own = last.path in {need.path for need in spot.needs}
        place = f"line {line}" if own else f"{host.show(last.path)}:{line}"
        words += f"; after {place}, which would otherwise come in front"
    return words
