"""The edits of a system-wide install: /etc/envkit, what reads it, and what nothing needs now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from envkit import block, drift, environment, preflight, receipts
from envkit.environment import fish
from envkit.host import Host
from envkit.model import Platform
from envkit.needs import Unreached
from envkit.plan import FileEdit, Profile
from envkit.receipts import timeline
from envkit.system import environment_file, places
from envkit.system.search import Asked, Search, bare
from envkit.uninstall import MADE_HERE, made_here, read_file

_MODE = 0o644
_WHOM = {
    "login_terminal": "login shells",
    "login_command": "login shells",
    "sh_login": "login shells",
    "terminal": "terminals",
    "ssh_command": "`ssh host command`",
}
_WHY = {
    "env.sh": "the environment itself; the only file that changes when the profile does",
    "env.fish": "the same for fish",
}
_DROP_IN = "a drop-in, no package's file: "
_SHARED = "; a package's update may put its own back: install --system repairs it"


def environments(
    host: Host, profile: Profile, platform: Platform, with_fish: bool, overwrite_drift: bool = False
) -> list[FileEdit]:
    """/etc/envkit/env.sh, and env.fish where fish is written for, or was once."""
    texts = {"env.sh": environment.posix(profile, "system", platform.default_path)}
    if with_fish or host.kind(host.config / "env.fish") == "file":
        texts["env.fish"] = fish.fish(profile, "system", platform.default_path)
    found = [_edit(host, host.config / name, text, _WHY[name]) for name, text in texts.items()]
    for edit in found:
        if edit.before not in (None, edit.after) and not overwrite_drift:
            drift.refuse_environment(host, edit.path, edit.before or b"")
    return found


def blocks(
    host: Host, search: Search, readers: Mapping[Path, Sequence[Asked]], overwrite_drift: bool
) -> list[FileEdit]:
    """The drop-ins and blocks that a search has found places for."""
    found = []
    for path in search.blocks:
        whom = serves(readers[path])
        whole = path.parent.name.endswith(".d")
        edit = _edit(host, path, search.texts[path], _DROP_IN + whom if whole else whom)
        if not whole and edit.before is not None and path.suffix != ".local":
            edit = replace(edit, reason=whom + _SHARED)
        _check_drift(host, edit, search.languages[path], overwrite_drift)
        found.append(edit)
    return found


def left(
    host: Host, platform: Platform, written: set[Path], overwrite_drift: bool
) -> list[FileEdit]:
    """Blocks of an earlier install that nothing needs any more."""
    found = []
    for path in standing(host, platform):
        if path in written or path == places.ENVIRONMENT:
            continue
        edit = _edit(host, path, bare(host, path), "no longer needed")
        _check_drift(host, edit, "fish" if path.suffix == ".fish" else "bash", overwrite_drift)
        found.append(edit)
    return found


def standing(host: Host, platform: Platform) -> tuple[Path, ...]:
    """The files with a block of ours."""
    found = []
    for path in places.known(host, platform):
        content = read_file(host, path)
        if content is not None and b" envkit " in content and path.parent != host.config:
            with preflight.about(host, path):
                if block.find_all(content):
                    found.append(path)
    return tuple(found)


def keeps_for_pam(host: Host) -> bool:
    """Whether /etc/environment has a block of ours, or had when envkit last wrote it.

    An update may have put its own back meanwhile: that is repaired as every other file is.
    """
    with preflight.about(host, places.ENVIRONMENT):
        if block.find_all(read_file(host, places.ENVIRONMENT) or b""):
            return True
    for receipt in reversed(timeline.steps(receipts.every(host))):
        for edit in (*receipt.plan.edits, *receipt.folded):
            if edit.path == places.ENVIRONMENT:
                return bool(block.find_all(edit.after or b""))
    return False


def for_pam(
    host: Host, profile: Profile, platform: Platform
) -> tuple[FileEdit, tuple[Unreached, ...]]:
    """/etc/environment, and what could not be said in it."""
    path = places.ENVIRONMENT
    before = read_file(host, path)
    with preflight.about(host, path):
        found = block.find_all(before or b"")
        made = MADE_HERE if before is None or made_here(found) else b""
        after, left_out = environment_file.text(before, profile, platform, made)
    why = "what no shell reaches, by pam_env: services of a user, the desktop; PATH as it is now"
    said = tuple(
        Unreached(name, f"{path} cannot say it: it knows no quotes, and expands nothing")
        for name in left_out
    )
    return _edit(host, path, after, why), said


def serves(asked: Sequence[Asked]) -> str:
    """Whom a file is for: `bash: terminals, login shells; sh: login shells`."""
    kinds: dict[str, list[str]] = {}
    for each in asked:
        name = each.start.shell.name
        kinds.setdefault(name, []).append(_WHOM.get(each.start.context, each.start.context))
    told = [f"{name}: {', '.join(dict.fromkeys(words))}" for name, words in kinds.items()]
    return "; ".join(told)


def _edit(host: Host, path: Path, after: bytes | None, reason: str) -> FileEdit:
    before = read_file(host, path)
    # Whatever the umask says: every account has to read it.
    mode = _MODE if before is None and after is not None else None
    if after is None and before is not None:
        mode = host.locate(path).stat().st_mode & 0o7777
    return FileEdit(path, before, after, mode, reason)


def _check_drift(host: Host, edit: FileEdit, language: str, overwrite_drift: bool) -> None:
    if edit.before is not None and not overwrite_drift:
        with preflight.about(host, edit.path):
            drift.refuse_blocks(host, edit.path, block.find_all(edit.before), language)
