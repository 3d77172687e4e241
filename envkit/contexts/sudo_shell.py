"""`sudo -s`, `sudo bash`: an interactive shell, no login shell (sudo(8), sudoers(5)).

HOME is the target's (always_set_home, or since 1.7.4 by default), PATH is secure_path.
"""

from __future__ import annotations

from envkit.contexts import _sudo
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The environment that sudo(8) makes of the caller's."""
    return _sudo.environment(host, platform)


CONTEXT = Context(
    name="sudo_shell",
    title="sudo -s",
    invocation=Invocation(interactive=True, stdin="pty", end="exit"),
    given=given,
    imitated="an interactive shell on a terminal with sudo's environment; no sudo is asked",
    launcher="sudo",
    absent=_sudo.absent,
)
