"""`sudo -i`, `sudo -i -u USER`: the target's login shell (sudo(8), sudoers(5)).

secure_path of sudoers is PATH until a startup file changes it; /etc/environment comes only where
sudo's PAM stack has pam_env (Debian 12: not). With a command: `-bash -c`, a login shell as well.
"""

from __future__ import annotations

from envkit.contexts import _sudo
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The environment that sudo(8) makes of the caller's."""
    return _sudo.environment(host, platform, login=True)


CONTEXT = Context(
    name="sudo_login",
    title="sudo -i",
    invocation=Invocation(login=True, interactive=True, stdin="pty", end="exit"),
    given=given,
    imitated="a login shell on a terminal with sudo's environment; no sudo is asked",
    launcher="sudo",
    absent=_sudo.absent,
)
