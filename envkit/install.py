"""What `envkit install` writes, as a plan; nothing is written here.

The plan is made from the order model and static reading alone: it starts no shell. The environment
goes into a file of envkit's own for each language (env.sh, env.fish); each startup file that has to
read it gets a managed block: `needs` says where it would do, `choice` in which file, `placement`
before which line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from envkit import block, drift, environment, language, placement, preflight, reach, rows
from envkit import targets as targets_room
from envkit import wanted as wanted_room
from envkit.environment import fish
from envkit.host import Host
from envkit.model import Platform, Start
from envkit.needs import Need, Unreached
from envkit.placement import Spot
from envkit.plan import FileEdit, Plan, Profile
from envkit.rows import Row
from envkit.targets import Target
from envkit.uninstall import MADE_HERE, read_file, uninstall_plan

__all__ = ["InstallPlan", "Row", "plan", "uninstall_plan"]


@dataclass(frozen=True, slots=True)
class InstallPlan:
    """What will be written, why, and the starts of shells that it is for.

    `unreached`: starts that should have been reached, and why not; `beyond`: contexts in which
    no startup file is read. `readers`: each file with a block, written now or before, and the
    starts that it serves. `targets`: the shells that it is written for, and why.
    """

    plan: Plan
    rows: tuple[Row, ...]
    starts: tuple[Start, ...]
    unreached: tuple[Unreached, ...]
    beyond: tuple[Unreached, ...]
    readers: tuple[tuple[Path, tuple[str, ...]], ...] = ()
    targets: tuple[Target, ...] = ()

    def leaves_out(self, start: Start) -> bool:
        """Whether `--shell` left out the shell of this start, which could be written for."""
        name = targets_room.family(start.shell.name)
        could = {shell.name for shell in targets_room.every()}
        return name in could - {one.shell.name for one in self.targets}


def plan(
    host: Host,
    profile: Profile,
    platform: Platform,
    overwrite_drift: bool = False,
    shells: Sequence[str] = (),
) -> InstallPlan:
    """What makes `profile` the environment of every shell of this account, or of `shells` alone.

    Refused where a file that has to be written cannot be, where markers are broken, and where
    somebody edited what is envkit's own (unless `overwrite_drift`). UsageError on a shell that
    envkit does not write for.
    """
    targets = targets_room.explained(host, shells)
    with drift.all_broken(host, [host.home / name for name in reach.NAMES]):
        wanted = wanted_room.wanted(host, platform, profile, [one.shell for one in targets])
    problems = _in_the_way(host, wanted.unreached)
    own: list[FileEdit] = []
    found: list[tuple[FileEdit, tuple[Spot, ...]]] = []
    with problems.kept():
        own = _environment_edits(host, profile, platform, targets, overwrite_drift)
    for group in wanted.groups:
        with problems.kept():
            found.append(_block_edit(host, profile, group, overwrite_drift))
    changes = [(edit, spots) for edit, spots in found if edit.before != edit.after]
    edits = {edit.path: edit for edit, _ in changes}
    explained = [edit for edit in own if edit.before != edit.after]
    told = [rows.row(edit, None, edit.reason) for edit in explained]
    for edit, spots in changes:
        mine = rows.of_file(host, edit, spots, edits, targets)
        explained.append(replace(edit, reason="; ".join(row.why for row in mine)))
        told += mine
    result = Plan(f"install {profile.name}", tuple(explained))
    fit, more = preflight.look(host, result)
    preflight.Problems((*problems, *more)).tell()
    result = preflight.described(host, result, fit)
    told = rows.announced(told, explained, result.edits)
    missing = (*reach.own_shell(host, profile.path_prepend, shells), *wanted.unreached)
    served = tuple(
        (edit.path, tuple(dict.fromkeys(need.start for spot in spots for need in spot.needs)))
        for edit, spots in found
    )
    names = (*(name for name, _, _ in profile.lists), *(name for name, _ in profile.variables))
    beyond = reach.beyond(host, platform, profile.path_prepend, names)
    return InstallPlan(result, tuple(told), wanted.starts, missing, beyond, served, targets)


def _in_the_way(host: Host, unreached: Sequence[Unreached]) -> preflight.Problems:
    """A folder, a pipe, a device under the name of the file that a start would read."""
    problems = preflight.Problems()
    for path in (host.home / name for name in reach.NAMES):
        words = (f"{host.show(path)} is ", f"{host.show(path)} cannot be read: ")
        if any(each.reason.startswith(words) for each in unreached):
            with problems.kept():
                preflight.ordinary(host, path)
    return problems


# -- edits ----------------------------------------------------------------------------------------


def _environment_edits(
    host: Host,
    profile: Profile,
    platform: Platform,
    targets: Sequence[Target],
    overwrite_drift: bool,
) -> list[FileEdit]:
    """env.sh, and env.fish where fish is written for, or was once."""
    why = "the environment itself; the only file that changes when the profile does"
    texts = [("env.sh", environment.posix(profile, "user", platform.default_path), why)]
    written = host.kind(host.config / "env.fish") == "file"
    if written or any(one.shell.name == "fish" for one in targets):
        text = fish.fish(profile, "user", platform.default_path)
        texts.append(("env.fish", text, "the same for fish" + _universal(host)))
    found = []
    for name, after, reason in texts:
        path = host.config / name
        before = read_file(host, path)
        if before is not None and before != after and not overwrite_drift:
            drift.refuse_environment(host, path, before)
        found.append(FileEdit(path, before, after, None, reason))
    return found


def _universal(host: Host) -> str:
    """A word on a universal fish_user_paths: fish puts it in front whenever it changes."""
    from envkit.reading.fish import universal

    path = host.config.parent / "fish/fish_variables"
    line = universal.line(host, path, "fish_user_paths") if host.kind(path) == "file" else None
    if line is None:
        return ""
    where = f"{host.show(path)}:{line}"
    return f"; the universal fish_user_paths ({where}) comes after it, till a shell changes it"


def _block_edit(
    host: Host, profile: Profile, group: Sequence[Need], overwrite_drift: bool
) -> tuple[FileEdit, tuple[Spot, ...]]:
    """The edit that gives one file what `group` needs, and where its blocks go."""
    # Of several names of one file the one that is no link.
    path = min((need.path for need in group), key=lambda path: preflight.is_link(host, path))
    before = read_file(host, path)
    content = before or b""
    languages = tuple(dict.fromkeys(need.language for need in group))
    body = language.source_line(host, languages[0])
    with preflight.about(host, path):
        found = block.find_all(content)
        if before is None or any(each.body.startswith(MADE_HERE) for each in found):
            body = MADE_HERE + body
        if not overwrite_drift:
            drift.refuse_blocks(host, path, found, languages[0])
        spots = placement.spots(content, group)
        places = [spot.line for spot in spots]
        after = placement.insert(content, profile.name, body, places, languages)
    return FileEdit(path, before, after), spots
