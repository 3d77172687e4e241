"""Files of the system in which something of envkit's may stand: by their names, and by receipts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from envkit import receipts
from envkit.host import Host
from envkit.model import Platform

#: What a drop-in is called: of these the first that has the last word.
NAMES = ("envkit", "zz-envkit", "zzz-envkit")
#: The same for fish, which reads only the first conf.d file of one name: the account's own
#: (`install --user` makes envkit.fish) would hide this one.
FISH_NAMES = tuple(f"{name}-system" for name in NAMES)
#: Read by pam_env(8), for what no shell reaches.
ENVIRONMENT = Path("/etc/environment")

# Not among a platform's files, and read by a shell that was built so.
_MORE = ("/etc/ksh.kshrc", "/etc/mkshrc", "/etc/bash.bashrc.local", "/etc/zshenv", "/etc/zprofile")


def known(host: Host, platform: Platform) -> tuple[Path, ...]:
    """Every file that may hold a block of ours on this platform, each once."""
    names = (*platform.system_files, *platform.other_files, *_MORE)
    found = [Path(name) for name in names if "*" not in name]
    for name in names:
        found += drop_ins(name)
    found += [edit.path for each in receipts.every(host) for edit in each.plan.edits]
    return tuple(dict.fromkeys((*found, ENVIRONMENT)))


def drop_ins(pattern: str) -> Iterator[Path]:
    """The names that a drop-in of ours may have where a shell reads `pattern`."""
    if pattern.endswith(("/*.sh", "/*.fish")):
        for name in (*NAMES, *FISH_NAMES):
            yield Path(pattern.replace("*", name))


def names(suffix: str) -> tuple[str, ...]:
    """What a drop-in with this suffix may be called, without it."""
    return FISH_NAMES if suffix == ".fish" else NAMES


def folders(platform: Platform, suffix: str) -> tuple[Path, ...]:
    """The folders of drop-ins with this suffix (`.sh`, `.fish`)."""
    names = (*platform.system_files, *platform.other_files)
    return tuple(Path(name).parent for name in names if name.endswith(f"/*{suffix}"))
