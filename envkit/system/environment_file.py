"""The block in /etc/environment: PATH and plain variables for what no shell reaches.

pam_env(8) reads it for su, sshd, display managers and each user's systemd, wherever their PAM stack
says so; the PATH of cron and of sudo's secure_path wins over it.
Its syntax is its own (pam_env.c of Linux-PAM 1.5): NAME=VALUE, one a line, the last of a name
counts; quotes around a value go, `#` ends a line wherever it stands, nothing is expanded. So the
old value of PATH is written out behind ours, and what cannot be said there is left out, and named.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from envkit import block
from envkit.model import Platform
from envkit.plan import Profile
from envkit.profile import HOME

_LINE = re.compile(rb"(?m)^[ \t]*(?:export )?PATH=([^#\n]*)")
_UNSAID = re.compile("[#'\"\\\\\n]|" + re.escape(HOME))


class Text(NamedTuple):
    """The file with our block, and the names of what could not be said in it."""

    content: bytes
    left_out: tuple[str, ...]


def text(before: bytes | None, profile: Profile, platform: Platform, made: bytes) -> Text:
    """The file with our block at its end; `made` begins the block of a file that was not there."""
    bare = block.drop(before or b"")
    found = _LINE.findall(bare)
    old = found[-1].strip().strip(b"\"'").decode("utf-8", "surrogateescape") if found else ""
    ours = (*profile.path_prepend, *profile.path_append)
    kept = [each for each in (old or platform.default_path).split(":") if each not in ours]
    path = ":".join((*profile.path_prepend, *kept, *profile.path_append))
    lines, left_out = [], [name for name, _, _ in profile.lists]
    for name, value in (("PATH", path), *profile.variables):
        if _UNSAID.search(value) or value != value.strip():
            left_out.append(name)
        elif name != "PATH" or ours:
            lines.append(f"{name}={value}\n")
    body = made + "".join(lines).encode("utf-8", "surrogateescape")
    after = block.put(bare, profile.name, body) if lines else bare
    return Text(after, tuple(left_out))
