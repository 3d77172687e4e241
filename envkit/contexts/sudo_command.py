"""`sudo COMMAND`: no shell at all (sudo(8), sudoers(5)).

PATH is secure_path of sudoers, else the caller's; env_keep and env_reset say what else comes
through. "Works in my terminal, not under sudo" is this, and no startup file can change it.
"""

from __future__ import annotations

from envkit.contexts import _sudo
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The environment that sudo(8) makes of the caller's."""
    return _sudo.environment(host, platform)


CONTEXT = Context(
    name="sudo_command",
    title="sudo command",
    invocation=Invocation(command=True),
    given=given,
    shell="none",
    imitated="a program with sudo's environment; no sudo is asked",
    remedy="in sudoers: Defaults secure_path={path}",
    launcher="sudo",
    absent=_sudo.absent,
)
