"""`ssh host` without a command: a login shell on a terminal of sshd's (sshd(8), "LOGIN PROCESS").

sshd's own PATH, ~/.ssh/environment where PermitUserEnvironment allows it, PAM's variables over
both, SetEnv of sshd_config last. `ssh -T host < script` is the same shell without a terminal.
"""

from __future__ import annotations

from envkit.contexts import _sshd
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The environment that sshd(8) gives to a login."""
    return _sshd.environment(host, platform, terminal=True)


CONTEXT = Context(
    name="ssh_login",
    title="ssh host",
    invocation=Invocation(login=True, interactive=True, stdin="pty", end="exit"),
    given=given,
    imitated="a login shell on a terminal, with sshd's environment; no sshd is asked",
    launcher="ssh",
    before=_sshd.files,
    absent=_sshd.absent,
)
