"""An install's plan in words: what happens to each file, before which line, and for whom."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from envkit import placement, preflight
from envkit.host import Host
from envkit.needs import Need
from envkit.placement import Spot
from envkit.plan import FileEdit
from envkit.targets import ALWAYS, Target

_SERVES = {
    "login_terminal": "bash's login shells",
    "login_command": "bash's login shells",
    "terminal": "terminals",
    "ssh_command": "`ssh host command`",
    "sh_login": "sh's login shells, the desktop session",
    "sh_terminal": "sh's terminals",
    "sh_terminal_login": "sh's terminals",
    "bash_env": "bash's scripts",
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


def row(edit: FileEdit, line: int | None, why: str) -> Row:
    """A line of the plan; of a new file no line is told."""
    new = edit.before is None
    return Row("new" if new else "edit", edit.path, None if new else line, why)


def of_file(
    host: Host,
    edit: FileEdit,
    spots: Sequence[Spot],
    edits: Mapping[Path, FileEdit],
    targets: Sequence[Target],
) -> list[Row]:
    """The lines of one file that gets blocks: one for each; `edits` are all that are made."""
    whys = {one.shell.name: one.why for one in targets}
    mine = [
        row(edit, line, _why(host, spot, edits, whys))
        for line, spot in zip(placement.lines(edit.after or b""), spots, strict=True)
    ]
    more = _GREETS if _is_first_of_zsh(host, edit) else ""
    mine[0] = replace(mine[0], why=mine[0].why + more + _other_names(host, edit.path))
    return mine


def announced(
    told: Sequence[Row], before: Sequence[FileEdit], after: Sequence[FileEdit]
) -> list[Row]:
    """The lines with what has been added to the reasons of their files since, once for each."""
    more = {
        new.path: new.reason.removeprefix(old.reason)
        for old, new in zip(before, after, strict=True)
    }
    return [replace(each, why=each.why + more.pop(each.path, "")) for each in told]


def _is_first_of_zsh(host: Host, edit: FileEdit) -> bool:
    """Whether zsh takes who has this file for nobody new any more."""
    folder = edit.path.parent
    others = {host.kind(folder / name) for name in _ZSH_FILES}
    return edit.path.name in _ZSH_FILES and others == {"missing"}


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


def _why(host: Host, spot: Spot, edits: Mapping[Path, FileEdit], targets: Mapping[str, str]) -> str:
    """Whom a block serves, and why it stands where it does; lines as they will be."""
    left_by = [need.start for need in spot.needs if need.exit is not None]
    fronts = [need.front for need in spot.needs if need.front is not None]
    words = _serves(_told(spot.needs), targets)
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


def _told(needs: Sequence[Need]) -> Iterable[str]:
    return dict.fromkeys(need.start for need in needs)


def _serves(names: Iterable[str], targets: Mapping[str, str]) -> str:
    """Whom starts mean, in words: `zsh terminal` and `zsh login_terminal` are zsh's."""
    plain, kinds = [], dict[str, list[str]]()
    for name in names:
        shell, _, kind = name.partition(" ")
        kind, _, given = kind.partition(" ")
        if not kind:
            plain.append(_SERVES.get(name, name.replace("_", " ")))
        else:
            words = _KINDS.get(kind, kind.replace("_", " ")) + (f" {given}" if given else "")
            kinds.setdefault(shell, []).append(words)
    told = []
    for shell, many in kinds.items():
        why = targets.get(shell, "")
        because = f" ({why})" if why and shell not in ALWAYS else ""
        told.append(f"{shell}{because}: {', '.join(dict.fromkeys(many))}")
    return "; ".join(filter(None, (", ".join(dict.fromkeys(plain)), *told)))
