"""`ssh host command`; scp, rsync and git over ssh come the same way.

sshd gives PATH as it was compiled in, /etc/environment over it, SSH_CLIENT, and a socket as stdin;
SHLVL is not set, and that is what makes bash read ~/.bashrc.
"""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Context, Given, Invocation, Platform


def given(host: Host, platform: Platform) -> tuple[Given, ...]:
    """The environment that sshd(8) gives to a command."""
    own = {"SSH_CLIENT": "127.0.0.1 50022 22", "SSH_CONNECTION": "127.0.0.1 50022 127.0.0.1 22"}
    if "LANG" in host.env:
        own["LANG"] = host.env["LANG"]  # ssh(1) sends LANG and LC_*, sshd accepts them
    return (
        *_base.account(host, "sshd"),
        Given("PATH", platform.sshd_path, "sshd, compiled in"),
        *(Given(name, value, "sshd") for name, value in own.items()),
        *_base.pam_env(host),
    )


CONTEXT = Context(
    name="ssh_command",
    title="ssh host command",
    invocation=Invocation(command=True, remote=True, stdin="socket"),
    given=given,
    imitated="the shell with -c, sshd's environment, and a socket as stdin; no sshd is asked",
)
