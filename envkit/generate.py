"""The startup files that a profile asks for, as texts: to read, for an image, for a dotfiles repo.

It is install's own plan, printed or written elsewhere; two things differ. On a bare home it gives
`~/.bash_profile` and `~/.bashrc` on every platform, as the founding notes order them (the user's
variables belong in `~/.bash_profile`, read once, at login), since a repository of dotfiles is
taken to any machine; `install`, which knows the machine that it is on, makes there what the
system's own skeleton has: `~/.profile` on Debian. And `--system` follows the notes, too: leave
`/etc/profile` alone; a drop-in in `/etc/profile.d` where there is one, and a block in `/etc/bashrc`
(Debian's `/etc/bash.bashrc`) for the shells that are no login shells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from envkit import block, contexts, environment, install, order, reach, shells
from envkit.environment import fish
from envkit.errors import Refused, UsageError
from envkit.host import Host
from envkit.model import Platform, Scope
from envkit.plan import Profile

_DROP_INS = "/etc/profile.d"

# In the order in which bash comes to them (the founding notes), with who reads each.
_READERS = {
    "/etc/profile.d/envkit.sh": "/etc/profile, in login shells",
    ".bash_profile": "bash, in login shells: the first of three that exists",
    ".bash_login": "bash, in login shells, where there is no ~/.bash_profile",
    ".profile": "sh, in login shells; bash, too, where its own two are missing",
    ".bashrc": "bash, in terminals; on Debian also for `ssh host command`",
    "/etc/bashrc": "bash, in terminals; by way of /etc/profile or ~/.bashrc",
    "/etc/bash.bashrc": "bash, in terminals; by way of /etc/profile in login shells",
    "/etc/envkit/env.sh": "the file above",
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
    if shell in reach.ALSO:
        return _other(host, profile, platform, scope, shell)
    names = _names(shell)
    if scope == "system":
        found = _system(host, profile, platform, ".bashrc" in names)
    else:
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


def _other(
    host: Host, profile: Profile, platform: Platform, scope: Scope, shell: str
) -> tuple[StartupText, ...]:
    """What zsh, fish, ksh93 or mksh reads: the part of install's plan that is theirs."""
    if scope == "system":
        return _other_system(host, profile, platform, shell)
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


def _other_system(
    host: Host, profile: Profile, platform: Platform, shell: str
) -> tuple[StartupText, ...]:
    """For every account: a drop-in where there is one, else a block at the end."""
    if shell in ("ksh93", "mksh"):
        return tuple(_system(host, profile, platform, with_bash=False))
    name = "env.fish" if shell == "fish" else "env.sh"
    env = Path("/etc/envkit", name)
    make = fish.fish if shell == "fish" else environment.posix
    content = make(profile, "system", platform.default_path)
    body = (fish if shell == "fish" else environment).source_line(env, host.home)
    texts = []
    if shell == "fish":
        own = Path("/etc/fish/conf.d/envkit.fish")
        texts.append(_status(own, _content(host, own), body, "fish, always"))
    else:
        for part, reader in (("zshenv", "zsh, always"), ("zprofile", "zsh, in login shells")):
            path = Path(platform.zsh_folder, part)
            before = _content(host, path)
            after = block.put(block.drop(before or b""), profile.name, body)
            texts.append(_status(path, before, after, reader))
    return (*texts, _status(env, _content(host, env), content, "the files above"))


def _content(host: Host, path: Path) -> bytes | None:
    return host.read(path) if host.kind(path) == "file" else None


def _system(host: Host, profile: Profile, platform: Platform, with_bash: bool) -> list[StartupText]:
    drop_in = any(name.startswith(_DROP_INS) for name in platform.system_files)
    env = Path(_DROP_INS, "envkit.sh") if drop_in else Path("/etc/envkit/env.sh")
    before = host.read(env) if host.kind(env) == "file" else None
    content = environment.posix(profile, "system", platform.default_path)
    found = [_text(env, before, content)]
    for name in platform.system_files:
        if with_bash and name.endswith("bashrc"):
            found.append(_with_block(host, profile, platform, Path(name), env))
    if not with_bash and not drop_in:
        raise UsageError(f"{platform.title} has no system-wide file of sh's own but /etc/profile")
    return found


def _with_block(
    host: Host, profile: Profile, platform: Platform, path: Path, env: Path
) -> StartupText:
    """A system file with a block above its guard, or at its end."""
    before = host.read(path) if host.kind(path) == "file" else None
    bare = block.drop(before or b"")
    starts = [
        order.start_for(host, contexts.get(name), shells.get("bash"), platform)
        for name in ("terminal", "ssh_command")
    ]
    leaves = [
        event.where.line
        for start in starts
        for event in order.order(host, start).events
        if event.kind == "leave" and event.where.path == path and event.certain
    ]
    standing = block.find(before or b"", profile.name)
    line = standing.line if standing else _above_its_comment(bare, min(leaves, default=None))
    after = block.put(bare, profile.name, environment.source_line(env, host.home), line)
    text = _text(path, before, after)
    if before is None:
        return replace(text, reader=f"{text.reader}. Put this into the one that is there")
    return text


def _above_its_comment(content: bytes, line: int | None) -> int | None:
    rows = content.split(b"\n")
    while line is not None and line > 2 and rows[line - 2].startswith(b"#"):
        line -= 1
    return line
