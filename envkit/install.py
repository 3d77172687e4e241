"""What `envkit install` writes, as a plan; nothing is written here.

The plan is made from the order model and static reading alone: it starts no shell. The environment
goes into a file of envkit's own for each language (env.sh, env.fish); each startup file that has to
read it gets a managed block: `needs` says where it would do, `choice` in which file, `placement`
before which line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from envkit import (
    block,
    choice,
    drift,
    environment,
    language,
    needs,
    order,
    placement,
    preflight,
    reach,
)
from envkit.environment import fish
from envkit.host import Host
from envkit.model import Platform, Shell, Start
from envkit.needs import Asked, Choice, Need, Unreached
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
# Of the other shells: what a start is called behind the shell's name.
_KINDS = {
    "login_terminal": "terminals",
    "terminal": "terminals",
    "login_command": "commands",
    "ssh_command": "commands",
}
_GREETS = "; zsh's questions to a new user end with that file"
_ZSH_FILES = (".zshenv", ".zprofile", ".zshrc", ".zlogin")  # zsh asks who has none of them


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
    no startup file is read. `readers`: each file with a block, written now or before, and the
    starts that it serves.
    """

    plan: Plan
    rows: tuple[Row, ...]
    starts: tuple[Start, ...]
    unreached: tuple[Unreached, ...]
    beyond: tuple[Unreached, ...]
    readers: tuple[tuple[Path, tuple[str, ...]], ...] = ()


def plan(
    host: Host,
    profile: Profile,
    platform: Platform,
    overwrite_drift: bool = False,
    shells: Sequence[str] = (),
) -> InstallPlan:
    """What makes `profile` the environment of every shell of this account, and of `shells`.

    Refused where a file that has to be written cannot be, where markers are broken, and where
    somebody edited what is envkit's own (unless `overwrite_drift`). UsageError on a shell that
    envkit does not write for.
    """
    targets = reach.targets(host, shells)
    starts = reach.starts(host, platform, targets)
    wanted, unreached = _needs(host, platform, profile, starts)
    own = _environment_edits(host, profile, platform, targets, overwrite_drift)
    found = [_block_edit(host, profile, group, overwrite_drift) for group in wanted]
    changes = [(edit, spots) for edit, spots in found if edit.before != edit.after]
    edits = {edit.path: edit for edit, _ in changes}
    explained = [edit for edit in own if edit.before != edit.after]
    rows = [_row(edit, None, edit.reason) for edit in explained]
    for edit, spots in changes:
        mine = [
            _row(edit, line, _why(host, spot, edits))
            for line, spot in zip(placement.lines(edit.after or b""), spots, strict=True)
        ]
        more = _GREETS if _is_first_of_zsh(host, edit) else ""
        mine[0] = replace(mine[0], why=mine[0].why + more + _other_names(host, edit.path))
        explained.append(replace(edit, reason="; ".join(row.why for row in mine)))
        rows += mine
    result = Plan(f"install {profile.name}", tuple(explained))
    preflight.check(host, result)
    beyond = reach.beyond(host, platform, profile.path_prepend)
    missing = (*reach.own_shell(host, profile.path_prepend), *unreached)
    served = tuple(
        (edit.path, tuple(dict.fromkeys(need.start for spot in spots for need in spot.needs)))
        for edit, spots in found
    )
    return InstallPlan(result, tuple(rows), starts, missing, beyond, served)


def _row(edit: FileEdit, line: int | None, why: str) -> Row:
    new = edit.before is None
    return Row("new" if new else "edit", edit.path, None if new else line, why)


def _needs(
    host: Host, platform: Platform, profile: Profile, starts: Sequence[Start]
) -> tuple[tuple[tuple[Need, ...], ...], list[Unreached]]:
    """What all starts need, one group for each file that is really there (links followed)."""
    choices: list[Choice] = []
    unreached: list[Unreached] = []
    for start in starts:
        for found in needs.needs(host, _asked(host, platform, profile, start)):
            if isinstance(found, Unreached):
                unreached.append(found)
            else:
                choices.append(found)
    groups: dict[str, list[Need]] = {}
    for need in choice.choose(host, choices):
        groups.setdefault(os.path.realpath(host.locate(need.path)), []).append(need)
    # As people know them: bash's and sh's first, then each shell's in the order of its reading.
    names = {row: place for place, row in enumerate(reach.NAMES)}
    ranks = {path: names.get(Path(path).name, len(names)) for path in groups}
    return tuple(tuple(groups[path]) for path in sorted(groups, key=ranks.__getitem__)), unreached


def _asked(host: Host, platform: Platform, profile: Profile, start: Start) -> Asked:
    lists = (name for name, _, _ in profile.lists)
    names = {"PATH", *lists, *(name for name, _ in profile.variables)}
    if start.shell.name == "fish":
        names.add("fish_user_paths")  # what is put there comes in front of PATH at once
    path = f"{needs.MARK}:{start.environment.get('PATH') or platform.default_path}"
    marked = start._replace(environment={**start.environment, "PATH": path})
    return Asked(
        start,
        order.order(host, marked),
        path,
        reach.label(start),
        reach.new_file(host, start, platform),
        tuple(host.config / name for name in language.FILES),
        names,
    )


def _is_first_of_zsh(host: Host, edit: FileEdit) -> bool:
    """Whether zsh takes who has this file for nobody new any more."""
    folder = edit.path.parent
    others = {host.kind(folder / name) for name in _ZSH_FILES}
    return edit.path.name in _ZSH_FILES and others == {"missing"}


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


def _environment_edits(
    host: Host,
    profile: Profile,
    platform: Platform,
    targets: Sequence[Shell],
    overwrite_drift: bool,
) -> list[FileEdit]:
    """env.sh, and env.fish where fish is written for, or was once."""
    why = "the environment itself; the only file that changes when the profile does"
    texts = [("env.sh", environment.posix(profile, "user", platform.default_path), why)]
    written = host.kind(host.config / "env.fish") == "file"
    if written or any(shell.name == "fish" for shell in targets):
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


def _why(host: Host, spot: Spot, edits: Mapping[Path, FileEdit]) -> str:
    """Whom a block serves, and why it stands where it does; lines as they will be."""
    left_by = [need.start for need in spot.needs if need.exit is not None]
    fronts = [need.front for need in spot.needs if need.front is not None]
    words = _serves(dict.fromkeys(need.start for need in spot.needs))
    if left_by:
        guard = not any("terminal" in name for name in left_by)
        words += "; before the guard" if guard else "; before the line that ends it there"
    if fronts:
        last = max(fronts, key=lambda front: front.line)
        edit = edits.get(last.path)
        line = placement.moved(edit.before, edit.after, last.line) if edit else last.line
        own = last.path in {need.path for need in spot.needs}
        place = f"line {line}" if own else f"{host.show(last.path)}:{line}"
        words += f"; after {place}, which would otherwise come in front"
    return words


def _serves(names: Iterable[str]) -> str:
    """Whom starts mean, in words: `zsh terminal` and `zsh login_terminal` are zsh's."""
    plain, kinds = [], dict[str, list[str]]()
    for name in names:
        shell, _, kind = name.partition(" ")
        kind, _, given = kind.partition(" ")
        if not kind:
            plain.append(_SERVES.get(name, name))
        else:
            words = _KINDS.get(kind, kind) + (f" {given}" if given else "")
            kinds.setdefault(shell, []).append(words)
    told = [f"{shell}: {', '.join(dict.fromkeys(words))}" for shell, words in kinds.items()]
    return "; ".join(filter(None, (", ".join(dict.fromkeys(plain)), *told)))
