"""What `envkit install --system` writes, as a plan: for every account, new ones and root's too.

The environment goes into /etc/envkit; a drop-in of our own reads it wherever the system reads
drop-ins, and a block in a file of the system's where a shell reads none (`search`). So a package
that brings a new version of its file rarely meets one that was changed. Nothing in a home is read
or written, and /etc/profile is left alone wherever it reads drop-ins (the founding notes).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from envkit import block, preflight, reach, targets
from envkit.host import Host
from envkit.install import InstallPlan, Row
from envkit.model import Platform, Start
from envkit.needs import Unreached
from envkit.plan import FileEdit, Plan, Profile
from envkit.profile import HOME
from envkit.system import accounts, edits, places, refusals
from envkit.system.overlay import Overlay
from envkit.system.search import Asked, Search

__all__ = ["Files", "files", "plan"]


class Files(NamedTuple):
    """What is written: the edits, also those without effect, and whom each file serves."""

    edits: tuple[FileEdit, ...]
    readers: Mapping[Path, Sequence[Asked]]
    starts: tuple[Asked, ...]
    unreached: tuple[Unreached, ...]


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
    found = files(host, profile, platform, asked, overwrite_drift)
    written = list(found.edits)
    unreached = (*_others(host, profile), *found.unreached)
    if with_environment_file or edits.keeps_for_pam(host):
        edit, left_out = edits.for_pam(host, profile, platform)
        written.append(edit)
        unreached += left_out
    changed = tuple(edit for edit in written if edit.before != edit.after)
    result = Plan(f"install --system {profile.name}", changed)
    result = preflight.ready(host, result)
    labels = [(each, reach.label(each.start)) for each in found.starts]
    served = tuple(
        (path, tuple(dict.fromkeys(label for each, label in labels if each in readers)))
        for path, readers in found.readers.items()
    )
    return InstallPlan(
        result,
        tuple(map(_row, result.edits)),
        tuple({label: each.start for each, label in labels}.values()),
        unreached,
        _beyond(host, platform, profile, written),
        served,
    )


def files(
    host: Host,
    profile: Profile,
    platform: Platform,
    asked: Sequence[str] = (),
    overwrite_drift: bool = False,
    assume: bool = False,
) -> Files:
    """The files of a system-wide install and whom each serves.

    `assume`: where the machine has no /etc/profile, take it for the platform's own.
    """
    starts = asked_of(accounts.models(host), platform, asked)
    with_fish = any(each.start.shell.name == "fish" for each in starts)
    search, unreached = _search(host, profile, platform, starts, with_fish, assume)
    readers = search.readers(starts)
    found = edits.environments(host, profile, platform, with_fish, overwrite_drift)
    found += edits.blocks(host, search, readers, overwrite_drift)
    if not asked:  # of other shells than those named nothing is known here
        found += edits.left(host, platform, {edit.path for edit in found}, overwrite_drift)
    return Files(tuple(found), readers, starts, unreached)


def asked_of(
    models: Sequence[Host], platform: Platform, shells: Sequence[str] = ()
) -> tuple[Asked, ...]:
    """The starts of these accounts, of all shells that are here or of `shells`.

    Those come first that read the fewest files: what serves them serves others, too.
    """
    return tuple(
        Asked(account, start)
        for account in models
        for start in sorted(
            reach.starts(account, platform, targets.targets(account, shells)), key=_reads
        )
    )


def _reads(start: Start) -> tuple[bool, bool]:
    return start.invocation.login, start.invocation.interactive


def _search(
    host: Host,
    profile: Profile,
    platform: Platform,
    asked: Sequence[Asked],
    with_fish: bool,
    assume: bool,
) -> tuple[Search, tuple[Unreached, ...]]:
    lists = (name for name, _, _ in profile.lists)
    names = {*lists, *(name for name, _ in profile.variables), "fish_user_paths"}
    search = Search(host, platform, profile.name, names, edits.standing(host, platform))
    if assume:
        search.assume()
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


# -- what is said about it ------------------------------------------------------------------------


def _row(edit: FileEdit) -> Row:
    action = "new" if edit.before is None else "remove" if edit.after is None else "edit"
    lines = [each.line for each in block.find_all(edit.after or b"")] if action == "edit" else []
    return Row(action, edit.path, lines[0] if lines else None, edit.reason)


def _others(host: Host, profile: Profile) -> tuple[Unreached, ...]:
    """The shells that accounts have and that envkit does not write for, and what to write."""
    model = accounts.models(host)[0]
    prepend = _plain(profile)
    found: dict[str, Unreached] = {}
    for shell in sorted({shell for _, shell in accounts.people(host)}):
        for one in reach.own_shell(model.but(login_shell=shell), prepend):
            reason = one.reason.replace("the account's own", "some account's")
            found[one.start] = Unreached(one.start, reason)
    return tuple(found.values())


def _plain(profile: Profile) -> tuple[str, ...]:
    """The entries in front, as they are told to people: each account has a home of its own."""
    return tuple(each.replace(HOME, "/home/NAME") for each in profile.path_prepend)


def _beyond(
    host: Host, platform: Platform, profile: Profile, written: Sequence[FileEdit]
) -> tuple[Unreached, ...]:
    """Contexts in which no startup file is read, but for those that /etc/environment serves."""
    account = accounts.models(host)[0]
    prepend = _plain(profile)
    names = [name for name, _ in profile.variables]
    texts = {edit.path: edit.after for edit in written if edit.path == places.ENVIRONMENT}
    over = Overlay(account, texts)
    served = {
        start.context
        for start in (reach.others(over, platform) if texts else ())
        if start.environment.get("PATH", "").startswith(":".join(prepend) + ":")
    }
    return tuple(
        each for each in reach.beyond(over, platform, prepend, names) if each.start not in served
    )
