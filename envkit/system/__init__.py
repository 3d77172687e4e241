"""What `envkit install --system` writes, as a plan: for every account, new ones and root's too.

The environment goes into /etc/envkit; a drop-in of our own reads it wherever the system reads
drop-ins, and a block in a file of the system's where a shell reads none (`search`). So a package
that brings a new version of its file rarely meets one that was changed. Nothing in a home is read
or written, and /etc/profile is left alone wherever it reads drop-ins (the founding notes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from envkit import block, drift, environment, preflight, reach, shells
from envkit.environment import fish
from envkit.host import Host
from envkit.install import InstallPlan, Row
from envkit.model import Platform, Start
from envkit.needs import Unreached
from envkit.plan import FileEdit, Plan, Profile
from envkit.profile import HOME
from envkit.system import accounts, environment_file, places, refusals
from envkit.system.search import Asked, Search, bare
from envkit.uninstall import MADE_HERE, made_here, read_file

__all__ = ["plan"]

_MODE = 0o644
_WHOM = {
    "login_terminal": "login shells",
    "login_command": "login shells",
    "sh_login": "login shells",
    "terminal": "terminals",
    "ssh_command": "`ssh host command`",
}
_DROP_IN = "a drop-in, no package's file: "
_SHARED = "; a package's update may put its own back: install --system repairs it"


def plan(
    host: Host,
    profile: Profile,
    platform: Platform,
    overwrite_drift: bool = False,
    asked: Sequence[str] = (),
    with_environment_file: bool = False,
) -> InstallPlan:
    """What makes `profile` the environment of every account's shells; `host` is the system's.

    Refused where /etc is generated (with the text for its configuration), where a folder of PATH
    is somebody's own, where a file cannot be written, where somebody edited what is envkit's.
    """
    refusals.generated(profile, platform)
    refusals.profile(host, profile)
    targets = _targets(host, asked)
    starts = tuple(each for one in _asked(host, platform, targets) for each in one)
    search, unreached = _search(host, profile, platform, starts, "fish" in targets)
    readers = search.readers(starts)
    edits = _environments(host, profile, platform, targets)
    edits += _blocks(host, search, readers, overwrite_drift)
    left_out: tuple[Unreached, ...] = ()
    if with_environment_file:
        edit, left_out = _environment_file(host, profile, platform)
        edits.append(edit)
    edits += _left(host, platform, {edit.path for edit in edits}, overwrite_drift)
    if not overwrite_drift:
        for edit in edits[: len(_texts(profile, platform, targets))]:
            if edit.before not in (None, edit.after):
                drift.refuse_environment(host, edit.path, edit.before or b"")
    changed = tuple(edit for edit in edits if edit.before != edit.after)
    result = Plan(f"install --system {profile.name}", changed)
    preflight.check(host, result)
    rows = tuple(_row(edit) for edit in changed)
    after = _beyond(host, platform, profile, edits)
    served = tuple(
        (path, tuple(dict.fromkeys(reach.label(each.start) for each in asked)))
        for path, asked in readers.items()
    )
    named = tuple({reach.label(each.start): each.start for each in starts}.values())
    return InstallPlan(result, rows, named, (*unreached, *left_out), after, served)


def _targets(host: Host, asked: Sequence[str]) -> tuple[str, ...]:
    """The shells that are written for: bash and sh, those that are installed or asked for."""
    names = {reach.writable(host, name) for name in asked}
    names |= {name for name in reach.ALSO if shells.program(host, shells.get(name)) is not None}
    return tuple(name for name in (*reach.ALWAYS, *reach.ALSO) if name in {*reach.ALWAYS, *names})


def _asked(host: Host, platform: Platform, targets: Sequence[str]) -> tuple[list[Asked], ...]:
    """The starts of each model account, those first that reach the fewest files."""
    found = tuple(shells.get(name) for name in targets)
    return tuple(
        [
            Asked(account, start)
            for start in sorted(reach.starts(account, platform, found), key=_reads)
        ]
        for account in accounts.models(host)
    )


def _reads(start: Start) -> tuple[bool, bool]:
    return start.invocation.login, start.invocation.interactive


def _search(
    host: Host, profile: Profile, platform: Platform, asked: Sequence[Asked], with_fish: bool
) -> tuple[Search, tuple[Unreached, ...]]:
    lists = (name for name, _, _ in profile.lists)
    names = {*lists, *(name for name, _ in profile.variables), "fish_user_paths"}
    search = Search(host, platform, profile.name, names, _standing(host, platform))
    for suffix in (".sh", ".fish") if with_fish else (".sh",):
        for folder in places.folders(platform, suffix):
            search.drop_in(folder, suffix, asked)
    unreached: dict[tuple[str, str], list[str]] = {}
    for each in asked:
        reason = search.serve(each)
        if reason:
            reason += _remedy(profile, each)
            who = unreached.setdefault((reach.label(each.start), reason), [])
            who.append(accounts.title(each.account))
    return search, tuple(
        Unreached(label, reason + ("" if len(who) > 1 else f" ({who[0]})"))
        for (label, reason), who in unreached.items()
    )


def _remedy(profile: Profile, asked: Asked) -> str:
    """What to do where no file of the system's serves a start."""
    start = asked.start
    if start.invocation.remote:
        old = (start.environment.get("PATH") or start.platform.default_path).split(":")
        path = ":".join(dict.fromkeys((*profile.path_prepend, *old)))
        return f"; in /etc/ssh/sshd_config: SetEnv PATH={path.replace(HOME, '/home/NAME')}"
    if not start.invocation.login and start.invocation.interactive:
        return "; it has what its login shell has; for one account: envkit install --user"
    return "; for one account: envkit install --user"


