"""`ssh host command`; scp, rsync and git over ssh come the same way.

sshd gives PATH as it was compiled in, PAM's /etc/environment over it, SSH_CLIENT, and a socket as
stdin; SHLVL is not set, and that is what makes bash read ~/.bashrc (sshd(8), sshd_config(5)).
"""

from __future__ import annotations

from envkit.contexts import _sshd
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The environment that sshd(8) gives to a command."""
    return _sshd.environment(host, platform)


CONTEXT = Context(
    name="ssh_command",
    title="ssh host command",
    invocation=Invocation(command=True, remote=True, stdin="socket"),
    given=given,
    imitated="the shell with -c, sshd's environment, and a socket as stdin; no sshd is asked",
    launcher="ssh",
    before=_sshd.files,
    absent=_sshd.absent,
)
