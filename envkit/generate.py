"""The startup files that a profile asks for, as texts: to read, for an image, for a dotfiles repo.

It is install's own plan, printed or written elsewhere; two things differ. On a bare home it gives
`~/.bash_profile` and `~/.bashrc` on every platform, as the founding notes order them (the user's
variables belong in `~/.bash_profile`, read once, at login), since a repository of dotfiles is
taken to any machine; `install`, which knows the machine that it is on, makes there what the
system's own skeleton has: `~/.profile` on Debian. With `--system` it is what `install --system`
would write for that shell, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from envkit import block, install, platforms, reach, shells
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Platform, Scope
from envkit.plan import Profile

# Stands for the root of a machine that is not here, and of which nothing is known.
_NOWHERE = Path("/nonexistent/envkit")

# In the order in which bash comes to them (the founding notes), with who reads each.
_READERS = {
    ".bash_profile": "bash, in login shells: the first of three that exists",
    ".bash_login": "bash, in login shells, where there is no ~/.bash_profile",
    ".profile": "sh, in login shells; bash, too, where its own two are missing",
    ".bashrc": "bash, in terminals; on Debian also for `ssh host command`",
    "env.sh": "the files above",
}
# The same for the other shells, in the order in which they come to them.
_OTHERS = {
    ".zshenv": "zsh, always",
    ".zprofile": "zsh, in login shells",
    ".zshrc": "zsh, in terminals",
    ".zlogin": "zsh, in login shells, last",
    "envkit.fish": "fish, always",
    "config.fish": "fish, always, after conf.d",
    ".profile": "{}, in login shells",
    ".kshrc": "ksh93, in terminals, where $ENV names no other",
    ".mkshrc": "mksh, in terminals, where $ENV names no other",
}


@dataclass(frozen=True, slots=True)
class StartupText:
    """A file as it would be: `status` says whether it is new, edited, or already so."""

    path: Path
    content: bytes
    status: Literal["new", "edit", "same"]
    reader: str


def texts(
    host: Host, profile: Profile, platform: Platform, scope: Scope, shell: str = "bash"
) -> tuple[StartupText, ...]:
    """The files that `shell` reads, for `profile`, in priority order.

    UsageError on an unknown shell; Refused as install is.
    """
    shell = reach.writable(host, shell)
    if scope == "system":
        return tuple(_system(host, profile, platform, shell))
    if shell in reach.ALSO:
        return _other(host, profile, platform, shell)
    found = _user(host, profile, platform, shell)
    ranks = list(_READERS)
    return tuple(sorted(found, key=lambda text: ranks.index(_key(text.path))))


def write(host: Host, found: Sequence[StartupText], folder: Path) -> tuple[Path, ...]:
    """Write the texts below `folder`: those of the home below `home`, others as they are named.

    Refused, before anything is written, where a file is there already and says something else.
    """
    targets = [folder / _place(host, text.path) for text in found]
    try:
        taken = [
            target
            for target, text in zip(targets, found, strict=True)
            if target.exists() and target.read_bytes() != text.content
        ]
        if taken:
            raise Refused(
                f"there already, and different: {', '.join(map(str, taken))}",
                "move them away, or name another folder: --output DIR",
            )
        for target, text in zip(targets, found, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                # "x": what somebody made since we looked is not overwritten either.
                with target.open("xb") as file:
                    file.write(text.content)
    except OSError as error:
        raise Refused(f"{error.filename or folder} cannot be written: {error.strerror}") from error
    return tuple(targets)


def _names(shell: str) -> tuple[str, ...]:
    known = shells.get(shell)
    return (*known.login_files, *known.rc_files)


def _key(path: Path) -> str:
    return str(path) if str(path) in _READERS else path.name


def _place(host: Host, path: Path) -> Path:
    if path.is_relative_to(host.home):
        return Path("home") / path.relative_to(host.home)
    return path.relative_to("/")


def _text(path: Path, before: bytes | None, after: bytes) -> StartupText:
    return _status(path, before, after, _READERS[_key(path)])


def _status(path: Path, before: bytes | None, after: bytes, reader: str) -> StartupText:
    status: Literal["new", "edit", "same"] = "new" if before is None else "edit"
    if before == after:
        status = "same"
    return StartupText(path, after, status, reader)


def _user(host: Host, profile: Profile, platform: Platform, shell: str) -> list[StartupText]:
    known = shells.get(shell)
    if all(host.kind(host.home / name) == "missing" for name in _names("bash")):
        platform = platform._replace(new_login_file=".bash_profile")
    made = platform.new_login_file
    login = [name for name in known.login_files if host.kind(host.home / name) != "missing"]
    # Of its login files a shell reads one, the first that is there.
    login = login or [made if made in known.login_files else known.login_files[0]]
    names = (login[0], *known.rc_files)
    edits = {edit.path: edit for edit in install.plan(host, profile, platform).plan.edits}
    env = host.config / "env.sh"
    found = []
    for path in (env, *(host.home / name for name in names)):
        edit = edits.get(path)
        if edit is not None and edit.after is not None:
            found.append(_text(path, edit.before, edit.after))
        elif host.kind(path) == "file" and (path == env or block.find_all(host.read(path))):
            found.append(_text(path, host.read(path), host.read(path)))
    return found


def _other(host: Host, profile: Profile, platform: Platform, shell: str) -> tuple[StartupText, ...]:
    """What zsh, fish, ksh93 or mksh reads: the part of install's plan that is theirs."""
    found = install.plan(host, profile, platform, shells=(shell,))
    edits = {edit.path: edit for edit in found.plan.edits}
    env = host.config / ("env.fish" if shell == "fish" else "env.sh")
    served = [
        path
        for path, starts in found.readers
        if any(start.partition(" ")[0] == shell for start in starts)
    ]
    ranks = list(_OTHERS)
    served.sort(key=lambda path: ranks.index(path.name) if path.name in ranks else len(ranks))
    texts = []
    for path in (*served, env):
        edit = edits.get(path)
        before = edit.before if edit else host.read(path)
        after = edit.after if edit else before
        reader = "the files above" if path == env else _OTHERS.get(path.name, "{}, by way of $ENV")
        text = _status(path, before, after or b"", reader.format(shell))
        texts.append(text)
    return tuple(texts)


def _system(host: Host, profile: Profile, platform: Platform, shell: str) -> list[StartupText]:
    """For every account: the part of `install --system` that is this shell's."""
    from envkit import system

    system.refusals.generated(profile, platform)
    here, known = platforms.look(host)
    # What stands in /etc here says nothing about another system; `host` says where it would lie.
    elsewhere = known and here.name != platform.name
    machine = (host.but(root=_NOWHERE) if elsewhere else host).for_system()
    system.refusals.profile(machine, profile)
    found = system.files(machine, profile, platform, (shell,), overwrite_drift=True, assume=True)
    served = [edit for edit in found.edits if found.readers.get(edit.path)]
    if not served:
        title = f"{platform.title} has no system-wide file of {shell}'s own but /etc/profile"
        raise UsageError(title, f"envkit generate --user --shell {shell}")
    texts = []
    env = machine.config / ("env.fish" if shell == "fish" else "env.sh")
    for edit in (*served, *(edit for edit in found.edits if edit.path == env)):
        reader = "the files above"
        if edit.path in found.readers:
            reader = system.edits.serves(found.readers[edit.path]).replace(":", ", in", 1)
        texts.append(_status(edit.path, edit.before, edit.after or b"", reader))
    return texts