def _standing(host: Host, platform: Platform) -> tuple[Path, ...]:
    """The files with a block of ours."""
    found = []
    for path in places.known(host, platform):
        content = read_file(host, path)
        if content is not None and b" envkit " in content and path.parent != host.config:
            with preflight.about(host, path):
                if block.find_all(content):
                    found.append(path)
    return tuple(found)


# -- edits ----------------------------------------------------------------------------------------


def _texts(profile: Profile, platform: Platform, targets: Sequence[str]) -> dict[str, bytes]:
    found = {"env.sh": environment.posix(profile, "system", platform.default_path)}
    if "fish" in targets:
        found["env.fish"] = fish.fish(profile, "system", platform.default_path)
    return found


def _environments(
    host: Host, profile: Profile, platform: Platform, targets: Sequence[str]
) -> list[FileEdit]:
    why = {
        "env.sh": "the environment itself; the only file that changes when the profile does",
        "env.fish": "the same for fish",
    }
    return [
        _edit(host, host.config / name, text, why[name])
        for name, text in _texts(profile, platform, targets).items()
    ]


def _edit(host: Host, path: Path, after: bytes | None, reason: str) -> FileEdit:
    before = read_file(host, path)
    # Whatever the umask says: every account has to read it.
    mode = _MODE if before is None and after is not None else None
    if after is None and before is not None:
        mode = host.locate(path).stat().st_mode & 0o7777
    return FileEdit(path, before, after, mode, reason)


def _blocks(
    host: Host, search: Search, readers: Mapping[Path, Sequence[Asked]], overwrite_drift: bool
) -> list[FileEdit]:
    edits = []
    for path in search.blocks:
        serves = _serves(readers[path])
        whole = path.parent.name.endswith(".d")
        edit = _edit(host, path, search.texts[path], _DROP_IN + serves if whole else serves)
        if not whole and edit.before is not None:
            edit = replace(edit, reason=serves + _SHARED)
        _check_drift(host, edit, search.languages[path], overwrite_drift)
        edits.append(edit)
    return edits


def _check_drift(host: Host, edit: FileEdit, language: str, overwrite_drift: bool) -> None:
    if edit.before is not None and not overwrite_drift:
        with preflight.about(host, edit.path):
            drift.refuse_blocks(host, edit.path, block.find_all(edit.before), language)


def _left(
    host: Host, platform: Platform, written: set[Path], overwrite_drift: bool
) -> list[FileEdit]:
    """Blocks of an earlier install that nothing needs any more."""
    edits = []
    for path in _standing(host, platform):
        if path in written or path == places.ENVIRONMENT:
            continue
        edit = _edit(host, path, bare(host, path), "no longer needed")
        _check_drift(host, edit, "fish" if path.suffix == ".fish" else "bash", overwrite_drift)
        edits.append(edit)
    return edits


def _environment_file(
    host: Host, profile: Profile, platform: Platform
) -> tuple[FileEdit, tuple[Unreached, ...]]:
    path = places.ENVIRONMENT
    before = read_file(host, path)
    with preflight.about(host, path):
        found = block.find_all(before or b"")
        made = MADE_HERE if before is None or made_here(found) else b""
        after, left_out = environment_file.text(before, profile, platform, made)
    why = "what no shell reaches, by pam_env: cron, sudo, the desktop; as it is now, not expanded"
    said = tuple(
        Unreached(name, f"{path} cannot say it: it knows no quotes, and expands nothing")
        for name in left_out
    )
    return _edit(host, path, after, why), said


# -- what is said about it ------------------------------------------------------------------------


def _row(edit: FileEdit) -> Row:
    action = "new" if edit.before is None else "remove" if edit.after is None else "edit"
    lines = [each.line for each in block.find_all(edit.after or b"")] if action == "edit" else []
    return Row(action, edit.path, lines[0] if lines else None, edit.reason)


def _serves(asked: Sequence[Asked]) -> str:
    kinds: dict[str, list[str]] = {}
    for each in asked:
        name = each.start.shell.name
        kinds.setdefault(name, []).append(_WHOM.get(each.start.context, each.start.context))
    told = [f"{name}: {', '.join(dict.fromkeys(words))}" for name, words in kinds.items()]
    return "; ".join(told)


def _beyond(
    host: Host, platform: Platform, profile: Profile, edits: Sequence[FileEdit]
) -> tuple[Unreached, ...]:
    """Contexts in which no startup file is read, but for those that /etc/environment serves."""
    from envkit.system.overlay import Overlay

    account = accounts.models(host)[0]
    texts = {edit.path: edit.after for edit in edits if edit.path == places.ENVIRONMENT}
    over = Overlay(account, texts)
    served = {
        start.context
        for start in reach.others(over, platform)
        if start.environment.get("PATH", "").startswith(":".join(profile.path_prepend) + ":")
    }
    return tuple(
        each
        for each in reach.beyond(over, platform, profile.path_prepend)
        if each.start not in served
    )
