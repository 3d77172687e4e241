"""`ssh host command`; scp, rsync and git over ssh come the same way.

sshd gives PATH as it was compiled in, /etc/environment over it, SSH_CLIENT, and a socket as stdin;
SHLVL is not set, and that is what makes bash read ~/.bashrc.
"""

from __future__ import annotations

from envkit.contexts import _base
from envkit.host import Host
from envkit.model import Context, Invocation, Platform


def environment(host: Host, platform: Platform) -> dict[str, str]:
    """The environment that sshd(8) gives to a command."""
    given = _base.account(host) | {
        "PATH": platform.sshd_path,
        "SSH_CLIENT": "127.0.0.1 50022 22",
        "SSH_CONNECTION": "127.0.0.1 50022 127.0.0.1 22",
    }
    if "LANG" in host.env:
        given["LANG"] = host.env["LANG"]  # ssh(1) sends LANG and LC_*, sshd accepts them
    return given | _base.pam_env(host)


CONTEXT = Context(
    name="ssh_command",
    title="ssh host command",
    invocation=Invocation(command=True, remote=True, stdin="socket"),
    environment=environment,
    imitated="the shell with -c, sshd's environment, and a socket as stdin; no sshd is asked",
)
